package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/likewise-go/likewise/storage"
)

// ErrReadOnly is returned, wrapped, by writes to a store that was opened with
// Options.ReadOnly.
var ErrReadOnly = errors.New("store is open for reading only")

// Store is a [storage.Store] in a file. Open one with [Open].
type Store struct {
	path    string
	opts    Options
	created time.Time

	// mu guards db: whoever reads holds RLock until its transaction has
	// ended; Close, and Compact when it changes the file, hold Lock.
	mu   sync.RWMutex
	db   *bbolt.DB // nil when closed, or lost
	lost error     // why db is nil though the store is not closed
	used int64     // bytes in use when opened for reading, else unknown

	queue    queue
	writer   sync.WaitGroup
	closing  sync.Once
	closeErr error

	embedder atomic.Pointer[string]
	records  atomic.Int64
	faults   faults

	// The writer's alone.
	counts   counts
	dirDirty bool // the file's name is not known to be on the disk yet
}

var (
	_ storage.Store     = (*Store)(nil)
	_ storage.Compacter = (*Store)(nil)
)

// Embedder returns the ID of the embedder that the store belongs to, "" if
// it belongs to none yet.
func (s *Store) Embedder() string { return *s.embedder.Load() }

// Created returns when the store was made.
func (s *Store) Created() time.Time { return s.created }

// SetEmbedder makes the store one of another embedder, durable on return.
// What the records hold of the old one is the caller's business.
func (s *Store) SetEmbedder(ctx context.Context, id string) error {
	if err := validEmbedder(id); err != nil {
		return s.fail("set embedder", fmt.Errorf("the id %w", err))
	}
	err := s.write(ctx, 0, func(t *txn) error {
		return putEntry(t.tx.Bucket(bucketHeader), entryEmbedder, []byte(id))
	})
	if err != nil {
		return s.fail("set embedder", err)
	}
	s.embedder.Store(&id)
	return nil
}

// Info implements [storage.Store]. Of a closed store it tells the path and
// the corrupt records.
func (s *Store) Info() storage.Info {
	info := storage.Info{Path: s.path, Corrupt: s.faults.len()}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return info
	}
	info.Records = int(s.records.Load())
	fi, err := os.Stat(s.path)
	if err != nil {
		return info
	}
	info.Bytes = fi.Size()
	used := s.used
	if !s.opts.ReadOnly {
		_ = guard(func() error {
			return s.db.View(func(tx *bbolt.Tx) error {
				st := s.db.Stats()
				page := s.db.Info().PageSize // in a transaction: it reads what a growing file replaces
				used = tx.Size() - int64(st.FreePageN+st.PendingPageN)*int64(page)
				return nil
			})
		})
	}
	info.Free = min(max(info.Bytes-used, 0), info.Bytes)
	return info
}

// Close implements [storage.Store].
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.queue.close()
		s.writer.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.db == nil {
			return
		}
		removeHolder(s.path)
		err := s.db.Close()
		s.db = nil
		if err != nil {
			s.closeErr = s.fail("close", err)
		}
	})
	return s.closeErr
}

// view runs fn in a read transaction.
func (s *Store) view(ctx context.Context, fn func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return s.gone()
	}
	return guard(func() error { return s.db.View(fn) })
}

// gone says why there is no db. The caller holds mu.
func (s *Store) gone() error {
	if s.lost != nil {
		return s.lost
	}
	return storage.ErrClosed
}

// guard turns a panic of bbolt, and a fault in its mapping, into an error:
// the file changed under the store, or the disk cannot read it.

func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is damaged (%v): %w", p, storage.ErrCorrupt)
		}
	}()
	return fn()
}

func (s *Store) fail(op string, err error) error { return &opError{op: op, path: s.path, err: err} }

// opError is an error of one call. It is formatted when it is read, since
// most say that a record was not found, and nobody reads those.
type opError struct {
	op, path string
	id       uint64       // of the record, if not 0
	key      *storage.Key // of the record, if not nil
	err      error
}

func (e *opError) Error() string {
	what := ""
	switch {
	case e.key != nil:
		what = fmt.Sprintf("key %x: ", e.key[:8])
	case e.id != 0:
		what = fmt.Sprintf("record %d: ", e.id)
	}
	return fmt.Sprintf("likewise/storage: %s %q: %s%v", e.op, e.path, what, e.err)
}

func (e *opError) Unwrap() error { return e.err }

// faults are the records found corrupt, each counted once.
type faults struct {
	mu   sync.Mutex // guards seen
	seen map[fault]struct{}
}

// fault is a record by id, or an entry of the key index by key.
type fault struct {
	id  uint64
	key storage.Key
}

func (f *faults) add(x fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen == nil {
		f.seen = map[fault]struct{}{}
	}
	f.seen[x] = struct{}{}
}

func (f *faults) len() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.seen))
}
