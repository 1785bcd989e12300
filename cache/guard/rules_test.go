package guard

import (
	"fmt"
	"testing"
)

// broken returns what in the table's examples does not hold: each pair of
// Vetoes must be kept apart, by its own rule, either way round, and each pair
// of Passes by none.
func broken() (faults []string) {
	for _, r := range Rules() {
		for _, pair := range r.Vetoes {
			for range 2 {
				a, b := Extract(pair[0]), Extract(pair[1])
				vetoes := Compare(&a, &b, nil)
				if len(vetoes) == 0 || !names(vetoes, r.Name) {
					faults = append(faults, fmt.Sprintf("%s: %q, %q: vetoed by %v", r.Name, pair[0], pair[1], vetoes))
				}
				pair[0], pair[1] = pair[1], pair[0]
			}
		}
		for _, pair := range r.Passes {
			for range 2 {
				a, b := Extract(pair[0]), Extract(pair[1])
				if vetoes := Compare(&a, &b, nil); len(vetoes) > 0 {
					faults = append(faults, fmt.Sprintf("%s: %q, %q: vetoed by %v, should pass", r.Name, pair[0], pair[1], vetoes))
				}
				pair[0], pair[1] = pair[1], pair[0]
			}
		}
	}
	return faults
}

func names(vetoes []Veto, rule string) bool {
	for _, v := range vetoes {
		if v.Rule == rule {
			return true
		}
	}
	return false
}

func TestRules(t *testing.T) {
	for _, fault := range broken() {
		t.Error(fault)
	}
	for _, r := range Rules() {
		if r.About == "" || len(r.Vetoes) < 2 || len(r.Passes) < 2 {
			t.Errorf("%s: about %q, %d and %d examples", r.Name, r.About, len(r.Vetoes), len(r.Passes))
		}
	}
}
