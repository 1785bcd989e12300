package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/likewise-go/likewise/storage"
)

// loadBatch is how many entries go from the reader to the table at a time.
const loadBatch = 128

// loaded are entries that were read, each with its vector (which may be
// empty). It goes round between the two sides of load.
type loaded struct {
	es   []*entry
	vecs [][]float32
}

// load fills the table from the store: one goroutine reads and decodes, this
// one adds to the indexes.
func (c *Cache) load(ctx context.Context) error {
	full, empty := make(chan *loaded), make(chan *loaded, 2)
	empty <- &loaded{vecs: make([][]float32, loadBatch)}
	empty <- &loaded{vecs: make([][]float32, loadBatch)}
	var err error // of the reader; set before full is closed
	go func() {
		defer close(full)
		err = c.readAll(ctx, full, empty)
	}()
	for l := range full {
		for i, e := range l.es {
			if err := c.table.add(e, l.vecs[i]); err != nil {
				c.fault("load", fmt.Errorf("entry %d: %w", e.id, err))
			}
		}
		l.es = l.es[:0]
		empty <- l
	}
	return err
}

// readAll sends every sound, current entry of the store to full.
func (c *Cache) readAll(ctx context.Context, full chan<- *loaded, empty <-chan *loaded) error {
	now := time.Now()
	l := <-empty
	for rec, err := range c.store.Scan(ctx) {
		if errors.Is(err, storage.ErrCorrupt) {
			c.fault("load", err)
			continue
		}
		if err != nil {
			return fmt.Errorf("likewise/cache: open: %w", err)
		}
		vec := &l.vecs[len(l.es)]
		e, err := c.decode(&rec, vec)
		if err != nil {
			c.counters.damaged.Add(1)
			c.fault("load", fmt.Errorf("entry %d: %w", rec.ID, err))
			continue
		}
		if late, expired := e.expired(now); expired && late >= c.opts.KeepStale {
			c.doom(e)
			continue
		}
		if l.es = append(l.es, e); len(l.es) == loadBatch {
			full <- l
			l = <-empty
		}
	}
	full <- l
	return nil
}

// decode reads an entry and its vector. A vector that is not the embedder's is
// left out: the entry is found by the exact step alone. So is a state that is
// damaged: the entry counts as never used.
func (c *Cache) decode(rec *storage.Record, vec *[]float32) (*entry, error) {
	e := &entry{id: rec.ID, key: rec.Key}
	var err error
	if *vec, err = decodeHead(rec.Head, e, (*vec)[:0]); err != nil {
		return nil, err
	}
	if err := decodeState(rec.State, e); err != nil {
		c.fault("load", fmt.Errorf("entry %d: %w", rec.ID, err))
		e.used.Store(e.created)
	}
	if c.embedder == nil || len(*vec) != c.embedder.Dim() {
		*vec = (*vec)[:0]
	}
	return e, nil
}
