package bolt

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/likewise-go/likewise/storage"
)

// TestFullDisk fills a disk of 8 MB under eight writers.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("likewise", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("cannot mount a small tmpfs here: %v", err)
	}
	defer func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	testFull(t, filepath.Join(dir, "x.db"), unix.ENOSPC, func() {
		if err := unix.Mount("likewise", dir, "tmpfs", unix.MS_REMOUNT, "size=64m"); err != nil {
			t.Fatal(err)
		}
	})
}

// TestFileLimit lets the system refuse to let the file grow.
func TestFileLimit(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Skipf("cannot limit the size of files here: %v", err)
	}
	limit := before
	limit.Cur = 4 << 20
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		t.Skipf("cannot limit the size of files here: %v", err)
	}
	restore := func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
	}
	defer restore()
	testFull(t, filepath.Join(t.TempDir(), "x.db"), unix.EFBIG, restore)
}

// testFull writes until writes fail, and expects all that was acknowledged to
// be there, nothing else, and the store to go on when there is space.
func testFull(t *testing.T, path string, full error, more func()) {
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const writers, each = 8, 2000
	acked := make([]int, writers) // each writer's first so many
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				rec := benchRecord(uint64(w*each + n))
				if err := s.Put(context.Background(), rec); err != nil {
					if rec.ID != 0 {
						t.Errorf("a failed put gave the id %d", rec.ID)
					}
					t.Logf("writer %d, after %d: %v", w, n, err)
					return
				}
				acked[w]++
			}
			t.Errorf("writer %d met no full disk, want %v", w, full)
		})
	}
	wg.Wait()
	verified(t, s)
	compareFull := func(s *Store) {
		t.Helper()
		total := 0
		for w, n := range acked {
			total += n
			for i := range n + 1 {
				want := benchRecord(uint64(w*each + i))
				got, err := s.GetByKey(t.Context(), want.Key)
				if i == n {
					if !errors.Is(err, storage.ErrNotFound) {
						t.Errorf("the put that failed left something: %v", err)
					}
				} else if err != nil || !bytes.Equal(got.Body, want.Body) {
					t.Fatalf("writer %d, acknowledged put %d: %v", w, i, err)
				}
			}
		}
		if got := s.Info().Records; got != total {
			t.Errorf("got %d records, want %d", got, total)
		}
	}
	compareFull(s)
	if err := s.Compact(t.Context()); err == nil {
		t.Log("there was room for a compaction")
	}
	more()
	for w := range writers {
		if err := s.Put(t.Context(), benchRecord(uint64(w*each+acked[w]))); err != nil {
			t.Fatalf("with space again: %v", err)
		}
		acked[w]++
	}
	compareFull(s)
	verified(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	compareFull(s)
	verified(t, s)
}
