package cache_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/internal/flight"
	"github.com/likewise-go/likewise/storage/memory"
)

// slow is a fill that takes a second, or ends with its context.
func slow(calls *atomic.Int64, text string) func(context.Context) (cache.Answer, error) {
	return func(ctx context.Context) (cache.Answer, error) {
		calls.Add(1)
		select {
		case <-time.After(time.Second):
			return cache.Answer{Text: text}, nil
		case <-ctx.Done():
			return cache.Answer{}, context.Cause(ctx)
		}
	}
}

func TestDoFillsOnceAndStores(t *testing.T) {
	stores(t, func(t *testing.T, path string) {
		c := open(t, path, &compass{}, nil)
		var calls atomic.Int64
		fill := func(context.Context) (cache.Answer, error) {
			calls.Add(1)
			return cache.Answer{Text: "A", Usage: cache.Usage{InputTokens: 100, OutputTokens: 20, Cost: 0.25}}, nil
		}
		r, err := c.Do(t.Context(), ask("0 a"), fill)
		if err != nil || r.Outcome != cache.Miss || r.Answer.Text != "A" || r.Why.Took[cache.StepFill] == 0 {
			t.Fatalf("first: %+v, %v", r, err)
		}
		if r, err = c.Do(t.Context(), ask("0 a"), fill); err != nil || r.Outcome != cache.HitExact {
			t.Fatalf("second, at once: %+v, %v", r, err)
		}
		if err := c.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r, err = c.Do(t.Context(), ask("5 b"), fill); err != nil || r.Outcome != cache.HitSemantic || r.Answer.Text != "A" {
			t.Fatalf("third, another wording: %+v, %v", r, err)
		}
		if n := calls.Load(); n != 1 {
			t.Errorf("filled %d times, want 1", n)
		}
		s := c.Stats()
		if s.Saved.Calls != 2 || s.Saved.InputTokens != 200 || s.Saved.OutputTokens != 40 || s.Saved.Cost != 0.5 {
			t.Errorf("saved = %+v, want two answers' worth", s.Saved)
		}
	})
}

func TestManyCallersOneFill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, "", &compass{}, nil)
		var calls atomic.Int64
		var wg sync.WaitGroup
		var joined atomic.Int64
		for range 100 {
			wg.Go(func() {
				r, err := c.Do(t.Context(), ask("0 a"), slow(&calls, "A"))
				if err != nil || r.Outcome != cache.Miss || r.Answer.Text != "A" {
					t.Errorf("%+v, %v", r, err)
				}
				if r.Why.Joined {
					joined.Add(1)
				}
			})
		}
		wg.Wait()
		if calls.Load() != 1 || joined.Load() != 99 {
			t.Errorf("%d fills, %d joined; want 1, 99", calls.Load(), joined.Load())
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLeaderLeavesFillGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, "", &compass{}, nil)
		var calls atomic.Int64
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Do(ctx, ask("0 a"), slow(&calls, "leader's")); !errors.Is(err, context.Canceled) {
				t.Errorf("leader: %v, want canceled", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			r, err := c.Do(t.Context(), ask("0 a"), slow(&calls, "follower's"))
			if err != nil || r.Answer.Text != "leader's" {
				t.Errorf("follower: %+v, %v", r, err)
			}
		})
		synctest.Wait()
		cancel()
		wg.Wait()
		if n := calls.Load(); n != 1 {
			t.Errorf("%d fills, want 1", n)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLastWaiterLeavesFillEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, "", &compass{}, nil)
		ended := make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := c.Do(ctx, ask("0 a"), func(ctx context.Context) (cache.Answer, error) {
			<-ctx.Done()
			ended <- ctx.Err()
			return cache.Answer{}, ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
		if err := <-ended; err == nil || time.Since(start) != 100*time.Millisecond {
			t.Errorf("fill ended with %v after %v", err, time.Since(start))
		}
		var calls atomic.Int64
		r, err := c.Do(t.Context(), ask("0 a"), slow(&calls, "again"))
		if err != nil || r.Answer.Text != "again" {
			t.Errorf("after a cancelled flight: %+v, %v", r, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestPanicInFillReachesItsCaller(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	func() {
		defer func() {
			p, ok := recover().(*flight.PanicError)
			if !ok || p.Value != "boom" || !strings.Contains(string(p.Stack), "TestPanicInFillReachesItsCaller") {
				t.Errorf("recovered %+v, want boom with this test on the stack", p)
			}
		}()
		_, err := c.Do(t.Context(), ask("0 a"), func(context.Context) (cache.Answer, error) { panic("boom") })
		t.Errorf("Do returned, err %v", err)
	}()
	r, err := c.Do(t.Context(), ask("0 a"), func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "A"}, nil })
	if err != nil || r.Answer.Text != "A" {
		t.Errorf("after the panic: %+v, %v; want no flight left behind", r, err)
	}
}

func TestFillErrorIsTheCallersAndIsNotStored(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	boom := errors.New("provider is down")
	_, err := c.Do(t.Context(), ask("0 a"), func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "half"}, boom })
	if err != boom { //nolint:errorlint // the very error is promised
		t.Errorf("err = %v, want the fill's own", err)
	}
	wantLookup(t, c, ask("0 a"), "miss")
}

func TestNoLookupAndNoStore(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	put(t, c, ask("0 a"), "old")
	fill := func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "new"}, nil }
	r, err := c.Do(t.Context(), cache.Query{Text: "0 a", NoLookup: true, NoStore: true}, fill)
	if err != nil || r.Outcome != cache.Bypass || r.Answer.Text != "new" || !strings.Contains(r.Why.Refused, "no-store") {
		t.Errorf("%+v, %v", r, err)
	}
	wantLookup(t, c, ask("0 a"), "exact old")
	if r, err = c.Do(t.Context(), cache.Query{Text: "0 a", NoLookup: true}, fill); err != nil || r.Answer.Text != "new" {
		t.Errorf("%+v, %v", r, err)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantLookup(t, c, ask("0 a"), "exact new")
}

func TestDoAfterCloseStillAnswers(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := c.Do(t.Context(), ask("0 a"), func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "A"}, nil })
	if err != nil || r.Outcome != cache.Bypass || r.Answer.Text != "A" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := c.Lookup(t.Context(), ask("0 a")); !errors.Is(err, cache.ErrClosed) {
		t.Errorf("lookup: %v, want ErrClosed", err)
	}
	if _, err := c.Put(t.Context(), ask("0 a"), cache.Answer{Text: "A"}); !errors.Is(err, cache.ErrClosed) {
		t.Errorf("put: %v, want ErrClosed", err)
	}
	if _, err := c.Invalidate(t.Context(), cache.Filter{All: true}); !errors.Is(err, cache.ErrClosed) {
		t.Errorf("invalidate: %v, want ErrClosed", err)
	}
}

// An answer whose question was asked before an invalidation must not be
// stored after it.
func TestInvalidateDuringFill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, "", &compass{}, nil)
		var calls atomic.Int64
		var wg sync.WaitGroup
		wg.Go(func() {
			if r, err := c.Do(t.Context(), ask("0 a"), slow(&calls, "old")); err != nil || r.Answer.Text != "old" {
				t.Errorf("%+v, %v", r, err)
			}
		})
		synctest.Wait()
		if _, err := c.Invalidate(t.Context(), cache.Filter{All: true}); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if err := c.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		wantLookup(t, c, ask("0 a"), "miss")
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Close waits for fills under way, and what they bring home is stored.
func TestCloseDrainsFills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &flaky{Store: memory.New()}
		c := open(t, "", &compass{}, &cache.Options{Store: s})
		var calls atomic.Int64
		var wg sync.WaitGroup
		wg.Go(func() {
			if r, err := c.Do(t.Context(), ask("0 a"), slow(&calls, "A")); err != nil || r.Answer.Text != "A" {
				t.Errorf("%+v, %v", r, err)
			}
		})
		synctest.Wait()
		start := time.Now()
		records := 0
		s.onClose = func() { records = s.Info().Records }
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d != time.Second || records != 1 {
			t.Errorf("closed after %v with %d records, want after the fill's second, with its answer", d, records)
		}
		wg.Wait()
	})
}
