package flight

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer is what one caller of Do got.
type answer struct {
	v        string
	joined   bool
	err      error
	panicked any
}

// start calls Do in a goroutine, waits until it blocks or ends, and returns
// where its answer will be.
func start(ctx context.Context, g *Group[string, string], key string, fn func(context.Context) (string, error)) *answer {
	a := new(answer)
	go func() {
		defer func() { a.panicked = recover() }()
		a.v, a.joined, a.err = g.Do(ctx, key, fn)
	}()
	synctest.Wait()
	return a
}

// after returns a function that takes d, obeys its context, and answers v.
func after(d time.Duration, v string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		select {
		case <-time.After(d):
			return v, nil
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// requireEmpty holds that no call was left behind.
func requireEmpty[K comparable, V any](t *testing.T, g *Group[K, V]) {
	t.Helper()
	g.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	if n := g.crew.Running(); len(g.seats) != 0 || n != 0 {
		t.Errorf("%d keys, %d running left behind", len(g.seats), n)
	}
}

func TestOneCallForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		var runs atomic.Int32
		fn := func(context.Context) (string, error) {
			time.Sleep(time.Second)
			return fmt.Sprint("run ", runs.Add(1)), nil
		}
		var as []*answer
		for range 5 {
			as = append(as, start(t.Context(), &g, "k", fn))
		}
		other := start(t.Context(), &g, "other", after(0, "x"))
		time.Sleep(time.Second)
		synctest.Wait()
		for i, a := range as {
			if a.v != "run 1" || a.err != nil || a.joined != (i > 0) {
				t.Errorf("caller %d got %+v", i, *a)
			}
		}
		if other.joined || other.v != "x" {
			t.Errorf("another key got %+v", *other)
		}
		if v, joined, err := g.Do(t.Context(), "k", fn); v != "run 2" || joined || err != nil {
			t.Errorf("after the end got %q, %v, %v; nothing must be remembered", v, joined, err)
		}
		requireEmpty(t, &g)
	})
}

func TestErrorGoesToAllAndIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		boom := errors.New("boom")
		fn := func(context.Context) (string, error) { time.Sleep(time.Second); return "partial", boom }
		a, b := start(t.Context(), &g, "k", fn), start(t.Context(), &g, "k", fn)
		time.Sleep(time.Second)
		synctest.Wait()
		if !errors.Is(a.err, boom) || !errors.Is(b.err, boom) || a.v != "partial" || b.v != "partial" {
			t.Errorf("got %+v and %+v", *a, *b)
		}
		if v, _, err := g.Do(t.Context(), "k", after(0, "ok")); v != "ok" || err != nil {
			t.Errorf("after an error got %q, %v", v, err)
		}
		requireEmpty(t, &g)
	})
}

func TestStarterLeavesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		gone := errors.New("user closed the tab")
		ctx, cancel := context.WithCancelCause(t.Context())
		a := start(ctx, &g, "k", after(time.Second, "v"))
		b := start(t.Context(), &g, "k", after(time.Second, "not run"))
		cancel(gone)
		synctest.Wait()
		if !errors.Is(a.err, gone) || a.joined {
			t.Errorf("starter got %+v, want its own cause at once", *a)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if b.v != "v" || b.err != nil || !b.joined {
			t.Errorf("joiner got %+v", *b)
		}
		requireEmpty(t, &g)
	})
}

func TestStartersDeadlineIsNotTheCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		a := start(ctx, &g, "k", after(time.Minute, "v"))
		b := start(t.Context(), &g, "k", nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if !errors.Is(a.err, context.DeadlineExceeded) || b.v != "v" || b.err != nil {
			t.Errorf("starter %+v, joiner %+v", *a, *b)
		}
		requireEmpty(t, &g)
	})
}

func TestContextKeepsValues(t *testing.T) {
	type key struct{}
	var g Group[string, string]
	ctx := context.WithValue(t.Context(), key{}, "trace")
	v, _, err := g.Do(ctx, "k", func(ctx context.Context) (string, error) {
		if _, ok := ctx.Deadline(); ok {
			return "", errors.New("has a deadline")
		}
		return ctx.Value(key{}).(string), nil
	})
	if v != "trace" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
	requireEmpty(t, &g)
}

func TestLastLeaverCancelsAndLateCallerStartsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		var cancelled atomic.Bool
		slow := func(ctx context.Context) (string, error) {
			<-ctx.Done()
			cancelled.Store(true)
			time.Sleep(time.Hour) // slow to obey
			return "stale", nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		start(ctx, &g, "k", slow)
		start(ctx, &g, "k", slow)
		synctest.Wait()
		if cancelled.Load() {
			t.Fatal("cancelled while callers wait")
		}
		cancel()
		synctest.Wait()
		if !cancelled.Load() {
			t.Fatal("not cancelled when the last waiter left")
		}
		c := start(t.Context(), &g, "k", after(2*time.Hour, "new"))
		d := start(t.Context(), &g, "k", nil)
		time.Sleep(time.Hour + time.Minute) // the old one ends, and must not take the new one down
		e := start(t.Context(), &g, "k", nil)
		time.Sleep(time.Hour)
		synctest.Wait()
		if c.v != "new" || c.joined || d.v != "new" || !d.joined || e.v != "new" || !e.joined {
			t.Errorf("late callers got %+v, %+v and %+v", *c, *d, *e)
		}
		requireEmpty(t, &g)
	})
}

func TestEndedContextStartsNothing(t *testing.T) {
	var g Group[string, string]
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("shutting down")
	cancel(cause)
	_, joined, err := g.Do(ctx, "k", func(context.Context) (string, error) {
		t.Error("ran")
		return "", nil
	})
	if !errors.Is(err, cause) || joined {
		t.Errorf("got %v, %v", joined, err)
	}
	requireEmpty(t, &g)
}

func TestAnswerBeatsCancellation(t *testing.T) {
	var g Group[string, string]
	ctx, cancel := context.WithCancel(t.Context())
	own, seats := g.board(ctx, []string{"k"}, func(context.Context, []string) ([]string, error) {
		return []string{"v"}, nil
	})
	<-own.done
	cancel()
	for range 100 { // select takes either of two ready cases
		if !g.wait(ctx, seats[0]) {
			t.Fatal("left a call that had ended")
		}
	}
	requireEmpty(t, &g)
}

func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		value := errors.New("index out of luck")
		fn := func(context.Context) (string, error) { time.Sleep(time.Second); panic(value) }
		a, b := start(t.Context(), &g, "k", fn), start(t.Context(), &g, "k", fn)
		time.Sleep(time.Second)
		synctest.Wait()
		p, ok := a.panicked.(*PanicError)
		if !ok || p.Value != any(value) || !strings.Contains(string(p.Stack), "TestPanic") {
			t.Errorf("starter recovered %v", a.panicked)
		}
		if b.panicked != nil || !errors.Is(b.err, value) || !errors.As(b.err, &p) {
			t.Errorf("joiner got %+v", *b)
		}
		requireEmpty(t, &g)
	})
}

func TestPanicWithoutStarter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		ctx, cancel := context.WithCancel(t.Context())
		fn := func(context.Context) (string, error) { time.Sleep(time.Second); panic("x") }
		start(ctx, &g, "k", fn)
		b := start(t.Context(), &g, "k", fn)
		alone := start(ctx, &g, "alone", fn)
		cancel()
		time.Sleep(time.Second)
		synctest.Wait()
		var p *PanicError
		if b.panicked != nil || !errors.As(b.err, &p) || p.Value != "x" {
			t.Errorf("joiner got %+v", *b)
		}
		if alone.panicked != nil || !errors.Is(alone.err, context.Canceled) {
			t.Errorf("one who left got %+v", *alone)
		}
		requireEmpty(t, &g)
	})
}

func TestNestedPanicKeepsItsFirstStack(t *testing.T) {
	var outer, inner Group[int, int]
	defer func() {
		p, ok := recover().(*PanicError)
		if !ok || p.Value != "deep" || !strings.Contains(string(p.Stack), "deepest") {
			t.Errorf("recovered %v", p)
		}
		requireEmpty(t, &outer)
		requireEmpty(t, &inner)
	}()
	_, _, _ = outer.Do(t.Context(), 1, func(ctx context.Context) (int, error) {
		v, _, err := inner.Do(ctx, 1, deepest)
		return v, err
	})
}

func deepest(context.Context) (int, error) { panic("deep") }

func TestGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		fn := func(context.Context) (string, error) { time.Sleep(time.Second); runtime.Goexit(); return "", nil }
		a, b := start(t.Context(), &g, "k", fn), start(t.Context(), &g, "k", fn)
		time.Sleep(time.Second)
		synctest.Wait()
		if !errors.Is(a.err, ErrGoexit) || !errors.Is(b.err, ErrGoexit) {
			t.Errorf("got %+v and %+v", *a, *b)
		}
		requireEmpty(t, &g)
	})
}

func TestCancelAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		closing := errors.New("closing")
		a := start(t.Context(), &g, "a", after(time.Hour, ""))
		b := start(t.Context(), &g, "b", func(ctx context.Context) (string, error) {
			<-ctx.Done()
			time.Sleep(time.Second)
			return "finished", nil
		})
		began := time.Now()
		g.Cancel(closing)
		late := start(t.Context(), &g, "b", after(0, "new"))
		g.Wait()
		synctest.Wait()
		if d := time.Since(began); d != time.Second {
			t.Errorf("Wait took %v, want the second that the slower one needs", d)
		}
		if !errors.Is(a.err, closing) || b.v != "finished" || late.v != "new" {
			t.Errorf("got %+v, %+v and %+v", *a, *b, *late)
		}
		requireEmpty(t, &g)
	})
}

// TestManyCallers drives one group from all sides at once, for the race
// detector and for the law that a key never runs twice at a time while its
// callers stay.
func TestManyCallers(t *testing.T) {
	t.Run("who stay", func(t *testing.T) { manyCallers(t, false) })
	t.Run("who leave", func(t *testing.T) { manyCallers(t, true) })
}

func manyCallers(t *testing.T, leave bool) {
	var g Group[int, int]
	var active [4]atomic.Int32
	call := func(ctx context.Context, key int) {
		v, _, err := g.Do(ctx, key, func(context.Context) (int, error) {
			defer active[key].Add(-1)
			if n := active[key].Add(1); n > 1 && !leave {
				t.Errorf("key %d runs %d times at once", key, n)
			}
			runtime.Gosched()
			return key, nil
		})
		if err == nil && v != key {
			t.Errorf("key %d got %d", key, v)
		}
		if err != nil && (!leave || !errors.Is(err, context.Canceled)) {
			t.Error(err)
		}
	}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				if leave && (i+w)%3 == 0 {
					go cancel()
				}
				call(ctx, (w+i)%len(active))
				cancel()
			}
		})
	}
	wg.Wait()
	requireEmpty(t, &g)
}

func BenchmarkDo(b *testing.B) {
	var g Group[string, int]
	fn := func(context.Context) (int, error) { return 1, nil }
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := g.Do(b.Context(), "key", fn); err != nil {
			b.Fatal(err)
		}
	}
}

func Example() {
	var g Group[string, int]
	n, joined, err := g.Do(context.Background(), "six by seven", func(context.Context) (int, error) {
		return 6 * 7, nil
	})
	fmt.Println(n, joined, err)
	// Output: 42 false <nil>
}
