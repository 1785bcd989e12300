package bolt

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/storage"
)

// hold keeps the writer busy until release is called, so that what is queued
// meanwhile makes one group.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	busy, done := make(chan struct{}), make(chan struct{})
	go func() {
		if err := s.do(context.Background(), &request{alone: func() error { close(busy); <-done; return nil }}); err != nil {
			t.Error(err)
		}
	}()
	<-busy
	return func() { close(done) }
}

// waitFor returns when n requests wait.
func waitFor(s *Store, n int) {
	for s.queue.len() != n {
		runtime.Gosched()
	}
}

// TestGroup has one transaction write what waits, and a request that fails
// fail alone.
func TestGroup(t *testing.T) {
	s := open(t, tempPath(t), nil)
	before := txid(s.db)
	release := hold(t, s)
	errBad := errors.New("bad request")
	errs := make([]error, 20)
	recs := make([]*storage.Record, len(errs))
	var wg sync.WaitGroup
	for i := range errs {
		recs[i] = benchRecord(uint64(i))
		wg.Go(func() {
			switch i {
			case 3: // fails after it has written
				errs[i] = s.write(context.Background(), 1, func(tx *txn) error {
					e := encode(benchRecord(999))
					_, err := tx.put(&e)
					return errors.Join(errBad, err)
				})
			case 11:
				errs[i] = s.write(context.Background(), 1, func(*txn) error { panic("broken page") })
			default:
				errs[i] = s.Put(context.Background(), recs[i])
			}
		})
	}
	waitFor(s, len(errs))
	release()
	wg.Wait()
	for i, err := range errs {
		switch {
		case i == 3 && !errors.Is(err, errBad), i == 11 && !errors.Is(err, storage.ErrCorrupt), i != 3 && i != 11 && err != nil:
			t.Errorf("request %d: got %v", i, err)
		}
	}
	if n := s.Info().Records; n != len(errs)-2 {
		t.Errorf("got %d records, want %d", n, len(errs)-2)
	}
	if _, err := s.GetByKey(t.Context(), benchRecord(999).Key); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the failed request left something: %v", err)
	}
	if n := txid(s.db) - before; n != 1 {
		t.Errorf("the group took %d transactions, want 1", n)
	}
}

// TestWithdraw ends the context of a Put that waits: it returns at once and
// nothing is written.
func TestWithdraw(t *testing.T) {
	s := open(t, tempPath(t), nil)
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	rec := benchRecord(1)
	go func() { result <- s.Put(ctx, rec) }()
	waitFor(s, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
	release()
	if err := s.Put(t.Context(), benchRecord(2)); err != nil {
		t.Fatal(err)
	}
	if n := s.Info().Records; n != 1 || rec.ID != 0 {
		t.Errorf("got %d records, id %d, want the withdrawn one not to be there", n, rec.ID)
	}
}

// TestTakeBounds checks which requests make a group.
func TestTakeBounds(t *testing.T) {
	var q queue
	q.init()
	for _, r := range []*request{{bytes: 60}, {bytes: 30}, {bytes: 30}, {alone: func() error { return nil }}, {bytes: 500}, {bytes: 1}} {
		if err := q.push(r); err != nil {
			t.Fatal(err)
		}
	}
	q.close()
	if err := q.push(&request{}); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("push after close: got %v", err)
	}
	for i, want := range []int{2, 1, 1, 1, 1, 0} {
		if got := q.take(nil, 100); len(got) != want {
			t.Errorf("group %d: got %d requests, want %d", i, len(got), want)
		}
	}
}
