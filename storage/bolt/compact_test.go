package bolt

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/storage"
)

// bothWays runs a test with the compaction of this system, and with that of
// one that does not rename open files.
func bothWays(t *testing.T, test func(t *testing.T)) {
	before := renameOpen
	defer func() { renameOpen = before }()
	for name, way := range map[string]bool{"rename open": true, "rename closed": false} {
		if renameOpen = way; way && !before {
			continue
		}
		t.Run(name, test)
	}
}

// TestCompactGivesBack deletes nine of ten records: a bbolt file alone would
// keep its size for ever.
func TestCompactGivesBack(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		const n = 5000
		path := filled(t, n)
		s := open(t, path, &Options{NoSync: true})
		full := s.Info()
		var ids []uint64
		for id := uint64(1); id <= n; id++ {
			if id%10 != 0 {
				ids = append(ids, id)
			}
		}
		if got, err := s.Delete(t.Context(), ids...); got != len(ids) || err != nil {
			t.Fatalf("delete: %d, %v", got, err)
		}
		deleted := s.Info()
		if deleted.Records != n/10 || deleted.Free < full.Bytes/2 {
			t.Errorf("after the delete: %+v, want more than half of %d bytes free", deleted, full.Bytes)
		}
		if err := s.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
		compacted := s.Info()
		if compacted.Bytes > full.Bytes/5 || compacted.Records != n/10 {
			t.Errorf("after the compaction: %+v, want a fifth of %d bytes", compacted, full.Bytes)
		}
		if saved := full.Bytes - compacted.Bytes; deleted.Free < saved*8/10 || deleted.Free > saved*12/10 {
			t.Errorf("Free said %d, the compaction gave %d back", deleted.Free, saved)
		}
		for id := uint64(10); id <= n; id += 10 {
			rec, err := s.Get(t.Context(), id)
			if err != nil || !bytes.Equal(rec.Body, benchRecord(id-1).Body) {
				t.Fatalf("record %d: %v", id, err)
			}
		}
		if err := s.Put(t.Context(), benchRecord(n)); err != nil {
			t.Fatal(err)
		}
	})
}

// TestCompactUnderLoad writes and reads while the file is replaced.
func TestCompactUnderLoad(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		path := filled(t, 200)
		s := open(t, path, nil)
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range 50 {
					if err := s.Put(context.Background(), benchRecord(uint64(1000*(w+1)+i))); err != nil {
						t.Error(err)
					}
					if _, err := s.Get(context.Background(), uint64(1+i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 10 {
			if err := s.Compact(t.Context()); err != nil {
				t.Error(err)
			}
		}
		wg.Wait()
		if n := s.Info().Records; n != 400 {
			t.Errorf("got %d records, want 400", n)
		}
	})
}

func TestCompactCancelled(t *testing.T) {
	path := filled(t, 200)
	s := open(t, path, nil)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.do(t.Context(), &request{alone: func() error { cancel(); return s.compact(ctx) }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
	if _, err := os.Stat(compactPath(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the new file is left: %v", err)
	}
	if err := s.Put(t.Context(), benchRecord(1000)); err != nil {
		t.Error(err)
	}
}

func TestCompactLeftover(t *testing.T) {
	path := filled(t, 10)
	if err := os.WriteFile(compactPath(path), []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path, nil)
	if _, err := os.Stat(compactPath(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover is still there: %v", err)
	}
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestCompactLost finds another file in its place after a compaction that
// had to close it: the store must say so, and not write elsewhere.
func TestCompactLost(t *testing.T) {
	before := renameOpen
	renameOpen = false
	defer func() { renameOpen = before }()
	path := filled(t, 10)
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.do(t.Context(), &request{alone: func() error {
		s.opts.Timeout = 1 // and a folder that cannot be replaced:
		if err := errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o700)); err != nil {
			return err
		}
		return s.compact(t.Context())
	}})
	if err == nil {
		t.Fatal("compacted over a folder")
	}
	if err := s.Put(t.Context(), benchRecord(0)); !errors.Is(err, storage.ErrFormat) {
		t.Errorf("put: got %v, want why the store was lost", err)
	}
	if _, err := s.Get(t.Context(), 1); !errors.Is(err, storage.ErrFormat) {
		t.Errorf("get: got %v, want why the store was lost", err)
	}
}
