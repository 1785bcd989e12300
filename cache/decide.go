package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/likewise-go/likewise/cache/guard"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/index"
)

// setJudge takes the judge of the options, with its calibration.
func (c *Cache) setJudge(e embed.Embedder) error {
	o, id := &c.opts, ""
	if o.Judge != nil && !c.skips(StepJudge) {
		c.judge, id = o.Judge, o.Judge.ID()
		if o.JudgeTimeout > 0 {
			c.judge = embed.JudgeWithDeadline(o.Judge, o.JudgeTimeout)
		}
	}
	if o.Calibration != nil {
		if err := o.Calibration.Fits(e.ID(), id, c.guardVersion()); err != nil {
			return fmt.Errorf("%w: %w", ErrCalibration, err)
		}
		return nil
	}
	brings, ok := o.Judge.(interface{ Calibration() []byte })
	if !ok || c.judge == nil {
		return nil
	}
	cal, err := ParseCalibration(brings.Calibration())
	if err != nil {
		return fmt.Errorf("the calibration of judge %q: %w", id, err)
	}
	if cal.Fits(e.ID(), id, c.guardVersion()) == nil {
		o.Calibration = cal
	}
	return nil
}

// A decision is one lookup's judgement about its candidates.
type decision struct {
	c   *Cache
	q   *question
	ctx context.Context
	why *Why
	now time.Time

	judging context.Context // ctx, or it ends earlier: with the judge's time for this lookup
	lap     time.Time       // when the step under way began
}

// decide serves the first candidate that may answer the question: the nearest
// first, and for each the cheapest objection first.
func (c *Cache) decide(ctx context.Context, q *question, r *Result, hits []index.Hit, start time.Time) {
	asked, why := *q, r.Why // copies, so that a lookup that ends before this step allocates neither
	d := decision{c: c, q: &asked, ctx: ctx, why: &why, now: start, judging: ctx, lap: start}
	defer func() { r.Why = why }()
	if c.judge != nil && c.opts.JudgeTimeout > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, c.opts.JudgeTimeout, embed.ErrLate)
		defer cancel()
		d.judging = limited
	}
	c.drift.add(float64(hits[0].Score))
	w := d.why
	w.Threshold, w.ThresholdFrom = q.policy.Threshold, q.from
	w.Candidates = make([]Candidate, 0, len(hits))
	for _, hit := range hits {
		e := c.table.get(hit.ID)
		if e == nil {
			continue // removed since the search
		}
		h, err := c.read(ctx, e, start)
		if h == nil {
			if err != nil {
				w.Fault = err.Error()
			}
			continue
		}
		w.Candidates = append(w.Candidates, Candidate{ID: ID{Entry: e.id}, Text: h.body.Text, Similarity: float64(hit.Score), Age: e.age(start)})
		cand := &w.Candidates[len(w.Candidates)-1]
		stale, verdict := d.verdict(cand, h)
		served := verdict == ""
		if served {
			verdict = "served"
		}
		cand.Verdict = verdict
		if served || len(w.Candidates) == 1 {
			w.Similarity, w.Probability, w.Veto, w.Neighbour = cand.Similarity, cand.Probability, cand.Veto, cand.Text
			w.Reason = "the nearest stored question is no answer: " + verdict
		}
		if served {
			c.serve(r, HitSemantic, h, stale, start)
			r.ID.Asked = askedHash(q.key)
			c.asked.add(r.ID, q.Text)
			w.Reason = d.reached(cand)
			break
		}
	}
	d.step(StepDecide)
	if len(w.Candidates) == 0 {
		w.Reason = "no candidate could be read"
	}
}

// step books the time since the last call on a step.
func (d *decision) step(s Step) {
	now := time.Now()
	d.why.Step = max(d.why.Step, s)
	d.why.Took[s] += max(now.Sub(d.lap), 1)
	d.lap = now
}

// verdict says why a candidate may not answer the question, or "".
// Everything that decides about a pair stands here, the cheapest first.
func (d *decision) verdict(cand *Candidate, h *hotEntry) (stale bool, verdict string) {
	c, q, e := d.c, d.q, h.entry
	if c.opts.byCosine() && cand.Similarity < q.policy.Threshold {
		return false, fmt.Sprintf("similarity %.3f is below the threshold %.3f", cand.Similarity, q.policy.Threshold)
	}
	if stale, verdict = c.usable(e, q, d.now); verdict != "" {
		return stale, verdict
	}
	if c.table.rejects(e, askedHash(q.key)) {
		return stale, "feedback said that it is wrong for this question"
	}
	d.step(StepDecide)
	if verdict = d.veto(cand, h); verdict != "" {
		return stale, verdict
	}
	if c.opts.byCosine() {
		return stale, ""
	}
	p, verdict := d.probability(cand)
	if verdict != "" {
		return stale, verdict
	}
	cand.Probability = &p
	if p < q.policy.Threshold {
		return stale, fmt.Sprintf("probability %.3f is below the threshold %.3f", p, q.policy.Threshold)
	}
	return stale, ""
}

// probability returns P(the candidate's answer is right), or why there is
// none.
func (d *decision) probability(cand *Candidate) (p float64, verdict string) {
	c, cal := d.c, d.c.opts.Calibration
	if cal != nil {
		if most := cal.Probability.At(cand.Similarity, 1); most < d.q.policy.Threshold {
			return 0, fmt.Sprintf("at similarity %.3f no verdict reaches the threshold %.3f", cand.Similarity, d.q.policy.Threshold)
		}
	}
	if c.judge != nil {
		var err error
		p, err = c.judge.Judge(d.judging, cand.Text, d.q.Text)
		d.step(StepJudge)
		switch {
		case err == nil:
		case d.ctx.Err() != nil:
			return 0, "the caller is gone"
		case errors.Is(err, embed.ErrTooLong), errors.Is(err, embed.ErrUnreadable):
			return 0, "the judge cannot read the two together: " + err.Error()
		default:
			c.fault("judge", err)
			d.why.Fault = err.Error()
			return 0, "the judge failed"
		}
	}
	if cal != nil {
		p = cal.Probability.At(cand.Similarity, p)
	}
	return p, ""
}

// reached says what a served candidate had.
func (d *decision) reached(cand *Candidate) string {
	what, got := "similarity", cand.Similarity
	if cand.Probability != nil {
		what, got = "probability", *cand.Probability
	}
	return fmt.Sprintf("%s %.3f reaches the threshold %.3f", what, got, d.why.Threshold)
}

// guardVersion is the version of the guard that this cache asks; 0: none.
func (c *Cache) guardVersion() int {
	if c.skips(StepVeto) {
		return 0
	}
	return guard.Version
}

// veto returns what the guard objects to in a candidate, or "".
func (d *decision) veto(cand *Candidate, h *hotEntry) (verdict string) {
	if d.c.skips(StepVeto) {
		return ""
	}
	var buf [4]guard.Veto
	vetoes := guard.Compare(h.look(), d.q.look(), buf[:0])
	if len(vetoes) > 0 {
		cand.Veto = vetoes[0].String()
		verdict = "the guard objects: " + cand.Veto
	}
	d.step(StepVeto)
	return verdict
}
