package eval

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/cache/guard"
	"github.com/likewise-go/likewise/embed"
)

// A Rule is what decides about a candidate that neither floor nor guard bars.
type Rule struct {
	Name        string             // of what Threshold is compared with: "cosine" or "probability"
	Threshold   float64            // from which a candidate is served
	From        string             // where the threshold is from: "default", "option" or "calibration"
	Calibration *cache.Calibration // nil: none
	score       scoring
}

// RuleOf returns the rule of a cache with this embedder and these options. It
// fails with cache.ErrCalibration when the options' calibration is for other
// models. Exceptions for scopes do not count: it is the rule of the whole.
func RuleOf(e embed.Embedder, o *cache.Options) (Rule, error) {
	if o == nil {
		o = new(cache.Options)
	}
	judge := o.Judge
	if slices.Contains(o.Skip, cache.StepJudge) {
		judge = nil
	}
	r := Rule{Name: "probability", Threshold: o.Threshold, From: "option"}
	var err error
	if r.Calibration, err = calibrationOf(e, judge, o); err != nil {
		return r, err
	}
	fallback, from := cache.DefaultProbability, "default"
	switch {
	case r.Calibration != nil:
		r.score, fallback, from = r.Calibration.Probability.At, r.Calibration.Threshold, "calibration"
	case judge != nil:
		r.score = func(_, judge float64) float64 { return judge }
	default:
		r.Name, r.score, fallback = "cosine", cosine, cache.DefaultThreshold
	}
	if r.Threshold == 0 || r.Name == "cosine" && r.Threshold == fallback {
		r.Threshold, r.From = fallback, from
	}
	return r, nil
}

// calibrationOf returns the options' calibration, or the one that the judge
// brings if it fits; nil if there is none.
func calibrationOf(e embed.Embedder, judge embed.Judge, o *cache.Options) (*cache.Calibration, error) {
	id, version := "", 0
	if judge != nil {
		id = judge.ID()
	}
	if !slices.Contains(o.Skip, cache.StepVeto) {
		version = guard.Version
	}
	if o.Calibration != nil {
		if err := o.Calibration.Fits(e.ID(), id, version); err != nil {
			return nil, fmt.Errorf("likewise/eval: %w: %w", cache.ErrCalibration, err)
		}
		return o.Calibration, nil
	}
	brings, ok := judge.(interface{ Calibration() []byte })
	if !ok {
		return nil, nil
	}
	c, err := cache.ParseCalibration(brings.Calibration())
	if err != nil || c.Fits(e.ID(), id, version) != nil {
		return nil, err
	}
	return c, nil
}

func cosine(similarity, _ float64) float64 { return similarity }

// Summary is what a rule does to labelled cases. Shares are in [0, 1], and
// NaN, in JSON null, where they are not known.
type Summary struct {
	Cases    int // labelled
	Same     int // of them, with a right candidate
	Servable int // of them, with a candidate that floor and guard let pass

	AP, AUC Estimate // of the order that cases stand in; what may not be served comes last
	Rule    Rule

	Accepted, Wrong int      // served at the threshold, and of these wrong
	HitRate         Estimate // of the cases, served
	Recall          Estimate // of those with a right candidate, served right
	WrongHitRate    Estimate // of those served, wrong
	UpperBound      float64  // on WrongHitRate, with Confidence (Clopper-Pearson)
	Confidence      float64

	PerSource, PerKind []Stratum // nil where the data does not name them
	Steps              []Step    // from strict to loose
	Reliability        *Reliability
	Histogram          []HistogramBin // of the scores of what the threshold decides about
	Worst              []Error        // the errors that are the furthest from what they should be

	Evidence *Evidence
}

// A Step is a threshold with what it does.
type Step struct {
	Threshold float64 `json:"threshold"`
	Accepted  int     `json:"accepted"`
	Wrong     int     `json:"wrong"`
	Precision float64 `json:"precision"` // right of the accepted
	Recall    float64 `json:"recall"`    // right of those with a right candidate
	Bound     float64 `json:"upper_bound"`
}

// A Stratum is a part of the cases: those of one source, or of one kind.
// Figures that are not known are NaN, in JSON null.
type Stratum struct {
	Name                  string
	Cases, Same           int // Same: with a right candidate
	Accepted, Wrong       int // served, and of these wrong
	AP, Precision, Recall float64
	UpperBound            float64 // on the wrong among the accepted; 1 if there are none
}

// An Error is a case that the rule decides against its label.
type Error struct {
	Stored, Asked string
	Source, Kind  string
	Same          bool // the label
	Similarity    float64
	Score         float64 // what the threshold was compared with; -Inf: it was barred
	Why           string  // one phrase
}

// Eval sums up what a rule does to the evidence. confidence is that of the
// upper bounds; 0: DefaultConfidence.
func Eval(ev *Evidence, rule Rule, confidence float64) *Summary {
	cases := thin(ev.Cases)
	s := &Summary{Rule: rule, Cases: len(cases), Confidence: cmp.Or(confidence, DefaultConfidence), Evidence: ev}
	m := measured{s, cases, make([]outcome, len(cases))}
	l := ev.ladder(cases, rule.score)
	s.Servable = len(l.rungs)
	for i := range cases {
		m.of[i] = ev.outcome(&cases[i], &rule)
	}
	m.count()
	m.estimate()
	m.strata()
	s.Histogram = ev.histogram(cases, &rule)
	s.Steps = l.steps(s.Same, s.Confidence)
	s.Reliability = ev.reliability(cases, &rule)
	s.Worst = m.worst(20)
	return s
}

// outcome is what a rule makes of a case.
type outcome struct {
	answerable, served, right bool
	rank                      float64    // by which it stands among the others
	same                      bool       // the label of the candidate that gives the rank
	by                        *Candidate // that candidate, or the one served
	score                     float64    // of by
}

// outcome is what the rule makes of a case.
func (ev *Evidence) outcome(c *Case, rule *Rule) outcome {
	o := outcome{answerable: c.answerable(), rank: math.Inf(-1)}
	for j := range c.Candidates {
		d := &c.Candidates[j]
		score, rank := barred, rule.rank(d)
		if ev.open(d) {
			score = rule.score(d.Similarity, d.Judge)
		}
		if rank > o.rank || j == 0 {
			o.rank, o.same = rank, d.Same
			if !o.served {
				o.by, o.score = d, score
			}
		}
		if score >= rule.Threshold && score > barred && !o.served {
			o.served, o.right, o.by, o.score = true, d.Same, d, score
		}
	}
	return o
}

// rank orders candidates as Score's probability does, whether they may be
// served or not: a veto lowers the odds. What the judge was not asked about
// stands below what it was, by similarity.
func (r *Rule) rank(d *Candidate) float64 {
	switch {
	case r.Name == "cosine" && d.Barred == "":
		return d.Similarity
	case r.Name == "cosine", !d.Judged:
		return d.Similarity - 3
	case d.Barred == "":
		return r.score(d.Similarity, d.Judge)
	}
	return vetoed(r.score(d.Similarity, d.Judge))
}

// measured is a summary in the making.
type measured struct {
	*Summary
	cases []Case
	of    []outcome
}

func (m *measured) count() {
	for i := range m.of {
		o := &m.of[i]
		m.Same += int(number(o.answerable))
		m.Accepted += int(number(o.served))
		m.Wrong += int(number(o.served && !o.right))
	}
	m.UpperBound = UpperBound(m.Wrong, m.Accepted, m.Confidence)
}

// shares returns AP, AUC, hit rate, recall and wrong hit rate of some cases.
func (m *measured) shares(draw []int) []float64 {
	var answerable, served, right float64
	ranks, same := make([]float64, len(draw)), make([]bool, len(draw))
	for n, i := range draw {
		o := &m.of[i]
		ranks[n], same[n] = o.rank, o.same
		answerable += number(o.answerable)
		served += number(o.served)
		right += number(o.right)
	}
	return []float64{AP(ranks, same), AUC(ranks, same), served / float64(len(draw)), right / answerable, (served - right) / served}
}

// maxResampled is how many cases times resamples the bootstrap takes: beyond
// it, it draws less often, for the intervals are narrow then.
const maxResampled = 4_000_000

func (m *measured) estimate() {
	all := make([]int, len(m.cases))
	for i := range all {
		all[i] = i
	}
	times := max(100, min(resamples, maxResampled/max(1, len(all))))
	v, ci := m.shares(all), bootstrap(len(all), times, m.shares)
	for i, e := range []*Estimate{&m.AP, &m.AUC, &m.HitRate, &m.Recall, &m.WrongHitRate} {
		*e = Estimate{v[i], ci[i]}
	}
}

func (m *measured) strata() {
	for by, dst := range map[By]*[]Stratum{BySource: &m.PerSource, ByKind: &m.PerKind} {
		index := make([]int, len(m.cases))
		for i := range index {
			index[i] = i
		}
		for _, p := range parts(index, func(i *int) string { return by.of(&m.cases[*i]) }) {
			*dst = append(*dst, m.stratum(p.name, p.of))
		}
		if len(*dst) == 1 && (*dst)[0].Name == "" {
			*dst = nil
		}
		slices.SortFunc(*dst, func(a, b Stratum) int { return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Name, b.Name)) })
	}
}

func (m *measured) stratum(name string, draw []int) Stratum {
	s := Stratum{Name: name, Cases: len(draw)}
	for _, i := range draw {
		o := &m.of[i]
		s.Same += int(number(o.answerable))
		s.Accepted += int(number(o.served))
		s.Wrong += int(number(o.served && !o.right))
	}
	v := m.shares(draw)
	s.AP, s.Recall, s.Precision = v[0], v[3], 1-v[4]
	if math.IsNaN(v[1]) {
		s.AP = math.NaN() // of one label alone there is nothing to rank
	}
	s.UpperBound = UpperBound(s.Wrong, s.Accepted, m.Confidence)
	return s
}

// maxSteps is how many thresholds a curve shows.
const maxSteps = 200

// steps goes down the ladder, evenly.
func (l *ladder) steps(same int, confidence float64) []Step {
	var out []Step
	last := 0
	for i := 1; i <= maxSteps; i++ {
		n := l.together(i * len(l.rungs) / maxSteps)
		if n <= last {
			continue
		}
		last = n
		s := Step{Threshold: l.cut(n), Accepted: n}
		_, s.Wrong = l.count(s.Threshold)
		right := n - s.Wrong
		s.Bound, s.Precision, s.Recall = UpperBound(s.Wrong, n, confidence), share(right, n), share(right, same)
		out = append(out, s)
	}
	return out
}
