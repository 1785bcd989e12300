package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

type demoCmd struct {
	embedderFlags
	decisionFlags
	Questions int `help:"How many questions to ask; 0: as many as fit in 30 seconds here, all 2,000 if they do." default:"0" placeholder:"N"`
}

// demoBudget is how long the demo may take.
const demoBudget = 30 * time.Second

// demoRun is what the demo measured.
type demoRun struct {
	eval.Report
	shipped int           // questions in the program
	fitted  bool          // fewer were asked, to stay within the budget
	rule    string        // from where on the cache serves
	took    time.Duration // for all of it
	cost    float64       // of a call for every question, in dollars
	wait    time.Duration // for a call for every question, on the simulated clock
	waited  time.Duration // for the calls that were made, on that clock, and for the lookups
	saved   cache.Saved
	hits    []demoHit
}

// Run replays a bank's questions through a cache in front of a scripted
// provider. The store is a file, as it is in earnest; it is removed at the end.
func (c *demoCmd) Run(ctx context.Context, a *app) (err error) {
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	o.Admission = cache.AllowVolatile | cache.AllowPersonal // one canned answer per intent is everybody's
	b, stream, err := openBank()
	if err != nil {
		return err
	}
	if c.Questions < 0 || c.Questions > len(stream) {
		return bad("--questions is %d, expected 1 to %d, or 0", c.Questions, len(stream))
	}
	dir, err := os.MkdirTemp("", "likewise-demo-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	n := c.Questions
	if n == 0 {
		if n, err = fitting(ctx, filepath.Join(dir, "trial.db"), e, o, b, stream); err != nil {
			return err
		}
	}
	d := &demoRun{shipped: len(stream), fitted: c.Questions == 0 && n < len(stream), rule: servedFrom(o)}
	if err := d.replay(ctx, a, filepath.Join(dir, "demo.db"), e, o, b, stream[:n]); err != nil {
		return err
	}
	if a.json {
		return a.write(d.Report)
	}
	a.showDemo(d)
	return nil
}

// fitting returns the largest round number of questions that fit in the
// budget, as a short trial on this machine says.
func fitting(ctx context.Context, path string, e embed.Embedder, o *cache.Options, b *bank, stream []eval.Question) (int, error) {
	const trial = 20
	if err := warmUp(ctx, e); err != nil {
		return 0, err
	}
	kept, err := cache.Open(path, e, o)
	if err != nil {
		return 0, err
	}
	last := time.Now()
	var took []time.Duration
	_, err = eval.Replay(ctx, kept, stream[:trial], &eval.ReplayOptions{
		Fill: b.answer,
		Observe: func(int, *eval.Question, *cache.Result, eval.Verdict) {
			took = append(took, time.Since(last))
			last = time.Now()
		},
	})
	if err = errors.Join(err, kept.Close()); err != nil {
		return 0, err
	}
	slices.Sort(took)
	each := took[len(took)*3/4] // above the median, to be on the safe side
	for _, n := range []int{len(stream), 1500, 1000, 500, 200} {
		if time.Duration(n)*each < demoBudget {
			return n, nil
		}
	}
	return 100, nil
}

func (d *demoRun) replay(ctx context.Context, a *app, path string, e embed.Embedder, o *cache.Options, b *bank, stream []eval.Question) error {
	kept, err := cache.Open(path, e, o)
	if err != nil {
		return err
	}
	bar := a.progress("asking", len(stream))
	start := time.Now()
	d.Report, err = eval.Replay(ctx, kept, stream, &eval.ReplayOptions{
		Fill: b.answer,
		Observe: func(i int, q *eval.Question, r *cache.Result, v eval.Verdict) {
			d.observe(b, q, r, v)
			bar.at(i + 1)
		},
	})
	d.took, d.saved = time.Since(start), kept.Stats().Saved
	bar.end()
	return errors.Join(err, kept.Close())
}

// observe books what a question would have cost, and what it did.
func (d *demoRun) observe(b *bank, q *eval.Question, r *cache.Result, v eval.Verdict) {
	call := b.wait()
	d.wait += call
	d.cost += b.answer(q).Usage.Cost
	for _, t := range r.Why.Took {
		d.waited += t
	}
	if !r.Hit() {
		d.waited += call
	}
	if r.Outcome == cache.HitSemantic {
		d.hits = append(d.hits, demoHit{
			asked: q.Query.Text, stored: r.Why.Neighbour, answer: r.Answer.Text, intent: q.Intent,
			similarity: r.Why.Similarity, reason: r.Why.Reason, right: v == eval.Right,
		})
	}
}

// servedFrom says from where on a cache with these options serves, as far as
// they say it.
func servedFrom(o *cache.Options) string {
	switch {
	case o.Judge == nil && o.Calibration == nil:
		return fmt.Sprintf("A stored answer is served from a cosine similarity of %.2f.", o.Threshold)
	case o.Threshold > 0:
		return fmt.Sprintf("A stored answer is served from a probability of %.2f.", o.Threshold)
	}
	return "A stored answer is served where it is probable enough to be right."
}
