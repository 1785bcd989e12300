package cache

import (
	"context"
	"time"

	"github.com/likewise-go/likewise/storage"
)

// sweepBatch is how many entries are taken out of the table, or written to
// the store, at a time: no lookup waits longer than for one batch (about
// 0.1 ms).
const sweepBatch = 64

// sweep removes expired entries, erases from the store what the table let
// go, and saves uses, until ctx ends.
func (c *Cache) sweep(ctx context.Context) {
	defer close(c.ended)
	tick := time.NewTicker(c.opts.SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.kick:
		case <-tick.C:
			c.expire()
			if err := c.saveStates(ctx); err != nil && ctx.Err() == nil {
				c.fault("sweep", err)
			}
		}
		if err := c.eraseDoomed(ctx); err != nil && ctx.Err() == nil {
			c.fault("sweep", err)
		}
	}
}

// wake makes the sweeper erase what is doomed soon.
func (c *Cache) wake() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

func (c *Cache) expire() {
	for {
		es := c.table.expire(time.Now().Add(-c.opts.KeepStale), sweepBatch)
		if len(es) == 0 {
			return
		}
		c.counters.expired.Add(uint64(len(es)))
		c.doom(es...)
	}
}

// doom notes entries that are gone from the table for erasure from the store.
func (c *Cache) doom(es ...*entry) {
	c.doomedMu.Lock()
	defer c.doomedMu.Unlock()
	c.doomed = append(c.doomed, es...)
}

// eraseDoomed erases them. What cannot be erased is tried again next time;
// should the process end before, it is found expired or over the limits when
// the store is opened.
func (c *Cache) eraseDoomed(ctx context.Context) error {
	c.doomedMu.Lock()
	es := c.doomed
	c.doomed = nil
	c.doomedMu.Unlock()
	for len(es) > 0 {
		n := min(len(es), 8*sweepBatch)
		if err := c.erase(ctx, es[:n]); err != nil {
			c.doom(es...)
			return err
		}
		es = es[n:]
	}
	return nil
}

// erase deletes entries from the store, except those whose question was
// stored anew since: their record is the new one's.
func (c *Cache) erase(ctx context.Context, es []*entry) error {
	keys := make([]storage.Key, len(es))
	for i, e := range es {
		keys[i] = e.key
	}
	defer c.keys.lock(keys...)()
	ids := make([]uint64, 0, len(es))
	for _, e := range es {
		if c.table.get(e.id) == nil {
			ids = append(ids, e.id)
		}
	}
	_, err := c.store.Delete(ctx, ids...)
	return err
}

// saveStates writes the uses and votes that changed since the last time.
func (c *Cache) saveStates(ctx context.Context) error {
	dirty := c.table.match(func(e *entry) bool { return e.dirty.Swap(false) })
	for len(dirty) > 0 {
		n := min(len(dirty), 8*sweepBatch)
		if err := c.saveState(ctx, dirty[:n]); err != nil {
			for _, e := range dirty {
				e.dirty.Store(true)
			}
			return err
		}
		dirty = dirty[n:]
	}
	return nil
}

func (c *Cache) saveState(ctx context.Context, es []*entry) error {
	states := make([]storage.State, len(es))
	for i, e := range es {
		states[i] = storage.State{ID: e.id, State: c.table.state(e)}
	}
	return c.store.SetState(ctx, states...)
}
