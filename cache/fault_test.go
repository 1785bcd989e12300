package cache_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/memory"
)

// flaky is a store whose reads or writes can be made to fail.
type flaky struct {
	storage.Store
	reads, writes, deletes atomic.Pointer[error]
	onClose                func() // called before Close, if set
}

func (s *flaky) Close() error {
	if s.onClose != nil {
		s.onClose()
	}
	return s.Store.Close()
}

func (s *flaky) Get(ctx context.Context, id uint64) (storage.Record, error) {
	if err := s.reads.Load(); err != nil {
		return storage.Record{}, *err
	}
	return s.Store.Get(ctx, id)
}

func (s *flaky) GetByKey(ctx context.Context, k storage.Key) (storage.Record, error) {
	if err := s.reads.Load(); err != nil {
		return storage.Record{}, *err
	}
	return s.Store.GetByKey(ctx, k)
}

func (s *flaky) Put(ctx context.Context, recs ...*storage.Record) error {
	if err := s.writes.Load(); err != nil {
		return *err
	}
	return s.Store.Put(ctx, recs...)
}

func (s *flaky) Delete(ctx context.Context, ids ...uint64) (int, error) {
	for _, fault := range []*atomic.Pointer[error]{&s.writes, &s.deletes} {
		if err := fault.Load(); err != nil {
			return 0, *err
		}
	}
	return s.Store.Delete(ctx, ids...)
}

func TestFailingStore(t *testing.T) {
	s := &flaky{Store: memory.New()}
	c := open(t, "", &compass{}, &cache.Options{Store: s, HotBytes: 1})
	put(t, c, ask("0 a"), "A")
	full := errors.New("no space left on device")
	s.writes.Store(&full)
	if _, err := c.Put(t.Context(), ask("90 b"), cache.Answer{Text: "B"}); !errors.Is(err, full) {
		t.Errorf("put on a full disk: %v", err)
	}
	fill := func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "filled"}, nil }
	if r, err := c.Do(t.Context(), ask("90 b"), fill); err != nil || r.Answer.Text != "filled" {
		t.Errorf("do on a full disk: %+v, %v; want the answer all the same", r, err)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	wantLookup(t, c, ask("90 b"), "miss")
	if n, err := c.Invalidate(t.Context(), cache.Filter{IDs: []uint64{1}}); n != 1 || !errors.Is(err, full) {
		t.Errorf("invalidate on a full disk: %d, %v", n, err)
	}
	wantLookup(t, c, ask("0 a"), "miss") // not served, though still stored
	s.writes.Store(nil)
	if err := c.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if n := s.Info().Records; n != 0 {
		t.Errorf("%d records after the disk had space again, want the erased one gone", n)
	}
	put(t, c, ask("0 a"), "A2")
	broken := errors.New("input/output error")
	s.reads.Store(&broken)
	for _, q := range []string{"0 a", "1 b"} {
		r, err := c.Do(t.Context(), ask(q), fill)
		if err != nil || r.Outcome != cache.Miss || r.Answer.Text != "filled" || !strings.Contains(r.Why.Fault, "input/output") {
			t.Errorf("do on a broken disk: %+v, %v", r, err)
		}
	}
	if st := c.Stats(); st.Faults["admit"] != 1 || st.Faults["store"] < 2 {
		t.Errorf("faults = %v", st.Faults)
	}
	s.reads.Store(nil)
}

// An answer whose commit failed is not served from memory either: it would be
// gone after a restart.
func TestAnswerThatCouldNotBeStoredIsNotServed(t *testing.T) {
	s := &flaky{Store: memory.New()}
	c := open(t, "", &compass{}, &cache.Options{Store: s})
	full := errors.New("no space left on device")
	s.writes.Store(&full)
	if _, err := c.Do(t.Context(), ask("0 a"), func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "A"}, nil }); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	wantLookup(t, c, ask("0 a"), "miss")
}

// A question that is evicted and stored again before the sweeper came by
// keeps its record.
func TestStoredAgainBeforeItWasErased(t *testing.T) {
	s := &flaky{Store: memory.New()}
	c := open(t, "", &compass{}, &cache.Options{Store: s, MaxEntries: 1})
	first := put(t, c, ask("0 a"), "old")
	busy := errors.New("busy")
	s.deletes.Store(&busy)
	put(t, c, ask("90 b"), "B")
	if again := put(t, c, ask("0 a"), "new"); again != first {
		t.Errorf("id = %v, want %v as before", again, first)
	}
	s.deletes.Store(nil)
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.Info().Records; n != 1 {
		t.Errorf("%d records, want 1", n)
	}
	if rec, err := s.Get(t.Context(), first.Entry); err != nil || !strings.Contains(string(rec.Body), "new") {
		t.Errorf("record = %q, %v", rec.Body, err)
	}
}

func TestDeadEmbedder(t *testing.T) {
	e := &compass{}
	c := open(t, "", e, nil)
	put(t, c, ask("0 a"), "A")
	dead := errors.New("connection refused")
	e.fail.Store(&dead)
	wantLookup(t, c, ask("0 a"), "exact A")
	r, err := c.Lookup(t.Context(), ask("1 b"))
	if err != nil || r.Outcome != cache.Miss || !strings.Contains(r.Why.Fault, "connection refused") {
		t.Errorf("%+v, %v", r, err)
	}
	put(t, c, ask("40 c"), "C")
	wantLookup(t, c, ask("40 c"), "exact C") // stored all the same
	e.fail.Store(nil)
	wantLookup(t, c, ask("1 b"), "semantic A") // errors are not remembered
	if s := c.Stats(); s.Faults["embed"] != 2 {
		t.Errorf("faults = %v, want 2 of embed", s.Faults)
	}
}

// An embedder that hangs, deaf to its context, costs a lookup its deadline
// and no more; and the vector, when it comes at last, is remembered.
func TestHangingEmbedder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &compass{release: make(chan struct{})}
		c := open(t, "", e, &cache.Options{EmbedTimeout: 50 * time.Millisecond})
		start := time.Now()
		r, err := c.Lookup(t.Context(), ask("1 b"))
		if err != nil || r.Outcome != cache.Miss || r.Why.Fault == "" || time.Since(start) != 50*time.Millisecond {
			t.Errorf("%+v, %v after %v", r, err, time.Since(start))
		}
		close(e.release)
		synctest.Wait()
		put(t, c, ask("0 a"), "A")
		wantLookup(t, c, ask("1 b"), "semantic A")
		if n := e.calls.Load(); n != 2 {
			t.Errorf("embedded %d times, want 2: the late vector was thrown away", n)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestCancelledLookupIsAnError(t *testing.T) {
	e := &compass{}
	c := open(t, "", e, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Lookup(ctx, ask("0 a")); !errors.Is(err, context.Canceled) {
		t.Errorf("lookup: %v", err)
	}
	if _, err := c.Put(ctx, ask("0 a"), cache.Answer{Text: "A"}); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if n := e.calls.Load(); n != 0 {
		t.Errorf("embedded %d times for callers who had left", n)
	}
	if n := c.Stats().Entries; n != 0 {
		t.Errorf("%d entries", n)
	}
}

// Readers, writers, invalidations and feedback at once, under the race
// detector: a lookup may only ever return an answer that belongs to the
// question's neighbourhood, of its own tenant, and one that was put.
func TestConcurrentUse(t *testing.T) {
	stores(t, func(t *testing.T, path string) {
		c := open(t, path, &compass{}, &cache.Options{MaxEntries: 50, SweepEvery: time.Millisecond, HotBytes: 20_000})
		var wg sync.WaitGroup
		for w := range 8 {
			tenant := fmt.Sprintf("t%d", w%2)
			q := func(i int) cache.Query {
				return cache.Query{Scope: cache.Scope{Tenant: tenant}, Text: fmt.Sprintf("%d q", i*40%360)}
			}
			wg.Go(func() {
				for i := range 150 {
					switch (i + w) % 5 {
					case 0:
						if _, err := c.Put(t.Context(), q(i), cache.Answer{Text: tenant + " " + q(i).Text}); err != nil {
							t.Error(err)
						}
					case 1:
						if _, err := c.Invalidate(t.Context(), cache.Filter{IDs: []uint64{uint64(i)}}); err != nil {
							t.Error(err)
						}
					default:
						r, err := c.Do(t.Context(), q(i), func(context.Context) (cache.Answer, error) {
							return cache.Answer{Text: tenant + " " + q(i).Text}, nil
						})
						if err != nil || r.Answer.Text != tenant+" "+q(i).Text {
							t.Errorf("%q answered %q (%v), %v", q(i).Text, r.Answer.Text, r.Outcome, err)
						}
						if r.Hit() && i%7 == 0 {
							if err := c.Feedback(t.Context(), r.ID, i%2 == 0); err != nil && !errors.Is(err, cache.ErrNotFound) {
								t.Error(err)
							}
						}
					}
				}
			})
		}
		wg.Wait()
	})
}
