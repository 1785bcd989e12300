package eval

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/likewise-go/likewise/cache"
)

// Verdict says whether a hit was right.
type Verdict uint8

// The verdicts. A hit is Unknown when the question or the entry that
// answered it has no intent; a miss has no verdict, and is Unknown too.
const (
	Unknown Verdict = iota
	Right           // the entry served is of the question's intent
	Wrong           // it is of another one
)

// ReplayOptions of a replay. nil means the defaults.
type ReplayOptions struct {
	// Fill answers a question that missed; nil: with the answer on record,
	// or else with a text that names the intent.
	Fill func(*Question) cache.Answer
	// Observe, if not nil, is called after each question is answered.
	Observe func(i int, q *Question, r *cache.Result, v Verdict)
}

// Report is what a replay came to. Rates are in [0, 1].
type Report struct {
	Queries int // questions asked

	// Attainable counts the questions with an intent for which an answer had
	// been stored before in the same scope: earlier in the replay, or before
	// it. No cache can answer more of them right.
	Attainable int
	Hits       int
	Right      int // hits on an entry of the question's intent
	Wrong      int // hits on an entry of another intent

	Latency   Latency        // of the lookups, the fills not included
	ByOutcome map[string]int // by cache.Outcome; those that never happened are left out
	Refused   map[string]int // answers not stored, by admission rule
	Labelled  int            // questions with an intent
	Embedder  string         // its ID; "" if there is none

	Judge       string // its ID; "" if there is none
	Calibration string // what it promises; "" if there is none

	// Learning is how the counts grew along the stream, at every twentieth of
	// it, or at each question of a shorter one.
	Learning []Progress
}

// Progress is what a replay had come to after some of its questions.
type Progress struct {
	Queries    int `json:"queries"`
	Attainable int `json:"attainable"`
	Hits       int `json:"hits"`
	Right      int `json:"right"`
	Wrong      int `json:"wrong"`
}

// learningPoints is how many points a learning curve has at most.
const learningPoints = 20

// Latency is the distribution of a time, in microseconds: the smallest
// values that half, 95% and 99% of all do not exceed (nearest rank).
type Latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}

// HitRate returns the share of the questions that hit, 0 of none.
func (r *Report) HitRate() float64 { return share(r.Hits, r.Queries) }

// WrongHitRate returns the share of the hits that were wrong, 0 of none.
func (r *Report) WrongHitRate() float64 { return share(r.Wrong, r.Hits) }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// MarshalJSON writes the report with its rates. When no question had an
// intent, what depends on intents is null: it is not known.
func (r Report) MarshalJSON() ([]byte, error) {
	known := func(v any) any {
		if r.Labelled == 0 {
			return nil
		}
		return v
	}
	return json.Marshal(struct {
		Queries      int            `json:"queries"`
		Attainable   any            `json:"attainable"`
		Hits         int            `json:"hits"`
		Right        any            `json:"right"`
		Wrong        any            `json:"wrong"`
		HitRate      float64        `json:"hit_rate"`
		WrongHitRate any            `json:"wrong_hit_rate"`
		SavedCalls   int            `json:"saved_calls"`
		LookupUS     Latency        `json:"lookup_us"`
		ByOutcome    map[string]int `json:"by_outcome"`
		Embedder     string         `json:"embedder"`
		Judge        *string        `json:"judge"`
		Calibration  *string        `json:"calibration"`
		Learning     []Progress     `json:"learning"`
	}{r.Queries, known(r.Attainable), r.Hits, known(r.Right), known(r.Wrong), r.HitRate(), known(r.WrongHitRate()),
		r.Hits, r.Latency, r.ByOutcome, r.Embedder, orNull(r.Judge), orNull(r.Calibration), r.Learning})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// intentTag begins the tag that carries an entry's intent, so that a replay
// against a store of an earlier one knows it.
const intentTag = "intent:"

// stored knows which intents have an answer in which scope.
type stored map[[2]string]bool

func (s stored) add(scope, intent string) { s[[2]string{scope, intent}] = true }

// Replay asks the questions in order. A miss is filled and the answer
// stored, before the next question is asked; whether a hit was right is told
// by the intent of the entry that was served. It fails when ctx ends or the
// cache fails to store; an answer that the admission rules keep out is
// counted in Report.Refused.
func Replay(ctx context.Context, c *cache.Cache, stream []Question, o *ReplayOptions) (Report, error) {
	if o == nil {
		o = new(ReplayOptions)
	}
	run := replay{c: c, o: o, seen: make(stored), took: make([]time.Duration, 0, len(stream))}
	run.ByOutcome, run.Refused = make(map[string]int), make(map[string]int)
	s := c.Stats()
	run.Embedder, run.Judge, run.Calibration = s.Embedder, s.Judge, s.Calibration
	if err := run.learn(ctx); err != nil {
		return run.Report, fmt.Errorf("likewise/eval: replay: %w", err)
	}
	for i := range stream {
		if err := run.ask(ctx, i, &stream[i]); err != nil {
			return run.Report, fmt.Errorf("likewise/eval: replay: question %d: %w", i+1, err)
		}
		if points := min(learningPoints, len(stream)); (i+1)*points/len(stream) > i*points/len(stream) {
			run.Learning = append(run.Learning, Progress{run.Queries, run.Attainable, run.Hits, run.Right, run.Wrong})
		}
	}
	run.Latency = percentiles(run.took)
	return run.Report, nil
}

type replay struct {
	Report
	c    *cache.Cache
	o    *ReplayOptions
	seen stored
	took []time.Duration
}

// learn notes the intents of what the cache holds already.
func (run *replay) learn(ctx context.Context) error {
	if run.c.Stats().Entries == 0 {
		return nil
	}
	for e, err := range run.c.Entries(ctx, cache.Filter{All: true}) {
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue // damaged: it will not be served
		}
		if intent := intentOf(&e.Answer); intent != "" {
			run.seen.add(e.Scope, intent)
		}
	}
	return nil
}

func (run *replay) ask(ctx context.Context, i int, q *Question) error {
	start := time.Now()
	r, err := run.c.Lookup(ctx, q.Query)
	run.took = append(run.took, time.Since(start))
	if err != nil {
		return err
	}
	scope, err := scopeOf(&q.Query)
	if err != nil {
		return err
	}
	run.Queries++
	run.ByOutcome[r.Outcome.String()]++
	if q.Intent != "" {
		run.Labelled++
		if run.seen[[2]string{scope, q.Intent}] {
			run.Attainable++
		}
	}
	v := Unknown
	if r.Hit() {
		v = run.judge(q, &r)
	} else if err := run.fill(ctx, q, scope, &r); err != nil {
		return err
	}
	if run.o.Observe != nil {
		run.o.Observe(i, q, &r, v)
	}
	return nil
}

func (run *replay) judge(q *Question, r *cache.Result) Verdict {
	run.Hits++
	served := intentOf(&r.Answer)
	switch {
	case q.Intent == "" || served == "":
		return Unknown
	case served == q.Intent:
		run.Right++
		return Right
	}
	run.Wrong++
	return Wrong
}

func (run *replay) fill(ctx context.Context, q *Question, scope string, r *cache.Result) error {
	if run.o.Fill != nil {
		r.Answer = run.o.Fill(q)
	} else {
		r.Answer = cache.Answer{Text: q.canned()}
	}
	if q.Intent != "" {
		r.Answer.Tags = append(slices.Clip(r.Answer.Tags), intentTag+q.Intent)
	}
	_, err := run.c.Put(ctx, q.Query, r.Answer)
	var refused *cache.NotAdmittedError
	switch {
	case errors.As(err, &refused):
		run.Refused[refused.Rule]++
		return nil
	case err != nil:
		return err
	}
	run.seen.add(scope, q.Intent)
	return nil
}

func intentOf(a *cache.Answer) string {
	for _, t := range a.Tags {
		if intent, ok := strings.CutPrefix(t, intentTag); ok {
			return intent
		}
	}
	return ""
}

// scopeOf names a question's partition as cache.Entry does.
func scopeOf(q *cache.Query) (string, error) {
	h, err := cache.ScopeHash(q.Scope)
	return hex.EncodeToString(h[:]), err
}

func percentiles(took []time.Duration) Latency {
	if len(took) == 0 {
		return Latency{}
	}
	sorted := slices.SortedFunc(slices.Values(took), cmp.Compare[time.Duration])
	at := func(p int) float64 {
		rank := (p*len(sorted) + 99) / 100 // nearest rank, from 1
		return float64(sorted[rank-1].Nanoseconds()) / 1e3
	}
	return Latency{P50: at(50), P95: at(95), P99: at(99)}
}
