package embed_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/likewise-go/likewise/embed"
)

// ask calls e.Embed in a goroutine, waits until it blocks or ends, and returns
// where its result will be.
func ask(ctx context.Context, e embed.Embedder, texts ...string) *result {
	r := new(result)
	go func() {
		defer func() { r.panicked = recover() }()
		r.vectors, r.err = e.Embed(ctx, texts...)
	}()
	synctest.Wait()
	return r
}

// want checks that a caller got the right vectors of its texts.
func want(t *testing.T, r *result, texts ...string) {
	t.Helper()
	if d := cmp.Diff(vectorsOf(texts...), r.vectors); d != "" || r.err != nil || r.panicked != nil {
		t.Errorf("%q: %v\n%s", texts, r, d)
	}
}

func second(context.Context, []string) error { time.Sleep(time.Second); return nil }

// obedient takes a second, or until its context ends.
func obedient(ctx context.Context, _ []string) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(time.Second):
		return nil
	}
}

func TestMemoRemembers(t *testing.T) {
	s := new(script)
	m := embed.NewMemo(s, 2)
	for _, step := range []struct{ ask, calls string }{
		{"a", "a"},
		{"a", "a"},
		{"b|a|b", "a ; b"},           // only what is missing, once
		{"c|d|c|a", "a ; b ; c|d"},   // a is still there while c and d are computed
		{"c|d", "a ; b ; c|d"},       // the two last
		{"a", "a ; b ; c|d ; a"},     // pushed out by c and d
		{"d", "a ; b ; c|d ; a"},     // used later than c
		{"c", "a ; b ; c|d ; a ; c"}, // pushed out by a
	} {
		texts := strings.Split(step.ask, "|")
		vs, err := m.Embed(t.Context(), texts...)
		want(t, &result{vectors: vs, err: err}, texts...)
		if got := s.log(); got != step.calls {
			t.Fatalf("after %q: calls %q, want %q", step.ask, got, step.calls)
		}
	}
	if d := cmp.Diff(embed.MemoStats{Hits: 6, Misses: 8, Entries: 2}, m.Stats()); d != "" {
		t.Error(d)
	}
	if vs, err := m.Embed(t.Context()); vs != nil || err != nil {
		t.Errorf("no texts: %v, %v", vs, err)
	}
	if m.Dim() != 2 || m.ID() != "script" {
		t.Error("Dim and ID are the wrapped embedder's")
	}
}

func TestMemoLongTextIsNotRemembered(t *testing.T) {
	s := new(script)
	m := embed.NewMemo(s, 0)
	for _, n := range []int{embed.MaxMemoText, embed.MaxMemoText + 1} {
		s.calls = nil
		for range 2 {
			text := strings.Repeat("x", n)
			vs, err := m.Embed(t.Context(), text)
			want(t, &result{vectors: vs, err: err}, text)
		}
		if got, wanted := len(s.calls), n-embed.MaxMemoText+1; got != wanted {
			t.Errorf("%d bytes: %d calls, want %d", n, got, wanted)
		}
	}
	if n := m.Stats().Entries; n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}

func TestMemoErrorIsNotRemembered(t *testing.T) {
	down := errors.New("down")
	s := &script{do: func(context.Context, []string) error { return down }}
	m := embed.NewMemo(s, 0)
	for _, texts := range [][]string{{"a"}, {"a", "b"}} {
		if vs, err := m.Embed(t.Context(), texts...); vs != nil || err != down { //nolint:errorlint // the very error, not wrapped
			t.Errorf("%q: %v, %v", texts, vs, err)
		}
	}
	s.do = nil
	vs, err := m.Embed(t.Context(), "a", "b")
	want(t, &result{vectors: vs, err: err}, "a", "b")
	if got := s.log(); got != "a ; a|b ; a|b" {
		t.Errorf("calls %q", got)
	}
}

func TestMemoSharesComputations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{do: second}
		m := embed.NewMemo(s, 0)
		a := ask(t.Context(), m, "x", "y")
		b := ask(t.Context(), m, "y")
		c := ask(t.Context(), m, "z", "x")
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, a, "x", "y")
		want(t, b, "y")
		want(t, c, "z", "x")
		if got := s.log(); got != "x|y ; z" {
			t.Errorf("calls %q", got)
		}
		if d := cmp.Diff(embed.MemoStats{Misses: 3, Shared: 2, Entries: 3}, m.Stats()); d != "" {
			t.Error(d)
		}
	})
}

func TestMemoBadNeighbour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{do: func(_ context.Context, texts []string) error {
			time.Sleep(time.Second)
			if strings.Contains(strings.Join(texts, ""), "long") {
				return fmt.Errorf("text 1: %w", embed.ErrTooLong)
			}
			return nil
		}}
		m := embed.NewMemo(s, 0)
		a := ask(t.Context(), m, "fine", "long")
		b := ask(t.Context(), m, "fine")
		c := ask(t.Context(), m, "long")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		for _, r := range []*result{a, c} {
			if !errors.Is(r.err, embed.ErrTooLong) {
				t.Errorf("too long text got %v", r)
			}
		}
		want(t, b, "fine")
		if got := s.log(); got != "fine|long ; fine ; long" && got != "fine|long ; long ; fine" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestMemoEmbeddersErrorIsSharedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("down")
		s := &script{do: func(context.Context, []string) error { time.Sleep(time.Second); return down }}
		m := embed.NewMemo(s, 0)
		a, b := ask(t.Context(), m, "x", "y"), ask(t.Context(), m, "y")
		time.Sleep(time.Second)
		synctest.Wait()
		if a.err != down || b.err != down || s.log() != "x|y" { //nolint:errorlint // the very error, not wrapped
			t.Errorf("got %v and %v, calls %q", a, b, s.log())
		}
	})
}

func TestMemoCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{do: obedient}
		m := embed.NewMemo(s, 0)
		ctx, cancel := context.WithCancel(t.Context())
		a, b := ask(ctx, m, "x"), ask(t.Context(), m, "x")
		c := ask(ctx, m, "alone")
		cancel()
		if err := m.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		want(t, b, "x")
		for _, r := range []*result{a, c} {
			if !errors.Is(r.err, context.Canceled) {
				t.Errorf("one who left got %v", r)
			}
		}
		if n := m.Stats().Entries; n != 1 {
			t.Errorf("%d entries, want only the one that somebody waited for", n)
		}
	})
}

func TestMemoWaitGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := embed.NewMemo(&script{do: second}, 0)
		ask(t.Context(), m, "x")
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := m.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := m.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMemoPanic(t *testing.T) {
	m := embed.NewMemo(&script{do: func(context.Context, []string) error { panic("nan") }}, 0)
	defer func() {
		if p, ok := recover().(*embed.PanicError); !ok || p.Value != "nan" {
			t.Errorf("recovered %v", p)
		}
		if err := m.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	_, _ = m.Embed(t.Context(), "x")
	t.Error("no panic")
}

type short struct{ script }

func (s *short) Embed(context.Context, ...string) ([][]float32, error) { return vectorsOf("x"), nil }

func TestMemoWrongCount(t *testing.T) {
	_, err := embed.NewMemo(new(short), 0).Embed(t.Context(), "a", "b")
	if err == nil || !strings.Contains(err.Error(), "1 vectors for 2 texts") {
		t.Errorf("got %v", err)
	}
}

// TestMemoComputesOnce: a text that was computed is never computed again while
// it is remembered, however callers meet.
func TestMemoComputesOnce(t *testing.T) {
	s := new(script)
	m := embed.NewMemo(s, 0)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 200 {
				texts := []string{strconv.Itoa(i), strconv.Itoa((i + w) % 200)}
				vs, err := m.Embed(t.Context(), texts...)
				want(t, &result{vectors: vs, err: err}, texts...)
			}
		})
	}
	wg.Wait()
	seen := make(map[string]bool)
	for _, call := range s.calls {
		for text := range strings.SplitSeq(call, "|") {
			if seen[text] {
				t.Errorf("%s was computed twice", text)
			}
			seen[text] = true
		}
	}
}

func TestMemoHitAllocatesOnlyItsResult(t *testing.T) {
	m := embed.NewMemo(new(script), 0)
	texts := []string{"how do I reset my card PIN?"}
	_, _ = m.Embed(t.Context(), texts...)
	for name, e := range map[string]embed.Embedder{"memo": m, "deadline": embed.WithDeadline(m, time.Second)} {
		if n := testing.AllocsPerRun(100, func() { _, _ = e.Embed(t.Context(), texts...) }); n > 1 {
			t.Errorf("%s: %v allocations a hit, want 1", name, n)
		}
	}
}

func BenchmarkMemo(b *testing.B) {
	b.Run("hit", func(b *testing.B) {
		m := embed.NewMemo(new(script), 0)
		b.ReportAllocs()
		for b.Loop() {
			_, _ = m.Embed(b.Context(), "how do I reset my card PIN?")
		}
	})
	b.Run("miss", func(b *testing.B) {
		m := embed.NewMemo(new(short), 1)
		texts := []string{"how do I reset my card PIN?", "my card has not arrived"}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = m.Embed(b.Context(), texts[i%2])
		}
	})
}
