package cache

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The values are from tables of the Kolmogorov distribution: critical values
// 1.2238, 1.3581, 1.6276 and 1.9495 for 10%, 5%, 1% and 0.1%.
func TestKolmogorov(t *testing.T) {
	for x, want := range map[float64]float64{1.22385: .1, 1.35810: .05, 1.62762: .01, 1.94947: .001, .1: 1} {
		if got := kolmogorov(x); math.Abs(got-want) > 1e-5 {
			t.Errorf("P(K > %v) = %v, want %v", x, got, want)
		}
	}
}

func TestShareOfQuantiles(t *testing.T) {
	q := []float64{.1, .2, .2, .2, .5}
	for s, want := range map[float64]float64{0: 0, .1: 0, .15: .125, .2: .75, .35: .875, .5: 1, .9: 1} {
		if got := share(q, s); math.Abs(got-want) > 1e-12 {
			t.Errorf("share up to %v = %v, want %v", s, got, want)
		}
	}
}

func TestDrift(t *testing.T) {
	var quantiles []float64
	for i := range 101 {
		quantiles = append(quantiles, .5+.4*float64(i)/100) // uniform in [.5, .9]
	}
	fill := func(n int, low, high float64) *drift {
		d, r := new(drift), rand.New(rand.NewPCG(1, 2))
		for range n {
			d.add(low + (high-low)*r.Float64())
		}
		return d
	}
	for name, c := range map[string]struct {
		n         int
		low, high float64
		distance  float64
		alert     bool
	}{
		"the same":            {5000, .5, .9, 0, false},
		"all nearer":          {5000, .7, .9, .5, true},
		"a little further":    {5000, .48, .88, .05, false},
		"elsewhere":           {5000, .1, .3, 1, true},
		"too few to tell":     {100, .1, .3, 1, false},
		"enough of elsewhere": {200, .1, .3, 1, true},
	} {
		got := fill(c.n, c.low, c.high).from(quantiles)
		if math.Abs(got.Distance-c.distance) > .05 || got.Alert != c.alert || got.Lookups != min(c.n, driftRecent) {
			t.Errorf("%s: %+v, want %+v", name, got, c)
		}
	}
	// Only the recent ones count.
	d := fill(5000, .1, .3)
	for i := range driftRecent {
		d.add(.5 + .4*float64(i)/driftRecent)
	}
	if got := d.from(quantiles); got.Alert {
		t.Errorf("old lookups still count: %+v", got)
	}
	if got := d.from(nil); got != (Drift{Lookups: driftRecent}) {
		t.Errorf("without a calibration: %+v", got)
	}
}
