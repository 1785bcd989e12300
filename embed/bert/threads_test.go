package bert

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/internal/flight"
	"github.com/likewise-go/likewise/internal/simd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Panels end within texts and within the blocks of queries of attention.
func TestThreadsChangeNoBit(t *testing.T) {
	m := tinyModel()
	m.Positions, m.Window, m.Width, m.Heads = 300, 300, 39, 3
	e := m.encoder(t)
	texts := []string{"ab", strings.Repeat("ab cd ", 60), "the cat sat on a mat.", strings.Repeat("a b ", 75), strings.Repeat("ab ", 298)}
	for _, kernel := range simd.Kernels() {
		restore, _ := simd.Force(kernel)
		want, err := e.Embed(context.Background(), texts...)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{-1, 1, 2, 3, 7, 100} {
			got, err := e.WithThreads(n).Embed(context.Background(), texts...)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got, want, slices.Equal[[]float32]) {
				t.Errorf("%s, %d threads: other vectors", kernel, n)
			}
		}
		restore()
	}
}

// A workspace that was used for a short text must serve a longer one.
func TestThreadsAfterAShorterText(t *testing.T) {
	e := tinyModel().encoder(t)
	want, err := e.Embed(context.Background(), tinyTexts...)
	if err != nil {
		t.Fatal(err)
	}
	threads := e.WithThreads(3)
	for range 3 {
		for i, text := range tinyTexts {
			if got, err := threads.Embed(context.Background(), text); err != nil || !slices.Equal(got[0], want[i]) {
				t.Errorf("%q: another vector (%v)", text, err)
			}
		}
	}
}

// The file of an opened model stays mapped for what was made of it.
func TestThreadsKeepTheirModel(t *testing.T) {
	done := make(chan struct{})
	threads := func() *Encoder {
		e := tinyModel().encoder(t)
		runtime.AddCleanup(e, func(c chan struct{}) { close(c) }, done)
		return e.WithThreads(2)
	}()
	for range 3 {
		runtime.GC()
	}
	select {
	case <-done:
		t.Error("the first encoder is gone, and its file with it")
	case <-time.After(10 * time.Millisecond):
	}
	runtime.KeepAlive(threads)
}

// Whichever goroutine panics, the caller of Embed does, after all have ended.
func TestAPanicOfAThreadIsTheCallers(t *testing.T) {
	e := tinyModel().encoder(t)
	cause := errors.New("a defect")
	for bad := range 3 {
		w := &workspace{threads: 3, ids: make([]int32, 40), ends: []int{40}}
		w.reserve(e.model)
		func() {
			defer func() {
				p, ok := recover().(*flight.PanicError)
				if !ok || !errors.Is(p, cause) || !strings.Contains(string(p.Stack), "TestAPanicOfAThread") {
					t.Errorf("panel %d: recovered %v", bad, p)
				}
				goleak.VerifyNone(t, goleak.IgnoreCurrent())
			}()
			w.split(e.model, nil, func(_ *model, _ *layer, w *workspace, _ *desk, first, _ int) {
				if want, _ := w.panel(bad); first == want {
					panic(cause)
				}
			})
		}()
	}
}
