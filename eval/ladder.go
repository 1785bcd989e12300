package eval

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/likewise-go/likewise/cache"
)

// A ladder holds cases by the highest probability that one of their
// candidates has, the highest first: a threshold serves a first part of it.
// Cases without a candidate to serve are not on it.
type ladder struct {
	rungs []rung
}

type rung struct {
	top   float64   // the highest probability of a candidate
	probs []float64 // by candidate
	c     *Case
}

// barred is the probability of a candidate that is never served.
var barred = math.Inf(-1)

// A scoring gives a candidate that is not barred its probability, from its
// similarity and the judge's. cache.Curve.At is one.
type scoring func(similarity, judge float64) float64

func (ev *Evidence) ladder(cases []Case, score scoring) *ladder {
	l := &ladder{rungs: make([]rung, 0, len(cases))}
	for i := range cases {
		r := rung{top: barred, c: &cases[i], probs: make([]float64, len(cases[i].Candidates))}
		for j := range r.probs {
			r.probs[j] = barred
			if d := &r.c.Candidates[j]; ev.open(d) {
				r.probs[j] = score(d.Similarity, d.Judge)
			}
			r.top = max(r.top, r.probs[j])
		}
		if r.top > barred {
			l.rungs = append(l.rungs, r)
		}
	}
	slices.SortStableFunc(l.rungs, func(a, b rung) int { return cmp.Compare(b.top, a.top) })
	return l
}

// served returns the candidate that a threshold serves, as the cache does:
// the first that reaches it, not the best.
func (r *rung) served(threshold float64) *Candidate {
	for j, p := range r.probs {
		if p >= threshold && p > barred {
			return &r.c.Candidates[j]
		}
	}
	return nil
}

// together returns n, or more where the next cases have the probability of
// the n-th: no threshold comes between those.
func (l *ladder) together(n int) int {
	for n > 0 && n < len(l.rungs) && l.rungs[n].top == l.rungs[n-1].top {
		n++
	}
	return n
}

// cut returns a threshold with few digits that serves the first n cases: of
// the middle between the n-th and the next one's probability, or, behind the
// last case, just under it, for nothing is known of what lies below.
func (l *ladder) cut(n int) float64 {
	if n == 0 {
		return never
	}
	high := l.rungs[n-1].top
	low := high - min(1e-6, high*1e-6)
	if n < len(l.rungs) {
		low = l.rungs[n].top
	}
	return between(low, high)
}

// never is a threshold that no probability reaches.
const never = 2

// between returns a number in (low, high], away from both if it can be, of as
// few digits as that takes. The cache computes probabilities from float32
// similarities of its own, so a threshold must not stand on one.
func between(low, high float64) float64 {
	middle, room := low+(high-low)/2, (high-low)/4
	for digits := 2; digits < 17; digits++ {
		v, err := strconv.ParseFloat(strconv.FormatFloat(middle, 'f', digits, 64), 64)
		if err == nil && math.Abs(v-middle) < room {
			return v
		}
	}
	if middle > low {
		return middle
	}
	return high
}

// count returns how many cases a threshold serves, and how many of them wrong.
func (l *ladder) count(threshold float64) (accepted, wrong int) {
	for i := range l.rungs {
		if l.rungs[i].top < threshold {
			break
		}
		accepted++
		if !l.rungs[i].served(threshold).Same {
			wrong++
		}
	}
	return accepted, wrong
}

// A step is one test of a sequence.
type step struct {
	threshold       float64
	accepted, wrong int
	bound           float64
}

// descend is Learn-then-Test with a fixed sequence (Angelopoulos et al. 2021,
// arXiv 2110.01052, section 3.1). It goes down the ladder and stops before
// the first threshold whose upper bound exceeds maxWrong. It tests where a
// further wrong answer becomes affordable, from start affordable ones on, and
// at the end.
//
// The numbers of cases to test at come from the promise alone, so the only
// thing that the data chooses is the probability that stands at those places.
// That costs nothing: if a higher probability never means a higher risk, the
// first threshold that breaks the promise is passed only if a binomial of at
// least that risk stays within its bound, whatever the probabilities are.
func (l *ladder) descend(maxWrong, confidence float64, start int) (passed []step, failed *step) {
	for k := start; ; k++ {
		n := min(Needed(k, maxWrong, confidence), len(l.rungs))
		if n = l.together(n); len(passed) > 0 && n <= passed[len(passed)-1].accepted {
			if n == len(l.rungs) {
				return passed, nil
			}
			continue
		}
		s := step{threshold: l.cut(n), accepted: n}
		_, s.wrong = l.count(s.threshold)
		if s.bound = UpperBound(s.wrong, n, confidence); s.bound > maxWrong {
			return passed, &s
		}
		passed = append(passed, s)
		if n == len(l.rungs) {
			return passed, nil
		}
	}
}

// startShare of the ladder is where a sequence begins when nothing predicts
// where it should. Nearer to the top a single doubtful label ends it; further
// down it refuses what a stricter threshold would keep. On a bank's stream
// calibrated for 5% with 2,000 labels, 20% of it ends in 6 refusals of 100,
// the top in 42.
const startShare = .15

// startAt returns with how many affordable wrong answers to begin: where the
// bound holds most probably, as far as probabilities say that were not fitted
// to these labels. Of two that are about as good it takes the first. Without
// such probabilities it is at startShare of the ladder.
func (l *ladder) startAt(maxWrong, confidence float64, predicted *cache.Curve) int {
	best, chance := 0, -1.
	expected, seen := 0., 0
	for k := 0; ; k++ {
		n := Needed(k, maxWrong, confidence)
		if n > len(l.rungs) || predicted == nil && float64(n) > startShare*float64(len(l.rungs)) {
			return best
		}
		if predicted == nil {
			best = k
			continue
		}
		for ; seen < n; seen++ {
			r := &l.rungs[seen]
			c := &r.c.Candidates[slices.Index(r.probs, r.top)]
			expected += 1 - predicted.At(c.Similarity, c.Judge)
		}
		if p := poisson(k, expected); p > chance+.01 {
			best, chance = k, p
		}
	}
}

// poisson returns the probability of at most k events where mean are expected.
func poisson(k int, mean float64) (sum float64) {
	term := math.Exp(-mean)
	for i := 0; i <= k; i++ {
		sum += term
		term *= mean / float64(i+1)
	}
	return sum
}
