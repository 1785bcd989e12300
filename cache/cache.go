package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/internal/flight"
	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/bolt"
	"github.com/likewise-go/likewise/storage/memory"
)

// Errors of the cache. Test with errors.Is.
var (
	ErrClosed   = errors.New("cache is closed")
	ErrNotFound = errors.New("entry not found")
)

// A Cache answers questions that were answered before. It is safe for
// concurrent use. Open makes one, Close ends it.
type Cache struct {
	opts     Options
	store    storage.Store
	embedder embed.Embedder // with memo and deadline; nil: exact step only
	judge    embed.Judge    // with deadline; nil: the cosine decides
	drift    drift
	model    string // the embedder's ID
	table    *table
	hot      *hot
	asked    askedTexts
	flights  flight.Group[storage.Key, *filled]
	counters counters

	indexFile indexFile

	// gate lets any number of commits in, or one who must know that none is
	// under way: Invalidate, to move the epoch, and Close.
	gate   sync.RWMutex
	closed atomic.Bool   // nothing new is begun
	sealed atomic.Bool   // nothing is committed; follows closed when what was under way is done
	epoch  atomic.Uint64 // counts invalidations; an answer asked for before one is not stored after it
	keys   stripes       // orders the commits of one key
	behind *semaphore.Weighted

	doomedMu sync.Mutex
	doomed   []*entry // gone from the table, still in the store

	touchedMu sync.Mutex
	touched   []*entry // dirty: their states are newer than the store's

	kick  chan struct{} // wakes the sweeper
	stop  context.CancelFunc
	ended chan struct{} // closed when the sweeper has ended
}

// maxBehind is how many answers may wait for their commit behind Do. Beyond
// it, Do commits before it returns.
const maxBehind = 256

// Open returns a cache that keeps its entries in the file at path, which is
// made if there is none, or in memory if path is "". The file belongs to the
// embedder that it was made with: another one gets an error that wraps
// storage.ErrModelMismatch, and Reindex moves the file. Without an embedder
// (nil) only the exact step answers. o may be nil.
//
// Stored vectors are read, never computed again. Records that are damaged
// are passed over, and counted in Stats. The index of a file is kept beside it
// (Options.IndexFile); whatever is wrong with that is counted, and mended from
// the store.
func Open(path string, e embed.Embedder, o *Options) (*Cache, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Cache{
		opts:   opts,
		hot:    newHot(opts.HotBytes),
		asked:  newAskedTexts(),
		behind: semaphore.NewWeighted(maxBehind),
		kick:   make(chan struct{}, 1),
		ended:  make(chan struct{}),
	}
	c.table = newTable(c.newIndex)
	if e != nil {
		c.model = e.ID()
		c.embedder = wrapEmbedder(e, &opts)
		if err := c.setJudge(e); err != nil {
			return nil, fmt.Errorf("likewise/cache: open: %w", err)
		}
	}
	if c.store, err = openStore(path, c.model, opts.Store); err != nil {
		return nil, err
	}
	c.setIndexFile(path)
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	if err := c.loadAll(ctx); err != nil {
		stop()
		c.table.close()
		return nil, errors.Join(err, c.store.Close())
	}
	go c.sweep(ctx)
	return c, nil
}

func openStore(path, model string, given storage.Store) (storage.Store, error) {
	switch {
	case given != nil && path != "":
		return nil, fmt.Errorf("likewise/cache: open: both a path (%q) and Options.Store are given, expected one", path)
	case given != nil:
		return given, nil
	case path == "":
		return memory.New(), nil
	}
	return bolt.Open(path, &bolt.Options{Embedder: model})
}

// wrapEmbedder puts the memo and the deadline around an embedder, in this
// order: a vector that comes too late for its lookup is still remembered.
func wrapEmbedder(e embed.Embedder, o *Options) embed.Embedder {
	if o.MemoSize > 0 {
		e = embed.NewMemo(e, o.MemoSize)
	}
	if o.EmbedTimeout > 0 {
		e = embed.WithDeadline(e, o.EmbedTimeout)
	}
	return e
}

// loadAll fills the table from the store, with the help of the index's file as
// far as it can be read.
func (c *Cache) loadAll(ctx context.Context) error {
	c.openIndexFile()
	faulted, err := guardFaults(func() error { return c.load(ctx) })
	if faulted {
		c.discard(fmt.Errorf("%q cannot be read where it is mapped", c.indexFile.path))
		c.indexFile.snapshot, c.doomed = nil, nil
		c.counters.damaged.Store(0)
		c.table.close()
		c.table = newTable(c.newIndex)
		err = c.load(ctx)
	}
	if err == nil {
		c.closeIndexFile()
	}
	return err
}

// load fills the table from the store.
func (c *Cache) load(ctx context.Context) error {
	now, info := time.Now(), c.store.Info()
	c.table.reserve(int(min(int64(info.Records), info.Bytes/64))) // no more than there can be
	var vec []float32
	for rec, err := range c.store.Scan(ctx) {
		if errors.Is(err, storage.ErrCorrupt) {
			c.fault("load", err)
			continue
		}
		if err != nil {
			return fmt.Errorf("likewise/cache: open: %w", err)
		}
		e := &entry{id: rec.ID, key: rec.Key}
		if vec, err = decodeHead(rec.Head, e, vec[:0]); err != nil {
			c.counters.damaged.Add(1)
			c.fault("load", fmt.Errorf("entry %d: %w", rec.ID, err))
			continue
		}
		if err := decodeState(rec.State, e); err != nil {
			c.fault("load", fmt.Errorf("entry %d: %w", rec.ID, err))
			e.used.Store(e.created)
		}
		if c.embedder == nil || len(vec) != c.embedder.Dim() {
			vec = vec[:0]
		}
		if late, expired := e.expired(now); expired && late >= c.opts.KeepStale {
			c.doom(e)
			continue
		}
		if err := c.table.add(e, vec); err != nil {
			c.fault("load", fmt.Errorf("entry %d: %w", rec.ID, err))
		}
	}
	return nil
}

// Flush returns when every answer that Do has given so far is durable, and
// so are the uses and votes of entries.
func (c *Cache) Flush(ctx context.Context) error {
	if err := c.behind.Acquire(ctx, maxBehind); err != nil {
		return fmt.Errorf("likewise/cache: flush: %w", err)
	}
	c.behind.Release(maxBehind)
	return errors.Join(c.eraseDoomed(ctx), c.saveStates(ctx))
}

// Close waits for fills and commits under way, saves what is to be saved,
// and releases the store. Lookups then fail with ErrClosed; Do calls its
// fill and stores nothing. A second Close does nothing.
func (c *Cache) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	c.flights.Wait()
	c.stop()
	<-c.ended
	err := c.Flush(context.Background())
	c.gate.Lock()
	c.sealed.Store(true)
	c.gate.Unlock()
	c.saveIndexAtClose()
	err = errors.Join(err, c.store.Close())
	c.table.close()
	// A hanging model holds a lookup for its timeout, and Close no longer.
	drain(c.embedder, c.opts.EmbedTimeout)
	drain(c.judge, c.opts.JudgeTimeout)
	return err
}

// drain ends the calls of a model that has a deadline.
func drain(model any, limit time.Duration) {
	if d, ok := model.(interface{ Drain(context.Context) error }); ok {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		_ = d.Drain(ctx) // what still runs then is the model's own
	}
}

// fault counts and tells of a step that failed; the request goes on.
func (c *Cache) fault(where string, err error) {
	c.counters.faults.add(where)
	c.opts.Logger.Warn("likewise/cache: "+where+" failed", "error", err)
}

// skips reports whether a step is switched off.
func (c *Cache) skips(s Step) bool { return slices.Contains(c.opts.Skip, s) }

// stripes are locks that keys share.
type stripes [256]sync.Mutex

// lock takes the locks of the keys, always in the same order, and returns
// what releases them.
func (s *stripes) lock(keys ...storage.Key) (unlock func()) {
	if len(keys) == 1 {
		m := &s[keys[0][0]]
		m.Lock()
		return m.Unlock
	}
	var need [256]bool
	for _, k := range keys {
		need[k[0]] = true
	}
	for i := range s {
		if need[i] {
			s[i].Lock()
		}
	}
	return func() {
		for i := range s {
			if need[i] {
				s[i].Unlock()
			}
		}
	}
}
