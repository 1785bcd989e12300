package eval

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
)

// An Interval holds a figure in 95% of all resamples (Efron's percentile
// bootstrap; fixed seed, so that the same data gives the same interval).
type Interval [2]float64

// MarshalJSON writes [low, high], or null where nothing is known.
func (v Interval) MarshalJSON() ([]byte, error) {
	if math.IsNaN(v[0]) || math.IsNaN(v[1]) {
		return []byte("null"), nil
	}
	return json.Marshal([2]float64(v))
}

// resamples is how often the bootstrap draws.
const resamples = 1000

// bootstrap draws n of n cases with replacement and returns the intervals of
// the figures that stat computes from them. A figure that is NaN in a
// resample does not count there.
func bootstrap(n, times int, stat func(draw []int) []float64) []Interval {
	random := rand.New(rand.NewPCG(1, 2))
	var seen [][]float64
	draw := make([]int, n)
	for range times {
		for i := range draw {
			draw[i] = random.IntN(n)
		}
		for i, v := range stat(draw) {
			if i == len(seen) {
				seen = append(seen, nil)
			}
			if !math.IsNaN(v) {
				seen[i] = append(seen[i], v)
			}
		}
	}
	out := make([]Interval, len(seen))
	for i, v := range seen {
		out[i] = Interval{math.NaN(), math.NaN()}
		if len(v) > 0 {
			slices.Sort(v)
			out[i] = Interval{v[int(.025*float64(len(v)-1)+.5)], v[int(.975*float64(len(v)-1)+.5)]}
		}
	}
	return out
}

// An Estimate is a figure with its interval.
type Estimate struct {
	Value float64 // NaN: not known, 0 of 0
	CI    Interval
}
