package cache_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/cache"
)

// topics is an embedder for which texts about one topic are all the same: what
// tells them apart must be something else than the vector.
type topics struct{}

func (topics) ID() string { return "topics" }
func (topics) Dim() int   { return 4 }

func (topics) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	var out [][]float32
	for _, t := range texts {
		v := make([]float32, 4)
		for i, topic := range []string{"north", "password", "transfer", ""} {
			if strings.Contains(t, topic) {
				v[i] = 1
				break
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func openTopics(t *testing.T, path string, o *cache.Options) *cache.Cache {
	t.Helper()
	c, err := cache.Open(path, topics{}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestGuardObjects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := openTopics(t, path, nil)
	put(t, c, ask("How do I transfer 500 dollars to Norway?"), "five hundred")
	put(t, c, ask("How do I transfer 700 dollars to Norway?"), "seven hundred")
	check := func(c *cache.Cache) {
		t.Helper()
		// One of the two is vetoed, and does not hide the other.
		wantLookup(t, c, ask("How can I transfer $500 to Norway?"), "semantic five hundred")
		wantLookup(t, c, ask("How can I transfer $700 to Norway?"), "semantic seven hundred")
		r, err := c.Lookup(t.Context(), ask("How can I transfer $900 to Norway?"))
		if err != nil || r.Hit() || len(r.Why.Candidates) != 2 {
			t.Fatalf("%v, why %+v (%v)", r.Outcome, r.Why, err)
		}
		for _, cand := range r.Why.Candidates {
			if !strings.Contains(cand.Veto, "900") || !strings.Contains(cand.Verdict, "the guard objects") {
				t.Errorf("candidate %+v", cand)
			}
		}
		if r.Why.Veto != r.Why.Candidates[0].Veto || r.Why.Took[cache.StepVeto] <= 0 || r.Why.Took[cache.StepJudge] != 0 {
			t.Errorf("why %+v", r.Why)
		}
	}
	check(c)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	check(openTopics(t, path, nil))
}

func TestGuardSwitchedOff(t *testing.T) {
	c := openTopics(t, "", &cache.Options{Skip: []cache.Step{cache.StepVeto}})
	put(t, c, ask("How do I transfer 500 dollars to Norway?"), "A")
	put(t, c, ask("Wie lautet das password von heute?"), "B")
	wantLookup(t, c, ask("How do I transfer 900 dollars to Norway?"), "semantic A")
	wantLookup(t, c, ask("Wie heisst das password von heute?"), "semantic B")
}

// What the guard cannot read is answered word for word alone.
func TestOtherLanguagesAreExactOnly(t *testing.T) {
	c := openTopics(t, "", nil)
	put(t, c, ask("Wie lautet das password von heute?"), "B")
	wantLookup(t, c, ask("Wie lautet das password von heute?"), "exact B")
	r, err := c.Lookup(t.Context(), ask("Wie heisst das password von heute?"))
	if err != nil || r.Hit() || !strings.Contains(r.Why.Reason, "not recognisably English") {
		t.Errorf("%v, why %+v (%v)", r.Outcome, r.Why, err)
	}
}
