// Package storagetest is the conformance suite of [storage.Store]: what every
// implementation must do, and what nobody should have to test twice.
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, storagetest.Suite{
//			New: func(tb testing.TB) func() (storage.Store, error) {
//				path := filepath.Join(tb.TempDir(), "x.db")
//				return func() (storage.Store, error) { return mystore.Open(path) }
//			},
//			Persistent: true,
//		})
//	}
//
// Run it with -race: the concurrent tests are half of its worth.
package storagetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/likewise-go/likewise/storage"
)

// Suite says how to come by the stores under test.
type Suite struct {
	// New makes a place for one store, such as a path, and returns the
	// function that opens it: the first call opens an empty store, a later
	// one, after Close, what was left there.
	New func(tb testing.TB) func() (storage.Store, error)

	// Persistent says that a store opened again holds what it held.
	Persistent bool

	// Check, if not nil, is called for every store before it is closed, and
	// reports broken invariants.
	Check func(tb TB, s storage.Store)
}

// TB is what the suite needs of a [testing.TB] or a [pgregory.net/rapid.T].
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run runs the suite, each test with stores of its own.
func Run(t *testing.T, s Suite) {
	t.Helper()
	tests := map[string]func(*testing.T, Suite){
		"Model":          testModel,
		"Values":         testValues,
		"BatchSameKey":   testBatchSameKey,
		"BatchFails":     testBatchFails,
		"IDsNotReused":   testIDsNotReused,
		"CallerOwns":     testCallerOwns,
		"Context":        testContext,
		"Closed":         testClosed,
		"CloseMeanwhile": testCloseMeanwhile,
		"Concurrent":     testConcurrent,
		"ScanAndWrite":   testScanAndWrite,
		"ScanStops":      testScanStops,
		"Info":           testInfo,
	}
	if s.Persistent {
		tests["Reopen"] = testReopen
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t.Run(name, func(t *testing.T) { tests[name](t, s) })
	}
}

// open opens a fresh store that is checked and closed when the test ends.
func (s Suite) open(t *testing.T) storage.Store {
	t.Helper()
	st, err := s.New(t)()
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.close(t, st) })
	return st
}

func (s Suite) close(tb TB, st storage.Store) {
	tb.Helper()
	if s.Check != nil {
		s.Check(tb, st)
	}
	if err := st.Close(); err != nil {
		tb.Errorf("close: %v", err)
	}
}

// key returns the n-th key of the tests, spread as a hash would be.
func key(n int) (k storage.Key) {
	binary.BigEndian.PutUint64(k[:], uint64(n+1)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(k[24:], uint64(n))
	return k
}

func record(n int, text string) *storage.Record {
	return &storage.Record{
		Key:   key(n),
		Head:  []byte("head of " + text),
		Body:  []byte("body of " + text),
		State: []byte("state of " + text),
	}
}

func mustPut(tb TB, s storage.Store, recs ...*storage.Record) {
	tb.Helper()
	if err := s.Put(context.Background(), recs...); err != nil {
		tb.Fatalf("put %d records: %v", len(recs), err)
	}
}

// all returns what Scan yields.
func all(tb TB, s storage.Store) []storage.Record {
	tb.Helper()
	var recs []storage.Record
	for rec, err := range s.Scan(context.Background()) {
		if err != nil {
			tb.Fatalf("scan: %v", err)
		}
		recs = append(recs, cloned(rec))
	}
	return recs
}

func cloned(r storage.Record) storage.Record {
	r.Head, r.Body, r.State = slices.Clone(r.Head), slices.Clone(r.Body), slices.Clone(r.State)
	return r
}

// wantRecord compares a record with its expected content; nil and empty
// slices are the same.
func wantRecord(tb TB, what string, got, want storage.Record) {
	tb.Helper()
	if got.ID == want.ID && got.Key == want.Key && bytes.Equal(got.Head, want.Head) &&
		bytes.Equal(got.Body, want.Body) && bytes.Equal(got.State, want.State) {
		return // cmp takes seconds over a megabyte
	}
	tb.Errorf("%s differs (-want +got):\n%s", what, cmp.Diff(want, got, cmpopts.EquateEmpty()))
}

func wantErr(tb TB, what string, got, want error) {
	tb.Helper()
	if !errors.Is(got, want) {
		tb.Errorf("%s: got error %v, want one that wraps %q", what, got, want)
	}
}
