package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	bbolt "go.etcd.io/bbolt"

	"github.com/likewise-go/likewise/storage"
)

// Get implements [storage.Store].
func (s *Store) Get(ctx context.Context, id uint64) (storage.Record, error) {
	var rec storage.Record
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		k := idKey(id)
		rec, err = s.read(tx, k[:], nil)
		return err
	})
	if err != nil {
		s.note(err, fault{id: id})
		return storage.Record{}, &opError{op: "get", path: s.path, id: id, err: err}
	}
	return rec, nil
}

// GetByKey implements [storage.Store].
func (s *Store) GetByKey(ctx context.Context, key storage.Key) (storage.Record, error) {
	var rec storage.Record
	f := fault{key: key}
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		k := tx.Bucket(bucketKeys).Get(key[:])
		if k == nil {
			return storage.ErrNotFound
		}
		id, err := parseID(k)
		if err != nil {
			return err
		}
		if rec, err = s.read(tx, k, key[:]); err == nil {
			return nil
		}
		if errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("the key leads to record %d, which is not there: %w", id, storage.ErrCorrupt)
		}
		if !errors.Is(err, errOtherKey) {
			f = fault{id: id}
		}
		return fmt.Errorf("record %d: %w", id, err)
	})
	if err != nil {
		s.note(err, f)
		return storage.Record{}, &opError{op: "get", path: s.path, key: &key, err: err}
	}
	return rec, nil
}

var errOtherKey = fmt.Errorf("has another key: %w", storage.ErrCorrupt)

// note counts a corrupt record.
func (s *Store) note(err error, f fault) {
	if errors.Is(err, storage.ErrCorrupt) {
		s.faults.add(f)
	}
}

// read copies the record with the id k, whose key must be want unless that
// is nil.
func (s *Store) read(tx *bbolt.Tx, k, want []byte) (storage.Record, error) {
	v := tx.Bucket(bucketHeads).Get(k)
	if v == nil {
		return storage.Record{}, storage.ErrNotFound
	}
	key, head, err := decodeHead(k, v)
	if err != nil {
		return storage.Record{}, err
	}
	if want != nil && !bytes.Equal(key, want) {
		return storage.Record{}, errOtherKey
	}
	body, err := decodePart(k, key, partBody, "body", tx.Bucket(bucketBodies).Get(k))
	if err != nil {
		return storage.Record{}, err
	}
	id, err := parseID(k)
	if err != nil {
		return storage.Record{}, err
	}
	state := s.state(id, k, key, tx.Bucket(bucketStates).Get(k))
	buf := make([]byte, 0, len(head)+len(body)+len(state))
	rec := storage.Record{ID: id, Key: storage.Key(key)}
	rec.Head, buf = carve(buf, head)
	rec.Body, buf = carve(buf, body)
	rec.State, _ = carve(buf, state)
	return rec, nil
}

// state returns a stored state, or nothing if it is damaged: it says how a
// record was used, and is not worth the record.
func (s *Store) state(id uint64, k, key, v []byte) []byte {
	state, err := decodePart(k, key, partState, "state", v)
	if err != nil {
		s.faults.add(fault{id: id})
		return nil
	}
	return state
}

// carve copies b to the end of buf, and returns the copy, which an append
// cannot leave, and buf.
func carve(buf, b []byte) (part, all []byte) {
	n := len(buf)
	buf = append(buf, b...)
	return buf[n:len(buf):len(buf)], buf
}

// A scan copies so many records, or a little more than so many bytes, in one
// transaction.
const (
	scanRecords = 1024
	scanBytes   = 1 << 20
)

// scanned is one step of a scan, its slices in the batch's buffer.
type scanned struct {
	rec storage.Record
	err error
}

// Scan implements [storage.Store]. It reads in batches, each in a short
// transaction of its own: a long one would keep every page that is replaced
// meanwhile, and a caller that writes could wait for itself.
func (s *Store) Scan(ctx context.Context) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		sc := scan{s: s}
		for more := true; more; {
			err := s.view(ctx, func(tx *bbolt.Tx) error { more = sc.fill(tx); return nil })
			if err != nil {
				yield(storage.Record{}, s.fail("scan", err))
				return
			}
			for _, step := range sc.batch {
				if !yield(step.rec, step.err) {
					return
				}
			}
		}
	}
}

// scan is a scan on its way.
type scan struct {
	s     *Store
	end   []byte // the last key when it began
	next  []byte // the first key of the next batch
	batch []scanned
	buf   []byte
}

// fill reads the next batch, and says whether another may follow.
func (sc *scan) fill(tx *bbolt.Tx) (more bool) {
	sc.batch, sc.buf = sc.batch[:0], sc.buf[:0]
	heads := tx.Bucket(bucketHeads).Cursor()
	if sc.end == nil {
		last, _ := heads.Last()
		sc.end = bytes.Clone(last)
		if sc.buf = make([]byte, 0, scanBytes); last == nil {
			return false
		}
	}
	states := follower{c: tx.Bucket(bucketStates).Cursor()}
	for k, v := heads.Seek(sc.next); k != nil && bytes.Compare(k, sc.end) <= 0; k, v = heads.Next() {
		if len(sc.batch) == scanRecords || len(sc.buf) >= scanBytes {
			sc.next = append(sc.next[:0], k...)
			return true
		}
		sc.batch = append(sc.batch, sc.step(k, v, &states))
	}
	return false
}

func (sc *scan) step(k, v []byte, states *follower) scanned {
	id, err := parseID(k)
	var key, head []byte
	if err == nil {
		key, head, err = decodeHead(k, v)
	}
	if err != nil {
		sc.s.faults.add(fault{id: id})
		return scanned{storage.Record{ID: id}, &opError{op: "scan", path: sc.s.path, id: id, err: err}}
	}
	rec := storage.Record{ID: id, Key: storage.Key(key)}
	// Should the buffer grow, what was carved before stays where it was.
	rec.Head, sc.buf = carve(sc.buf, head)
	rec.State, sc.buf = carve(sc.buf, sc.s.state(id, k, key, states.get(k)))
	return scanned{rec: rec}
}

// follower looks up rising keys: mostly, the next one.
type follower struct {
	c    *bbolt.Cursor
	k, v []byte
}

func (f *follower) get(k []byte) []byte {
	if f.k != nil {
		f.k, f.v = f.c.Next()
	}
	if !bytes.Equal(f.k, k) {
		f.k, f.v = f.c.Seek(k)
	}
	if !bytes.Equal(f.k, k) {
		return nil
	}
	return f.v
}

// cursor begins a walk through a bucket.
func cursor(b *bbolt.Bucket) (c *bbolt.Cursor, k, v []byte) {
	c = b.Cursor()
	k, v = c.First()
	return c, k, v
}
