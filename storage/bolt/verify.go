package bolt

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"

	bbolt "go.etcd.io/bbolt"
)

// Report is what [Store.Verify] found.
type Report struct {
	Path       string   `json:"path"`
	Embedder   string   `json:"embedder"`
	Records    int      `json:"records"`               // held, corrupt ones included
	Corrupt    []uint64 `json:"corrupt,omitempty"`     // ids of records that are not served
	LostStates []uint64 `json:"lost_states,omitempty"` // ids of whole records whose State alone is damaged
	Unindexed  []uint64 `json:"unindexed,omitempty"`   // ids of records that their key does not lead to
	Dangling   []string `json:"dangling,omitempty"`    // keys, in hex, that lead to no record or to one of another key
	Orphans    int      `json:"orphans,omitempty"`     // bodies and states of no record
	Problems   []string `json:"problems,omitempty"`    // damaged pages, wrong counts
}

// OK says that nothing is wrong.
func (r *Report) OK() bool {
	return len(r.Corrupt)+len(r.LostStates)+len(r.Unindexed)+len(r.Dangling)+r.Orphans+len(r.Problems) == 0
}

// maxProblems bounds the problems of one kind in a report.
const maxProblems = 100

// Verify reads the whole store and checks every checksum, that keys and
// records lead to each other, and the pages of the file. The error says that
// it could not, not that something is wrong: that is in the report. Reads go
// on meanwhile, writes wait.
func (s *Store) Verify(ctx context.Context) (*Report, error) {
	r := &Report{Path: s.path, Embedder: s.Embedder()}
	err := s.do(ctx, &request{alone: func() error {
		if s.db == nil {
			return s.gone()
		}
		return guard(func() error {
			return s.db.View(func(tx *bbolt.Tx) error { return s.verify(ctx, tx, r) })
		})
	}})
	if err != nil {
		return nil, s.fail("verify", err)
	}
	return r, nil
}

func (s *Store) verify(ctx context.Context, tx *bbolt.Tx, r *Report) error {
	sh, err := walk(mapped(s.db, tx.Size()), s.db.Info().PageSize)
	if err != nil {
		r.problem("%v", err)
		return nil // bbolt must not follow these pages
	}
	if sh.metas < 2 {
		r.problem("one of the two meta pages is damaged: the last transaction may be missing")
	}
	for err := range tx.Check() {
		r.problem("%v", err)
	}
	if err := s.verifyRecords(ctx, tx, r); err != nil {
		return err
	}
	if err := verifyKeys(ctx, tx, r); err != nil {
		return err
	}
	for _, name := range [][]byte{bucketBodies, bucketStates} {
		heads := tx.Bucket(bucketHeads)
		for c, k, _ := cursor(tx.Bucket(name)); k != nil; k, _ = c.Next() {
			if heads.Get(k) == nil {
				r.Orphans++
			}
		}
	}
	h, err := readHeader(tx)
	switch {
	case err != nil:
		r.problem("%v", err)
	case h.counts.records != uint64(r.Records):
		r.problem("the header counts %d records, found %d", h.counts.records, r.Records)
	}
	if k, _ := tx.Bucket(bucketHeads).Cursor().Last(); err == nil && len(k) == 8 {
		if id, _ := parseID(k); id > h.counts.last {
			r.problem("the header says the last id is %d, found %d", h.counts.last, id)
		}
	}
	return nil
}

func (r *Report) problem(format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// verifyRecords checks the checksums, and that each key leads to its record.
func (s *Store) verifyRecords(ctx context.Context, tx *bbolt.Tx, r *Report) error {
	keys, bodies, states := tx.Bucket(bucketKeys), tx.Bucket(bucketBodies), tx.Bucket(bucketStates)
	for c, k, v := cursor(tx.Bucket(bucketHeads)); k != nil; k, v = c.Next() {
		if err := every(ctx, r.Records); err != nil {
			return err
		}
		r.Records++
		id, err := parseID(k)
		if err != nil {
			r.problem("%v", err)
			continue
		}
		key, _, err := decodeHead(k, v)
		if err == nil {
			_, err = decodePart(k, key, partBody, "body", bodies.Get(k))
		}
		if err != nil {
			s.faults.add(fault{id: id})
			r.Corrupt = append(r.Corrupt, id)
			continue
		}
		if _, err := decodePart(k, key, partState, "state", states.Get(k)); err != nil {
			s.faults.add(fault{id: id})
			r.LostStates = append(r.LostStates, id)
		}
		if !bytes.Equal(keys.Get(key), k) {
			r.Unindexed = append(r.Unindexed, id)
		}
	}
	return nil
}

// verifyKeys checks that each entry of the index leads to a record with its
// key. One that leads to a corrupt head is that record's matter.
func verifyKeys(ctx context.Context, tx *bbolt.Tx, r *Report) error {
	heads, n := tx.Bucket(bucketHeads), 0
	for c, key, k := cursor(tx.Bucket(bucketKeys)); key != nil; key, k = c.Next() {
		if err := every(ctx, n); err != nil {
			return err
		}
		n++
		v := heads.Get(k)
		if v != nil {
			if got, _, err := decodeHead(k, v); err != nil || bytes.Equal(got, key) {
				continue
			}
		}
		r.Dangling = append(r.Dangling, hex.EncodeToString(key))
	}
	return nil
}

// every returns ctx's error each 1,024 steps.
func every(ctx context.Context, n int) error {
	if n%1024 == 0 {
		return ctx.Err()
	}
	return nil
}
