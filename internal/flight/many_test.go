package flight

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// startMany is start for DoMany.
func startMany(ctx context.Context, g *Group[string, string], fn func(context.Context, []string) ([]string, error), keys ...string) *[]Result[string] {
	rs := new([]Result[string])
	go func() { *rs = g.DoMany(ctx, keys, fn) }()
	synctest.Wait()
	return rs
}

// upper takes a second, notes what it was asked for, and answers in capitals.
func upper(calls *[][]string) func(context.Context, []string) ([]string, error) {
	return func(ctx context.Context, keys []string) ([]string, error) {
		*calls = append(*calls, keys)
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		vals := make([]string, len(keys))
		for i, k := range keys {
			vals[i] = strings.ToUpper(k)
		}
		return vals, nil
	}
}

func TestManyKeysMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		var calls [][]string
		one := startMany(t.Context(), &g, upper(&calls), "a", "b", "a")
		two := startMany(t.Context(), &g, upper(&calls), "c", "b", "d", "c")
		three := startMany(t.Context(), &g, upper(&calls), "d", "a")
		none := startMany(t.Context(), &g, upper(&calls))
		time.Sleep(time.Second)
		synctest.Wait()
		own := func(v string) Result[string] { return Result[string]{Val: v} }
		joined := func(v string) Result[string] { return Result[string]{Val: v, Joined: true} }
		for _, d := range []string{
			cmp.Diff([][]string{{"a", "b"}, {"c", "d"}}, calls),
			cmp.Diff([]Result[string]{own("A"), own("B"), own("A")}, *one),
			cmp.Diff([]Result[string]{own("C"), joined("B"), own("D"), own("C")}, *two),
			cmp.Diff([]Result[string]{joined("D"), joined("A")}, *three),
			cmp.Diff([]Result[string]{}, *none),
		} {
			if d != "" {
				t.Error(d)
			}
		}
		requireEmpty(t, &g)
	})
}

func TestOneKeyOfManyKeepsTheCallAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		var calls [][]string
		ctx, cancel := context.WithCancel(t.Context())
		one := startMany(ctx, &g, upper(&calls), "a", "b")
		two := startMany(t.Context(), &g, upper(&calls), "b")
		cancel()
		time.Sleep(time.Second)
		synctest.Wait()
		for i, r := range *one {
			if !errors.Is(r.Err, context.Canceled) {
				t.Errorf("key %d of the one who left: %+v", i, r)
			}
		}
		if d := cmp.Diff([]Result[string]{{Val: "B", Joined: true}}, *two, cmpopts.EquateErrors()); d != "" {
			t.Error(d)
		}
		requireEmpty(t, &g)
	})
}

func TestManyWrongCount(t *testing.T) {
	var g Group[int, int]
	for _, r := range g.DoMany(t.Context(), []int{1, 2}, func(context.Context, []int) ([]int, error) { return []int{1}, nil }) {
		if r.Err == nil || !strings.Contains(r.Err.Error(), "1 values for 2 keys") {
			t.Errorf("got %+v", r)
		}
	}
	requireEmpty(t, &g)
}

func TestManyPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		var recovered any
		go func() {
			defer func() { recovered = recover() }()
			g.DoMany(t.Context(), []string{"a", "b"}, func(context.Context, []string) ([]string, error) {
				time.Sleep(time.Second)
				panic("x")
			})
		}()
		synctest.Wait()
		var calls [][]string
		rs := startMany(t.Context(), &g, upper(&calls), "b", "c")
		time.Sleep(time.Second)
		synctest.Wait()
		var p *PanicError
		if !errors.As((*rs)[0].Err, &p) || p.Value != "x" || (*rs)[1].Val != "C" {
			t.Errorf("joiner got %+v", *rs)
		}
		if p, ok := recovered.(*PanicError); !ok || p.Value != "x" {
			t.Errorf("starter recovered %v", recovered)
		}
		requireEmpty(t, &g)
	})
}

// TestManyLaws: whatever callers come, overlap and leave, everyone who stays
// gets the right value for each key, at the latest a second after coming (no
// call waits for another), and nothing is left behind.
func TestManyLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type caller struct {
			Keys  []string
			Delay time.Duration // since the caller before
			Stay  time.Duration
		}
		callers := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) caller {
			return caller{
				Keys:  rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 5).Draw(rt, "keys"),
				Delay: time.Duration(rapid.IntRange(0, 500).Draw(rt, "delay")) * time.Millisecond,
				Stay:  time.Duration(rapid.IntRange(1, 2000).Draw(rt, "stay")) * time.Millisecond,
			}
		}), 1, 12).Draw(rt, "callers")
		synctest.Test(t, func(t *testing.T) {
			var g Group[string, string]
			calls := make([][][]string, len(callers))
			for i, c := range callers {
				time.Sleep(c.Delay)
				ctx, cancel := context.WithTimeout(t.Context(), c.Stay)
				defer cancel()
				go func() {
					began := time.Now()
					rs := g.DoMany(ctx, c.Keys, upper(&calls[i]))
					took := time.Since(began)
					if want := min(c.Stay, time.Second); took > want {
						t.Errorf("%+v took %v", c, took)
					}
					for i, r := range rs {
						late := errors.Is(r.Err, context.DeadlineExceeded) && c.Stay <= time.Second
						if !late && (r.Err != nil || r.Val != strings.ToUpper(c.Keys[i])) {
							t.Errorf("%+v got %+v for %s", c, r, c.Keys[i])
						}
					}
				}()
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			requireEmpty(t, &g)
			for i, c := range calls {
				if len(c) > 1 || len(c) == 1 && len(slices.Compact(slices.Sorted(slices.Values(c[0])))) != len(c[0]) {
					t.Errorf("%+v made calls %v, want one at most, without duplicates", callers[i], c)
				}
			}
		})
	})
}
