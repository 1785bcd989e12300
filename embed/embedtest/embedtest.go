// Package embedtest is the conformance suite of [embed.Embedder]: what a cache
// relies on, checked on whatever implementation there is.
//
//	func TestConformance(t *testing.T) {
//		embedtest.Suite{Embedder: e, TooLong: []string{strings.Repeat("word ", 600)}}.Run(t)
//	}
package embedtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/embed"
)

// Suite says what to check an embedder with.
type Suite struct {
	Embedder embed.Embedder

	Texts      []string // different ones that it can read, at least 2; nil takes six English questions
	TooLong    []string // texts for which it must return embed.ErrTooLong
	Unreadable []string // texts for which it must return embed.ErrUnreadable

	// Tolerance is how far a vector's length may be from 1, and the cosine of
	// two vectors of the same text. 0 is 1e-4.
	Tolerance float64
}

var questions = []string{
	"How do I reset my card PIN?",
	"how do i reset my card pin",
	"What is the exchange rate for euros today?",
	"What is the exchange rate for dollars today?",
	"My card has not arrived yet; it was ordered two weeks ago.",
	"Why?",
}

// Run checks everything and reports each problem as an error of t.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	for _, err := range s.Check(t.Context()) {
		t.Error(err)
	}
}

// Check returns the problems, none if the embedder conforms.
func (s Suite) Check(ctx context.Context) []error {
	if s.Texts == nil {
		s.Texts = questions
	}
	if s.Tolerance == 0 {
		s.Tolerance = 1e-4
	}
	c := &checker{Suite: s, ctx: ctx}
	c.names()
	if c.references() {
		c.batches()
		c.concurrent()
		c.refusals()
		c.endedContext()
	}
	return c.problems
}

// checker collects the problems of one Check.
type checker struct {
	Suite
	ctx context.Context //nolint:containedctx // lives for one Check

	want [][]float32 // of Texts, each embedded alone

	mu       sync.Mutex
	problems []error
}

func (c *checker) errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, fmt.Errorf(format, args...))
}

func (c *checker) names() {
	e := c.Embedder
	if e.Dim() < 1 {
		c.errorf("Dim is %d, want at least 1", e.Dim())
	}
	if first, second := e.ID(), e.ID(); first == "" || first != second {
		c.errorf("ID is %q, then %q, want a name that stays", first, second)
	}
}

// references embeds each text alone, and reports whether the rest of the
// checks make sense.
func (c *checker) references() bool {
	for _, text := range c.Texts {
		vs, err := c.Embedder.Embed(c.ctx, text)
		if err != nil || len(vs) != 1 {
			c.errorf("%q: got %d vectors and error %v, want 1 and none", text, len(vs), err)
			return false
		}
		if len(vs[0]) != c.Embedder.Dim() {
			c.errorf("%q: vector has %d dimensions, Dim says %d", text, len(vs[0]), c.Embedder.Dim())
			return false
		}
		if n := math.Sqrt(dot(vs[0], vs[0])); !(math.Abs(n-1) <= c.Tolerance) { // also if NaN
			c.errorf("%q: vector has length %v, want 1", text, n)
		}
		for i, other := range c.want {
			if c.Texts[i] != text && slices.Equal(other, vs[0]) {
				c.errorf("%q and %q have the same vector", c.Texts[i], text)
			}
		}
		c.want = append(c.want, slices.Clone(vs[0]))
	}
	return true
}

// batches holds that neither company nor order changes a vector.
func (c *checker) batches() {
	if vs, err := c.Embedder.Embed(c.ctx); len(vs) != 0 || err != nil {
		c.errorf("no texts: got %d vectors and error %v, want none", len(vs), err)
	}
	n := len(c.Texts)
	forth, back, twice := make([]int, n), make([]int, n), make([]int, 0, 2*n)
	for i := range n {
		forth[i], back[n-1-i] = i, i
		twice = append(twice, i, i)
	}
	c.same("in order", forth)
	c.same("in reverse", back)
	c.same("each twice", twice)
}

// same embeds Texts in the given order and compares with the references.
func (c *checker) same(what string, order []int) {
	texts := make([]string, len(order))
	for i, at := range order {
		texts[i] = c.Texts[at]
	}
	given := slices.Clone(texts)
	vs, err := c.Embedder.Embed(c.ctx, texts...)
	if err != nil || len(vs) != len(order) {
		c.errorf("%d texts %s: got %d vectors and error %v", len(order), what, len(vs), err)
		return
	}
	if !slices.Equal(given, texts) {
		c.errorf("%d texts %s: the caller's slice was changed", len(order), what)
	}
	for i, at := range order {
		if len(vs[i]) != len(c.want[at]) {
			c.errorf("%q, %s: %d dimensions", c.Texts[at], what, len(vs[i]))
		} else if cos := dot(vs[i], c.want[at]); !(cos >= 1-c.Tolerance) {
			c.errorf("%q, %s: cosine %v with its vector alone, want 1", c.Texts[at], what, cos)
		}
	}
}

func (c *checker) concurrent() {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			order := make([]int, len(c.Texts))
			for i := range order {
				order[i] = (i + w) % len(order)
			}
			c.same("beside other callers", order)
		})
	}
	wg.Wait()
}

// refusals holds that a text that cannot be read is an error of its kind, alone
// and in company, and does no harm to the next call.
func (c *checker) refusals() {
	refuse := func(texts []string, want error) {
		for _, text := range texts {
			for _, batch := range [][]string{{text}, {c.Texts[0], text}} {
				if vs, err := c.Embedder.Embed(c.ctx, batch...); !errors.Is(err, want) || vs != nil {
					c.errorf("%.40q in a batch of %d: got %d vectors and error %v, want only %q", text, len(batch), len(vs), err, want)
				}
			}
		}
	}
	refuse(c.TooLong, embed.ErrTooLong)
	refuse(c.Unreadable, embed.ErrUnreadable)
	c.same("after refusals", []int{0, 1})
}

// endedContext allows an answer, which may come from memory, but no other
// error than the context's.
func (c *checker) endedContext() {
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	if _, err := c.Embedder.Embed(ctx, "is anybody still waiting?"); err != nil && !errors.Is(err, context.Canceled) {
		c.errorf("ended context: got %v, want context.Canceled", err)
	}
	c.same("after an ended context", []int{0, 1})
}

func dot(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
