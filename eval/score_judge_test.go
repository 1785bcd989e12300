package eval_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

// halfway is an embedder for which any two texts have a similarity of 1/2,
// but those with "far" in them of 0 to all others.
type halfway struct{}

func (h *halfway) ID() string { return "halfway" }
func (h *halfway) Dim() int   { return 64 }

func (h *halfway) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	var out [][]float32
	for _, t := range texts {
		v := make([]float32, 64)
		if strings.Contains(t, "far") {
			v[63] = 1
		} else {
			v[0], v[1+len(t)%62] = float32(math.Sqrt(.5)), float32(math.Sqrt(.5))
		}
		out = append(out, v)
	}
	return out, nil
}

type fixed float64

func (f fixed) ID() string { return "fixed" }

func (f fixed) Judge(_ context.Context, a, _ string) (float64, error) {
	if strings.Contains(a, "endless") {
		return 0, fmt.Errorf("fixed: %w", embed.ErrTooLong)
	}
	return float64(f), nil
}

// Every pair that can be read has a probability, also where a lookup would
// have stopped before.
func TestScoreGivesProbabilities(t *testing.T) {
	o := &cache.Options{Judge: fixed(.96), Floor: .3, Threshold: .9}
	var out []eval.Scored
	for s, err := range eval.Score(t.Context(), &halfway{}, []eval.Pair{
		{A: "How do I boil an egg?", B: "What is the way to cook eggs in water?"},
		{A: "How do I boil an egg?", B: "How far is it to boil the sea?"},
		{A: "How do I pay 500 dollars?", B: "How do I pay the 700 dollars?"},
		{A: "How do I tell an endless story?", B: "What is the way to cook eggs in water?"},
	}, o) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	// A veto multiplies the odds of 24 by 0.06: 1.44 / 2.44.
	for i, want := range []struct {
		p        float64
		veto     bool
		decision eval.Decision
	}{{.96, false, eval.Hit}, {.96, false, eval.Miss}, {.590164, true, eval.Miss}, {math.NaN(), false, eval.Miss}} {
		s := out[i]
		p := math.NaN()
		if s.Probability != nil {
			p = *s.Probability
		}
		if math.Abs(p-want.p) > 1e-5 || math.IsNaN(p) != math.IsNaN(want.p) || (s.Veto != nil) != want.veto || s.Decision != want.decision {
			t.Errorf("pair %d: %s, probability %v, veto %v: %s; want %+v", i, s.Decision, p, s.Veto, s.Why, want)
		}
	}
}
