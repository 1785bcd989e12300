package embed_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/likewise-go/likewise/embed"
)

// stubborn takes an hour and ignores its context.
func stubborn(context.Context, []string) error { time.Sleep(time.Hour); return nil }

func TestDeadlineLateIsAnErrorNotAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := embed.WithDeadline(&script{do: stubborn}, 50*time.Millisecond)
		began := time.Now()
		vs, err := d.Embed(t.Context(), "x")
		if took := time.Since(began); took != 50*time.Millisecond {
			t.Errorf("took %v", took)
		}
		if vs != nil || !errors.Is(err, embed.ErrLate) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "50ms") {
			t.Errorf("got %v, %v", vs, err)
		}
		if diff := cmp.Diff(embed.DeadlineStats{Late: 1, Abandoned: 1}, d.Stats()); diff != "" {
			t.Error(diff)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if diff := cmp.Diff(embed.DeadlineStats{Late: 1}, d.Stats()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDeadlineInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := embed.WithDeadline(&script{do: second}, 1001*time.Millisecond)
		vs, err := d.Embed(t.Context(), "x", "y")
		want(t, &result{vectors: vs, err: err}, "x", "y")
		if vs, err := d.Embed(t.Context()); vs != nil || err != nil {
			t.Errorf("no texts: %v, %v", vs, err)
		}
		if diff := cmp.Diff(embed.DeadlineStats{}, d.Stats()); diff != "" {
			t.Error(diff)
		}
		if d.Dim() != 2 || d.ID() != "script" {
			t.Error("Dim and ID are the wrapped embedder's")
		}
	})
}

func TestDeadlineLateVectorLandsInTheMemo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{do: obedient}
		d := embed.WithDeadline(embed.NewMemo(s, 0), time.Millisecond)
		texts := []string{"x"}
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := d.Embed(ctx, texts...); !errors.Is(err, embed.ErrLate) {
			t.Fatal(err)
		}
		cancel() // the caller's request is over
		texts[0] = "the caller's slice is its own again"
		time.Sleep(time.Second)
		synctest.Wait()
		vs, err := d.Embed(t.Context(), "x")
		want(t, &result{vectors: vs, err: err}, "x")
		if s.log() != "x" {
			t.Errorf("calls %q", s.log())
		}
	})
}

func TestDeadlineDoesNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{do: func(ctx context.Context, texts []string) error {
			if texts[0] == "quick" {
				return nil
			}
			return stubborn(ctx, texts)
		}}
		m := embed.NewMemo(s, 0)
		_, _ = m.Embed(t.Context(), "known")
		d := embed.WithDeadline(m, time.Millisecond)
		_, _ = d.Embed(t.Context(), "quick") // known, now
		for i := range 20 {
			began := time.Now()
			_, err := d.Embed(t.Context(), strings.Repeat("x", i+1))
			if !errors.Is(err, embed.ErrLate) {
				t.Fatal(err)
			}
			if refused := strings.Contains(err.Error(), "16 calls still running"); refused != (i >= 16) || refused != (time.Since(began) == 0) {
				t.Errorf("call %d: %v after %v", i, err, time.Since(began))
			}
		}
		vs, err := d.Embed(t.Context(), "quick")
		want(t, &result{vectors: vs, err: err}, "quick") // what is remembered needs no call
		if diff := cmp.Diff(embed.DeadlineStats{Late: 16, Refused: 4, Abandoned: 16}, d.Stats()); diff != "" {
			t.Error(diff)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if vs, err = d.Embed(t.Context(), "x"); err != nil {
			t.Errorf("after all had ended: %v, %v", vs, err)
		}
	})
}

func TestDeadlineCallersContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got error
		s := &script{do: func(ctx context.Context, _ []string) error {
			<-ctx.Done()
			got = context.Cause(ctx)
			return stubborn(ctx, nil)
		}}
		d := embed.WithDeadline(s, time.Minute)
		ctx, cancel := context.WithCancelCause(t.Context())
		r := ask(ctx, d, "x")
		closed := errors.New("closed the tab")
		cancel(closed)
		synctest.Wait()
		if !errors.Is(r.err, closed) || errors.Is(r.err, embed.ErrLate) || !errors.Is(got, closed) {
			t.Errorf("caller got %v, embedder %v", r, got)
		}
		if diff := cmp.Diff(embed.DeadlineStats{Left: 1, Abandoned: 1}, d.Stats()); diff != "" {
			t.Error(diff)
		}
		if r := ask(ctx, d, "y"); !errors.Is(r.err, closed) || s.log() != "x" {
			t.Errorf("ended context got %v, calls %q", r, s.log())
		}
		time.Sleep(time.Hour)
	})
}

func TestDeadlinePanicIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("index out of range")
		s := &script{do: func(_ context.Context, texts []string) error {
			if texts[0] == "exit" {
				runtime.Goexit()
			}
			time.Sleep(time.Second)
			panic(cause)
		}}
		for name, e := range map[string]embed.Embedder{"plain": s, "memo": embed.NewMemo(s, 0)} {
			d := embed.WithDeadline(e, time.Minute)
			_, err := d.Embed(t.Context(), "x")
			var p *embed.PanicError
			if !errors.As(err, &p) || !errors.Is(err, cause) || !strings.Contains(string(p.Stack), "TestDeadlinePanic") {
				t.Errorf("%s: got %v", name, err)
			}
			if _, err := d.Embed(t.Context(), "exit"); err == nil || errors.Is(err, embed.ErrLate) {
				t.Errorf("%s: Goexit gave %v", name, err)
			}
			late := embed.WithDeadline(e, time.Millisecond)
			_, err = late.Embed(t.Context(), "y")
			if !errors.Is(err, embed.ErrLate) {
				t.Errorf("%s: got %v", name, err)
			}
			time.Sleep(time.Second) // the panic of an abandoned call ends here, not in a crash
			synctest.Wait()
			if diff := cmp.Diff(embed.DeadlineStats{Late: 1, Panics: 1}, late.Stats()); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestDeadlineDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{do: func(ctx context.Context, texts []string) error {
			<-ctx.Done()
			if texts[0] == "stubborn" {
				return stubborn(ctx, texts)
			}
			return context.Cause(ctx)
		}}
		d := embed.WithDeadline(s, time.Millisecond)
		_, _ = d.Embed(t.Context(), "stubborn")
		_, _ = d.Embed(t.Context(), "obedient")
		waiting := ask(t.Context(), d, "still waiting")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := d.Drain(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 calls of script") {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if !errors.Is(waiting.err, context.Canceled) {
			t.Errorf("waiting caller got %v", waiting)
		}
		began := time.Now()
		if err := d.Drain(t.Context()); err != nil || time.Since(began) != 59*time.Minute {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
		if _, err := d.Embed(t.Context(), "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("after Drain got %v", err)
		}
	})
}

func TestDeadlineMustBePositive(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	embed.WithDeadline(new(script), 0)
}

func BenchmarkDeadline(b *testing.B) {
	d := embed.WithDeadline(new(short), time.Second)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = d.Embed(b.Context(), "x")
	}
}
