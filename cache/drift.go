package cache

import (
	"math"
	"slices"
	"sync"
)

// Drift says whether recent lookups look like the data of the calibration.
// Its promise is about questions like those: when people begin to ask other
// ones, it is time to calibrate anew.
type Drift struct {
	Lookups int `json:"lookups"` // recent ones with a candidate, at most 1,024

	// Distance is the Kolmogorov-Smirnov statistic, in [0, 1]: the largest
	// difference of the two distributions of the nearest candidate's
	// similarity, that of recent lookups and that of the calibration's data.
	Distance float64 `json:"distance"`
	// Alert: the distance is beyond chance (p < 0.001) and beyond 0.1.
	Alert bool `json:"alert"`
}

// The alert's limits. Below driftLeast lookups there is none.
const (
	driftRecent   = 1024
	driftLeast    = 200
	driftDistance = 0.1
	driftP        = 0.001
)

// drift remembers the similarities of recent lookups.
type drift struct {
	mu     sync.Mutex // guards the fields below
	recent []float64  // a ring of at most driftRecent
	next   int
}

// add takes the nearest candidate's similarity.
func (d *drift) add(similarity float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.recent) < driftRecent {
		d.recent = append(d.recent, similarity)
		return
	}
	d.recent[d.next] = similarity
	d.next = (d.next + 1) % driftRecent
}

// from compares what it remembers with a calibration's quantiles.
func (d *drift) from(quantiles []float64) Drift {
	d.mu.Lock()
	recent := slices.Clone(d.recent)
	d.mu.Unlock()
	if len(quantiles) == 0 || len(recent) == 0 {
		return Drift{Lookups: len(recent)}
	}
	slices.Sort(recent)
	n := float64(len(recent))
	r := Drift{Lookups: len(recent)}
	for i, s := range recent {
		p := share(quantiles, s)
		r.Distance = max(r.Distance, p-float64(i)/n, float64(i+1)/n-p)
	}
	r.Alert = len(recent) >= driftLeast && r.Distance > driftDistance && kolmogorov(math.Sqrt(n)*r.Distance) < driftP
	return r
}

// share returns which share of a distribution, given by evenly spaced
// quantiles, is at most s; between two quantiles it grows linearly.
func share(quantiles []float64, s float64) float64 {
	last := len(quantiles) - 1
	i, _ := slices.BinarySearch(quantiles, s)
	switch {
	case i > last:
		return 1
	case i == 0 && s < quantiles[0]:
		return 0
	}
	for i < last && quantiles[i+1] == s { // equal quantiles: all of them are at most s
		i++
	}
	if quantiles[i] == s {
		return float64(i) / float64(last)
	}
	low, high := quantiles[i-1], quantiles[i]
	return (float64(i-1) + (s-low)/(high-low)) / float64(last)
}

// kolmogorov returns P(K > x) of the Kolmogorov distribution, the limit of
// sqrt(n) times the statistic of n samples (Kolmogorov 1933).
func kolmogorov(x float64) float64 {
	if x < 0.2 {
		return 1 // to within 1e-12; the series converges slowly there
	}
	var sum float64
	for k := 1.0; k < 100; k++ {
		term := math.Exp(-2 * k * k * x * x)
		if term < 1e-17 {
			break
		}
		if int(k)%2 == 0 {
			term = -term
		}
		sum += term
	}
	return min(1, 2*sum)
}
