package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/likewise-go/likewise/storage"
)

func testClosed(t *testing.T, s Suite) {
	st, err := s.New(t)()
	if err != nil {
		t.Fatal(err)
	}
	mustPut(t, st, record(1, "a"))
	s.close(t, st)
	for name, call := range calls(st) {
		wantErr(t, name+" after close", call(context.Background()), storage.ErrClosed)
	}
	if c, ok := st.(storage.Compacter); ok {
		wantErr(t, "compact after close", c.Compact(context.Background()), storage.ErrClosed)
	}
	st.Info()
	if err := st.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}

// testCloseMeanwhile closes a store under load: every call ends, with its
// result or with ErrClosed.
func testCloseMeanwhile(t *testing.T, s Suite) {
	for range 5 {
		st, err := s.New(t)()
		if err != nil {
			t.Fatal(err)
		}
		mustPut(t, st, record(1, "a"))
		var wg sync.WaitGroup
		for range 3 {
			for name, call := range calls(st) {
				wg.Go(func() {
					for {
						err := call(context.Background())
						st.Info()
						if errors.Is(err, storage.ErrClosed) {
							return
						}
						if err != nil && !errors.Is(err, storage.ErrNotFound) {
							t.Errorf("%s during close: %v", name, err)
							return
						}
					}
				})
			}
		}
		mustPut(t, st, record(2, "b"), record(3, "c"))
		wg.Go(func() {
			if err := st.Close(); err != nil {
				t.Errorf("close under load: %v", err)
			}
		})
		within(t, 30*time.Second, "calls during close", wg.Wait)
	}
}

// testConcurrent lets writers that own their keys work beside readers, and
// compares the store with what each writer did last.
func testConcurrent(t *testing.T, s Suite) {
	const writers, keys, steps = 8, 6, 60
	st := s.open(t)
	var wg, readers sync.WaitGroup
	stop := make(chan struct{})
	want := make([]map[storage.Key]storage.Record, writers)
	for w := range writers {
		want[w] = map[storage.Key]storage.Record{}
		wg.Go(func() {
			if err := churn(t.Context(), st, w*keys, keys, steps, want[w]); err != nil {
				t.Error(err)
			}
		})
	}
	for r := range 3 {
		readers.Go(func() {
			for n := r; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := readSome(t.Context(), st, n%(writers*keys)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	if c, ok := st.(storage.Compacter); ok {
		readers.Go(func() {
			for range 3 {
				if err := c.Compact(t.Context()); err != nil {
					t.Errorf("compact: %v", err)
				}
			}
		})
	}
	within(t, time.Minute, "writers", wg.Wait)
	close(stop)
	within(t, time.Minute, "readers", readers.Wait)
	total := 0
	for _, m := range want {
		total += len(m)
		for k, rec := range m {
			got, err := st.GetByKey(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			wantRecord(t, "after concurrent writes", got, rec)
		}
	}
	if got := len(all(t, st)); got != total || st.Info().Records != total {
		t.Errorf("got %d records by scan, %d by info, want %d", got, st.Info().Records, total)
	}
}

// churn puts, changes and deletes the keys [first, first+n) and keeps in
// want what should be there at the end.
func churn(ctx context.Context, st storage.Store, first, n, steps int, want map[storage.Key]storage.Record) error {
	rng := rand.New(rand.NewPCG(uint64(first), 1))
	for step := range steps {
		i := first + rng.IntN(n)
		old, ok := want[key(i)]
		switch op := rng.IntN(10); {
		case op < 6 || !ok:
			rec := record(i, fmt.Sprint("key ", i, " step ", step))
			if err := st.Put(ctx, rec); err != nil {
				return err
			}
			want[rec.Key] = *rec
		case op < 8:
			old.State = fmt.Append(nil, "step ", step)
			if err := st.SetState(ctx, storage.State{ID: old.ID, State: old.State}); err != nil {
				return err
			}
			want[old.Key] = old
		default:
			if n, err := st.Delete(ctx, old.ID); n != 1 || err != nil {
				return fmt.Errorf("delete %d: %d deleted, %w", old.ID, n, err)
			}
			delete(want, old.Key)
		}
	}
	return nil
}

// readSome reads one key and, now and then, all: each record must be whole.
func readSome(ctx context.Context, st storage.Store, n int) error {
	rec, err := st.GetByKey(ctx, key(n))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if err == nil && string(rec.Head[len("head of "):]) != string(rec.Body[len("body of "):]) {
		return fmt.Errorf("torn record %d: head %q, body %q", rec.ID, rec.Head, rec.Body)
	}
	if n%7 != 0 {
		return nil
	}
	last := uint64(0)
	for rec, err := range st.Scan(ctx) {
		if err != nil {
			return err
		}
		if rec.ID <= last {
			return fmt.Errorf("scan yielded id %d after %d", rec.ID, last)
		}
		last = rec.ID
	}
	return nil
}

// testScanAndWrite writes from inside a scan, a lot: a store that holds a
// lock or a transaction meanwhile would stand still.
func testScanAndWrite(t *testing.T, s Suite) {
	st := s.open(t)
	const n = 3000
	recs := make([]*storage.Record, n)
	for i := range recs {
		recs[i] = record(i, "old")
	}
	mustPut(t, st, recs...)
	seen, body := 0, make([]byte, 1<<20)
	within(t, time.Minute, "a scan that writes", func() {
		last := uint64(0)
		for rec, err := range st.Scan(t.Context()) {
			if err != nil {
				t.Errorf("scan: %v", err)
				return
			}
			if rec.ID <= last || rec.ID > n {
				t.Errorf("scan yielded id %d after %d, of %d that were there at its start", rec.ID, last, n)
			}
			last = rec.ID
			if seen++; seen%100 != 0 {
				continue
			}
			added := &storage.Record{Key: key(n + seen), Body: body}
			mustPut(t, st, added)
			if _, err := st.Delete(t.Context(), rec.ID, rec.ID+n/2); err != nil {
				t.Errorf("delete in a scan: %v", err)
			}
			if _, err := st.Get(t.Context(), added.ID); err != nil {
				t.Errorf("get in a scan: %v", err)
			}
		}
	})
	if seen > n || seen < n-n/100 {
		t.Errorf("scan yielded %d records, want those of %d that were not deleted", seen, n)
	}
}

func testScanStops(t *testing.T, s Suite) {
	st := s.open(t)
	for i := range 10 {
		mustPut(t, st, record(i, "x"))
	}
	seq := st.Scan(t.Context())
	for want := range 3 { // an iterator may be used again
		got := 0
		for _, err := range seq {
			if err != nil {
				t.Errorf("scan: %v", err)
			}
			if got++; got > want {
				break
			}
		}
		if got != want+1 {
			t.Errorf("got %d records before the break, want %d", got, want+1)
		}
	}
}

// within runs f, and ends the tests with everyone's stack if it hangs.
func within(t *testing.T, d time.Duration, what string, f func()) {
	t.Helper()
	name := t.Name()
	defer time.AfterFunc(d, func() { panic(fmt.Sprintf("%s: %s: still not done after %v", name, what, d)) }).Stop()
	f()
}
