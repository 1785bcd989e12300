package eval

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/likewise-go/likewise/cache"
)

// draw makes labelled observations whose true curve is known.
func draw(truth cache.Curve, n int) []Observation {
	r := rand.New(rand.NewPCG(1, 9))
	obs := make([]Observation, n)
	for i := range obs {
		o := Observation{Similarity: .5 + r.Float64()/2, Judge: sigmoid(4 * r.NormFloat64()), Weight: 1}
		o.Same = r.Float64() < truth.At(o.Similarity, o.Judge)
		obs[i] = o
	}
	return obs
}

func TestFitCurveFindsTheTruth(t *testing.T) {
	truth := cache.Curve{Bias: -6, Similarity: 7, Judge: .8}
	got, err := FitCurve(draw(truth, 50_000), true)
	if err != nil || math.Abs(got.Bias-truth.Bias) > .4 || math.Abs(got.Similarity-truth.Similarity) > .5 || math.Abs(got.Judge-truth.Judge) > .05 {
		t.Errorf("got %+v, %v, the truth is %+v", got, err, truth)
	}
	// A weight that would be negative is 0, and the rest is fitted without it.
	got, err = FitCurve(draw(cache.Curve{Bias: 3, Similarity: -4, Judge: .8}, 20_000), true)
	if err != nil || got.Similarity != 0 || math.Abs(got.Judge-.8) > .05 {
		t.Errorf("got %+v, %v, want no weight on the similarity", got, err)
	}
	// A weight of two counts as two.
	obs := draw(truth, 400)
	var twice []Observation
	for i := range obs {
		twice = append(twice, obs[i])
		if i%3 == 0 {
			twice = append(twice, obs[i])
			obs[i].Weight = 2
		}
	}
	a, _ := FitCurve(obs, true)
	b, _ := FitCurve(twice, true)
	if math.Abs(a.Judge-b.Judge) > 1e-6 || math.Abs(a.Similarity-b.Similarity) > 1e-6 {
		t.Errorf("weighted %+v, repeated %+v", a, b)
	}
}

// Labels without an error have no finite fit of their own; the ridge gives one.
func TestFitCurveOfSeparable(t *testing.T) {
	obs := []Observation{{.5, 0, false, 1}, {.6, 0, false, 1}, {.8, 0, true, 1}, {.9, 0, true, 1}}
	c, err := FitCurve(obs, false)
	if err != nil || !(c.Similarity > 0 && c.Similarity < 100) || c.At(.6, 0) > .5 || c.At(.8, 0) < .5 {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := FitCurve(obs[2:], false); err == nil {
		t.Error("one class was fitted")
	}
	for i := range obs {
		obs[i].Same = !obs[i].Same
	}
	if _, err := FitCurve(obs, false); err == nil {
		t.Error("labels the wrong way round were fitted")
	}
}

// Adjusting a curve to other data keeps its order, and gives probabilities
// that are true there.
func TestAdjust(t *testing.T) {
	from, truth := cache.Curve{Bias: -6, Similarity: 7, Judge: .8}, cache.Curve{Bias: -10, Similarity: 10.5, Judge: 1.2}
	got := adjust(from, draw(truth, 50_000))
	if r := got.Judge / got.Similarity; math.Abs(r-from.Judge/from.Similarity) > 1e-9 {
		t.Errorf("the order changed: %+v", got)
	}
	if math.Abs(got.Judge-1.2) > .06 || math.Abs(got.Bias+10) > .5 {
		t.Errorf("got %+v, the truth is %+v", got, truth)
	}
}

// By hand: 1 0 1 | 0 1 1 has the violators 1 0 pooled to 1/2, and 1 0 to 1/2.
func TestIsotonic(t *testing.T) {
	var obs []Observation
	for i, same := range []bool{true, false, true, false, true, true} {
		obs = append(obs, Observation{Similarity: float64(i) / 10, Same: same, Weight: 1})
	}
	s := fitSteps(obs, cache.Curve{Similarity: 1})
	var got []float64
	for i := range obs {
		got = append(got, s.at(sigmoid(float64(i)/10)))
	}
	if want := []float64{.5, .5, .5, .5, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s.at(0) != .5 || s.at(1) != 1 {
		t.Errorf("outside: %v, %v", s.at(0), s.at(1))
	}
}

// By hand: ten pairs, one a bin.
func TestReliabilityBins(t *testing.T) {
	var ps []scored
	for i := range 10 {
		ps = append(ps, scored{float64(i) / 10, i >= 5})
	}
	out, ece := bins(ps)
	if len(out) != 10 || math.Abs(ece-.25) > 1e-12 || math.Abs(brier(ps)-.085) > 1e-12 {
		t.Errorf("%d bins, ECE %v, Brier %v, want 10, .25, .085", len(out), ece, brier(ps))
	}
}
