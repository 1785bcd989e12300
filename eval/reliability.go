package eval

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/likewise-go/likewise/cache"
)

// Reliability says how far probabilities can be taken at their word.
type Reliability struct {
	Brier    float64  `json:"brier"` // mean squared error, in [0, 1]
	BrierCI  Interval `json:"brier_ci95"`
	ECE      float64  `json:"ece"` // mean distance of a bin's probability from its share of same, in [0, 1]
	ECECI    Interval `json:"ece_ci95"`
	Isotonic float64  `json:"brier_isotonic"` // the Brier score of isotonic regression instead, on held-out folds
	Logistic float64  `json:"brier_logistic"` // the Brier score of the logistic curve on the same folds
	Bins     []Bin    `json:"bins"`
}

// A Bin is a tenth of the labelled pairs, by probability.
type Bin struct {
	Mean  float64  `json:"mean"`  // probability
	Same  float64  `json:"same"`  // share
	CI    Interval `json:"ci95"`  // on Same (Clopper-Pearson)
	Pairs int      `json:"pairs"` // in it
}

// numBins is into how many bins of equal size probabilities go.
const numBins = 10

// scored is a probability with its label.
type scored struct {
	p    float64
	same bool
}

// reliability compares probabilities with labels: the rule's, or, where the
// rule is a cosine, those of a curve on folds that it was not fitted to. nil
// if the labels are of one kind only.
func (ev *Evidence) reliability(cases []Case, rule *Rule) *Reliability {
	obs, judge := ev.observations(cases), ev.Judge != ""
	curve, err := FitCurve(obs, judge)
	if err != nil {
		return nil
	}
	r := new(Reliability)
	byCurve, bySteps := heldOut(obs, curve, judge)
	r.Logistic, r.Isotonic = brier(byCurve), brier(bySteps)
	ps := byCurve
	if rule.Name == "probability" {
		for i, o := range obs {
			ps[i] = scored{rule.score(o.Similarity, o.Judge), o.Same}
		}
	}
	r.Brier = brier(ps)
	r.Bins, r.ECE = bins(ps)
	again := make([]scored, len(ps))
	ci := bootstrap(len(ps), 200, func(draw []int) []float64 {
		for i, j := range draw {
			again[i] = ps[j]
		}
		_, ece := bins(again)
		return []float64{brier(again), ece}
	})
	r.BrierCI, r.ECECI = ci[0], ci[1]
	return r
}

func brier(ps []scored) (sum float64) {
	for _, p := range ps {
		sum += (p.p - number(p.same)) * (p.p - number(p.same))
	}
	return sum / float64(len(ps))
}

// bins sorts ps.
func bins(ps []scored) (out []Bin, ece float64) {
	slices.SortFunc(ps, func(a, b scored) int { return cmp.Compare(a.p, b.p) })
	for b := range numBins {
		from, to := b*len(ps)/numBins, (b+1)*len(ps)/numBins
		if from == to {
			continue
		}
		n, same, sum := to-from, 0, 0.
		for _, p := range ps[from:to] {
			sum += p.p
			if p.same {
				same++
			}
		}
		bin := Bin{Mean: sum / float64(n), Same: share(same, n), Pairs: n, CI: Interval{LowerBound(same, n, .975), UpperBound(same, n, .975)}}
		out = append(out, bin)
		ece += max(bin.Mean-bin.Same, bin.Same-bin.Mean) * float64(n) / float64(len(ps))
	}
	return out, ece
}

// heldOut compares two maps from a curve's order to a probability on data
// that they were not fitted to, in five folds: the logistic one and isotonic
// regression.
func heldOut(obs []Observation, curve cache.Curve, judge bool) (byCurve, bySteps []scored) {
	const folds = 5
	order := rand.New(rand.NewPCG(7, 8)).Perm(len(obs))
	for f := range folds {
		var train, test []Observation
		for i, j := range order {
			if i%folds == f {
				test = append(test, obs[j])
			} else {
				train = append(train, obs[j])
			}
		}
		fitted := curve
		if c, err := FitCurve(train, judge); err == nil {
			fitted = c
		}
		steps := fitSteps(train, fitted)
		for _, o := range test {
			p := fitted.At(o.Similarity, o.Judge)
			byCurve = append(byCurve, scored{p, o.Same})
			bySteps = append(bySteps, scored{steps.at(p), o.Same})
		}
	}
	return byCurve, bySteps
}

// isotonicSteps is a step function that never falls.
type isotonicSteps struct{ from, value []float64 }

// fitSteps is isotonic regression of the labels on a curve's probability, by
// pooling adjacent violators (Ayer et al. 1955).
func fitSteps(obs []Observation, curve cache.Curve) *isotonicSteps {
	type block struct{ from, sum, weight float64 }
	sorted := slices.Clone(obs)
	at := func(o Observation) float64 { return curve.At(o.Similarity, o.Judge) }
	slices.SortFunc(sorted, func(a, b Observation) int { return cmp.Compare(at(a), at(b)) })
	var blocks []block
	for i, o := range sorted {
		p := at(o)
		if i > 0 && p == at(sorted[i-1]) {
			last := &blocks[len(blocks)-1]
			last.sum, last.weight = last.sum+o.Weight*number(o.Same), last.weight+o.Weight
		} else {
			blocks = append(blocks, block{p, o.Weight * number(o.Same), o.Weight})
		}
	}
	var pooled []block
	for _, b := range blocks {
		for len(pooled) > 0 {
			last := pooled[len(pooled)-1]
			if last.sum*b.weight < b.sum*last.weight {
				break
			}
			b = block{last.from, last.sum + b.sum, last.weight + b.weight}
			pooled = pooled[:len(pooled)-1]
		}
		pooled = append(pooled, b)
	}
	s := new(isotonicSteps)
	for _, b := range pooled {
		s.from, s.value = append(s.from, b.from), append(s.value, b.sum/b.weight)
	}
	return s
}

// at returns the step's value; below the first, its.
func (s *isotonicSteps) at(p float64) float64 {
	i, found := slices.BinarySearch(s.from, p)
	if !found {
		i--
	}
	return s.value[max(0, i)]
}
