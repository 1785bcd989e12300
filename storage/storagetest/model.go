package storagetest

import (
	"context"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/likewise-go/likewise/storage"
)

// model is a store beside the map that it should equal.
type model struct {
	suite  Suite
	reopen func() (storage.Store, error)
	store  storage.Store
	recs   map[uint64]storage.Record
	ids    map[storage.Key]uint64
	last   uint64 // the highest id seen: new ones lie above
}

// testModel does the same random operations on a store and on a map.
func testModel(t *testing.T, s Suite) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{suite: s, reopen: s.New(t), recs: map[uint64]storage.Record{}, ids: map[storage.Key]uint64{}}
		m.open(rt)
		defer func() { s.close(rt, m.store) }()
		actions := map[string]func(*rapid.T){
			"":         m.check,
			"put":      m.put,
			"setState": m.setState,
			"delete":   m.delete,
			"get":      m.get,
		}
		if s.Persistent {
			actions["reopen"] = func(rt *rapid.T) { s.close(rt, m.store); m.open(rt) }
		}
		if _, ok := m.store.(storage.Compacter); ok {
			actions["compact"] = m.compact
		}
		rt.Repeat(actions)
	})
}

func (m *model) open(rt *rapid.T) {
	s, err := m.reopen()
	if err != nil {
		rt.Fatalf("open: %v", err)
	}
	m.store = s
}

var (
	someKey   = rapid.IntRange(0, 20)
	someID    = rapid.Uint64Range(0, 40)
	someBytes = rapid.SliceOfN(rapid.Byte(), 0, 3000)
	someState = rapid.SliceOfN(rapid.Byte(), 0, 20)
)

func (m *model) put(rt *rapid.T) {
	n := rapid.IntRange(0, 8).Draw(rt, "records")
	recs := make([]*storage.Record, n)
	for i := range recs {
		recs[i] = &storage.Record{
			ID:    someID.Draw(rt, "ignored id"),
			Key:   key(someKey.Draw(rt, "key")),
			Head:  someBytes.Draw(rt, "head"),
			Body:  someBytes.Draw(rt, "body"),
			State: someState.Draw(rt, "state"),
		}
	}
	mustPut(rt, m.store, recs...)
	before := m.last
	for _, rec := range recs {
		id, known := m.ids[rec.Key]
		if known && rec.ID != id {
			rt.Fatalf("replaced record %d: got id %d", id, rec.ID)
		}
		if !known && rec.ID <= before {
			rt.Fatalf("new record got id %d, at most %d was given before", rec.ID, before)
		}
		m.ids[rec.Key], m.recs[rec.ID] = rec.ID, *rec
		m.last = max(m.last, rec.ID)
	}
}

func (m *model) setState(rt *rapid.T) {
	states := make([]storage.State, rapid.IntRange(0, 5).Draw(rt, "states"))
	for i := range states {
		states[i] = storage.State{ID: someID.Draw(rt, "id"), State: someState.Draw(rt, "state")}
	}
	if err := m.store.SetState(context.Background(), states...); err != nil {
		rt.Fatalf("set state: %v", err)
	}
	for _, st := range states {
		if rec, ok := m.recs[st.ID]; ok {
			rec.State = st.State
			m.recs[st.ID] = rec
		}
	}
}

func (m *model) delete(rt *rapid.T) {
	ids := rapid.SliceOfN(someID, 0, 5).Draw(rt, "ids")
	got, err := m.store.Delete(context.Background(), ids...)
	if err != nil {
		rt.Fatalf("delete: %v", err)
	}
	want := 0
	for _, id := range ids {
		if rec, ok := m.recs[id]; ok {
			want++
			delete(m.recs, id)
			delete(m.ids, rec.Key)
		}
	}
	if got != want {
		rt.Fatalf("delete %d: got %d deleted, want %d", ids, got, want)
	}
}

func (m *model) get(rt *rapid.T) {
	ctx := context.Background()
	id := someID.Draw(rt, "id")
	want, ok := m.recs[id]
	got, err := m.store.Get(ctx, id)
	m.compare(rt, "get", ok, got, want, err)
	k := key(someKey.Draw(rt, "key"))
	got, err = m.store.GetByKey(ctx, k)
	id, ok = m.ids[k]
	m.compare(rt, "get by key", ok, got, m.recs[id], err)
}

func (m *model) compare(rt *rapid.T, what string, there bool, got, want storage.Record, err error) {
	switch {
	case !there:
		wantErr(rt, what+" of what is not there", err, storage.ErrNotFound)
	case err != nil:
		rt.Fatalf("%s %d: %v", what, want.ID, err)
	default:
		wantRecord(rt, what, got, want)
	}
}

func (m *model) compact(rt *rapid.T) {
	if err := m.store.(storage.Compacter).Compact(context.Background()); err != nil {
		rt.Fatalf("compact: %v", err)
	}
}

// check compares the whole store with the map.
func (m *model) check(rt *rapid.T) {
	got := all(rt, m.store)
	ids := slices.Sorted(maps.Keys(m.recs))
	if len(got) != len(ids) {
		rt.Fatalf("scan: got %d records, want %d", len(got), len(ids))
	}
	for i, id := range ids {
		want := m.recs[id]
		want.Body = nil
		wantRecord(rt, "scan", got[i], want)
	}
	if n := m.store.Info().Records; n != len(ids) {
		rt.Fatalf("info: got %d records, want %d", n, len(ids))
	}
}
