package guard

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// corpus are texts of all kinds, and the seeds of the fuzz tests.
var corpus = func() []string {
	texts := []string{
		"", "`", "\"", "\u201ca\u201d", "How do I reset a password?", "Can I not take ibuprofen 2 hours after naproxen?",
		"git reset --hard vs --soft in /var/log/x.log at 10.0.0.5:5432",
		"Extract the date as JSON: \"Please pay 85.50 euros by 3 October.\"",
		"My latest order from Oslo to Rome on 2025-03-04 at 5pm",
	}
	for _, r := range Rules() {
		for _, pair := range append(r.Vetoes, r.Passes...) {
			texts = append(texts, pair[:]...)
		}
	}
	return texts
}()

func TestVeto(t *testing.T) {
	a, b := Extract("Name five \"big\" cats"), Extract("Name 10 \"big\" cats")
	vetoes := Compare(&a, &b, nil)
	want := []Veto{{Rule: "number", A: "five", B: "10"}}
	if d := cmp.Diff(want, vetoes); d != "" {
		t.Fatal(d)
	}
	for v, want := range map[Veto]string{
		vetoes[0]:                      `number: "five" against "10"`,
		{"negation", "not eat", ""}:    `negation: "not eat" in the first text alone`,
		{"negation", "", "not eat"}:    `negation: "not eat" in the second text alone`,
		{"code", `a == "b"`, "a == b"}: "code: `a == \"b\"` against \"a == b\"",
	} {
		if v.String() != want {
			t.Errorf("%s, want %s", v, want)
		}
	}
}

// Several rules speak in the order of the table, each once, behind what dst
// held.
func TestCompareAppends(t *testing.T) {
	a, b := Extract("What are 3 or 4 news of 2020 in Python 3.11?"), Extract("What are 5 or 6 news of 2021 in Python 3.12?")
	before := Veto{Rule: "mine"}
	vetoes := Compare(&a, &b, []Veto{before})
	if d := cmp.Diff([]string{"mine", "number", "version", "date"}, ruleNames(vetoes)); d != "" {
		t.Error(d)
	}
}

func TestDecodeComparesAlike(t *testing.T) {
	var facts []Facts
	for _, text := range corpus {
		facts = append(facts, Extract(text))
	}
	for i := range facts {
		data, err := facts[i].AppendBinary([]byte("x"))
		if err != nil || data[0] != 'x' {
			t.Fatalf("%q: %v, %q", corpus[i], err, data)
		}
		f, err := Decode(data[1:])
		if err != nil {
			t.Fatalf("%q: %v", corpus[i], err)
		}
		if f.English() != facts[i].English() || f.Volatile() != facts[i].Volatile() || f.Personal() != facts[i].Personal() {
			t.Errorf("%q: decoded as English %v, volatile %q, personal %q", corpus[i], f.English(), f.Volatile(), f.Personal())
		}
		for j := range facts {
			if d := cmp.Diff(Compare(&facts[i], &facts[j], nil), Compare(&f, &facts[j], nil)); d != "" {
				t.Errorf("%q, %q: decoded facts compare otherwise\n%s", corpus[i], corpus[j], d)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	f := Extract("How do I fly from Oslo to Rome on 5 May?")
	data, _ := f.AppendBinary(nil)
	other := append([]byte{Version + 1}, data[1:]...)
	if _, err := Decode(other); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "made by") {
		t.Errorf("another version: %v", err)
	}
	for n := range data {
		if _, err := Decode(data[:n]); err == nil {
			t.Errorf("the first %d of %d bytes decode", n, len(data))
		}
	}
	if _, err := Decode(append(data, 0)); err == nil {
		t.Error("a byte too many decodes")
	}
}

// A text longer than any model's window is read up to a limit, in a time that
// does not explode.
func TestLongText(t *testing.T) {
	a := Extract(strings.Repeat("\" ` ' not from to 5 km 12:30 x+y ", 20000))
	b := Extract(strings.Repeat("( not to from 5 mi 12:40 x-y \u201c ", 20000))
	if len(Compare(&a, &b, nil)) == 0 {
		t.Error("nothing found in a long text")
	}
}

func TestCompareDoesNotAllocate(t *testing.T) {
	dst := make([]Veto, 0, len(rules))
	for _, r := range Rules() {
		for _, pair := range r.Passes {
			a, b := Extract(pair[0]), Extract(pair[1])
			if n := testing.AllocsPerRun(10, func() { dst = Compare(&a, &b, dst[:0]) }); n > 0 {
				t.Errorf("%q, %q: %v allocations", pair[0], pair[1], n)
			}
		}
	}
}
