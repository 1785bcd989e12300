package cache

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/likewise-go/likewise/storage"
)

// Put stores an answer to a question; it is durable on return. An earlier
// answer to the same question in the same scope is replaced. It fails with a
// *NotAdmittedError for an answer that an admission rule keeps out, and with
// ErrBadQuery, ErrClosed, an ended ctx, or what the store says (a full disk).
//
// A question that the embedder cannot read, or fails on, is stored all the
// same, and found by the exact step alone.
func (c *Cache) Put(ctx context.Context, q Query, a Answer) (ID, error) {
	if c.closed.Load() {
		return ID{}, fmt.Errorf("likewise/cache: put: %w", ErrClosed)
	}
	asked, err := c.ask(q)
	if err != nil {
		return ID{}, err
	}
	if refused := c.admit(&asked, &a); refused != nil {
		c.counters.refused.add(refused.Rule)
		return ID{}, refused
	}
	var r Result
	if c.exactOnly(&asked) == "" {
		c.embed(ctx, &asked, &r)
	}
	if ctx.Err() != nil {
		return ID{}, fmt.Errorf("likewise/cache: put: %w", context.Cause(ctx))
	}
	asked.epoch = anyEpoch // the caller has the answer at hand, now
	id, err := c.commit(&asked, &a)
	if err != nil {
		return ID{}, fmt.Errorf("likewise/cache: put: %w", err)
	}
	return id, nil
}

// newEntry returns the entry of an answer that came now. It has no id yet.
func (q *question) newEntry(a *Answer, now time.Time) *entry {
	e := &entry{key: q.key, scope: q.partition(), tenant: q.Scope.Tenant, model: q.Scope.Model, tags: a.Tags, created: now.UnixNano()}
	ttl := a.TTL
	if ttl == 0 {
		ttl = q.policy.TTL
	}
	if ttl > 0 {
		e.expires = now.Add(ttl).UnixNano()
	}
	e.used.Store(e.created)
	return e
}

// commit stores an answer and makes it known. Once begun it is not
// cancelled: what the store holds and what memory knows stay one.
func (c *Cache) commit(q *question, a *Answer) (ID, error) {
	b := &body{Text: q.Text, Answer: *a}
	return c.commitEntry(q.newEntry(a, time.Now()), b, q.vec, q.epoch)
}

// anyEpoch is the epoch of an answer that no earlier invalidation was about.
const anyEpoch = math.MaxUint64

// commitEntry is commit for an entry that has all but its id. An entry of an
// earlier epoch is dropped: it may be what an invalidation was to remove.
func (c *Cache) commitEntry(e *entry, b *body, vec []float32, epoch uint64) (ID, error) {
	raw, err := encodeBody(b)
	if err != nil {
		return ID{}, err
	}
	e.bodyLen = int64(len(raw))
	rec := &storage.Record{Key: e.key, Head: encodeHead(e, vec), Body: raw, State: encodeState(e)}
	e.size = int64(len(rec.Head)) + e.bodyLen
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.sealed.Load() {
		return ID{}, ErrClosed
	}
	if epoch != anyEpoch && epoch != c.epoch.Load() {
		return ID{}, errInvalidated
	}
	defer c.keys.lock(e.key)()
	if err := c.store.Put(context.Background(), rec); err != nil {
		return ID{}, err
	}
	e.id = rec.ID
	if err := c.table.add(e, vec); err != nil {
		c.fault("index", err)
	}
	c.hot.add(e, b)
	c.counters.puts.Add(1)
	c.evict()
	if c.saveDue() {
		c.wake()
	}
	return ID{Entry: e.id}, nil
}

// evict takes out what is over the limits, and leaves the store's part of it
// to the sweeper.
func (c *Cache) evict() {
	for {
		es := c.table.evict(c.opts.MaxEntries, c.opts.MaxBytes, sweepBatch)
		if len(es) == 0 {
			return
		}
		c.counters.evicted.Add(uint64(len(es)))
		c.doom(es...)
		c.wake()
	}
}
