package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/likewise-go/likewise/storage"
)

// sweepBatch is how many entries are taken out of the table, or written to
// the store, at a time: no lookup waits longer than for one batch (about
// 0.1 ms).
const sweepBatch = 64

// sweep removes expired entries, erases from the store what the table let
// go, saves uses, and writes the index's file, until ctx ends.
func (c *Cache) sweep(ctx context.Context) {
	defer close(c.ended)
	tick := time.NewTicker(c.opts.SweepEvery)
	defer tick.Stop()
	var rest time.Time // no compaction before
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
		c.saveIndex()
		if c.wasteful() && time.Now().After(rest) {
			if err := c.Compact(ctx); err != nil && ctx.Err() == nil {
				c.fault("compact", err)
				rest = time.Now().Add(time.Hour) // there may be no room for the copy
			}
		}
	}
}

// wasteful reports whether the store's medium is better compacted.
func (c *Cache) wasteful() bool {
	if c.opts.CompactAt < 0 {
		return false
	}
	info := c.store.Info()
	return info.Free >= c.opts.CompactAt && 2*info.Free >= info.Bytes
}

// Compact gives the store's unused space back to the medium, which the sweeper
// does by itself when there is much of it. Lookups go on meanwhile, commits
// wait. On a store that has nothing to give back it does nothing.
func (c *Cache) Compact(ctx context.Context) error {
	s, ok := c.store.(storage.Compacter)
	if !ok {
		return nil
	}
	if err := s.Compact(ctx); err != nil {
		return fmt.Errorf("likewise/cache: compact: %w", err)
	}
	return nil
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
	defer c.keys.lock(keysOf(es)...)()
	ids := make([]uint64, 0, len(es))
	for _, e := range es {
		if c.table.get(e.id) == nil {
			ids = append(ids, e.id)
		}
	}
	_, err := c.store.Delete(ctx, ids...)
	return err
}

func keysOf(es []*entry) []storage.Key {
	keys := make([]storage.Key, len(es))
	for i, e := range es {
		keys[i] = e.key
	}
	return keys
}

// touch notes that an entry's uses or votes are newer than the store's.
func (c *Cache) touch(e *entry) {
	if e.dirty.Load() || e.dirty.Swap(true) {
		return
	}
	c.touchedMu.Lock()
	defer c.touchedMu.Unlock()
	c.touched = append(c.touched, e)
}

// saveStates writes the uses and votes that changed since the last time.
func (c *Cache) saveStates(ctx context.Context) error {
	c.touchedMu.Lock()
	es := c.touched
	c.touched = nil
	c.touchedMu.Unlock()
	for len(es) > 0 {
		n := min(len(es), 8*sweepBatch)
		for _, e := range es[:n] {
			e.dirty.Store(false) // before it is read: a use from now on counts anew
		}
		unlock := c.keys.lock(keysOf(es[:n])...)
		err := c.saveState(ctx, es[:n])
		unlock()
		if err != nil {
			for _, e := range es[:n] {
				c.touch(e)
			}
			c.touchedMu.Lock()
			c.touched = append(c.touched, es[n:]...)
			c.touchedMu.Unlock()
			return err
		}
		es = es[n:]
	}
	return nil
}

// saveState writes the states of entries whose keys the caller has locked.
func (c *Cache) saveState(ctx context.Context, es []*entry) error {
	states := make([]storage.State, 0, len(es))
	for _, e := range es {
		if !e.gone.Load() && e.id != 0 {
			states = append(states, storage.State{ID: e.id, State: c.table.state(e)})
		}
	}
	return c.store.SetState(ctx, states...)
}
