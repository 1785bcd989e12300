package main

import (
	"context"
	"fmt"

	"github.com/likewise-go/likewise/eval"
)

type evalCmd struct {
	embedderFlags
	decisionFlags
	MaxWrong   float64  `help:"Exit with 1 unless at most this share of the served answers is wrong, with --confidence." placeholder:"R"`
	Confidence float64  `help:"Of the upper bounds." default:"0.95" placeholder:"C"`
	Report     string   `help:"Write an HTML report into this folder." type:"path" placeholder:"DIR"`
	Pairs      []string `arg:"" help:"Files of JSON lines {\"a\",\"b\",\"same\"}, or of questions {\"text\",\"intent\"} in their order."`
}

// Run sums up what the cache would do with labelled pairs.
func (c *evalCmd) Run(ctx context.Context, a *app) error {
	if !(c.Confidence > 0 && c.Confidence < 1) {
		return bad("--confidence is %v, expected more than 0 and less than 1", c.Confidence)
	}
	if !(c.MaxWrong >= 0 && c.MaxWrong < 1) {
		return bad("--max-wrong is %v, expected 0 to 1", c.MaxWrong)
	}
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	rule, err := eval.RuleOf(e, o)
	if err != nil {
		return err
	}
	data, err := readLabelled(a, c.Pairs)
	if err != nil {
		return err
	}
	ev, err := data.gather(ctx, a, e, o)
	if err != nil {
		return err
	}
	a.showNotes(ev.Notes)
	s := eval.Eval(ev, rule, c.Confidence)
	if err := a.writeReport(c.Report, s); err != nil {
		return err
	}
	if a.json {
		err = a.write(s)
	} else {
		a.showSummary(s)
	}
	if err != nil || c.MaxWrong == 0 {
		return err
	}
	return a.gate(s, c.MaxWrong)
}

// gate says in one line whether the bound is kept.
func (a *app) gate(s *eval.Summary, maxWrong float64) error {
	verdict := fmt.Sprintf("%s wrong of %s served, at most %s with %s confidence; allowed is %s",
		group(s.Wrong), group(s.Accepted), percent(s.UpperBound), percent(s.Confidence), percent(maxWrong))
	if s.UpperBound <= maxWrong {
		a.warn("%s  %s", a.paint(green, "pass"), verdict)
		return nil
	}
	if need := eval.Needed(s.Wrong, maxWrong, s.Confidence); s.WrongHitRate.Value <= maxWrong || s.Accepted == 0 {
		verdict += fmt.Sprintf(": too few to say, it takes %s served ones", group(need))
	}
	a.warn("%s  %s", a.paint(red, "fail"), verdict)
	return errSilent
}
