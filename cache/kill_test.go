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
	cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
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
