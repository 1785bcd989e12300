package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/likewise-go/likewise/index"
)

// indexFile keeps the indexes of all partitions in a file between runs, and
// their vectors in its pages instead of the heap. The file decides nothing:
// whatever it says of an entry counts only where the store says the same, bit
// for bit (table.add), and what it does not have is indexed from the store. So
// it need not be of the moment, nor of this store, nor whole, nor there.
type indexFile struct {
	path string // "": there is none
	tag  string

	snapshot *index.Snapshot // while the cache is opened
	saved    atomic.Uint64   // changes when it was written or read
	next     atomic.Uint64   // changes at which it is written again
	full     atomic.Int64    // entries at which it is written again

	bytes     atomic.Int64
	mapped    atomic.Int64
	indexed   atomic.Int64
	discarded atomic.Uint64
	written   atomic.Uint64
}

// changesToSave is the least after which the file is written again while the
// cache is open. Tests change it.
var changesToSave uint64 = 4096

const (
	// It is written again when there are a sixth more entries: what is not in it
	// stands in the heap, 1.9 KB an entry at dim 384. So a growing cache writes
	// about seven bytes for one.
	growthShare = 6

	// And when half of the entries have come or gone, for the sake of the next
	// Open, should there be no Close.
	changeShare = 2

	// At Close, a sixteenth suffices: indexing the rest from the store takes
	// less than writing the whole.
	closeShare = 16
)

// IndexPath is where Open keeps the index of the store at a path, unless
// Options.IndexFile says otherwise.
func IndexPath(path string) string { return path + ".index" }

// CheckIndex returns the length of the index that stands beside the store at a
// path, and whether a cache would read it: the error wraps fs.ErrNotExist if
// there is none, index.ErrSnapshot if it is of no use. created and embedder are
// the store's.
func CheckIndex(path string, created time.Time, embedder string) (int64, error) {
	s, err := index.OpenSnapshot(IndexPath(path), indexTag(created, embedder))
	if err != nil {
		return 0, err
	}
	return s.Bytes, nil
}

// indexTag says whose index a file is.
func indexTag(created time.Time, embedder string) string {
	return fmt.Sprintf("store made %d, vectors of %s", created.UnixNano(), embedder)
}

// setIndexFile says where the index is kept, if it is.
func (c *Cache) setIndexFile(path string) {
	made, ok := c.store.(interface{ Created() time.Time })
	if path == "" || c.embedder == nil || c.opts.IndexFile == "-" || !ok {
		return
	}
	f := &c.indexFile
	f.path, f.tag = c.opts.IndexFile, indexTag(made.Created(), c.model)
	if f.path == "" {
		f.path = IndexPath(path)
	}
}

// newIndex makes the index of a partition, and while the cache is opened fills
// it with what the file holds of it.
func (c *Cache) newIndex(scope [32]byte, dim int) (index.Index, error) {
	x, err := c.opts.NewIndex(dim)
	k, ok := x.(index.Kept)
	if s := c.indexFile.snapshot; s != nil && ok && err == nil {
		if _, err := s.Restore(scope, k); err != nil {
			c.discard(err)
		}
	}
	return x, err
}

// discard counts a file, or a part of it, that is of no use.
func (c *Cache) discard(err error) {
	c.indexFile.discarded.Add(1)
	c.fault("snapshot", err)
}

// openIndexFile makes newIndex read the file, if there is one.
func (c *Cache) openIndexFile() {
	f := &c.indexFile
	if f.path == "" {
		return
	}
	s, err := index.OpenSnapshot(f.path, f.tag)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		c.discard(err)
	default:
		f.snapshot = s
		f.bytes.Store(s.Bytes)
	}
}

// closeIndexFile ends the reading: what indexes hold and the table does not is
// of entries that are gone.
func (c *Cache) closeIndexFile() {
	f := &c.indexFile
	added := c.table.changes.Load()
	if f.snapshot != nil {
		held := 0
		for _, k := range c.table.kept() {
			gone := k.Prune(func(id uint64) bool {
				e := c.table.get(id)
				return e != nil && e.indexed
			})
			c.table.changes.Add(uint64(gone))
			held += k.Len()
		}
		f.mapped.Store(max(0, int64(held)-int64(added)))
		f.snapshot = nil
	}
	f.indexed.Store(int64(added))
	f.plan(0, int(f.mapped.Load()))
	if c.saveDue() {
		c.wake()
	}
}

// plan says when the file is to be written next, given the changes and the
// number of entries that are in it.
func (f *indexFile) plan(saved uint64, entries int) {
	f.saved.Store(saved)
	f.next.Store(saved + max(changesToSave, uint64(entries/changeShare)))
	f.full.Store(int64(entries) + max(int64(changesToSave), int64(entries/growthShare)))
}

// guardFaults runs fn, and reports whether it read from a mapped file what
// cannot be read: the disk failed, or somebody cut the file.
func guardFaults(fn func() error) (faulted bool, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if _, faulted = p.(interface{ Addr() uintptr }); !faulted {
				panic(p)
			}
		}
	}()
	return false, fn()
}

// saveDue reports whether so much has changed that the file is to be written.
func (c *Cache) saveDue() bool {
	return c.indexFile.path != "" && c.table.changes.Load() >= c.indexFile.next.Load()
}

// saveIndex writes the file if it is due, and moves the vectors there.
func (c *Cache) saveIndex() {
	if c.saveDue() {
		c.writeIndex(index.MoveToSnapshot)
	}
}

// saveIndexAtClose writes the file if that pays at the next Open.
func (c *Cache) saveIndexAtClose() {
	entries, _, _ := c.table.size()
	if c.indexFile.path != "" && closeShare*(c.table.changes.Load()-c.indexFile.saved.Load()) > uint64(entries) {
		c.writeIndex(index.WriteSnapshot)
	}
}

// writeIndex writes all indexes that a snapshot can hold. One that cannot be
// written is tried again after as many changes as if it had been.
func (c *Cache) writeIndex(write func(path, tag string, indexes iter.Seq2[[32]byte, index.Kept]) (int64, error)) {
	f := &c.indexFile
	changes := c.table.changes.Load()
	entries := int(c.table.live.Load())
	n, err := write(f.path, f.tag, maps.All(c.table.kept()))
	f.plan(changes, entries)
	if err != nil {
		c.fault("snapshot", err)
		return
	}
	f.written.Add(1)
	f.bytes.Store(n)
}
