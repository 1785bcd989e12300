package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

type replayCmd struct {
	dbFlag
	embedderFlags
	decisionFlags
	admissionFlag
	Compare []string `help:"Replay once for each of these, each from an empty cache: default (what the other flags say), cosine@T (a cosine threshold alone), guarded@T (with the guard), probability@P, or a calibration file." sep:"," placeholder:"CONFIG"`
	Pairs   string   `help:"Write each question with the stored one that came nearest here, as a pair to label: {\"a\",\"b\"}." type:"path" placeholder:"FILE"`
	Logs    []string `arg:"" name:"log" help:"Files of JSON lines {\"text\",\"intent\"}, or chats {\"messages\"}."`
}

// Run replays the questions in their order against an empty cache, or the
// given one.
func (c *replayCmd) Run(ctx context.Context, a *app) error {
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	o.Admission = c.lifted("lenient")
	stream, err := eval.ReadStream(a.stdin, c.Logs...)
	if err != nil {
		return err
	}
	if len(c.Compare) > 0 {
		return c.compare(ctx, a, e, o, stream)
	}
	pairs, done, err := c.pairs()
	if err != nil {
		return err
	}
	r, err := a.replay(ctx, "replaying", c.DB, e, o, stream, pairs)
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	if a.json {
		return a.write(r)
	}
	a.showReport(&r)
	return nil
}

// replay replays a stream in a cache.
func (a *app) replay(ctx context.Context, what, db string, e embed.Embedder, o *cache.Options, stream []eval.Question, each func(*eval.Question, *cache.Result)) (eval.Report, error) {
	kept, err := cache.Open(db, e, o)
	if err != nil {
		return eval.Report{}, err
	}
	bar := a.progress(what, len(stream))
	r, err := eval.Replay(ctx, kept, stream, &eval.ReplayOptions{
		Observe: func(i int, q *eval.Question, r *cache.Result, _ eval.Verdict) {
			each(q, r)
			bar.at(i + 1)
		},
	})
	bar.end()
	return r, errors.Join(err, kept.Close())
}

// pairs returns what writes a question with its nearest stored one, for a
// person to label, and what ends the file.
func (c *replayCmd) pairs() (each func(*eval.Question, *cache.Result), done func() error, err error) {
	if c.Pairs == "" {
		return func(*eval.Question, *cache.Result) {}, func() error { return nil }, nil
	}
	f, err := os.Create(c.Pairs)
	if err != nil {
		return nil, nil, usageError{err}
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var failed error
	each = func(q *eval.Question, r *cache.Result) {
		if len(r.Why.Candidates) > 0 {
			s := &q.Query.Scope
			failed = cmp.Or(failed, enc.Encode(eval.Pair{A: r.Why.Candidates[0].Text, B: q.Query.Text, Tenant: s.Tenant, Model: s.Model}))
		}
	}
	return each, func() error { return errors.Join(failed, w.Flush(), f.Close()) }, nil
}

func (a *app) showReport(r *eval.Report) {
	row := func(name, format string, args ...any) { a.printf("  %-11s %s\n", name, fmt.Sprintf(format, args...)) }
	a.printf("%s\n", a.paint(bold, plural(r.Queries, "question", "questions")))
	row("hits", "%s, %s of all", group(r.Hits), percent(r.HitRate()))
	if r.Labelled > 0 {
		row("attainable", "%s questions had an answer of their intent in the cache; %s of them hit", group(r.Attainable), percent(ratio(r.Right, r.Attainable)))
		row("right", "%s", a.paint(green, group(r.Right)))
		row("wrong", "%s, %s of the hits", a.paint(red, group(r.Wrong)), percent(r.WrongHitRate()))
	} else {
		row("right", "not known: the questions have no intents")
	}
	var by []string
	for _, o := range slices.Sorted(maps.Keys(r.ByOutcome)) {
		by = append(by, o+" "+group(r.ByOutcome[o]))
	}
	row("outcomes", "%s", strings.Join(by, ", "))
	for _, rule := range slices.Sorted(maps.Keys(r.Refused)) {
		row("not stored", "%s by the rule %q", group(r.Refused[rule]), rule)
	}
	row("hit rate", "%s along the stream", a.learning(r.Learning))
	row("lookup", "p50 %s  p95 %s  p99 %s", micros(r.Latency.P50), micros(r.Latency.P95), micros(r.Latency.P99))
	row("embedder", "%s", orNone(r.Embedder))
	row("judge", "%s", orNone(r.Judge))
	row("calibration", "%s", orNone(r.Calibration))
}

// micros writes a time given in microseconds.
func micros(us float64) string {
	if us < 1000 {
		return fmt.Sprintf("%.0f µs", us)
	}
	return fmt.Sprintf("%.1f ms", us/1000)
}

func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
