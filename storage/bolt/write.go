package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/likewise-go/likewise/storage"
)

// maxPart bounds a part of a record, well under what a page's element can
// measure.
const maxPart = math.MaxInt32 - 1024

// Put implements [storage.Store]. The records must not change until it
// returns.
func (s *Store) Put(ctx context.Context, recs ...*storage.Record) error {
	encs := make([]encoded, len(recs))
	size := 0
	for i, rec := range recs {
		if rec == nil {
			return s.fail("put", fmt.Errorf("record %d of %d is nil", i, len(recs)))
		}
		if n := max(len(rec.Head), len(rec.Body), len(rec.State)); n > maxPart {
			return s.fail("put", fmt.Errorf("record %d of %d has a part of %d bytes, allowed: up to %d", i, len(recs), n, maxPart))
		}
		encs[i] = encode(rec)
		size += len(rec.Head) + len(rec.Body) + len(rec.State) + 128
	}
	ids := make([]uint64, len(recs))
	err := s.write(ctx, size, func(t *txn) (err error) {
		for i := range encs {
			if ids[i], err = t.put(&encs[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s.fail("put", err)
	}
	for i, rec := range recs {
		rec.ID = ids[i]
	}
	return nil
}

// put stores one record and returns its id.
func (t *txn) put(e *encoded) (uint64, error) {
	id, ok := t.find(e.key[:])
	if !ok {
		t.counts.last++
		t.counts.records++
		id = t.counts.last
	}
	k := idKey(id)
	if !ok {
		if err := t.keys.Put(e.key[:], k[:]); err != nil {
			return 0, err
		}
	}
	e.seal(k[:])
	if err := t.heads.Put(k[:], e.head); err != nil {
		return 0, err
	}
	if err := t.bodies.Put(k[:], e.body); err != nil {
		return 0, err
	}
	return id, t.states.Put(k[:], e.state)
}

// find returns the id of the record with a key. An entry of the index that
// leads to another record, or to none, is none.
func (t *txn) find(key []byte) (uint64, bool) {
	k := t.keys.Get(key)
	if len(k) != 8 {
		return 0, false
	}
	head := t.heads.Get(k)
	if len(head) < crcLen+keyLen || !bytes.Equal(head[crcLen:crcLen+keyLen], key) {
		return 0, false
	}
	return binary.BigEndian.Uint64(k), true
}

// SetState implements [storage.Store]. Of a corrupt record nothing is set.
func (s *Store) SetState(ctx context.Context, states ...storage.State) error {
	size := 0
	for _, st := range states {
		size += len(st.State) + 64
	}
	err := s.write(ctx, size, func(t *txn) error {
		for _, st := range states {
			if err := t.setState(st); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s.fail("set state", err)
	}
	return nil
}

func (t *txn) setState(st storage.State) error {
	k := idKey(st.ID)
	v := t.heads.Get(k[:])
	if v == nil {
		return nil
	}
	key, _, err := decodeHead(k[:], v)
	if err != nil {
		return nil //nolint:nilerr // whoever reads the record is told
	}
	part, _ := appendPart(nil, st.State)
	binary.LittleEndian.PutUint32(part, withID(sum(key, partState, st.State), k[:]))
	return t.states.Put(k[:], part)
}

// Delete implements [storage.Store].
func (s *Store) Delete(ctx context.Context, ids ...uint64) (int, error) {
	n := 0
	err := s.write(ctx, 256*len(ids), func(t *txn) error {
		n = 0
		for _, id := range ids {
			ok, err := t.delete(id)
			if err != nil {
				return err
			}
			if ok {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, s.fail("delete", err)
	}
	return n, nil
}

func (t *txn) delete(id uint64) (bool, error) {
	k := idKey(id)
	v := t.heads.Get(k[:])
	if v == nil {
		return false, nil
	}
	if err := t.unindex(k[:], v); err != nil {
		return false, err
	}
	t.counts.records--
	if err := t.heads.Delete(k[:]); err != nil {
		return false, err
	}
	if err := t.bodies.Delete(k[:]); err != nil {
		return false, err
	}
	return true, t.states.Delete(k[:])
}

// unindex removes what leads to the record with the stored head v.
func (t *txn) unindex(k, v []byte) error {
	key, _, err := decodeHead(k, v)
	if err == nil {
		if !bytes.Equal(t.keys.Get(key), k) {
			return nil
		}
		return t.keys.Delete(bytes.Clone(key))
	}
	// The head cannot say its key: ask every key.
	var keys [][]byte
	for c, key, id := cursor(t.keys); key != nil; key, id = c.Next() {
		if bytes.Equal(id, k) {
			keys = append(keys, bytes.Clone(key))
		}
	}
	for _, key := range keys {
		if err := t.keys.Delete(key); err != nil {
			return err
		}
	}
	return nil
}
