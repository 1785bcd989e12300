package bolt

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/likewise-go/likewise/storage"
)

var rounds = flag.Int("rounds", 6, "children that TestKill kills")

const (
	killWriters = 8
	killKeys    = 12 // of each writer, which nobody else writes
)

// content is what the tests keep under a key: a version of the record and
// one of its state, 0 for none.
type content struct{ record, state int }

func (c content) of(key int) *storage.Record {
	rec := benchRecord(uint64(key))
	rec.Body = fmt.Append(rec.Body[:0], "body ", key, " version ", c.record)
	rec.Head = append(rec.Head, rec.Body...)
	rec.State = strconv.AppendInt(nil, int64(c.state), 10)
	return rec
}

// step is one operation on a key. The child prints it before it begins, and
// its number when it was acknowledged.
type step struct {
	op      string
	key     int
	version int
}

func (s step) after(c content) content {
	switch {
	case s.op == "put":
		return content{s.version, s.version}
	case s.op == "state" && c.record > 0:
		return content{c.record, s.version}
	case s.op == "delete":
		return content{}
	}
	return c
}

// TestKill kills a process that works on a store, again and again on the
// same one, and looks each time whether everything that was acknowledged is
// there, and nothing else.
func TestKill(t *testing.T) {
	path := tempPath(t)
	model := map[int]content{}
	acks := 0
	for round := range *rounds {
		begun, n := runAndKill(t, path, round, model)
		acks += n
		s, err := Open(path, nil)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		verified(t, s)
		if _, err := os.Stat(compactPath(path)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("round %d: the file of a killed compaction is left: %v", round, err)
		}
		compare(t, s, round, model, begun)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d rounds, %d acknowledged writes", *rounds, acks)
}

// runAndKill lets a child work for a moment. It applies what was
// acknowledged to the model, and returns what was begun and not acknowledged.
func runAndKill(t *testing.T, path string, round int, model map[int]content) (begun map[int]step, acks int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKillChild$")
	cmd.Env = append(os.Environ(), "LIKEWISE_TEST_KILL="+path, "LIKEWISE_TEST_ROUND="+strconv.Itoa(round))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun = map[int]step{}
	lines := bufio.NewScanner(out)
	for first := true; lines.Scan(); first = false {
		if first {
			time.AfterFunc(time.Duration(rand.IntN(150_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		var s step
		if n, _ := fmt.Sscanf(lines.Text(), "begin %s %d %d", &s.op, &s.key, &s.version); n == 3 {
			begun[s.key] = s
		} else if n, _ := fmt.Sscanf(lines.Text(), "done %d %d", &s.key, &s.version); n == 2 && begun[s.key].version == s.version {
			model[s.key] = begun[s.key].after(model[s.key])
			delete(begun, s.key)
			acks++
		} else if lines.Text() != "open" {
			t.Errorf("round %d: child says %q", round, lines.Text())
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Errorf("round %d: child ended by itself: %v", round, err)
	}
	return begun, acks
}

// compare looks at each key. One whose last write was not acknowledged may
// have it or not; the model takes what is there.
func compare(t *testing.T, s *Store, round int, model map[int]content, begun map[int]step) {
	t.Helper()
	total := 0
	for key := range killWriters * killKeys {
		got, err := s.GetByKey(t.Context(), benchRecord(uint64(key)).Key)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("round %d: key %d: %v", round, key, err)
			continue
		}
		want := model[key]
		if b, ok := begun[key]; ok && !same(got, err, key, want) {
			want = b.after(want)
		}
		if !same(got, err, key, want) {
			t.Errorf("round %d: key %d: got body %q, state %q, %v, want %+v, or after %+v", round, key, got.Body, got.State, err, model[key], begun[key])
		}
		if model[key] = want; want.record > 0 {
			total++
		}
	}
	if n := s.Info().Records; n != total {
		t.Errorf("round %d: got %d records, want %d", round, n, total)
	}
}

func same(got storage.Record, err error, key int, c content) bool {
	if c.record == 0 {
		return errors.Is(err, storage.ErrNotFound)
	}
	want := c.of(key)
	return err == nil && string(got.Head) == string(want.Head) && string(got.Body) == string(want.Body) && string(got.State) == string(want.State)
}

// TestKillChild is the process that TestKill kills.
func TestKillChild(t *testing.T) {
	path := os.Getenv("LIKEWISE_TEST_KILL")
	if path == "" {
		t.Skip("only as a child of TestKill")
	}
	round, _ := strconv.Atoi(os.Getenv("LIKEWISE_TEST_ROUND"))
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	say("open\n")
	var wg sync.WaitGroup
	for w := range killWriters {
		wg.Go(func() { killWriter(t, s, w, round) })
	}
	wg.Go(func() {
		for {
			time.Sleep(10 * time.Millisecond)
			if err := s.Compact(context.Background()); err != nil {
				t.Error(err)
				return
			}
		}
	})
	wg.Wait()
}

// say writes a line at once: what a pipe holds outlives its writer.
func say(format string, args ...any) { fmt.Fprintf(os.Stdout, format, args...) }

func killWriter(t *testing.T, s *Store, w, round int) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(uint64(w), uint64(round)))
	for n := 1; ; n++ {
		st := step{op: []string{"put", "put", "put", "state", "delete"}[rng.IntN(5)], key: w*killKeys + rng.IntN(killKeys), version: round*1_000_000 + n}
		say("begin %s %d %d\n", st.op, st.key, st.version)
		want := content{st.version, st.version}.of(st.key)
		old, err := s.GetByKey(ctx, want.Key)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			t.Error(err)
			return
		}
		switch st.op {
		case "put":
			err = s.Put(ctx, want)
		case "state":
			err = s.SetState(ctx, storage.State{ID: old.ID, State: want.State})
		case "delete":
			_, err = s.Delete(ctx, old.ID)
		}
		if err != nil {
			t.Error(strings.TrimSpace(err.Error()))
			return
		}
		say("done %d %d\n", st.key, st.version)
	}
}
