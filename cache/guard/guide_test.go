package guard

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var writeGuide = flag.Bool("guard.guide", false, "write the table of rules into docs/guide.md")

const (
	guidePath  = "../../docs/guide.md"
	guideBegin = "<!-- the table of cache/guard: go test ./cache/guard -run Guide -guard.guide -->\n"
	guideEnd   = "<!-- end of the table of cache/guard -->\n"
)

// The guide's table of rules is made from the rules and their examples.
func TestGuide(t *testing.T) {
	data, err := os.ReadFile(guidePath)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), guideBegin)
	table, after, ok2 := strings.Cut(rest, guideEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no table of rules", guidePath)
	}
	want := guideTable()
	if table == want {
		return
	}
	if !*writeGuide {
		t.Fatalf("the table of rules in %s is out of date: run this test with -guard.guide", guidePath)
	}
	if err := os.WriteFile(guidePath, []byte(before+guideBegin+want+guideEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func guideTable() string {
	var b strings.Builder
	b.WriteString("\n| rule | compares | keeps apart | lets pass |\n|---|---|---|---|\n")
	for _, r := range Rules() {
		b.WriteString("| " + r.Name + " | " + r.About + " | " + guidePairs(r.Vetoes) + " | " + guidePairs(r.Passes) + " |\n")
	}
	return b.String() + "\n"
}

// guidePairs shows the first two pairs.
func guidePairs(pairs [][2]string) string {
	var out []string
	for _, p := range pairs[:2] {
		out = append(out, strings.NewReplacer("|", "\\|", "*", "\\*", "`", "\\`").Replace(p[0]+" / "+p[1]))
	}
	return strings.Join(out, "<br>")
}
