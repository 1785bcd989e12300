package eval

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/likewise-go/likewise/cache"
)

// Defaults of CalibrateOptions.
const (
	DefaultMaxWrong   = 0.02
	DefaultConfidence = 0.95
)

// CalibrateOptions of Calibrate. nil means the defaults.
type CalibrateOptions struct {
	MaxWrong   float64 // the promise: wrong answers among those served to another wording; 0: DefaultMaxWrong
	Confidence float64 // 0: DefaultConfidence

	// Curve puts the cases in order, and comes from other data: the curve of
	// the calibration that the judge brings, or of an earlier one. All labels
	// then go into the promise. nil: without a judge the similarity is the
	// order; with one, three tenths of the labels are spent on the order, for
	// a promise on the labels that chose it would be too good.
	Curve *cache.Curve

	// CostWrong and Saving, in one currency, replace MaxWrong: an answer is
	// served when P(right) >= CostWrong / (CostWrong + Saving). The promise
	// then is the bound that this threshold happens to meet.
	CostWrong, Saving float64

	// Each demands the promise of every source, or every kind, that has both
	// labels, and not only of the whole.
	Each By
}

// By is what a breakdown is by.
type By string

// The breakdowns.
const (
	Nothing  By = ""
	BySource By = "source"
	ByKind   By = "kind"
)

func (b By) of(c *Case) string {
	switch b {
	case BySource:
		return c.Source
	case ByKind:
		return c.Kind
	}
	return ""
}

func (o *CalibrateOptions) withDefaults() (CalibrateOptions, error) {
	var r CalibrateOptions
	if o != nil {
		r = *o
	}
	r.MaxWrong, r.Confidence = cmp.Or(r.MaxWrong, DefaultMaxWrong), cmp.Or(r.Confidence, DefaultConfidence)
	var errs []error
	want := func(ok bool, field string, value any, allowed string) {
		if !ok {
			errs = append(errs, fmt.Errorf("likewise/eval: option %s is %v, allowed is %s", field, value, allowed))
		}
	}
	want(r.MaxWrong > 0 && r.MaxWrong < 1, "MaxWrong", r.MaxWrong, "(0, 1)")
	want(r.Confidence > 0 && r.Confidence < 1, "Confidence", r.Confidence, "(0, 1)")
	want(r.CostWrong >= 0 && r.Saving >= 0 && (r.CostWrong > 0) == (r.Saving > 0), "CostWrong, Saving", fmt.Sprint(r.CostWrong, ", ", r.Saving), "both more than 0, or none given")
	want(r.Each == Nothing || r.Each == BySource || r.Each == ByKind, "Each", r.Each, "source or kind")
	return r, errors.Join(errs...)
}

// Calibrate finds the lowest threshold that keeps the promise, by
// Learn-then-Test over a fixed sequence of thresholds with one-sided
// Clopper-Pearson bounds, or fails with a *RefusedError that says how many
// more labels it takes. The promise is about the rate among what is served,
// on cases like those given. A case that the guard vetoes is never served.
//
// Cases of one weight are tested as they are. Others are drawn: a case of the
// highest weight stays, one of half of it stays with probability 1/2.
//
// A tenant or model with cases enough gets a threshold of its own. Those
// promises hold together with the given confidence (Bonferroni: each is
// tested at its share of what confidence leaves), as the one of the whole
// does by itself. One that breaks the promise at the threshold of the whole
// beyond doubt, and has none of its own, is not served by meaning at all.
func Calibrate(ev *Evidence, o *CalibrateOptions) (*cache.Calibration, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	cases := thin(ev.Cases)
	if err := ev.bothClasses(cases); err != nil {
		return nil, err
	}
	k := calibration{Evidence: ev, CalibrateOptions: opts, test: cases}
	if err := k.order(cases); err != nil {
		return nil, err
	}
	return k.run(cases)
}

// calibration is one under way.
type calibration struct {
	*Evidence
	CalibrateOptions
	test      []Case       // what the promise is tested on
	curve     cache.Curve  // the order; then, with the same order, the probability
	predicted *cache.Curve // a curve that does not know test's labels; nil: there is none
}

// thin draws cases in proportion to their weights.
func thin(cases []Case) []Case {
	var highest float64
	for i := range cases {
		highest = max(highest, cases[i].Weight)
	}
	random := rand.New(rand.NewPCG(3, 4))
	out := make([]Case, 0, len(cases))
	for i := range cases {
		if random.Float64()*highest < cases[i].Weight {
			c := cases[i]
			c.Weight = 1
			out = append(out, c)
		}
	}
	return out
}

// bothClasses checks that there is something to tell apart.
func (ev *Evidence) bothClasses(cases []Case) error {
	same, all := 0, 0
	for i := range cases {
		for j := range cases[i].Candidates {
			all++
			if cases[i].Candidates[j].Same {
				same++
			}
		}
	}
	switch {
	case all > 0 && same == all:
		return &DataError{Given: all, Found: `all labels are "same"`, Do: "add pairs that are near and different: what was served wrongly, or a question and its nearest one with another answer"}
	case same == 0:
		return &DataError{Given: all, Found: `no label is "same"`, Do: "add pairs of two wordings of one question"}
	}
	return nil
}

// fitShare of the labels go into the order where nothing else gives it.
const fitShare = .3

// order finds the curve that orders the cases, and sets some aside for that
// if it must.
func (k *calibration) order(cases []Case) error {
	var err error
	switch {
	case k.Curve != nil && (k.Judge != "" || k.Curve.Judge == 0):
		k.curve, k.predicted = *k.Curve, k.Curve
		return nil
	case k.Judge == "":
		k.curve, err = FitCurve(k.observations(cases), false)
		return k.dataError(err, cases)
	}
	shuffled := slices.Clone(cases)
	rand.New(rand.NewPCG(5, 6)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	n := int(fitShare * float64(len(shuffled)))
	k.curve, err = FitCurve(k.observations(shuffled[:n]), true)
	fitted := k.curve
	k.predicted, k.test = &fitted, shuffled[n:]
	return k.dataError(err, cases)
}

// dataError makes a fit's failure one about the data.
func (k *calibration) dataError(err error, cases []Case) error {
	switch {
	case errors.Is(err, errOneClass):
		l := k.ladder(cases, cosine)
		return l.refused(len(cases), k.MaxWrong, k.Confidence, nil)
	case errors.Is(err, errNoSignal):
		return &DataError{Given: len(cases), Found: "no order: neither similarity nor judge is higher for same pairs than for different ones", Do: "look whether the labels are the right way round"}
	}
	return err
}

func (k *calibration) run(cases []Case) (*cache.Calibration, error) {
	if k.predicted != nil {
		k.curve = adjust(k.curve, k.observations(cases))
	}
	l := k.ladder(k.test, k.curve.At)
	var found step
	var err error
	if k.CostWrong > 0 {
		found, err = k.byCost(l)
	} else {
		found, err = k.strictest(l)
	}
	if err != nil {
		return nil, err
	}
	c := &cache.Calibration{
		Version: cache.CalibrationVersion, Threshold: found.threshold, MaxWrong: k.MaxWrong, Confidence: k.Confidence,
		Bound: found.bound, Accepted: found.accepted, Wrong: found.wrong,
		Data: k.Data, Embedder: k.Embedder, Judge: k.Judge, Guard: k.Guard,
		Probability: k.curve, Similarities: k.similarities(k.test),
	}
	if k.CostWrong > 0 {
		c.MaxWrong = found.bound
	} else {
		c.Scopes = k.scopes(found.threshold)
	}
	return c, nil
}

// lowest returns the last threshold of the sequence that passes.
func (k *calibration) lowest(l *ladder, cases int, confidence float64, of string) (step, error) {
	var passed []step
	var failed *step
	if len(l.rungs) >= Needed(0, k.MaxWrong, confidence) {
		passed, failed = l.descend(k.MaxWrong, confidence, l.startAt(k.MaxWrong, confidence, k.predicted))
	}
	if len(passed) == 0 {
		e := l.refused(cases, k.MaxWrong, confidence, failed)
		e.Of = of
		return step{}, e
	}
	return passed[len(passed)-1], nil
}

// strictest returns the lowest threshold that keeps the promise on the whole
// and, if that is demanded, on each part. No confidence needs to be shared
// for that: the strictest of them breaks the promise of a part only if that
// part's own one does (an intersection-union test).
func (k *calibration) strictest(l *ladder) (step, error) {
	found, err := k.lowest(l, len(k.test), k.Confidence, "")
	if err != nil || k.Each == Nothing {
		return found, err
	}
	for _, p := range parts(k.test, k.Each.of) {
		if p.name == "" || k.bothClasses(p.of) != nil {
			continue
		}
		s, err := k.lowest(k.ladder(p.of, k.curve.At), len(p.of), k.Confidence, fmt.Sprintf("%s %q", k.Each, p.name))
		if err != nil {
			return s, err
		}
		found.threshold = max(found.threshold, s.threshold)
	}
	found.accepted, found.wrong = l.count(found.threshold)
	found.bound = UpperBound(found.wrong, found.accepted, k.Confidence)
	return found, nil
}

// similarities are 101 quantiles of the nearest candidates' similarities.
func (ev *Evidence) similarities(cases []Case) []float64 {
	var all []float64
	for i := range cases {
		if s := cases[i].Candidates[0].Similarity; s >= ev.Floor {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	out := make([]float64, 101)
	for i := range out {
		at := float64(i) / 100 * float64(len(all)-1)
		low := int(at)
		v := all[low] + (at-float64(low))*(all[min(low+1, len(all)-1)]-all[low])
		out[i] = math.Round(v*1e5) / 1e5
	}
	return out
}
