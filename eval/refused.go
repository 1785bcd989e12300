package eval

import (
	"fmt"
	"math"
)

// A RefusedError says that no threshold keeps the promise on the data, and
// what it would take.
type RefusedError struct {
	MaxWrong   float64 `json:"max_wrong"`
	Confidence float64 `json:"confidence"`
	Of         string  `json:"of,omitempty"` // the source or kind that it fails for; "": all data
	Cases      int     `json:"pairs"`        // labelled
	Servable   int     `json:"servable"`     // of them, with a candidate that guard and floor let pass
	Accepted   int     `json:"accepted"`     // served by the strictest threshold that was tested
	Wrong      int     `json:"wrong"`        // of these
	Bound      float64 `json:"bound"`

	// More is an estimate of how many more labelled cases of the same sort it
	// takes, all of them counted, not only those that are served; 0: more
	// will not help, the rate of wrong answers itself is too high.
	More int `json:"more"`
}

// Error is one sentence on what is missing, and one on what to do.
func (e *RefusedError) Error() string {
	of := ""
	if e.Of != "" {
		of = " of " + e.Of
	}
	promise := fmt.Sprintf("at most %s wrong with %s confidence", percents(e.MaxWrong), percents(e.Confidence))
	need := Needed(0, e.MaxWrong, e.Confidence)
	switch {
	case e.Servable < need:
		return fmt.Sprintf("no threshold: %s takes at least %d labelled cases%s that can be served, all of them right; of %d labelled ones %d can: label about %d more, same and different ones as your traffic brings them",
			promise, need, of, e.Cases, e.Servable, e.More)
	case e.More > 0:
		return fmt.Sprintf("no threshold: of the surest %d cases%s %d are labelled different, which bounds the wrong ones by %s, and %s was asked for: label about %d more of the same sort, or allow more",
			e.Accepted, of, e.Wrong, percents(e.Bound), promise, e.More)
	}
	return fmt.Sprintf("no threshold: of the surest %d cases%s %d are labelled different, a rate of %s, and %s was asked for: more labels will not help; look whether those labels are right, allow more, or use a better judge",
		e.Accepted, of, e.Wrong, percents(float64(e.Wrong)/float64(max(1, e.Accepted))), promise)
}

func percents(share float64) string { return fmt.Sprintf("%.4g%%", 100*share) }

// refused explains why none of the ladder's thresholds passed.
func (l *ladder) refused(cases int, maxWrong, confidence float64, failed *step) *RefusedError {
	e := &RefusedError{MaxWrong: maxWrong, Confidence: confidence, Cases: cases, Servable: len(l.rungs)}
	if failed != nil {
		e.Accepted, e.Wrong, e.Bound = failed.accepted, failed.wrong, failed.bound
	}
	need := Needed(0, maxWrong, confidence)
	if e.Servable < need {
		each := float64(max(1, cases)) / float64(max(1, e.Servable)) // labels for one that can be served
		e.More = int(math.Ceil(float64(need-e.Servable) * each))
		return e
	}
	rate, at := l.bestRate(need)
	if rate >= maxWrong {
		return e
	}
	// As many as pass when the rate of the best part stays what it is.
	k := 0
	for float64(k) < rate*float64(Needed(k, maxWrong, confidence)) && k < 10_000 {
		k++
	}
	more := float64(Needed(k, maxWrong, confidence)-at) * float64(cases) / float64(at)
	e.More = max(1, int(math.Ceil(more)))
	return e
}

// bestRate returns the least rate of wrong cases among the first parts of the
// ladder of at least n cases, and how long that part is.
func (l *ladder) bestRate(n int) (rate float64, at int) {
	rate = math.Inf(1)
	wrong := 0
	for i := range l.rungs {
		if r := &l.rungs[i]; !r.served(r.top).Same {
			wrong++
		}
		if v := float64(wrong) / float64(i+1); i+1 >= n && v < rate {
			rate, at = v, i+1
		}
	}
	return rate, at
}
