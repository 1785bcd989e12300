package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
	"github.com/likewise-go/likewise/eval/report"
)

type calibrateCmd struct {
	dbFlag
	embedderFlags
	decisionFlags
	MaxWrong   float64  `help:"Wrong answers among those served to another wording, at most." default:"0.02" placeholder:"R"`
	Confidence float64  `help:"That it holds." default:"0.95" placeholder:"C"`
	CostWrong  float64  `help:"Instead of --max-wrong: what a wrong answer costs; with --saving." placeholder:"X"`
	Saving     float64  `help:"What a right answer saves, in the same currency." placeholder:"X"`
	Each       string   `help:"Demand the promise of every source, or every kind: source, kind." enum:",source,kind" default:"" placeholder:"BY"`
	FromStore  bool     `help:"Add what feedback in --db said."`
	Out        string   `short:"o" help:"Write the calibration here." type:"path" placeholder:"FILE"`
	Report     string   `help:"Write an HTML report into this folder." type:"path" placeholder:"DIR"`
	Pairs      []string `arg:"" optional:"" help:"Files of JSON lines {\"a\",\"b\",\"same\"}, or of questions {\"text\",\"intent\"} in their order."`
}

// Run finds the threshold that keeps a promise on labelled data. With
// --calibration, or with a judge that brings one, that one's curve puts the
// cases in order, so that all labels count.
func (c *calibrateCmd) Run(ctx context.Context, a *app) error {
	if err := c.valid(); err != nil {
		return err
	}
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	data, err := c.read(ctx, a, e)
	if err != nil {
		return err
	}
	rule, err := eval.RuleOf(e, o)
	if err != nil {
		return err
	}
	opts := &eval.CalibrateOptions{MaxWrong: c.MaxWrong, Confidence: c.Confidence, CostWrong: c.CostWrong, Saving: c.Saving, Each: eval.By(c.Each)}
	if rule.Calibration != nil {
		opts.Curve = &rule.Calibration.Probability
	}
	cal, ev, err := data.calibrate(ctx, a, e, o, opts)
	if ev != nil {
		a.showNotes(ev.Notes)
	}
	var no *eval.RefusedError
	if a.json && errors.As(err, &no) {
		a.warn("likewise: %v", no)
		return errors.Join(errSilent, a.write(map[string]any{"refused": no}))
	}
	if err != nil {
		return err
	}
	if err := c.write(cal); err != nil {
		return err
	}
	o.Calibration, o.Threshold = cal, 0
	if rule, err = eval.RuleOf(e, o); err != nil {
		return err
	}
	s := eval.Eval(ev, rule, cal.Confidence)
	if err := a.writeReport(c.Report, s); err != nil {
		return err
	}
	if a.json {
		return a.write(struct {
			*cache.Calibration
			Eval *eval.Summary `json:"eval"`
		}{cal, s})
	}
	a.showCalibration(cal, c.Out)
	a.showSummary(s)
	return nil
}

func (c *calibrateCmd) valid() error {
	switch {
	case len(c.Pairs) == 0 && !c.FromStore:
		return bad("no data is named, expected files of labelled pairs or questions, or --from-store with --db")
	case !(c.MaxWrong > 0 && c.MaxWrong < 1):
		return bad("--max-wrong is %v, expected more than 0 and less than 1, such as 0.02", c.MaxWrong)
	case !(c.Confidence > 0 && c.Confidence < 1):
		return bad("--confidence is %v, expected more than 0 and less than 1, such as 0.95", c.Confidence)
	case c.CostWrong < 0 || c.Saving < 0 || (c.CostWrong > 0) != (c.Saving > 0):
		return bad("--cost-wrong is %v and --saving %v, expected both more than 0", c.CostWrong, c.Saving)
	case c.Threshold != 0:
		return bad("--threshold is %v, and calibrate finds it: leave it out", c.Threshold)
	}
	return nil
}

// read reads the files and the store's feedback.
func (c *calibrateCmd) read(ctx context.Context, a *app, e embed.Embedder) (d labelled, err error) {
	if len(c.Pairs) > 0 {
		if d, err = readLabelled(a, c.Pairs); err != nil {
			return d, err
		}
	}
	if !c.FromStore {
		return d, nil
	}
	if len(d.stream) > 0 {
		return d, bad("--from-store adds pairs, and the files hold a stream of questions: expected pairs")
	}
	kept, err := c.look(e, &cache.Options{})
	if err != nil {
		return d, err
	}
	f, err := eval.ReadFeedback(ctx, kept.Cache)
	_ = kept.Close() // it was only read
	if err != nil {
		return d, err
	}
	if len(d.pairs)+len(f.Pairs) == 0 {
		return d, bad("%s: feedback gives no labels, %s without the question's text: label pairs of your own, and add them as files", c.DB, plural(f.Lost, "vote is", "votes are"))
	}
	a.warn("feedback gives %s; %s without the question's text", plural(len(f.Pairs), "label", "labels"), plural(f.Lost, "vote is", "votes are"))
	d.pairs = append(d.pairs, f.Pairs...)
	return d, nil
}

// write writes the calibration's file.
func (c *calibrateCmd) write(cal *cache.Calibration) error {
	if c.Out == "" {
		return nil
	}
	b, err := json.MarshalIndent(cal, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, append(b, '\n'), 0o644); err != nil { //nolint:gosec // for everyone to read, like the report
		return usageError{err}
	}
	return nil
}

func (a *app) showCalibration(c *cache.Calibration, file string) {
	where := "not written: no -o FILE"
	if file != "" {
		where = file
	}
	a.printf("%s  %s\n", a.paint(bold, "Served from a probability of "+trim(c.Threshold)+" on"), a.paint(dim, where))
	a.wide("promise", "at most %s of the answers served to another wording are wrong, with %s confidence", percent(c.MaxWrong), percent(c.Confidence))
	a.wide("met by", "%s wrong of %s served in the test, which bounds them by %s", group(c.Wrong), group(c.Accepted), percent(c.Bound))
	for i := range c.Scopes {
		s := &c.Scopes[i]
		if s.Threshold > 1 {
			a.wide("scope", "%s: not served by meaning, its answers break the promise", scopeName(s))
			continue
		}
		a.wide("scope", "%s: from %s on, %s wrong of %s, at most %s", scopeName(s), trim(s.Threshold), group(s.Wrong), group(s.Accepted), percent(s.Bound))
	}
	a.printf("\n")
}

func scopeName(s *cache.ScopeCalibration) string {
	switch {
	case s.Model == "":
		return "tenant " + s.Tenant
	case s.Tenant == "":
		return "model " + s.Model
	}
	return "tenant " + s.Tenant + ", model " + s.Model
}

// writeReport writes the summary as HTML, if a folder is named.
func (a *app) writeReport(dir string, s *eval.Summary) error {
	if dir == "" {
		return nil
	}
	path, err := report.Write(dir, s)
	if err != nil {
		return usageError{err}
	}
	a.warn("report written to %s", path)
	return nil
}
