package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/likewise-go/likewise/storage"
)

func tempPath(tb testing.TB) string { return filepath.Join(tb.TempDir(), "x.db") }

// writeFile makes a file of this content.
func writeFile(tb testing.TB, content []byte) string {
	tb.Helper()
	path := tempPath(tb)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestOpenRefuses(t *testing.T) {
	whole, err := os.ReadFile(filled(t, 100))
	if err != nil {
		t.Fatal(err)
	}
	foreign := tempPath(t)
	if db, err := bbolt.Open(foreign, 0o600, nil); err != nil {
		t.Fatal(err)
	} else if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	newer := filled(t, 1)
	if db, err := bbolt.Open(newer, 0o600, nil); err != nil {
		t.Fatal(err)
	} else if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		return putEntry(tx.Bucket(bucketHeader), entryFormat, binary.AppendUvarint([]byte(magic), version+1))
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		says string
	}{
		"text":             {writeFile(t, []byte("hello, this is text")), `begin with "hello, this is t"`},
		"long text":        {writeFile(t, bytes.Repeat([]byte("SQLite format 3\x00"), 4096)), "SQLite"},
		"zeros":            {writeFile(t, make([]byte, 1<<16)), "65536 bytes"},
		"one byte":         {writeFile(t, []byte{1}), "1 bytes"},
		"part of a page":   {writeFile(t, whole[:1000]), "1000 bytes"},
		"one page":         {writeFile(t, whole[:pageSize]), "4096 bytes"},
		"half":             {writeFile(t, whole[:len(whole)/2/pageSize*pageSize+7]), "cut short"},
		"a bbolt file":     {foreign, "without our header"},
		"a newer format":   {newer, "format version 2, this program reads up to 1"},
		"a folder":         {t.TempDir(), "folder"},
		"a swapped format": {writeFile(t, bytes.ReplaceAll(whole, []byte(magic), []byte("Likewise storage"))), "header"},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			for _, ro := range []bool{false, true} {
				_, err := Open(c.path, &Options{ReadOnly: ro})
				if !errors.Is(err, storage.ErrFormat) && !errors.Is(err, storage.ErrCorrupt) {
					t.Fatalf("got %v, want ErrFormat", err)
				}
				if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), strconv.Quote(c.path)) {
					t.Errorf("got %q, want the path and %q in it", err, c.says)
				}
			}
			if after, _ := os.ReadFile(c.path); !bytes.Equal(before, after) {
				t.Error("a refused file was changed")
			}
		})
	}
}

func TestOpenEmptyAndMissing(t *testing.T) {
	open(t, writeFile(t, nil), nil)
	_, err := Open(filepath.Join(t.TempDir(), "no", "folder"), nil)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: got %v", err)
	}
	_, err = Open(tempPath(t), &Options{ReadOnly: true})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read only, no file: got %v", err)
	}
}

func TestOptionsReportAll(t *testing.T) {
	_, err := Open(tempPath(t), &Options{Timeout: -1, Embedder: strings.Repeat("x", 600), ReadOnly: true, NoSync: true})
	for _, want := range []string{"Timeout is -1ns", "Embedder has 600 bytes, allowed: up to 512", "NoSync"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestEmbedder(t *testing.T) {
	path := tempPath(t)
	reopen := func(embedder, want string) {
		t.Helper()
		s, err := Open(path, &Options{Embedder: embedder})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if got := s.Embedder(); got != want {
			t.Errorf("opened with %q: store says %q, want %q", embedder, got, want)
		}
		if s.Created().IsZero() || time.Since(s.Created()) > time.Hour {
			t.Errorf("created at %v", s.Created())
		}
	}
	reopen("", "")
	reopen("a", "a") // a store of nobody takes the first
	reopen("", "a")
	_, err := Open(path, &Options{Embedder: "b"})
	if !errors.Is(err, storage.ErrModelMismatch) || !strings.Contains(err.Error(), `by "a", opened with "b"`) {
		t.Fatalf("another embedder: got %v", err)
	}
	s := open(t, path, nil)
	if err := s.SetEmbedder(t.Context(), "b"); err != nil || s.Embedder() != "b" {
		t.Fatalf("set embedder: %v, now %q", err, s.Embedder())
	}
	if err := s.SetEmbedder(t.Context(), strings.Repeat("x", 600)); err == nil {
		t.Error("an embedder of 600 bytes was taken")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	reopen("b", "b")
}

func TestReadOnly(t *testing.T) {
	path := filled(t, 10)
	a, b := open(t, path, &Options{ReadOnly: true}), open(t, path, &Options{ReadOnly: true})
	for _, s := range []*Store{a, b} {
		if _, err := s.Get(t.Context(), 3); err != nil {
			t.Error(err)
		}
		if info := s.Info(); info.Records != 10 || info.Free < 0 || info.Free >= info.Bytes {
			t.Errorf("info: %+v", info)
		}
		_, derr := s.Delete(t.Context(), 1)
		for _, err := range []error{s.Put(t.Context(), benchRecord(1)), derr, s.Compact(t.Context()), s.SetEmbedder(t.Context(), "x")} {
			if !errors.Is(err, ErrReadOnly) {
				t.Errorf("a write: got %v, want ErrReadOnly", err)
			}
		}
	}
	if _, err := Open(path, &Options{Timeout: 60 * time.Millisecond}); !errors.Is(err, storage.ErrInUse) {
		t.Errorf("writer beside readers: got %v, want ErrInUse", err)
	}
}

// TestChildHolds is the other process of TestInUse.
func TestChildHolds(t *testing.T) {
	path := os.Getenv("LIKEWISE_TEST_HOLD")
	if path == "" {
		t.Skip("only as a child of TestInUse")
	}
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	os.Stdout.WriteString("open\n")
	os.Stdin.Read(make([]byte, 1)) // until the parent closes it
}

func TestInUse(t *testing.T) {
	path := tempPath(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestChildHolds$")
	cmd.Env = append(os.Environ(), "LIKEWISE_TEST_HOLD="+path)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 5))
	for _, ro := range []bool{false, true} {
		start := time.Now()
		_, err := Open(path, &Options{ReadOnly: ro})
		if !errors.Is(err, storage.ErrInUse) {
			t.Fatalf("got %v, want ErrInUse", err)
		}
		if want := "(pid " + strconv.Itoa(cmd.Process.Pid) + ")"; !strings.Contains(err.Error(), "in use by") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want the holder %s named", err, want)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("took %v to say so", d)
		}
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path, nil)
	_, err := Open(path, &Options{Timeout: time.Millisecond})
	if !errors.Is(err, storage.ErrInUse) || !strings.Contains(err.Error(), "this process") {
		t.Errorf("opened twice here: got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(holderPath(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the holder's file outlives it: %v", err)
	}
}

// TestOpenWaitsOutCompact waits for a store that is compacted before it is
// closed: the file that the waiter had opened is no longer the store.
func TestOpenWaitsOutCompact(t *testing.T) {
	for _, ro := range []bool{false, true} {
		path := tempPath(t)
		a := open(t, path, nil)
		opened := make(chan *Store)
		go func() {
			b, err := Open(path, &Options{Timeout: time.Minute, ReadOnly: ro})
			if err != nil {
				t.Error(err)
			}
			opened <- b
		}()
		time.Sleep(20 * time.Millisecond) // lets it open the file; if it does not, the test proves less
		if err := a.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := a.Put(t.Context(), benchRecord(1)); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		b := <-opened
		defer b.Close()
		if _, err := b.GetByKey(context.Background(), benchRecord(1).Key); err != nil {
			t.Errorf("read only %v: %v", ro, err)
		}
		if ro {
			continue
		}
		if err := b.Put(t.Context(), benchRecord(2)); err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if n := open(t, path, nil).Info().Records; n != 2 {
			t.Errorf("got %d records, want 2", n)
		}
	}
}
