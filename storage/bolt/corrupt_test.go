package bolt

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"github.com/likewise-go/likewise/storage"
)

// edit changes a closed store through bbolt, past our checks.
func edit(tb testing.TB, path string, fn func(tx *bbolt.Tx) error) {
	tb.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: true})
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		tb.Fatal(err)
	}
}

// flip changes the byte at off of the stored value of a part.
func flip(tb testing.TB, path string, bucket []byte, id uint64, off int) {
	tb.Helper()
	var value []byte
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		tb.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		k := idKey(id)
		value = bytes.Clone(tx.Bucket(bucket).Get(k[:]))
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if n := bytes.Count(file, value); n == 0 {
		tb.Fatalf("the %s of record %d is not in the file", bucket, id)
	}
	damaged := bytes.Clone(value)
	damaged[off] ^= 0x10
	// Old copies may stand in free pages: change them all.
	if err := os.WriteFile(path, bytes.ReplaceAll(file, value, damaged), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestFlippedValues(t *testing.T) {
	for _, bucket := range [][]byte{bucketHeads, bucketBodies, bucketStates} {
		for _, off := range []int{0, 3, 10, 20} { // checksum, and key or content
			t.Run(fmt.Sprintf("%s/%d", bucket, off), func(t *testing.T) {
				path := filled(t, 50)
				flip(t, path, bucket, 7, off)
				testDamaged(t, path, 7, bucket)
			})
		}
	}
}

// TestSwappedParts gives record 7 the part of record 8, whole in itself.
func TestSwappedParts(t *testing.T) {
	for _, bucket := range [][]byte{bucketHeads, bucketBodies, bucketStates} {
		t.Run(string(bucket), func(t *testing.T) {
			path := filled(t, 50)
			edit(t, path, func(tx *bbolt.Tx) error {
				b, from, to := tx.Bucket(bucket), idKey(8), idKey(7)
				return b.Put(to[:], bytes.Clone(b.Get(from[:])))
			})
			testDamaged(t, path, 7, bucket)
		})
	}
}

func TestMissingParts(t *testing.T) {
	for _, bucket := range [][]byte{bucketBodies, bucketStates} {
		t.Run(string(bucket), func(t *testing.T) {
			path := filled(t, 50)
			edit(t, path, func(tx *bbolt.Tx) error {
				k := idKey(7)
				return tx.Bucket(bucket).Delete(k[:])
			})
			testDamaged(t, path, 7, bucket)
		})
	}
}

// testDamaged expects one part of one record to be damaged, that to be
// noticed, and the store to heal by a Put or by a Delete.
func testDamaged(t *testing.T, path string, id uint64, bucket []byte) {
	t.Helper()
	key := benchRecord(id - 1).Key
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rec, err1 := s.Get(t.Context(), id)
	_, err2 := s.GetByKey(t.Context(), key)
	if string(bucket) == string(bucketStates) {
		if err1 != nil || err2 != nil || len(rec.State) > 0 || !bytes.Equal(rec.Body, benchRecord(id-1).Body) {
			t.Errorf("a damaged state: got %v, %v, state %x, want the record without a state", err1, err2, rec.State)
		}
	} else {
		wantCorrupt(t, path, err1)
		wantCorrupt(t, path, err2)
	}
	seen, corrupt := 0, 0
	for rec, err := range s.Scan(t.Context()) {
		if seen++; err == nil {
			continue
		}
		corrupt++
		wantCorrupt(t, path, err)
		if rec.ID != id || rec.Head != nil {
			t.Errorf("scan: corrupt record %d with a head of %d bytes, want %d without", rec.ID, len(rec.Head), id)
		}
	}
	if isHead := string(bucket) == string(bucketHeads); seen != 50 || (corrupt == 1) != isHead {
		t.Errorf("scan: %d records, %d corrupt", seen, corrupt)
	}
	if info := s.Info(); info.Corrupt != 1 || info.Records != 50 {
		t.Errorf("info: got %+v, want 1 corrupt of 50", info)
	}
	if r, err := s.Verify(t.Context()); err != nil || r.OK() || len(r.Corrupt)+len(r.LostStates) != 1 {
		t.Errorf("verify: %+v, %v", r, err)
	}
	// Compaction must neither trip nor hide it.
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if id%2 == 0 || string(bucket) == string(bucketBodies) {
		if err := s.Put(t.Context(), benchRecord(id-1)); err != nil {
			t.Fatal(err)
		}
	} else if n, err := s.Delete(t.Context(), id); n != 1 || err != nil {
		t.Fatalf("delete of a corrupt record: %d, %v", n, err)
	} else if _, err := s.GetByKey(t.Context(), key); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("after its delete: %v", err)
	}
	verified(t, s)
}

func wantCorrupt(tb testing.TB, path string, err error) {
	tb.Helper()
	if !errors.Is(err, storage.ErrCorrupt) || !bytes.Contains([]byte(err.Error()), []byte(path)) {
		tb.Errorf("got %v, want ErrCorrupt and the path", err)
	}
}

// TestBrokenIndex leads keys astray: to another record, to none, to nothing.
func TestBrokenIndex(t *testing.T) {
	path := filled(t, 50)
	other, none := idKey(8), idKey(999)
	for i, v := range [][]byte{other[:], none[:], {1, 2}} {
		edit(t, path, func(tx *bbolt.Tx) error {
			key := benchRecord(uint64(i)).Key
			return tx.Bucket(bucketKeys).Put(key[:], v)
		})
	}
	s := open(t, path, nil)
	for i := range uint64(3) {
		_, err := s.GetByKey(t.Context(), benchRecord(i).Key)
		wantCorrupt(t, path, err)
	}
	if n := s.Info().Corrupt; n != 3 {
		t.Errorf("got %d corrupt, want 3", n)
	}
	r, err := s.Verify(t.Context())
	if err != nil || len(r.Dangling) != 3 || len(r.Unindexed) != 3 {
		t.Errorf("verify: %+v, %v", r, err)
	}
	for i := range uint64(3) {
		rec := benchRecord(i)
		if err := s.Put(t.Context(), rec); err != nil || rec.ID <= 50 {
			t.Fatalf("put: id %d, %v, want a new id", rec.ID, err)
		}
	}
	if _, err := s.Delete(t.Context(), 1, 2, 3); err != nil {
		t.Fatal(err)
	}
	for i := range uint64(50) {
		got, err := s.GetByKey(t.Context(), benchRecord(i).Key)
		if err != nil || !bytes.Equal(got.Head, benchRecord(i).Head) {
			t.Errorf("record %d: %v", i, err)
		}
	}
}

var flips = flag.Int("flips", 150, "damaged files of TestFlippedAnywhere")

// TestFlippedAnywhere damages a file at random. It may then not open, or
// miss records, but must say so without a panic, and what it does serve must
// be right.
func TestFlippedAnywhere(t *testing.T) {
	const records = 300
	whole, err := os.ReadFile(filled(t, records))
	if err != nil {
		t.Fatal(err)
	}
	refused, path := 0, tempPath(t)
	for n := range *flips {
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		if err := os.WriteFile(path, damage(rng, bytes.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, &Options{NoSync: true})
		if err != nil {
			if refused++; !errors.Is(err, storage.ErrCorrupt) && !errors.Is(err, storage.ErrFormat) {
				t.Fatalf("damage %d: %v", n, err)
			}
			continue
		}
		useDamaged(t, s, n, records)
		if err := s.Close(); err != nil {
			t.Fatalf("damage %d: close: %v", n, err)
		}
	}
	t.Logf("%d of %d damaged files did not open", refused, *flips)
}

// damage flips bits, overwrites a sector, or cuts the file.
func damage(rng *rand.Rand, b []byte) []byte {
	// The structure of a page stands at its begin: hit it as often as the rest.
	place := func() int {
		p := rng.IntN(len(b)/pageSize) * pageSize
		if rng.IntN(2) == 0 {
			return p + rng.IntN(100)
		}
		return p + rng.IntN(pageSize)
	}
	switch rng.IntN(10) {
	case 0:
		clear(b[place()/512*512:][:512])
	case 1:
		from, to := place()/pageSize*pageSize, place()/pageSize*pageSize
		copy(b[to:to+pageSize], b[from:])
	case 2:
		return b[:rng.IntN(len(b))]
	default:
		for range 1 + rng.IntN(4) {
			b[place()] ^= 1 << rng.IntN(8)
		}
	}
	return b
}

// useDamaged reads and writes all it can of a store of records.
func useDamaged(t *testing.T, s *Store, n, records int) {
	t.Helper()
	ctx := t.Context()
	check := func(what string, rec storage.Record, err error, body bool) {
		if err != nil {
			if !errors.Is(err, storage.ErrCorrupt) && !errors.Is(err, storage.ErrNotFound) {
				t.Fatalf("damage %d: %s: %v", n, what, err)
			}
			return
		}
		want := benchRecord(rec.ID - 1)
		if rec.ID < 1 || rec.ID > uint64(records) || rec.Key != want.Key || !bytes.Equal(rec.Head, want.Head) ||
			body && !bytes.Equal(rec.Body, want.Body) || len(rec.State) > 0 && !bytes.Equal(rec.State, want.State) {
			t.Fatalf("damage %d: %s: served wrong bytes of record %d", n, what, rec.ID)
		}
	}
	for i := range records {
		rec, err := s.Get(ctx, uint64(i+1))
		check("get", rec, err, true)
		rec, err = s.GetByKey(ctx, benchRecord(uint64(i)).Key)
		check("get by key", rec, err, true)
	}
	for rec, err := range s.Scan(ctx) {
		check("scan", rec, err, false)
	}
	if _, err := s.Verify(ctx); err != nil {
		t.Fatalf("damage %d: verify: %v", n, err)
	}
	for i := range 10 {
		rec := benchRecord(uint64(records + i))
		if err := s.Put(ctx, rec); err != nil && !errors.Is(err, storage.ErrCorrupt) {
			t.Fatalf("damage %d: put: %v", n, err)
		} else if err == nil {
			if got, err := s.Get(ctx, rec.ID); err != nil || !bytes.Equal(got.Head, rec.Head) {
				t.Fatalf("damage %d: put and get: %v", n, err)
			}
		}
		if _, err := s.Delete(ctx, uint64(1+i*17)); err != nil && !errors.Is(err, storage.ErrCorrupt) {
			t.Fatalf("damage %d: delete: %v", n, err)
		}
	}
	if err := s.Compact(ctx); err != nil && !errors.Is(err, storage.ErrCorrupt) {
		t.Fatalf("damage %d: compact: %v", n, err)
	}
}
