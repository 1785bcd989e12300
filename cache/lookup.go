package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/storage"
)

// Lookup answers the query from the cache, or reports a Miss. It fails for a
// bad query (ErrBadQuery), a closed cache (ErrClosed) and an ended ctx; a
// step that fails or is late is a miss, and Why tells.
func (c *Cache) Lookup(ctx context.Context, q Query) (Result, error) {
	var r Result
	if c.closed.Load() {
		return r, fmt.Errorf("likewise/cache: lookup: %w", ErrClosed)
	}
	asked, err := c.ask(q)
	if err != nil {
		return r, err
	}
	if err := c.lookup(ctx, &asked, &r); err != nil {
		return Result{}, fmt.Errorf("likewise/cache: lookup: %w", err)
	}
	c.counters.count(&r)
	return r, nil
}

// ask gives the query its identity and its policy.
func (c *Cache) ask(q Query) (question, error) {
	asked, err := newQuestion(q)
	if err != nil {
		return asked, err
	}
	asked.policy, asked.from = c.opts.policyFor(q.Scope.Tenant, q.Scope.Model)
	if q.Threshold > asked.policy.Threshold {
		asked.policy.Threshold, asked.from = q.Threshold, "query"
	}
	asked.epoch = c.epoch.Load()
	return asked, nil
}

// lookup takes the question through the steps from exact to decide. Its only error is that of an ended ctx.
func (c *Cache) lookup(ctx context.Context, q *question, r *Result) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if q.NoLookup {
		r.Outcome, r.Why.Reason = Bypass, "the query asks not to be answered from the cache"
		return nil
	}
	start := time.Now()
	if !c.skips(StepExact) {
		hit := c.exact(ctx, q, r, start)
		start = r.Why.lap(StepExact, start)
		if hit {
			return nil
		}
	}
	if why := c.exactOnly(q); why != "" {
		r.Why.Reason = why
		return ctxCause(ctx)
	}
	if !c.embed(ctx, q, r) {
		r.Why.lap(StepEmbed, start)
		return ctxCause(ctx)
	}
	start = r.Why.lap(StepEmbed, start)
	var buf [8]index.Hit
	hits := c.propose(q, r, buf[:0])
	start = r.Why.lap(StepPropose, start)
	if len(hits) > 0 {
		c.decide(ctx, q, r, hits, start)
		if !r.Hit() {
			return ctxCause(ctx)
		}
	}
	return nil
}

func ctxCause(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// lap books the time since start on a step and returns the time.
func (w *Why) lap(s Step, start time.Time) time.Time {
	now := time.Now()
	w.Step = s
	w.Took[s] = max(now.Sub(start), 1)
	return now
}

// exact looks for the same question in the same words.
func (c *Cache) exact(ctx context.Context, q *question, r *Result, now time.Time) bool {
	h, err := c.readKey(ctx, q.key, now)
	switch {
	case err != nil:
		r.Why.Fault = err.Error()
		r.Why.Reason = "the stored answer could not be read"
		return false
	case h == nil:
		r.Why.Reason = "the question was not asked before in these words"
		return false
	}
	stale, verdict := c.usable(h.entry, q, now)
	if verdict != "" {
		r.Why.Reason = "the stored answer is " + verdict
		return false
	}
	c.serve(r, HitExact, h, stale, now)
	r.Why.Reason = "the same question was answered before"
	return true
}

// readKey returns the entry of a key with its answer, from memory or from the
// store; nil when there is none.
func (c *Cache) readKey(ctx context.Context, key storage.Key, now time.Time) (*hotEntry, error) {
	if h := c.hot.get(key, now); h != nil {
		return h, nil
	}
	rec, err := c.store.GetByKey(ctx, key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return c.decoded(c.table.get(rec.ID), key, &rec, err)
}

// decoded returns the answer in a record that was just read. It returns nil
// when the record is not e's (any more).
func (c *Cache) decoded(e *entry, key storage.Key, rec *storage.Record, err error) (*hotEntry, error) {
	if err == nil && (e == nil || e.key != key) {
		return nil, nil
	}
	var b *body
	if err == nil {
		b, err = decodeBody(rec.Body)
	}
	if err != nil {
		c.fault("store", err)
		return nil, err
	}
	return &hotEntry{entry: e, body: b}, nil
}

// usable says whether an entry may answer the question now, or why not.
func (c *Cache) usable(e *entry, q *question, now time.Time) (stale bool, verdict string) {
	if e.gone.Load() || e.id == 0 && e.provisional != c.epoch.Load()+1 {
		return false, "removed"
	}
	if q.MaxAge > 0 && e.age(now) > q.MaxAge {
		return false, "older than the query allows"
	}
	if late, expired := e.expired(now); expired {
		if late >= q.MaxStale {
			return false, "expired"
		}
		return true, ""
	}
	return false, ""
}

// serve makes the stored answer the result's.
func (c *Cache) serve(r *Result, o Outcome, h *hotEntry, stale bool, now time.Time) {
	if stale {
		o = HitStale
	}
	r.Outcome, r.Answer, r.ID, r.Age = o, h.body.Answer, ID{Entry: h.id}, h.age(now)
	r.Why.Neighbour = h.body.Text
	if !h.kept {
		c.hot.add(h.entry, h.body)
	}
	if t := now.UnixNano(); t-h.used.Load() >= int64(time.Millisecond) { // spares the cores that serve one answer a shared write
		h.used.Store(t)
	}
	h.hits.Add(1)
	c.touch(h.entry)
}

// exactOnly says why the question is not compared by meaning, or "".
func (c *Cache) exactOnly(q *question) string {
	switch {
	case c.embedder == nil:
		return "exact step only: there is no embedder"
	case c.skips(StepEmbed):
		return "exact step only: the embed step is switched off"
	case q.Exact:
		return "exact step only: the query asks for it"
	}
	if w := q.ofTheMoment(); w != "" {
		return fmt.Sprintf("exact step only: %q makes it a question of the moment or the asker", w)
	}
	if !c.skips(StepVeto) && !q.look().English() {
		return "exact step only: the text is not recognisably English, and the guard reads nothing else"
	}
	return ""
}

// embed computes the question's vector.
func (c *Cache) embed(ctx context.Context, q *question, r *Result) bool {
	vecs, err := c.embedder.Embed(ctx, q.Text)
	switch {
	case err == nil:
		q.vec = vecs[0]
		return true
	case errors.Is(err, embed.ErrTooLong), errors.Is(err, embed.ErrUnreadable):
		r.Why.Reason = "exact step only: " + err.Error()
	case ctx.Err() != nil:
	default:
		c.fault("embed", err)
		r.Why.Fault = err.Error()
		r.Why.Reason = "the embedder failed"
	}
	return false
}

// propose finds the stored questions above the floor, best first.
func (c *Cache) propose(q *question, r *Result, dst []index.Hit) []index.Hit {
	idx := c.table.index(q.partition())
	if idx == nil {
		r.Why.Reason = "nothing is stored in this scope"
		return nil
	}
	hits := idx.Search(q.vec, c.opts.Candidates, float32(c.opts.Floor), dst)
	if len(hits) == 0 {
		r.Why.Reason = fmt.Sprintf("no stored question reaches a similarity of %.2f", c.opts.Floor)
	}
	return hits
}

// read returns an entry with its answer, from memory or from the store; nil
// when it is gone.
func (c *Cache) read(ctx context.Context, e *entry, now time.Time) (*hotEntry, error) {
	if h := c.hot.get(e.key, now); h != nil && h.entry == e {
		return h, nil
	}
	rec, err := c.store.Get(ctx, e.id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return c.decoded(e, rec.Key, &rec, err)
}
