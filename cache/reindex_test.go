package cache_test

import (
	"fmt"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/memory"
)

// Reindexing keeps every sound entry with its scope, answer and votes, and
// takes its vector from the new embedder; a damaged one is passed over.
func TestReindex(t *testing.T) {
	src, dst := memory.New(), memory.New()
	c := open(t, "", nil, &cache.Options{Store: &keepOpen{src}}) // no embedder: no vectors
	scope := cache.Scope{Tenant: "acme"}
	for i := range 600 {
		put(t, c, cache.Query{Scope: scope, Text: fmt.Sprintf("%d q", i)}, fmt.Sprintf("answer %d", i))
	}
	put(t, c, cache.Query{Scope: scope, Text: "\u4f60 unreadable"}, "U")
	wantLookup(t, c, cache.Query{Scope: scope, Text: "0 q"}, "exact answer 0")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := src.Put(t.Context(), &storage.Record{Key: storage.Key{1}, Head: []byte("rubbish"), Body: []byte("rubbish")}); err != nil {
		t.Fatal(err)
	}
	var steps []int
	n, err := cache.Reindex(t.Context(), dst, src, &compass{}, func(done, total int) {
		if total != 602 {
			t.Errorf("total = %d, want 602", total)
		}
		steps = append(steps, done)
	})
	if err != nil || n != 601 || len(steps) != 3 || steps[2] != 601 {
		t.Fatalf("copied %d in steps %v, %v; want 601 in 3", n, steps, err)
	}
	c = open(t, "", &compass{}, &cache.Options{Store: dst})
	wantLookup(t, c, cache.Query{Scope: scope, Text: "100.2 words"}, "semantic answer 100")
	wantLookup(t, c, cache.Query{Scope: scope, Text: "\u4f60 unreadable"}, "exact U")
	wantLookup(t, c, ask("100.2 words"), "miss")
	if e, err := c.Entry(t.Context(), 1); err != nil || e.Hits != 1 {
		t.Errorf("entry = %+v, %v; want its use kept", e, err)
	}
}

// keepOpen is a store that a cache may close and the test goes on using.
type keepOpen struct{ storage.Store }

func (keepOpen) Close() error { return nil }
