package main

import (
	"context"
	"fmt"

	"github.com/likewise-go/likewise/eval"
)

type scoreCmd struct {
	embedderFlags
	decisionFlags
	Pairs []string `arg:"" help:"Files of JSON lines {\"a\",\"b\",\"same\"?}."`
}

// Run says of each pair what the cache would do if a were stored and b asked.
func (c *scoreCmd) Run(ctx context.Context, a *app) error {
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	pairs, err := eval.ReadPairs(a.stdin, c.Pairs...)
	if err != nil {
		return err
	}
	bar := a.progress("scoring", len(pairs))
	defer bar.end()
	n := 0
	for s, err := range eval.Score(ctx, e, pairs, o) {
		if err != nil {
			return err
		}
		if a.json {
			err = a.write(&s)
		} else {
			a.printf("%s\n", a.scoreRow(&s))
		}
		if err != nil {
			return err
		}
		n++
		bar.at(n)
	}
	return nil
}

// scoreRow shows a pair on one line: decision, cosine, whether the label
// agrees, and the texts.
func (a *app) scoreRow(s *eval.Scored) string {
	sim, mark, colour := "     -", " ", dim
	if s.Similarity != nil {
		sim = fmt.Sprintf("%6.3f", *s.Similarity)
	}
	hit := s.Decision == eval.Hit
	if hit {
		colour = green
	}
	if s.Same != nil && *s.Same != hit {
		mark = "≠"
		if hit {
			colour = red
		}
	}
	half := max(20, (a.width-18)/2)
	return fmt.Sprintf("%s %s %s  %s %s %s", a.paint(colour, fmt.Sprintf("%-4s", s.Decision)), sim, mark, clip(s.A, half), a.paint(dim, "|"), clip(s.B, half))
}
