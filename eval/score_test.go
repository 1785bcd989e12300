package eval_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

// blind leaves out the guard, for which a compass speaks no English.
var blind = []cache.Step{cache.StepVeto}

func score(t *testing.T, e *compass, o *cache.Options, pairs ...eval.Pair) (out []eval.Scored) {
	t.Helper()
	if o == nil {
		o = new(cache.Options)
	}
	o.Skip = blind
	for s, err := range eval.Score(t.Context(), e, pairs, o) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func TestScore(t *testing.T) {
	for _, c := range []struct {
		a, b     string
		cos      float64 // NaN: none
		decision eval.Decision
		why      string
	}{
		{"x 0", "y 20", math.Cos(20 * math.Pi / 180), eval.Hit, "similarity 0.940 reaches the threshold 0.920"},
		{"x 0", "y 30", math.Cos(30 * math.Pi / 180), eval.Miss, "similarity 0.866 is below the threshold 0.920"},
		{"x 0", "y 60", 0.5, eval.Miss, "no stored question reaches a similarity of 0.70"},
		{"x 0", "y 180", -1, eval.Miss, "no stored question"},
		{"my x 0", "my x 0", math.NaN(), eval.Hit, "the same question"},
		{"today 7", "my 7", 1, eval.Hit, "reaches the threshold"},
		{"unreadable", "unreadable", math.NaN(), eval.Hit, "the same question"},
		{"unreadable", "y 0", math.NaN(), eval.Miss, "exact step only: the stored text: \"unreadable\": text is not readable"},
		{"x 0", "unreadable", math.NaN(), eval.Miss, "exact step only: \"unreadable\": text is not readable"},
	} {
		s := score(t, new(compass), nil, eval.Pair{A: c.a, B: c.b})[0]
		if s.A != c.a || s.B != c.b || s.Decision != c.decision || !strings.Contains(s.Why, c.why) || s.Probability != nil || s.Veto != nil || s.Same != nil {
			t.Errorf("%s / %s: got %+v, want %+v", c.a, c.b, s, c)
		}
		if (s.Similarity == nil) != math.IsNaN(c.cos) || s.Similarity != nil && math.Abs(*s.Similarity-c.cos) > 1e-6 {
			t.Errorf("%s / %s: similarity %v, want %v", c.a, c.b, s.Similarity, c.cos)
		}
	}
	s := score(t, new(compass), &cache.Options{Threshold: .85}, eval.Pair{A: "x 0", B: "y 30"})[0]
	if s.Decision != eval.Hit {
		t.Errorf("at a threshold of 0.85: %+v", s)
	}
}

// Order and labels are kept over many blocks, and each text of a block is
// embedded once.
func TestScoreMany(t *testing.T) {
	pairs := make([]eval.Pair, 1000)
	for i := range pairs {
		same := i%3 == 0
		pairs[i] = eval.Pair{A: "x 0", B: fmt.Sprintf("y %d", i%90), Same: &same}
	}
	e := new(compass)
	for i, s := range score(t, e, nil, pairs...) {
		if s.B != pairs[i].B || *s.Same != *pairs[i].Same || (s.Decision == eval.Hit) != (i%90 <= 23) {
			t.Errorf("pair %d: %+v", i, s)
		}
	}
	if n := e.texts.Load(); n != 4*91 {
		t.Errorf("%d texts were embedded for 4 blocks of 91 texts", n)
	}
}

func TestScoreFails(t *testing.T) {
	for s, err := range eval.Score(t.Context(), new(compass), []eval.Pair{{A: "x 0", B: "broken 1"}}, nil) {
		if err == nil || !strings.Contains(err.Error(), "no connection") {
			t.Errorf("got %+v, %v", s, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for s, err := range eval.Score(ctx, new(compass), []eval.Pair{{A: "x 0", B: "y 1"}}, nil) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %+v, %v", s, err)
		}
	}
}
