package memory

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/likewise-go/likewise/storage"
)

// Store is a [storage.Store] in memory. Make one with [New].
type Store struct {
	mu     sync.RWMutex // guards all below
	ids    map[storage.Key]uint64
	recs   map[uint64]storage.Record // their slices are never written to
	last   uint64                    // the highest id given so far
	bytes  int64                     // keys, heads, bodies and states
	closed bool
}

var _ storage.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{ids: map[storage.Key]uint64{}, recs: map[uint64]storage.Record{}}
}

// Get implements [storage.Store].
func (s *Store) Get(ctx context.Context, id uint64) (storage.Record, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ready(ctx); err != nil {
		return storage.Record{}, fmt.Errorf("likewise/storage: memory: get record %d: %w", id, err)
	}
	rec, ok := s.recs[id]
	if !ok {
		return storage.Record{}, fmt.Errorf("likewise/storage: memory: get record %d: %w", id, storage.ErrNotFound)
	}
	return clone(rec), nil
}

// GetByKey implements [storage.Store].
func (s *Store) GetByKey(ctx context.Context, key storage.Key) (storage.Record, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ready(ctx); err != nil {
		return storage.Record{}, fmt.Errorf("likewise/storage: memory: get key %x: %w", key[:8], err)
	}
	id, ok := s.ids[key]
	if !ok {
		return storage.Record{}, fmt.Errorf("likewise/storage: memory: get key %x: %w", key[:8], storage.ErrNotFound)
	}
	return clone(s.recs[id]), nil
}

// Put implements [storage.Store]. Durable means here: until Close.
func (s *Store) Put(ctx context.Context, recs ...*storage.Record) error {
	if i := slices.Index(recs, nil); i >= 0 {
		return fmt.Errorf("likewise/storage: memory: put: record %d of %d is nil", i, len(recs))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return fmt.Errorf("likewise/storage: memory: put: %w", err)
	}
	for _, rec := range recs {
		id, ok := s.ids[rec.Key]
		if !ok {
			s.last++
			id = s.last
		}
		rec.ID = id
		s.bytes += size(*rec) - size(s.recs[id])
		s.ids[rec.Key], s.recs[id] = id, clone(*rec)
	}
	return nil
}

// SetState implements [storage.Store].
func (s *Store) SetState(ctx context.Context, states ...storage.State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return fmt.Errorf("likewise/storage: memory: set state: %w", err)
	}
	for _, st := range states {
		rec, ok := s.recs[st.ID]
		if !ok {
			continue
		}
		s.bytes += int64(len(st.State) - len(rec.State))
		rec.State = bytes.Clone(st.State)
		s.recs[st.ID] = rec
	}
	return nil
}

// Delete implements [storage.Store].
func (s *Store) Delete(ctx context.Context, ids ...uint64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return 0, fmt.Errorf("likewise/storage: memory: delete: %w", err)
	}
	n := 0
	for _, id := range ids {
		rec, ok := s.recs[id]
		if !ok {
			continue
		}
		n++
		s.bytes -= size(rec)
		delete(s.ids, rec.Key)
		delete(s.recs, id)
	}
	return n, nil
}

// Scan implements [storage.Store]. It holds no lock while the caller works
// on a record.
func (s *Store) Scan(ctx context.Context) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		s.mu.RLock()
		ids := slices.Sorted(maps.Keys(s.recs))
		s.mu.RUnlock()
		for i := 0; ; i++ {
			s.mu.RLock()
			err := s.ready(ctx)
			var rec storage.Record
			ok := false
			if i < len(ids) {
				rec, ok = s.recs[ids[i]]
			}
			s.mu.RUnlock()
			if err != nil {
				yield(storage.Record{}, fmt.Errorf("likewise/storage: memory: scan: %w", err))
				return
			}
			if i >= len(ids) {
				return
			}
			rec.Body = nil
			if ok && !yield(clone(rec), nil) {
				return
			}
		}
	}
}

// Info implements [storage.Store].
func (s *Store) Info() storage.Info {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return storage.Info{Records: len(s.recs), Bytes: s.bytes}
}

// Close implements [storage.Store] and forgets everything.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.ids, s.recs, s.bytes = true, nil, nil, 0
	return nil
}

// ready says why the store cannot serve this call. The caller holds mu.
func (s *Store) ready(ctx context.Context) error {
	if s.closed {
		return storage.ErrClosed
	}
	return ctx.Err()
}

func clone(r storage.Record) storage.Record {
	r.Head, r.Body, r.State = bytes.Clone(r.Head), bytes.Clone(r.Body), bytes.Clone(r.State)
	return r
}

// size returns the bytes of a record, 0 of none.
func size(r storage.Record) int64 {
	if r.ID == 0 {
		return 0
	}
	return int64(len(r.Key) + len(r.Head) + len(r.Body) + len(r.State))
}
