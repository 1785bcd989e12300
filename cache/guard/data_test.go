package guard

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	printTable = flag.Bool("guard.table", false, "print what each rule does on each labelled file")
	printWrong = flag.String("guard.wrong", "", "print pairs that this rule vetoes though they are the same, or \"all\"")
	printRight = flag.String("guard.right", "", "print pairs that this rule vetoes and that differ, or \"all\"")
	printLeft  = flag.String("guard.left", "", "print differing pairs of this kind that no rule vetoes")
	printSet   = flag.String("guard.set", "", "only this set")
	printCount = flag.Int("guard.n", 30, "how many pairs to print")
)

type labelled struct {
	a, b string
	same bool
	kind string
}

// sets are the labelled files with the shares that the vetoes are held to:
// at most same of the true pairs, at least differ of the others.
var sets = []struct {
	name         string
	same, differ float64
	read         func(t testing.TB, path string) []labelled
}{
	{"written", 0.02, 0.24, readWritten},
	{"qqp-train", 0.04, 0.11, readPairs}, // of the "same" that are vetoed, most are not
	{"qqp-near", 0.2, 0.65, readNear},
	{"gptcache-999", 0.03, 0, readPairs},
	{"text2sql", 0.015, 0.37, readPairs},
	{"spider-syn", 0.015, 0.13, readPairs},
	{"checklist-qqp", 0.015, 0.41, readPairs},
	{"negation-minimal", 0, 0.96, readPairs},
	{"conjnli-false", 0, 0.72, readPairs},
	{"disfl-qa", 0.025, 0.04, readPairs}, // spoken corrections are no vetoes
	{"contrast-questions", 0, 0.12, readPairs},
	{"rqe-med-train", 0.02, 0.04, readPairs},
}

// TestData holds the rules to the labelled files of LIKEWISE_DATA.
//
//	LIKEWISE_DATA=... go test ./cache/guard -run Data -v -guard.table
func TestData(t *testing.T) {
	dir := os.Getenv("LIKEWISE_DATA")
	if dir == "" {
		t.Skip("LIKEWISE_DATA is not set")
	}
	for _, set := range sets {
		if *printSet != "" && *printSet != set.name {
			continue
		}
		t.Run(set.name, func(t *testing.T) {
			name := set.name
			if name == "qqp-near" {
				name = "qqp-train"
			}
			path := filepath.Join(dir, name+".jsonl.gz")
			if _, err := os.Stat(path); err != nil {
				t.Skip(err)
			}
			n := newTally(set.read(t, path))
			if *printTable {
				n.print(set.name)
			}
			for _, s := range n.oneWay {
				t.Error(s)
			}
			if r := n.sameVetoed(); r > set.same {
				t.Errorf("%.4f of the same pairs vetoed, at most %.3f wanted", r, set.same)
			}
			if r := n.differentVetoed(); r < set.differ {
				t.Errorf("%.4f of the different pairs vetoed, at least %.3f wanted", r, set.differ)
			}
		})
	}
}

func brief(s string) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if len(s) > 260 {
		s = s[:260] + " (...)"
	}
	return s
}

type tally struct {
	same, differ, vetoedSame, vetoedDiffer, foreign int
	rules                                           map[string]*[4]int // same, differ, alone on same, alone on differ
	oneWay                                          []string
	kinds                                           map[string]*[2]int
}

func (n *tally) sameVetoed() float64 { return float64(n.vetoedSame) / max(1, float64(n.same)) }

func (n *tally) differentVetoed() float64 {
	return float64(n.vetoedDiffer) / max(1, float64(n.differ))
}

func newTally(pairs []labelled) *tally {
	n := &tally{rules: map[string]*[4]int{}, kinds: map[string]*[2]int{}}
	facts := map[string]*Facts{}
	get := func(s string) *Facts {
		if f := facts[s]; f != nil {
			return f
		}
		f := Extract(s)
		if !f.English() {
			n.foreign++
			if *printWrong == "english" {
				fmt.Println("   not English:", s)
			}
		}
		facts[s] = &f
		return &f
	}
	var vetoes []Veto
	wrong, right, left := 0, 0, 0
	for _, p := range pairs {
		vetoes = Compare(get(p.a), get(p.b), vetoes[:0])
		n.count(p, vetoes)
		if back := Compare(get(p.b), get(p.a), nil); !slices.Equal(ruleNames(vetoes), ruleNames(back)) {
			n.oneWay = append(n.oneWay, fmt.Sprintf("%q, %q: %v, but %v the other way round", p.a, p.b, vetoes, back))
		}
		for _, v := range vetoes {
			if p.same && (*printWrong == v.Rule || *printWrong == "all") && wrong < *printCount {
				wrong++
				fmt.Printf("wrong %s\n   %s\n   %s\n", v, brief(p.a), brief(p.b))
			}
			if !p.same && (*printRight == v.Rule || *printRight == "all") && right < *printCount {
				right++
				fmt.Printf("right %s (%s)\n   %s\n   %s\n", v, p.kind, brief(p.a), brief(p.b))
			}
		}
		if len(vetoes) == 0 && !p.same && p.kind != "" && (*printLeft == p.kind || *printLeft == "all") && left < *printCount {
			left++
			fmt.Printf("left (%s)\n   %s\n   %s\n", p.kind, brief(p.a), brief(p.b))
		}
	}
	return n
}

func (n *tally) count(p labelled, vetoes []Veto) {
	k := n.kinds[p.kind]
	if k == nil {
		k = new([2]int)
		n.kinds[p.kind] = k
	}
	k[0]++
	i := 1
	if p.same {
		n.same++
		i = 0
	} else {
		n.differ++
	}
	if len(vetoes) == 0 {
		return
	}
	k[1]++
	if p.same {
		n.vetoedSame++
	} else {
		n.vetoedDiffer++
	}
	for _, v := range vetoes {
		r := n.rules[v.Rule]
		if r == nil {
			r = new([4]int)
			n.rules[v.Rule] = r
		}
		r[i]++
		if len(vetoes) == 1 {
			r[i+2]++
		}
	}
}

func (n *tally) print(name string) {
	fmt.Printf("%s: same %d of %d vetoed (%.4f), different %d of %d (%.4f), %d texts not English\n",
		name, n.vetoedSame, n.same, n.sameVetoed(), n.vetoedDiffer, n.differ, n.differentVetoed(), n.foreign)
	for _, r := range Rules() {
		if c := n.rules[r.Name]; c != nil {
			fmt.Printf("    %-22s same %5d (alone %5d)   different %5d (alone %5d)\n", r.Name, c[0], c[2], c[1], c[3])
		}
	}
	var kinds []string
	for k := range n.kinds {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		if len(kinds) < 40 {
			fmt.Printf("      %-34s %5d of %5d  %.2f\n", k, n.kinds[k][1], n.kinds[k][0], float64(n.kinds[k][1])/float64(n.kinds[k][0]))
		}
	}
}

func lines(t testing.TB, path string, each func(line []byte)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		each(sc.Bytes())
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

func readPairs(t testing.TB, path string) (out []labelled) {
	lines(t, path, func(line []byte) {
		var p struct {
			A, B, Src string
			Same      bool
		}
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		kind := p.Src
		if p.Same {
			kind = "same " + p.Src
		}
		out = append(out, labelled{p.A, p.B, p.Same, kind})
	})
	return out
}

func readNear(t testing.TB, path string) []labelled {
	return slices.DeleteFunc(readPairs(t, path), func(p labelled) bool { return jaccard(p.a, p.b) < 0.8 })
}

func jaccard(a, b string) float64 {
	count := map[string]int{}
	for w := range strings.FieldsSeq(strings.ToLower(a)) {
		count[w] |= 1
	}
	for w := range strings.FieldsSeq(strings.ToLower(b)) {
		count[w] |= 2
	}
	both := 0
	for _, c := range count {
		if c == 3 {
			both++
		}
	}
	return float64(both) / float64(max(1, len(count)))
}

func readWritten(t testing.TB, path string) (out []labelled) {
	lines(t, path, func(line []byte) {
		var g struct {
			Same []string
			Diff [][2]string
		}
		if err := json.Unmarshal(line, &g); err != nil {
			t.Fatal(err)
		}
		for i, a := range g.Same {
			for _, b := range g.Same[i+1:] {
				out = append(out, labelled{a, b, true, "same"})
			}
			for _, d := range g.Diff {
				out = append(out, labelled{a, d[0], false, d[1]})
			}
		}
	})
	return out
}
