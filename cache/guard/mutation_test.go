package guard

import (
	"strings"
	"testing"
)

// Each rule holds something that no other does: with it switched off, one of
// its own examples goes through, and nobody else's does.
func TestEachRuleIsMissed(t *testing.T) {
	t.Cleanup(func() { disabled = nil })
	for _, r := range Rules() {
		disabled = map[string]bool{r.Name: true}
		faults := broken()
		if len(faults) == 0 {
			t.Errorf("%s can be switched off without any example noticing", r.Name)
		}
		through := false
		for _, pair := range r.Vetoes {
			a, b := Extract(pair[0]), Extract(pair[1])
			through = through || len(Compare(&a, &b, nil)) == 0
		}
		if !through {
			t.Errorf("%s has no example that it alone keeps apart", r.Name)
		}
		for _, fault := range faults {
			if !strings.HasPrefix(fault, r.Name+":") {
				t.Errorf("without %s: %s", r.Name, fault)
			}
		}
	}
}

// A rule that says yes to everything is noticed too.
func TestEachRuleCanPass(t *testing.T) {
	for i := range rules {
		saved := rules[i].differ
		rules[i].differ = func(pair) (a, b piece, ok bool) { return a, b, true }
		if len(broken()) == 0 {
			t.Errorf("%s may veto everything without any example noticing", rules[i].Name)
		}
		rules[i].differ = saved
	}
}
