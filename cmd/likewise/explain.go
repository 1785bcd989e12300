package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
)

type explainCmd struct {
	dbFlag
	scopeFlags
	embedderFlags
	decisionFlags
	admissionFlag
	Question string `arg:"" help:"The question."`
}

// Run looks a question up and shows its way. The store stays as it is: the
// lookup is not counted. Without a store, it is asked of a bank's cache that
// is part of the program.
func (c *explainCmd) Run(ctx context.Context, a *app) error {
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	if err := warmUp(ctx, e); err != nil {
		return err
	}
	q := cache.Query{Scope: c.scope(), Text: c.Question}
	kept, about, err := c.cache(ctx, e, o, &q)
	if err != nil {
		return err
	}
	defer kept.Close()
	r, err := kept.Lookup(ctx, q)
	if err != nil {
		return err
	}
	if a.json {
		return a.write(r)
	}
	a.printf("%s  %s\n\n", a.paint(bold, q.Text), a.paint(dim, about))
	a.showSteps(&r, o)
	a.showOutcome(&r)
	if o.Admission == 0 && !r.Hit() && strings.HasSuffix(r.Why.Reason, "of the moment or the asker") {
		a.printf("%s\n", a.paint(dim, "With --admission=lenient it is compared by meaning all the same."))
	}
	return nil
}

// cache opens the cache to ask, and says what it is.
func (c *explainCmd) cache(ctx context.Context, e embed.Embedder, o *cache.Options, q *cache.Query) (*cache.Cache, string, error) {
	if c.DB != "" {
		o.Admission = c.lifted("strict")
		kept, err := c.look(e, o)
		if err != nil {
			return nil, "", err
		}
		return kept.Cache, "asked of " + c.DB, nil
	}
	o.Admission = c.lifted("lenient")
	q.Scope = cache.Scope{Model: bankModel, System: bankPrompt}
	kept, err := cache.Open("", e, o)
	if err != nil {
		return nil, "", err
	}
	n, err := fillBank(ctx, kept)
	return kept, fmt.Sprintf("no --db: asked of the demo's bank, which answered %d questions", n), err
}

// showSteps shows each step that was reached, its time and what it found.
func (a *app) showSteps(r *cache.Result, o *cache.Options) {
	for s := cache.StepExact; s <= cache.StepDecide; s++ {
		if took := r.Why.Took[s]; took > 0 {
			a.printf("  %s %s  %s\n", a.paint(cyan, fmt.Sprintf("%-8s", s)), a.paint(dim, fmt.Sprintf("%9s", micros(float64(took)/float64(time.Microsecond)))), found(s, r, o))
		}
	}
	for _, c := range r.Why.Candidates {
		mark, colour := "✗", red
		if c.Verdict == "served" {
			mark, colour = "✓", green
		}
		a.printf("%22s%s %.3f  %s\n", "", a.paint(colour, mark), c.Similarity, clip(c.Text, max(20, a.width-31)))
		if c.Verdict != "served" {
			a.printf("%24s%s\n", "", a.paint(dim, clip(c.Verdict, max(20, a.width-24))))
		}
	}
	a.printf("\n")
}

// found says what a step came to. It reads the last step's from the reason.
func found(s cache.Step, r *cache.Result, o *cache.Options) string {
	w := &r.Why
	last := w.Step == s
	switch s {
	case cache.StepExact:
		if r.Outcome == cache.HitExact {
			return "stored in the same words"
		}
		if last {
			return w.Reason
		}
		return "not stored in these words"
	case cache.StepEmbed:
		if last {
			return w.Reason
		}
		return "made a vector of its meaning"
	case cache.StepPropose:
		n := len(w.Candidates)
		if n == 0 {
			return w.Reason
		}
		return fmt.Sprintf("%s of a similarity of %.2f or more", plural(n, "stored question", "stored questions"), o.Floor)
	case cache.StepVeto:
		n := 0
		for _, c := range w.Candidates {
			if c.Veto != "" {
				n++
			}
		}
		return fmt.Sprintf("the guard objects to %d of %d", n, len(w.Candidates))
	case cache.StepJudge:
		for _, c := range w.Candidates {
			if c.Probability != nil && c.Verdict == "served" || c.Probability != nil && last {
				return fmt.Sprintf("probability %.3f", *c.Probability)
			}
		}
		return "the pair model read the two together"
	case cache.StepDecide:
		return fmt.Sprintf("threshold %.3f (%s)", w.Threshold, w.ThresholdFrom)
	}
	return ""
}

func (a *app) showOutcome(r *cache.Result) {
	colour := dim
	if r.Hit() {
		colour = green
	}
	a.printf("%s  %s\n", a.paint(colour, r.Outcome.String()), r.Why.Reason)
	if r.Why.Fault != "" {
		a.printf("%s  %s\n", a.paint(red, "fault"), r.Why.Fault)
	}
	if r.Hit() {
		a.printf("\n%s\n", strings.TrimRight(r.Answer.Text, "\n"))
	}
}
