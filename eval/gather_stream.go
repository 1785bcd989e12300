package eval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/index"
)

// GatherStream asks the models about a labelled stream: the questions come in
// their order to a cache that was empty, and each that finds stored ones
// above the floor in its scope is a case, whose candidates are right if they
// are of its intent. So the cases are what production meets: the nearest
// neighbours in a cache as full as it is by then.
//
// As in a cache, a question is not stored when a stored one answers it: by
// o.Cache's calibration and threshold, or their defaults. A question in the
// same words as a stored one is no case, the exact step answers it; one
// without an intent is left out. It fails as Gather does.
func GatherStream(ctx context.Context, e embed.Embedder, stream []Question, o *GatherOptions) (*Evidence, error) {
	g := newGatherer(e, o)
	rule, err := RuleOf(e, g.Cache)
	if err != nil {
		return nil, err
	}
	return g.stream(ctx, stream, rule)
}

// CalibrateStream calibrates on a labelled stream. What a cache holds, and so
// what its next questions meet, depends on what it serves; so the stream is
// gone through twice, the second time with what the first one found in force.
// It returns the calibration with the evidence of the second time.
func CalibrateStream(ctx context.Context, e embed.Embedder, stream []Question, o *GatherOptions, c *CalibrateOptions) (*cache.Calibration, *Evidence, error) {
	g := newGatherer(e, o)
	rule, err := RuleOf(e, g.Cache)
	if err != nil {
		return nil, nil, err
	}
	var cal *cache.Calibration
	var ev *Evidence
	for range 2 {
		if ev, err = g.stream(ctx, stream, rule); err != nil {
			return nil, nil, err
		}
		if cal, err = Calibrate(ev, c); err != nil {
			return nil, ev, err
		}
		rule = Rule{Name: "probability", Threshold: cal.Threshold, From: "calibration", Calibration: cal, score: cal.Probability.At}
	}
	return cal, ev, nil
}

// stream gathers evidence on a stream under a rule. It remembers what the
// models said.
func (g *gatherer) stream(ctx context.Context, stream []Question, rule Rule) (*Evidence, error) {
	ev := g.evidence()
	s := streamed{gatherer: g, parts: make(map[string]*partition), rule: rule}
	h := sha256.New()
	unknown := 0
	for from := 0; from < len(stream); from += scoreBlock {
		block := stream[from:min(from+scoreBlock, len(stream))]
		if err := g.embed(ctx, block); err != nil {
			return nil, fmt.Errorf("likewise/eval: gather: %w", err)
		}
		for i := range block {
			q := &block[i]
			if q.Intent == "" || q.Query.Exact {
				unknown++
				continue
			}
			line, err := json.Marshal([]any{q.Query.Text, q.Intent, q.Query.Scope})
			if err != nil {
				return nil, fmt.Errorf("likewise/eval: gather: %w", err)
			}
			h.Write(line)
			if err := s.ask(ctx, q, ev); err != nil {
				return nil, fmt.Errorf("likewise/eval: gather: %w", err)
			}
			if g.Progress != nil {
				g.Progress(from+i+1, len(stream))
			}
		}
	}
	ev.note(unknown, "question has no intent and is left out", "questions have no intent and are left out", `add "intent": what has one answer has one intent`)
	ev.Data = cache.CalibrationData{SHA256: hex.EncodeToString(h.Sum(nil)), Pairs: len(ev.Cases)}
	if len(ev.Cases) == 0 {
		return nil, &DataError{Given: len(stream), Unlabelled: unknown, Found: "no question that comes near an earlier one", Do: `give a longer stream of {"text":TEXT,"intent":TEXT}`}
	}
	return ev, nil
}

// embed makes the vectors of the questions known, those of earlier ones too.
func (g *gatherer) embed(ctx context.Context, block []Question) error {
	texts := make([]Pair, 0, len(block))
	for i := range block {
		t := block[i].Query.Text
		if g.known != nil {
			if _, ok := g.known.of[t]; ok {
				continue
			}
		}
		texts = append(texts, Pair{A: t, B: t})
	}
	fresh, err := embedAll(ctx, g.embedder, texts)
	if err != nil {
		return err
	}
	if g.known == nil {
		g.known = fresh
		return nil
	}
	maps.Copy(g.known.of, fresh.of)
	return nil
}

// streamed is a cache in outline: what is stored, by scope.
type streamed struct {
	*gatherer
	parts map[string]*partition
	rule  Rule // a new question that it would answer is not stored
}

type partition struct {
	idx    *index.Exact
	stored []*Question // by id, from 1
	texts  map[string]bool
}

// ask looks the question up, and stores it if nothing answers it.
func (s *streamed) ask(ctx context.Context, q *Question, ev *Evidence) error {
	vec := s.known.of[q.Query.Text]
	if vec.err != nil { // served by the exact step alone
		return ctx.Err()
	}
	scope, err := scopeOf(&q.Query)
	if err != nil {
		return err
	}
	p := s.parts[scope]
	if p == nil {
		p = &partition{texts: make(map[string]bool)}
		if p.idx, err = index.NewExact(s.embedder.Dim()); err != nil {
			return err
		}
		s.parts[scope] = p
	}
	if p.texts[q.Query.Text] {
		return nil
	}
	c := Case{Tenant: q.Query.Scope.Tenant, Model: q.Query.Scope.Model, Weight: 1, Asked: q.Query.Text}
	for _, hit := range p.idx.Search(vec.vec, s.candidates, float32(s.floor), nil) {
		stored := p.stored[hit.ID-1]
		c.Candidates = append(c.Candidates, Candidate{Stored: stored.Query.Text, Same: stored.Intent == q.Intent, Similarity: rounded(float64(hit.Score))})
	}
	errs := make([]error, len(c.Candidates))
	parallel(len(errs), func(i int) { errs[i] = s.weigh(ctx, &c.Candidates[i], q.Query.Text) })
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if len(c.Candidates) > 0 {
		ev.Cases = append(ev.Cases, c)
	}
	if slices.ContainsFunc(c.Candidates, func(d Candidate) bool {
		return d.Barred == "" && s.rule.score(d.Similarity, d.Judge) >= s.rule.Threshold
	}) {
		return nil
	}
	p.stored = append(p.stored, q)
	p.texts[q.Query.Text] = true
	return p.idx.Add(uint64(len(p.stored)), vec.vec)
}
