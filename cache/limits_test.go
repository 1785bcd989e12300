package cache_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/index"
)

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, "", &compass{}, &cache.Options{
			TTL: time.Hour, KeepStale: time.Hour, SweepEvery: time.Minute,
			Policies: []cache.Policy{{Tenant: "short", TTL: time.Minute}},
		})
		short := cache.Query{Scope: cache.Scope{Tenant: "short"}, Text: "0 a"}
		put(t, c, ask("0 a"), "A")
		put(t, c, short, "S")
		own := ask("90 own")
		if _, err := c.Put(t.Context(), own, cache.Answer{Text: "O", TTL: 2 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute - 1)
		wantLookup(t, c, short, "exact S")
		time.Sleep(time.Nanosecond)
		wantLookup(t, c, short, "miss")
		wantLookup(t, c, ask("0 a"), "exact A")
		time.Sleep(59 * time.Minute)
		wantLookup(t, c, ask("0 a"), "miss")
		wantLookup(t, c, ask("3 b"), "miss")
		wantLookup(t, c, own, "exact O")
		stale := ask("3 b")
		stale.MaxStale = time.Minute
		wantLookup(t, c, stale, "stale A")
		old := own
		old.MaxAge = 59 * time.Minute
		wantLookup(t, c, old, "miss")
		time.Sleep(time.Hour + time.Minute) // own has expired, and is kept for staleness; the others are swept
		if s := c.Stats(); s.Entries != 1 || s.Expired != 2 {
			t.Errorf("entries %d, expired %d; want 1, 2", s.Entries, s.Expired)
		}
		stale.MaxStale = 100 * time.Hour
		wantLookup(t, c, stale, "miss")
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestExpiredEntriesAreGoneAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, nil)
	if _, err := c.Put(t.Context(), ask("0 a"), cache.Answer{Text: "A", TTL: 1}); err != nil {
		t.Fatal(err)
	}
	put(t, c, ask("90 b"), "B")
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		c = open(t, path, &compass{}, nil)
		wantLookup(t, c, ask("0 a"), "miss")
		wantLookup(t, c, ask("90 b"), "exact B")
	}
	if s := c.Stats(); s.Entries != 1 {
		t.Errorf("entries = %d, want 1", s.Entries)
	}
}

func TestLeastRecentlyUsedGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, "", &compass{}, &cache.Options{MaxEntries: 3})
		step := func() { time.Sleep(time.Second) }
		for _, q := range []string{"0 a", "60 b", "120 c"} {
			put(t, c, ask(q), q)
			step()
		}
		wantLookup(t, c, ask("0 a"), "exact 0 a")
		step()
		wantLookup(t, c, ask("61 semantic use counts"), "semantic 60 b")
		step()
		put(t, c, ask("180 d"), "D")
		step()
		wantLookup(t, c, ask("120 c"), "miss")
		wantLookup(t, c, ask("0 a"), "exact 0 a")
		wantLookup(t, c, ask("60 b"), "exact 60 b")
		step()
		put(t, c, ask("240 e"), "E")
		wantLookup(t, c, ask("180 d"), "miss")
		if s := c.Stats(); s.Entries != 3 || s.Evicted != 2 {
			t.Errorf("entries %d, evicted %d; want 3, 2", s.Entries, s.Evicted)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// The order of use survives a reopening, and what was evicted is gone from
// the file.
func TestEvictionReachesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, nil)
	for i := range 100 {
		put(t, c, ask(fmt.Sprintf("%d q", i)), strings.Repeat("x", 1000))
	}
	wantLookup(t, c, ask("0 q"), "exact "+strings.Repeat("x", 1000))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, path, &compass{}, &cache.Options{MaxBytes: 30_000})
	put(t, c, ask("200 q"), "last")
	s := c.Stats()
	if s.Bytes > 30_000 || s.Entries < 10 {
		t.Errorf("%d entries of %d bytes, want as many as fit 30000", s.Entries, s.Bytes)
	}
	wantLookup(t, c, ask("0 q"), "exact "+strings.Repeat("x", 1000)) // the one that was used
	wantLookup(t, c, cache.Query{Text: "1 q", Exact: true}, "miss")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, path, &compass{}, nil)
	if n := c.Stats().Entries; n != s.Entries {
		t.Errorf("the file holds %d entries, want %d", n, s.Entries)
	}
}

func TestInvalidate(t *testing.T) {
	stores(t, func(t *testing.T, path string) {
		now := 0
		fresh := func(t *testing.T) *cache.Cache {
			p := path
			if p != "" {
				now++
				p = fmt.Sprintf("%s.%d", p, now)
			}
			c := open(t, p, &compass{}, nil)
			for i, a := range []struct{ tenant, model, tag string }{
				{"acme", "m1", "red"}, {"acme", "m2", "blue"}, {"umbrella", "m1", "red"}, {"", "", ""},
			} {
				q := cache.Query{Scope: cache.Scope{Tenant: a.tenant, Model: a.model}, Text: fmt.Sprintf("%d q", i)}
				if _, err := c.Put(t.Context(), q, cache.Answer{Text: "A", Tags: []string{a.tag, "all"}}); err != nil {
					t.Fatal(err)
				}
			}
			return c
		}
		for _, tt := range []struct {
			name string
			f    cache.Filter
			want int
		}{
			{"tenant", cache.Filter{Tenant: "acme"}, 2},
			{"model", cache.Filter{Model: "m1"}, 2},
			{"tag", cache.Filter{Tag: "red"}, 2},
			{"tag of all", cache.Filter{Tag: "all"}, 4},
			{"two conditions", cache.Filter{Tag: "red", Tenant: "acme"}, 1},
			{"ids", cache.Filter{IDs: []uint64{1, 4, 99}}, 2},
			{"scope", cache.Filter{Scope: &cache.Scope{Tenant: "acme", Model: "m2"}}, 1},
			{"zero scope", cache.Filter{Scope: &cache.Scope{}}, 1},
			{"scope of none", cache.Filter{Scope: &cache.Scope{Tenant: "acme"}}, 0},
			{"age", cache.Filter{OlderThan: time.Hour}, 0},
			{"young age", cache.Filter{OlderThan: 1}, 4},
			{"all", cache.Filter{All: true}, 4},
		} {
			c := fresh(t)
			n, err := c.Invalidate(t.Context(), tt.f)
			if err != nil || n != tt.want {
				t.Errorf("%s: removed %d, %v; want %d", tt.name, n, err, tt.want)
			}
			left := 0
			for _, err := range c.Entries(t.Context(), cache.Filter{All: true}) {
				if err != nil {
					t.Error(err)
				}
				left++
			}
			if left != 4-tt.want {
				t.Errorf("%s: %d entries left, want %d", tt.name, left, 4-tt.want)
			}
		}
		c := fresh(t)
		for _, f := range []cache.Filter{{}, {OlderThan: -1}, {Scope: &cache.Scope{Tools: []byte("{")}}} {
			if n, err := c.Invalidate(t.Context(), f); err == nil {
				t.Errorf("filter %+v removed %d, want an error", f, n)
			}
		}
		id := put(t, c, ask("50 gone"), "A")
		wantLookup(t, c, ask("50 gone"), "exact A")
		if _, err := c.Invalidate(t.Context(), cache.Filter{IDs: []uint64{id.Entry}}); err != nil {
			t.Fatal(err)
		}
		wantLookup(t, c, ask("50 gone"), "miss")
		wantLookup(t, c, ask("51 gone"), "miss")
		if _, err := c.Entry(t.Context(), id.Entry); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("entry: %v, want ErrNotFound", err)
		}
	})
}

func TestHotTierIsBounded(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "answers.db"), &compass{}, &cache.Options{HotBytes: 1})
	put(t, c, ask("0 a"), "A")
	for range 2 {
		wantLookup(t, c, ask("0 a"), "exact A") // from the store, each time
	}
}

// What is removed leaves nothing behind that a search could stumble over.
func TestRemovalLeavesNothingBehind(t *testing.T) {
	c := open(t, "", &compass{}, &cache.Options{Candidates: 1})
	put(t, c, ask("0 a"), "far")
	for deg := 1; deg < 10; deg++ {
		id := put(t, c, ask(fmt.Sprintf("%d q", deg)), "near")
		if _, err := c.Invalidate(t.Context(), cache.Filter{IDs: []uint64{id.Entry}}); err != nil {
			t.Fatal(err)
		}
	}
	wantLookup(t, c, ask("10 b"), "semantic far")
	if _, err := c.Invalidate(t.Context(), cache.Filter{All: true}); err != nil {
		t.Fatal(err)
	}
	if s := c.Stats(); s.Entries != 0 || s.Partitions != 0 || s.Bytes != 0 {
		t.Errorf("%d entries, %d partitions, %d bytes left of nothing", s.Entries, s.Partitions, s.Bytes)
	}
}

// The space of what is gone goes back to the disk, while lookups are
// answered.
func TestFileShrinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	synctest.Test(t, func(t *testing.T) {
		c := open(t, path, &compass{}, &cache.Options{CompactAt: 1 << 20, SweepEvery: time.Minute})
		for i := range 40 {
			put(t, c, ask(fmt.Sprintf("%d q", i)), strings.Repeat("x", 100_000))
		}
		put(t, c, ask("100 stays"), "here")
		full := c.Stats().FileBytes
		if _, err := c.Invalidate(t.Context(), cache.Filter{IDs: seq(1, 40)}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := c.Stats().FileBytes; full < 4_000_000 || n > 500_000 {
			t.Errorf("file had %d bytes, has %d of one small entry", full, n)
		}
		wantLookup(t, c, ask("100 stays"), "exact here")
		put(t, c, ask("200 new"), "too")
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	c := open(t, path, &compass{}, nil)
	wantLookup(t, c, ask("101 stays"), "semantic here")
	wantLookup(t, c, ask("200 new"), "exact too")
}

func seq(from, to uint64) (ids []uint64) {
	for i := from; i <= to; i++ {
		ids = append(ids, i)
	}
	return ids
}

// An index that works in the background is ended with its partition, and with
// the cache.
func TestIndexIsClosed(t *testing.T) {
	var indexes []*closingIndex
	c := open(t, "", &compass{}, &cache.Options{NewIndex: func(dim int) (index.Index, error) {
		x, err := index.NewExact(dim)
		indexes = append(indexes, &closingIndex{Index: x})
		return indexes[len(indexes)-1], err
	}})
	for _, tenant := range []string{"a", "b"} {
		put(t, c, cache.Query{Scope: cache.Scope{Tenant: tenant}, Text: "0 q"}, "A")
	}
	if _, err := c.Invalidate(t.Context(), cache.Filter{Tenant: "a"}); err != nil {
		t.Fatal(err)
	}
	if !indexes[0].closed || indexes[1].closed {
		t.Errorf("after the first partition went: closed %v, %v", indexes[0].closed, indexes[1].closed)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if !indexes[1].closed {
		t.Error("the second partition's index is not closed with the cache")
	}
}

type closingIndex struct {
	index.Index
	closed bool
}

func (x *closingIndex) Close() error { x.closed = true; return nil }
