package cache_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/likewise-go/likewise/cache"
)

// modelEntry is what the model knows of a stored answer.
type modelEntry struct {
	id     uint64
	tenant string
	deg    int
	answer string
}

// The same operations on a cache and on a list: after each, a lookup finds
// what a linear search over the list finds.
func TestCacheEqualsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "likewise")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		path := filepath.Join(dir, "answers.db")
		opts := &cache.Options{Floor: 0.5, HotBytes: int64(rapid.SampledFrom([]int{1, 1 << 20}).Draw(t, "hot"))}
		c, err := cache.Open(path, &compass{}, blind(opts))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		var model []modelEntry
		n := 0
		query := func(t *rapid.T) (cache.Query, string, int) {
			tenant := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "tenant")
			deg := rapid.IntRange(0, 60).Draw(t, "degrees")
			return cache.Query{Scope: cache.Scope{Tenant: tenant}, Text: fmt.Sprintf("%d q", deg)}, tenant, deg
		}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				q, tenant, deg := query(t)
				n++
				answer := fmt.Sprintf("answer %d", n)
				id, err := c.Put(t.Context(), q, cache.Answer{Text: answer})
				if err != nil {
					t.Fatal(err)
				}
				for i := range model {
					if model[i].tenant == tenant && model[i].deg == deg {
						if id.Entry != model[i].id {
							t.Fatalf("a replaced entry changed its id from %d to %d", model[i].id, id.Entry)
						}
						model[i].answer = answer
						return
					}
				}
				model = append(model, modelEntry{id.Entry, tenant, deg, answer})
			},
			"lookup": func(t *rapid.T) {
				q, tenant, deg := query(t)
				r, err := c.Lookup(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				checkAgainstModel(t, model, tenant, deg, r)
			},
			"remove": func(t *rapid.T) {
				if len(model) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(model)-1).Draw(t, "i")
				if k, err := c.Invalidate(t.Context(), cache.Filter{IDs: []uint64{model[i].id}}); k != 1 || err != nil {
					t.Fatalf("removed %d, %v", k, err)
				}
				model = append(model[:i], model[i+1:]...)
			},
			"reopen": func(t *rapid.T) {
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
				if c, err = cache.Open(path, &compass{}, blind(opts)); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				if s := c.Stats(); s.Entries != len(model) {
					t.Fatalf("%d entries, model has %d", s.Entries, len(model))
				}
			},
		})
	})
}

func checkAgainstModel(t *rapid.T, model []modelEntry, tenant string, deg int, r cache.Result) {
	best := modelEntry{deg: math.MaxInt32}
	for _, e := range model {
		near, far := abs(e.deg-deg), abs(best.deg-deg)
		if e.tenant == tenant && (near < far || near == far && e.id < best.id) {
			best = e
		}
	}
	want, outcome := "", cache.Miss
	switch d := abs(best.deg - deg); {
	case d == 0:
		want, outcome = best.answer, cache.HitExact
	case d <= 23: // cos 23 = .9205, cos 24 = .9135
		want, outcome = best.answer, cache.HitSemantic
	}
	if r.Outcome != outcome || outcome == cache.HitExact && r.Answer.Text != want {
		t.Fatalf("at %d degrees: %v %q, want %v %q\nmodel %v", deg, r.Outcome, r.Answer.Text, outcome, want, model)
	}
	// Two entries at the same angle to the left and right have cosines that
	// may differ in the last bit: either answer is right.
	if outcome == cache.HitSemantic {
		ok := false
		for _, e := range model {
			ok = ok || e.tenant == tenant && abs(e.deg-deg) == abs(best.deg-deg) && e.answer == r.Answer.Text
		}
		if !ok {
			t.Fatalf("at %d degrees: %q, want %q\nmodel %v", deg, r.Answer.Text, want, model)
		}
	}
}

func abs(x int) int { return max(x, -x) }
