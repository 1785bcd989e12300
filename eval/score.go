package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/cache/guard"
	"github.com/likewise-go/likewise/embed"
)

// Scored is a pair with what the cache does with it: Decision says what comes
// of asking B when A, and nothing else, is stored.
type Scored struct {
	A    string `json:"a"`
	B    string `json:"b"`
	Same *bool  `json:"same,omitempty"`

	// Similarity is the cosine of the two vectors, in [-1, 1] up to rounding;
	// null when the embedder cannot read one of the texts.
	Similarity *float64 `json:"similarity"`

	// Probability is P(same) by judge, similarity and guard together, also
	// where the cache would not have asked for it: below the floor, and after
	// a veto. null: there is no judge, or it cannot read the two.
	Probability *float64 `json:"probability"`
	Veto        *string  `json:"veto"` // what the guard objects to; null: nothing, or no guard
	Decision    Decision `json:"decision"`
	Why         string   `json:"why"` // one sentence
}

// Decision is "hit" or "miss".
type Decision string

// The decisions.
const (
	Hit  Decision = "hit"
	Miss Decision = "miss"
)

// scoreBlock is how many pairs are in work at a time: enough that the cores
// are busy, few enough that the first results come soon.
const scoreBlock = 256

// Score yields the pairs in their order, each with what a cache with these
// options does with it: A is stored in an empty cache and B is looked up.
// Rules that keep questions of the moment or of the asker out do not apply.
// Each distinct text of a block of pairs is embedded once, on all cores.
// It ends with an error when ctx ends or the embedder fails.
func Score(ctx context.Context, e embed.Embedder, pairs []Pair, o *cache.Options) iter.Seq2[Scored, error] {
	return func(yield func(Scored, error) bool) {
		var opts cache.Options
		if o != nil {
			opts = *o
		}
		opts.Admission |= cache.AllowVolatile | cache.AllowPersonal
		opts.MemoSize, opts.EmbedTimeout, opts.JudgeTimeout = -1, -1, -1 // the vectors are there already, and nobody waits
		for len(pairs) > 0 {
			n := min(len(pairs), scoreBlock)
			out, err := scoreAll(ctx, e, pairs[:n], &opts)
			if err != nil {
				yield(Scored{}, fmt.Errorf("likewise/eval: score: %w", err))
				return
			}
			for _, s := range out {
				if !yield(s, nil) {
					return
				}
			}
			pairs = pairs[n:]
		}
	}
}

func scoreAll(ctx context.Context, e embed.Embedder, pairs []Pair, o *cache.Options) ([]Scored, error) {
	rule, err := RuleOf(e, o)
	if err != nil {
		return nil, err
	}
	known, err := embedAll(ctx, e, pairs)
	if err != nil {
		return nil, err
	}
	out := make([]Scored, len(pairs))
	errs := make([]error, len(pairs))
	parallel(len(pairs), func(i int) {
		if out[i], errs[i] = scoreOne(ctx, known, &pairs[i], o); errs[i] == nil {
			errs[i] = out[i].weigh(ctx, &rule, o)
		}
	})
	return out, errors.Join(errs...)
}

// parallel calls f for 0 to n-1 on all cores and returns when all have ended.
func parallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// scoreOne stores A in a cache of its own and asks B.
func scoreOne(ctx context.Context, known *vectors, p *Pair, o *cache.Options) (Scored, error) {
	s := Scored{A: p.A, B: p.B, Same: p.Same, Decision: Miss}
	a, b := known.of[p.A], known.of[p.B]
	if a.err == nil && b.err == nil {
		cos := dot(a.vec, b.vec)
		s.Similarity = &cos
	}
	c, err := cache.Open("", known, o)
	if err != nil {
		return s, err
	}
	defer c.Close()
	if _, err := c.Put(ctx, cache.Query{Text: p.A}, cache.Answer{Text: "stored"}); err != nil {
		return s, err
	}
	r, err := c.Lookup(ctx, cache.Query{Text: p.B})
	if err != nil {
		return s, err
	}
	s.Why, s.Probability = r.Why.Reason, r.Why.Probability
	if r.Why.Veto != "" {
		s.Veto = &r.Why.Veto
	}
	if r.Hit() {
		s.Decision = Hit
	} else if a.err != nil {
		s.Why = "exact step only: the stored text: " + a.err.Error()
	}
	return s, nil
}

// vetoOdds is what a veto does to the odds that two questions are the same: of
// the written pairs, 1.4% of the same and 25% of the different are vetoed.
const vetoOdds = 0.06

// vetoed is a probability after a veto.
func vetoed(p float64) float64 { return vetoOdds * p / (1 - p + vetoOdds*p) }

// weigh adds what the lookup had no need to ask: the guard's opinion, and the
// judge's.
func (s *Scored) weigh(ctx context.Context, rule *Rule, o *cache.Options) error {
	if s.Similarity == nil || s.A == s.B {
		return nil
	}
	if s.Veto == nil && !slices.Contains(o.Skip, cache.StepVeto) {
		a, b := guard.Extract(s.A), guard.Extract(s.B)
		if vetoes := guard.Compare(&a, &b, nil); len(vetoes) > 0 {
			s.Veto = new(vetoes[0].String())
		}
	}
	if s.Probability != nil || rule.Name != "probability" {
		return nil
	}
	var judged float64
	if o.Judge != nil && !slices.Contains(o.Skip, cache.StepJudge) {
		var err error
		judged, err = o.Judge.Judge(ctx, s.A, s.B)
		switch {
		case errors.Is(err, embed.ErrTooLong), errors.Is(err, embed.ErrUnreadable):
			return nil
		case err != nil:
			return err
		}
	}
	p := rule.score(*s.Similarity, judged)
	if s.Veto != nil {
		p = vetoed(p)
	}
	s.Probability = &p
	return nil
}

// dot returns the inner product, summed in double precision.
func dot(a, b []float32) (sum float64) {
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}

// vectors is an embedder of texts that were embedded before.
type vectors struct {
	embed.Embedder
	of map[string]vector
}

type vector struct {
	vec []float32
	err error // the text cannot be read
}

// Embed looks the vectors up.
func (v *vectors) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		w, ok := v.of[t]
		if !ok {
			return nil, fmt.Errorf("likewise/eval: %.40q was not embedded", t)
		}
		if w.err != nil {
			return nil, w.err
		}
		out[i] = w.vec
	}
	return out, nil
}

// embedBatch is how many texts go to the embedder in one call.
const embedBatch = 16

// embedAll embeds each distinct text of the pairs once. A text that the
// embedder cannot read is kept with its error; any other error ends it.
func embedAll(ctx context.Context, e embed.Embedder, pairs []Pair) (*vectors, error) {
	v := &vectors{e, make(map[string]vector, 2*len(pairs))}
	var texts []string
	for i := range pairs {
		for _, t := range []string{pairs[i].A, pairs[i].B} {
			if _, ok := v.of[t]; !ok {
				v.of[t] = vector{}
				texts = append(texts, t)
			}
		}
	}
	got := make([]vector, len(texts))
	batches := (len(texts) + embedBatch - 1) / embedBatch
	errs := make([]error, batches)
	parallel(batches, func(i int) {
		from, to := i*embedBatch, min((i+1)*embedBatch, len(texts))
		errs[i] = embedInto(ctx, e, texts[from:to], got[from:to])
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i, t := range texts {
		v.of[t] = got[i]
	}
	return v, nil
}

// embedInto embeds texts into got, together if it can be, one by one if one
// of them cannot be read.
func embedInto(ctx context.Context, e embed.Embedder, texts []string, got []vector) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	vecs, err := e.Embed(ctx, texts...)
	switch {
	case err == nil:
		for i, w := range vecs {
			got[i].vec = w
		}
		return nil
	case !errors.Is(err, embed.ErrTooLong) && !errors.Is(err, embed.ErrUnreadable):
		return err
	case len(texts) == 1:
		got[0].err = err
		return nil
	}
	for i := range texts {
		if err := embedInto(ctx, e, texts[i:i+1], got[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}
