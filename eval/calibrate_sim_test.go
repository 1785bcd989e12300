package eval_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

// world is a source of labelled pairs whose truth is known: the similarity is
// uniform, and the chance of a same pair rises with it.
type world struct {
	judge bool
	same  func(x float64) float64 // P(same) at the similarity x in [0, 1]
}

func (w *world) draw(r *rand.Rand, n int) *eval.Evidence {
	ev := &eval.Evidence{Embedder: "simulated", Floor: 0}
	if w.judge {
		ev.Judge = "simulated"
	}
	for i := range n {
		x := r.Float64()
		p := w.same(x)
		c := eval.Candidate{Stored: fmt.Sprint("s", i), Same: r.Float64() < p, Similarity: x}
		if w.judge { // the judge sees half of it, the cosine the other half
			noise := r.NormFloat64()
			z := math.Log(p / (1 - p))
			c.Judge = 1 / (1 + math.Exp(-(z+noise)/1.5))
		}
		ev.Cases = append(ev.Cases, eval.Case{Weight: 1, Asked: fmt.Sprint("a", i), Candidates: []eval.Candidate{c}})
	}
	return ev
}

// risk is the share of wrong ones among what a calibration serves, as good as
// exactly.
func (w *world) risk(c *cache.Calibration, truth *eval.Evidence) float64 {
	accepted, wrong := 0., 0.
	for i := range truth.Cases {
		d := &truth.Cases[i].Candidates[0]
		if c.Probability.At(d.Similarity, d.Judge) >= c.Threshold {
			accepted++
			wrong += 1 - w.same(d.Similarity)
		}
	}
	if accepted == 0 {
		return 0
	}
	return wrong / accepted
}

// The promise holds: of many calibrations, no larger share than confidence
// leaves has a true risk over the promised one, within three standard
// deviations of the binomial. The worlds are made so that thresholds pass and
// fail: with room to spare, with labels that are noisy at the top, and with a
// risk just over the promise everywhere, where each pass is an error.
func TestPromiseHolds(t *testing.T) {
	times := 200
	if testing.Short() {
		times = 60
	}
	steep := func(x float64) float64 { return 1 / (1 + math.Exp(-20*(x-.5))) }
	for _, c := range []struct {
		name  string
		world world
		n     int
		curve *cache.Curve
	}{
		{"cosine", world{same: steep}, 500, nil},
		{"judge", world{judge: true, same: steep}, 800, nil},
		{"judge, order known", world{judge: true, same: steep}, 500, &cache.Curve{Bias: -5, Similarity: 10, Judge: .7}},
		{"noisy at the top", world{same: func(x float64) float64 { return min(.985, steep(x)) }}, 1500, nil},
		{"just over it", world{same: func(x float64) float64 { return min(.979, steep(x)) }}, 1500, nil},
		{"just over it, order known", world{judge: true, same: func(x float64) float64 { return min(.979, steep(x)) }}, 1500, &cache.Curve{Bias: -5, Similarity: 10, Judge: .7}},
	} {
		r := rand.New(rand.NewPCG(11, 12))
		truth := c.world.draw(r, 50_000)
		broken, refused, hits := 0, 0, 0.
		for range times {
			got, err := eval.Calibrate(c.world.draw(r, c.n), &eval.CalibrateOptions{MaxWrong: .02, Confidence: .95, Curve: c.curve})
			var no *eval.RefusedError
			if errors.As(err, &no) {
				refused++
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			hits += float64(got.Accepted) / float64(c.n)
			if c.world.risk(got, truth) > .02 {
				broken++
			}
		}
		limit := .05*float64(times) + 3*math.Sqrt(.05*.95*float64(times))
		t.Logf("%s: broken %d of %d, refused %d, served %.3f", c.name, broken, times, refused, hits/float64(max(1, times-refused)))
		if float64(broken) > limit {
			t.Errorf("%s: %d of %d calibrations break the promise, %.0f may", c.name, broken, times, limit)
		}
	}
}
