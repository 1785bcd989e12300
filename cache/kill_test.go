package cache_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/likewise-go/likewise/cache"
)

var killRounds = flag.Int("kill.rounds", 3, "how many times TestKill kills its child")

const killChild = "LIKEWISE_TEST_KILL"

// TestKill kills a process that stores answers, again and again, at a moment
// that it cannot know, and looks whether everything that was acknowledged is
// answered, by both steps.
func TestKill(t *testing.T) {
	if path := os.Getenv(killChild); path != "" {
		storeForEver(path)
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "answers.db")
	stored := make(map[string]bool)
	for round := range *killRounds {
		for _, text := range killedWhileStoring(t, path) {
			stored[text] = true
		}
		c, err := cache.Open(path, &compass{}, &cache.Options{Floor: 0.99, Threshold: 0.99})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for text := range stored {
			wantLookup(t, c, ask(text), "exact answer to "+text)
		}
		if n := c.Stats().Entries; n < len(stored) || c.Stats().Damaged != 0 {
			t.Errorf("round %d: %d entries, %d acknowledged, %d damaged", round, n, len(stored), c.Stats().Damaged)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(stored) < 10**killRounds {
		t.Errorf("only %d answers were stored in %d rounds: the test tests little", len(stored), *killRounds)
	}
}

// killedWhileStoring returns the questions whose storing the child
// acknowledged before it was killed.
func killedWhileStoring(t *testing.T, path string) (acknowledged []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), killChild+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var once sync.Once
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "stored "); ok && strings.HasSuffix(text, ".") {
			acknowledged = append(acknowledged, text)
			once.Do(func() {
				time.AfterFunc(time.Duration(rand.IntN(150))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			})
		}
	}
	_ = cmd.Wait()
	return acknowledged
}

// storeForEver is the child.
func storeForEver(path string) {
	c, err := cache.Open(path, &compass{}, &cache.Options{SweepEvery: 5 * time.Millisecond})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	run := strconv.Itoa(os.Getpid())
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("question %d of writer %d in run %s.", i, w, run)
				if _, err := c.Put(context.Background(), ask(text), cache.Answer{Text: "answer to " + text}); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				_, _ = os.Stdout.WriteString("stored " + text + "\n") // one write, so lines do not mix
				_, _ = c.Lookup(context.Background(), ask(text))      // a use, for the sweeper to save
			}
		}()
	}
	select {}
}

// TestKillWhileIndexIsWritten is TestKill for the index's file, which the child
// writes all the time: each acknowledged answer is found in other words, and
// none that was removed.
func TestKillWhileIndexIsWritten(t *testing.T) {
	if path := os.Getenv(killChild); path != "" {
		changeForEver(path)
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "answers.db")
	stored, mapped, indexed := make(map[string]int), int64(0), int64(0) // the last number acknowledged
	for round := range *killRounds {
		for _, line := range killedWhileStoring(t, path) {
			var tenant, deg, number int
			if _, err := fmt.Sscanf(line, "%d %d %d.", &tenant, &deg, &number); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			stored[fmt.Sprintf("%d %d", tenant, deg)] = number
		}
		c, err := cache.Open(path, &compass{}, strict())
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for at, number := range stored {
			var tenant, deg, got int
			_, _ = fmt.Sscan(at, &tenant, &deg)
			answer := lookup(t, c, degree(tenant, deg, "in other words"))
			_, found := fmt.Sscanf(answer, "semantic %d", &got)
			removed := deg%3 == 2
			if !removed && (found != nil || got < number) || removed && found == nil && got <= number {
				t.Errorf("round %d: %d degrees of tenant %d: got %q, acknowledged was %d, removed %v", round, deg, tenant, answer, number, removed)
			}
		}
		s := c.Stats().Index
		if s.Discarded != 0 {
			t.Errorf("round %d: %+v: a file was not written whole", round, s)
		}
		mapped, indexed = mapped+s.Mapped, indexed+s.Indexed
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if mapped == 0 || indexed == 0 || len(stored) < 10**killRounds {
		t.Errorf("%d entries mapped and %d indexed, of %d stored: the test tests little", mapped, indexed, len(stored))
	}
}

// changeForEver is the child. Each of its writers has a tenant of its own and
// walks its directions round and round, with answers of rising numbers; every
// third it removes again before it says so.
func changeForEver(path string) {
	cache.SetChangesToSave(8)
	o := strict()
	o.SweepEvery = time.Millisecond
	c, err := cache.Open(path, &compass{}, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	start := int(time.Now().UnixMicro()) / 300 * 300 // above all numbers of the round before
	for w := range 4 {
		go func() {
			for i := start; ; i++ {
				id, err := c.Put(context.Background(), degree(w, i%300, "asked"), cache.Answer{Text: strconv.Itoa(i)})
				if i%3 == 2 && err == nil {
					_, err = c.Invalidate(context.Background(), cache.Filter{IDs: []uint64{id.Entry}})
				}
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				_, _ = fmt.Fprintf(os.Stdout, "stored %d %d %d.\n", w, i%300, i)
			}
		}()
	}
	select {}
}
