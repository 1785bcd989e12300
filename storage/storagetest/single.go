package storagetest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/likewise-go/likewise/storage"
)

func testValues(t *testing.T, s Suite) {
	st := s.open(t)
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for n, want := range []storage.Record{
		{Key: key(0)},
		{Key: key(1), Head: []byte{0}, Body: []byte{0}, State: []byte{0}},
		{Key: key(2), Head: big, Body: []byte("small")},
		{Key: key(3), Head: []byte("small"), Body: big, State: big[:5000]},
		{Key: storage.Key{}, Body: []byte("the zero key is a key")},
	} {
		mustPut(t, st, &want)
		if want.ID != uint64(n+1) {
			t.Errorf("record %d got id %d, want ids from 1 without gaps", n, want.ID)
		}
		got, err := st.Get(t.Context(), want.ID)
		if err != nil {
			t.Fatalf("get %d: %v", want.ID, err)
		}
		wantRecord(t, "get", got, want)
		got, err = st.GetByKey(t.Context(), want.Key)
		if err != nil {
			t.Fatalf("get by key: %v", err)
		}
		wantRecord(t, "get by key", got, want)
	}
}

func testBatchSameKey(t *testing.T, s Suite) {
	st := s.open(t)
	a, b, c := record(1, "first"), record(2, "other"), record(1, "last")
	mustPut(t, st, a, b, c)
	if a.ID != c.ID || a.ID == b.ID {
		t.Fatalf("got ids %d, %d, %d, want the first and the last equal", a.ID, b.ID, c.ID)
	}
	got, err := st.GetByKey(t.Context(), key(1))
	if err != nil {
		t.Fatal(err)
	}
	wantRecord(t, "the last one", got, *c)
	if n := st.Info().Records; n != 2 {
		t.Errorf("got %d records, want 2", n)
	}
	if n, err := st.Delete(t.Context(), b.ID, b.ID, 0, 99); n != 1 || err != nil {
		t.Errorf("delete of one record named twice: got %d, %v, want 1", n, err)
	}
}

func testBatchFails(t *testing.T, s Suite) {
	st := s.open(t)
	a := record(1, "good")
	if err := st.Put(t.Context(), a, nil); err == nil {
		t.Fatal("put of a nil record: got no error")
	}
	if n := len(all(t, st)); n != 0 {
		t.Errorf("a failed batch left %d records", n)
	}
	if a.ID != 0 {
		t.Errorf("a failed batch gave the id %d", a.ID)
	}
}

func testIDsNotReused(t *testing.T, s Suite) {
	reopen := s.New(t)
	st, err := reopen()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.close(t, st) }()
	a, b := record(1, "a"), record(2, "b")
	mustPut(t, st, a, b)
	if n, err := st.Delete(t.Context(), a.ID, b.ID); n != 2 || err != nil {
		t.Fatalf("delete: got %d, %v", n, err)
	}
	if c, ok := st.(storage.Compacter); ok {
		if err := c.Compact(t.Context()); err != nil {
			t.Fatalf("compact: %v", err)
		}
	}
	if s.Persistent {
		s.close(t, st)
		if st, err = reopen(); err != nil {
			t.Fatal(err)
		}
	}
	again := record(2, "b again")
	mustPut(t, st, again)
	if again.ID <= b.ID {
		t.Errorf("got id %d after %d was deleted, want a higher one", again.ID, b.ID)
	}
	_, err = st.Get(t.Context(), b.ID)
	wantErr(t, "get of a deleted id", err, storage.ErrNotFound)
}

func testCallerOwns(t *testing.T, s Suite) {
	st := s.open(t)
	in := record(1, "mine")
	want := cloned(*in)
	mustPut(t, st, in)
	want.ID = in.ID
	spoil(*in)
	for range 2 {
		for name, get := range map[string]func() (storage.Record, error){
			"get":        func() (storage.Record, error) { return st.Get(t.Context(), want.ID) },
			"get by key": func() (storage.Record, error) { return st.GetByKey(t.Context(), want.Key) },
		} {
			got, err := get()
			if err != nil {
				t.Fatal(err)
			}
			wantRecord(t, name, got, want)
			// An append must not run into another part.
			_ = append(got.Head, "xxxxxxxx"...)
			_ = append(got.Body, "xxxxxxxx"...)
			wantRecord(t, name+" after an append", got, want)
			spoil(got)
		}
		for rec, err := range st.Scan(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			wantRecord(t, "scan", rec, storage.Record{ID: want.ID, Key: want.Key, Head: want.Head, State: want.State})
			spoil(rec)
		}
	}
	state := []byte("new state")
	if err := st.SetState(t.Context(), storage.State{ID: want.ID, State: state}); err != nil {
		t.Fatal(err)
	}
	clear(state)
	got, err := st.Get(t.Context(), want.ID)
	if err != nil || string(got.State) != "new state" {
		t.Errorf("state after the caller reused its slice: got %q, %v", got.State, err)
	}
}

func spoil(r storage.Record) {
	clear(r.Head)
	clear(r.Body)
	clear(r.State)
}

func testContext(t *testing.T, s Suite) {
	st := s.open(t)
	mustPut(t, st, record(1, "a"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range calls(st) {
		wantErr(t, name, call(ctx), context.Canceled)
	}
	recs := all(t, st)
	if len(recs) != 1 || string(recs[0].State) != "state of a" {
		t.Errorf("calls with a cancelled context left %v", recs)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	mustPut(t, st, record(2, "b"))
	for _, err := range st.Scan(ctx) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("scan that is cancelled on its way: %v", err)
		}
		cancel()
	}
}

// calls returns each call that takes a context and can fail. Apart from
// their errors they change the store, if they are let.
func calls(st storage.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"get":        func(ctx context.Context) error { _, err := st.Get(ctx, 1); return err },
		"get by key": func(ctx context.Context) error { _, err := st.GetByKey(ctx, key(1)); return err },
		"put":        func(ctx context.Context) error { return st.Put(ctx, record(9, "x")) },
		"set state": func(ctx context.Context) error {
			return st.SetState(ctx, storage.State{ID: 1, State: []byte("x")})
		},
		"delete": func(ctx context.Context) error { _, err := st.Delete(ctx, 1); return err },
		"scan": func(ctx context.Context) error {
			for _, err := range st.Scan(ctx) {
				return err
			}
			return nil
		},
	}
}

func testInfo(t *testing.T, s Suite) {
	st := s.open(t)
	mustPut(t, st, record(1, "a"), record(2, "b"))
	info := st.Info()
	if info.Records != 2 || info.Corrupt != 0 || info.Bytes <= 0 || info.Free < 0 || info.Free > info.Bytes {
		t.Errorf("info of two records: got %+v", info)
	}
}

func testReopen(t *testing.T, s Suite) {
	reopen := s.New(t)
	var want []storage.Record
	for round := range 4 {
		st, err := reopen()
		if err != nil {
			t.Fatalf("open, round %d: %v", round, err)
		}
		got := all(t, st)
		if len(got) != len(want) {
			t.Fatalf("round %d: got %d records, want %d", round, len(got), len(want))
		}
		for i := range want {
			rec, err := st.Get(t.Context(), want[i].ID)
			if err != nil {
				t.Fatal(err)
			}
			wantRecord(t, "reopened", rec, want[i])
		}
		for n := range 50 {
			rec := record(100*round+n, "x")
			mustPut(t, st, rec)
			want = append(want, *rec)
		}
		s.close(t, st)
	}
}
