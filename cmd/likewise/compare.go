package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

// compared is one configuration with what its replay came to.
type compared struct {
	name string
	eval.Report
}

// MarshalJSON writes the report with the configuration's name.
func (c compared) MarshalJSON() ([]byte, error) {
	name, err := json.Marshal(c.name)
	if err != nil {
		return nil, err
	}
	rest, err := json.Marshal(c.Report)
	return append(append([]byte(`{"config":`), name...), append([]byte{','}, rest[1:]...)...), err
}

// compare replays the stream once for each configuration.
func (c *replayCmd) compare(ctx context.Context, a *app, e embed.Embedder, o *cache.Options, stream []eval.Question) error {
	if c.DB != "" || c.Pairs != "" {
		return bad("--compare begins each replay with an empty cache, and writes no pairs: leave --db and --pairs out")
	}
	configs := make([]*cache.Options, len(c.Compare))
	for i, name := range c.Compare {
		var err error
		if configs[i], err = configured(name, o); err != nil {
			return err
		}
		if _, err := eval.RuleOf(e, configs[i]); err != nil {
			return fmt.Errorf("--compare %s: %w", name, err)
		}
	}
	if err := warmUp(ctx, e); err != nil {
		return err
	}
	out := make([]compared, len(configs))
	for i, name := range c.Compare {
		r, err := a.replay(ctx, name, "", e, configs[i], stream, func(*eval.Question, *cache.Result) {})
		if err != nil {
			return err
		}
		out[i] = compared{name, r}
	}
	if a.json {
		return a.write(map[string][]compared{"compare": out})
	}
	a.showCompared(out)
	return nil
}

const wantConfig = "default, cosine@T, guarded@T, probability@P with a number in (0, 1], or a calibration file"

// configured returns the options that a configuration's name stands for.
func configured(name string, o *cache.Options) (*cache.Options, error) {
	r := *o
	what, number, _ := strings.Cut(name, "@")
	switch what {
	case "default":
		if number != "" {
			return nil, bad("--compare %s, expected %s", name, wantConfig)
		}
		return &r, nil
	case "cosine", "guarded", "probability":
	default:
		f := decisionFlags{Calibration: name}
		cal, err := f.calibration()
		if err != nil {
			return nil, bad("--compare %s: %w; expected %s", name, err, wantConfig)
		}
		r.Calibration, r.Threshold = cal, 0
		return &r, nil
	}
	t, err := strconv.ParseFloat(number, 64)
	if err != nil || !(t > 0 && t <= 1) {
		return nil, bad("--compare %s, expected %s", name, wantConfig)
	}
	r.Threshold = t
	if what != "probability" {
		r.Judge, r.Calibration, r.Floor = nil, nil, min(r.Floor, t)
	}
	if what == "cosine" {
		r.Skip = append(r.Skip[:len(r.Skip):len(r.Skip)], cache.StepVeto)
	}
	if what == "probability" && r.Judge == nil && r.Calibration == nil {
		return nil, bad("--compare %s: there is neither judge nor calibration, so there is no probability", name)
	}
	return &r, nil
}

func (a *app) showCompared(list []compared) {
	r := &list[0].Report
	a.printf("%s, %s of them attainable\n\n", a.paint(bold, plural(r.Queries, "question", "questions")), group(r.Attainable))
	a.printf("  %s\n", a.paint(dim, fmt.Sprintf("%-18s %6s %9s %6s %9s %8s  %s", "", "hits", "of right", "wrong", "of hits", "p95", "hit rate along the stream")))
	for i := range list {
		c := &list[i]
		right, wrong, of := "-", "-", "-"
		if c.Labelled > 0 {
			right, wrong, of = percent(ratio(c.Right, c.Attainable)), group(c.Wrong), percent(c.WrongHitRate())
		}
		a.printf("  %-18s %6s %9s %s %9s %8s  %s\n", clip(c.name, 18), group(c.Hits), right, a.paint(red, fmt.Sprintf("%6s", wrong)), of, micros(c.Latency.P95), a.learning(c.Learning))
	}
	a.printf("\n%s\n", a.paint(dim, "of right: hits that are right, of the questions whose answer was stored. of hits: the wrong ones among them."))
}

// learning draws the hit rate between the points of a learning curve, the
// full height for 100%.
func (a *app) learning(points []eval.Progress) string {
	const heights = "▁▂▃▄▅▆▇█"
	var b strings.Builder
	var last eval.Progress
	for _, p := range points {
		rate := ratio(p.Hits-last.Hits, p.Queries-last.Queries)
		b.WriteRune([]rune(heights)[min(7, int(rate*8))])
		last = p
	}
	return a.paint(green, b.String())
}
