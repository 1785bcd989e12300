package bolt

import (
	"context"
	"errors"
	"runtime"

	bbolt "go.etcd.io/bbolt"

	"github.com/likewise-go/likewise/storage"
)

// maxGroup bounds the bytes of one transaction of many requests: it is held
// in memory, and the first of its callers waits for the last.
const maxGroup = 8 << 20

// serve is the writer: it alone changes the file, from Open to Close.
func (s *Store) serve() {
	var group []*request
	for last := 0; ; last = len(group) {
		s.gather(last)
		group = s.queue.take(group[:0], maxGroup)
		switch {
		case len(group) == 0:
			return
		case group[0].alone != nil:
			group[0].done <- group[0].alone()
		default:
			s.commit(group)
		}
		clear(group)
	}
}

// gather waits a moment for the callers that the last transaction has just
// answered. Without it they would miss the next one, and two half groups
// would alternate, each with a sync of its own.
func (s *Store) gather(last int) {
	for before := -1; ; {
		n := s.queue.len()
		if n >= last || n == before {
			return
		}
		before = n
		runtime.Gosched()
	}
}

// txn is a write transaction on its way.
type txn struct {
	tx                          *bbolt.Tx
	keys, heads, bodies, states *bbolt.Bucket
	counts                      counts
}

func newTxn(tx *bbolt.Tx, c counts) *txn {
	t := &txn{
		tx:     tx,
		keys:   tx.Bucket(bucketKeys),
		heads:  tx.Bucket(bucketHeads),
		bodies: tx.Bucket(bucketBodies),
		states: tx.Bucket(bucketStates),
		counts: c,
	}
	// Ids come in order: a page that splits stays full, the new ones follow.
	for _, b := range []*bbolt.Bucket{t.heads, t.bodies, t.states} {
		b.FillPercent = 1
	}
	return t
}

// write queues a change and waits until it is durable.
func (s *Store) write(ctx context.Context, bytes int, apply func(*txn) error) error {
	if s.opts.ReadOnly {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.mu.RLock()
		defer s.mu.RUnlock()
		if s.db == nil {
			return s.gone()
		}
		return ErrReadOnly
	}
	return s.do(ctx, &request{apply: apply, bytes: bytes})
}

// commit writes a group in one transaction and answers its callers. Who
// fails is taken out, and the others tried again.
func (s *Store) commit(group []*request) {
	for len(group) > 0 {
		bad, err := s.try(group)
		switch {
		case bad >= 0:
			group[bad].done <- err
			group = append(group[:bad], group[bad+1:]...)
		case len(group) > 1 && errors.Is(err, storage.ErrCorrupt):
			// A broken page, and nobody knows whose.
			for i := range group {
				s.commit(group[i : i+1])
			}
			return
		default:
			for _, r := range group {
				r.done <- err
			}
			return
		}
	}
}

// try runs a group in a transaction. It returns the index of a request that
// failed by itself, or -1 and the result of the commit.
func (s *Store) try(group []*request) (bad int, err error) {
	if s.db == nil {
		return -1, s.gone() // the writer alone changes db before Close
	}
	if s.dirDirty {
		if err := s.syncDir(); err != nil {
			return -1, err
		}
	}
	tx, err := s.db.Begin(true)
	if err != nil {
		return -1, err
	}
	// Roll back by hand: a managed transaction would read the whole file
	// again, for its free pages.
	defer func() {
		if err != nil {
			_ = guard(tx.Rollback)
		}
	}()
	var t *txn
	if err := guard(func() error { t = newTxn(tx, s.counts); return nil }); err != nil {
		return -1, err
	}
	for i, r := range group {
		if err := guard(func() error { return r.apply(t) }); err != nil {
			return i, err
		}
	}
	err = guard(func() error {
		if err := putCounts(tx.Bucket(bucketHeader), t.counts); err != nil {
			return err
		}
		return tx.Commit()
	})
	if err != nil {
		return -1, err
	}
	s.counts = t.counts
	s.records.Store(int64(t.counts.records))
	return -1, nil
}
