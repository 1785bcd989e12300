package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Filter selects entries: those for which every condition holds that is
// set. The zero Filter selects nothing, so that a forgotten condition
// deletes nothing; All selects everything.
type Filter struct {
	All       bool
	IDs       []uint64      // one of these
	Tag       string        // carries this tag
	Scope     *Scope        // was asked in exactly this scope
	Tenant    string        // of this tenant, in any scope of theirs
	Model     string        // of this model
	OlderThan time.Duration // was stored longer ago than that
}

// matcher returns the filter as a function of an entry.
func (f *Filter) matcher(now time.Time) (func(*entry) bool, error) {
	if !f.All && len(f.IDs) == 0 && f.Tag == "" && f.Scope == nil && f.Tenant == "" && f.Model == "" && f.OlderThan == 0 {
		return nil, errors.New("likewise/cache: the filter has no condition, expected one, or All")
	}
	if f.OlderThan < 0 {
		return nil, fmt.Errorf("likewise/cache: filter OlderThan is %v, expected a positive duration", f.OlderThan)
	}
	var scope [32]byte
	if f.Scope != nil {
		var err error
		if scope, err = ScopeHash(*f.Scope); err != nil {
			return nil, err
		}
	}
	ids := make(map[uint64]bool, len(f.IDs))
	for _, id := range f.IDs {
		ids[id] = true
	}
	return func(e *entry) bool {
		return (len(ids) == 0 || ids[e.id]) &&
			(f.Tag == "" || slices.Contains(e.tags, f.Tag)) &&
			(f.Scope == nil || e.scope == scope) &&
			(f.Tenant == "" || e.tenant == f.Tenant) &&
			(f.Model == "" || e.model == f.Model) &&
			(f.OlderThan == 0 || e.age(now) > f.OlderThan)
	}, nil
}

// Invalidate removes the entries that the filter selects, and returns how
// many there were. From its return on none of them is served, nor any answer
// whose question was asked before: fills under way are answered, but not
// stored. An error of the store means that some are still on the medium; the
// running cache does not serve them, and goes on trying to erase them.
func (c *Cache) Invalidate(ctx context.Context, f Filter) (int, error) {
	match, err := f.matcher(time.Now())
	if err != nil {
		return 0, err
	}
	if c.closed.Load() {
		return 0, fmt.Errorf("likewise/cache: invalidate: %w", ErrClosed)
	}
	c.gate.Lock()
	c.epoch.Add(1)
	c.gate.Unlock()
	es := c.table.match(match)
	removed := 0
	for rest := es; len(rest) > 0; {
		n := min(len(rest), sweepBatch)
		gone := c.table.remove(slices.Clone(rest[:n])...)
		removed += len(gone)
		c.doom(gone...)
		rest = rest[n:]
	}
	c.counters.invalidated.Add(uint64(removed))
	if err := c.eraseDoomed(ctx); err != nil {
		return removed, fmt.Errorf("likewise/cache: invalidate: %w", err)
	}
	return removed, nil
}

// Feedback tells whether an answer was right; it is durable on return. id is
// the Result's (or Put's). A wrong answer is never given to that question
// again: the entry goes if the question was its own, otherwise the pair of
// the two is remembered. While the question is among the latest that were
// answered by meaning, its text is kept with the vote (Entry.Labels), for
// calibrations. It fails with ErrNotFound when the entry is gone.
func (c *Cache) Feedback(ctx context.Context, id ID, right bool) error {
	e := c.table.get(id.Entry)
	if e == nil {
		return fmt.Errorf("likewise/cache: feedback on %v: %w", id, ErrNotFound)
	}
	if own := id.Asked == 0 || id.Asked == askedHash(e.key); own && !right {
		c.counters.wrong.Add(1)
		_, err := c.Invalidate(ctx, Filter{IDs: []uint64{id.Entry}})
		return err
	}
	if right {
		c.counters.right.Add(1)
	} else {
		c.counters.wrong.Add(1)
	}
	defer c.keys.lock(e.key)()
	c.table.vote(e, id.Asked, c.asked.get(id), right)
	if err := c.saveState(ctx, []*entry{e}); err != nil {
		c.touch(e)
		return fmt.Errorf("likewise/cache: feedback on %v: %w", id, err)
	}
	return nil
}
