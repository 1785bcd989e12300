package main

import (
	"context"
	"fmt"
	"math"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

// labelled are the labelled data of a command: pairs, or a stream.
type labelled struct {
	pairs  []eval.Pair
	stream []eval.Question
}

func readLabelled(a *app, files []string) (d labelled, err error) {
	d.pairs, d.stream, err = eval.ReadLabelled(a.stdin, files...)
	return d, err
}

// gather asks the models about the data.
func (d *labelled) gather(ctx context.Context, a *app, e embed.Embedder, o *cache.Options) (*eval.Evidence, error) {
	g, end := d.gathering(a, o)
	defer end()
	g.All = true
	if len(d.stream) > 0 {
		return eval.GatherStream(ctx, e, d.stream, g)
	}
	return eval.Gather(ctx, e, d.pairs, g)
}

// calibrate finds a threshold on the data.
func (d *labelled) calibrate(ctx context.Context, a *app, e embed.Embedder, o *cache.Options, c *eval.CalibrateOptions) (*cache.Calibration, *eval.Evidence, error) {
	g, end := d.gathering(a, o)
	defer end()
	if len(d.stream) > 0 {
		return eval.CalibrateStream(ctx, e, d.stream, g, c)
	}
	ev, err := eval.Gather(ctx, e, d.pairs, g)
	if err != nil {
		return nil, nil, err
	}
	cal, err := eval.Calibrate(ev, c)
	return cal, ev, err
}

// gathering shows how far it is.
func (d *labelled) gathering(a *app, o *cache.Options) (g *eval.GatherOptions, end func()) {
	bar := a.progress("judging", len(d.pairs)+len(d.stream))
	return &eval.GatherOptions{Cache: o, Progress: func(done, _ int) { bar.at(done) }}, bar.end
}

// showNotes tells what was odd about the data.
func (a *app) showNotes(notes []string) {
	for _, n := range notes {
		a.warn("%s", n)
	}
}

// showSummary shows what a rule does to labelled cases.
func (a *app) showSummary(s *eval.Summary) {
	row := a.wide
	a.printf("%s, %s with a right answer stored, %s that guard and floor let pass\n", a.paint(bold, plural(s.Cases, "labelled case", "labelled cases")), group(s.Same), group(s.Servable))
	row("ranking", "average precision %s, AUC %s", estimate(s.AP), estimate(s.AUC))
	row("threshold", "%s %.4g (%s)", s.Rule.Name, s.Rule.Threshold, s.Rule.From)
	row("served", "%s, %s of all cases; %s of those with a right answer", group(s.Accepted), rate(s.HitRate), rate(s.Recall))
	row("wrong", "%s, %s of the served; with %s confidence at most %s", a.paint(red, group(s.Wrong)), rate(s.WrongHitRate), percent(s.Confidence), percent(s.UpperBound))
	if r := s.Reliability; r != nil {
		row("reliability", "ECE %.3f [%.3f, %.3f], Brier score %.3f [%.3f, %.3f]", r.ECE, r.ECECI[0], r.ECECI[1], r.Brier, r.BrierCI[0], r.BrierCI[1])
	}
	a.showStrata("source", s.PerSource)
	a.showStrata("kind", s.PerKind)
}

// shownStrata is how many parts are shown; the report has all.
const shownStrata = 12

func (a *app) showStrata(by string, list []eval.Stratum) {
	if len(list) == 0 {
		return
	}
	a.printf("\n  %s\n", a.paint(dim, clip(by, 24)+pad(24-len(by))+"   cases    same  served   wrong  at most"))
	for i := range list[:min(len(list), shownStrata)] {
		s := &list[i]
		name := clip(s.Name, 24)
		if name == "" {
			name = "(none)"
		}
		a.printf("  %s%s %7s %7s %7s %7s  %7s\n", name, pad(24-len([]rune(name))), group(s.Cases), group(s.Same), group(s.Accepted), group(s.Wrong), percent(s.UpperBound))
	}
	if n := len(list) - shownStrata; n > 0 {
		a.printf("  %s\n", a.paint(dim, "and "+plural(n, "more", "more")))
	}
}

// estimate writes a figure with its interval.
func estimate(e eval.Estimate) string {
	if math.IsNaN(e.Value) {
		return "not known"
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", e.Value, e.CI[0], e.CI[1])
}

// rate is estimate, in percent.
func rate(e eval.Estimate) string {
	if math.IsNaN(e.Value) {
		return "not known"
	}
	return fmt.Sprintf("%s [%.1f, %.1f]", percent(e.Value), 100*e.CI[0], 100*e.CI[1])
}
