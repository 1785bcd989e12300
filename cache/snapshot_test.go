package cache_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/index"
)

// degree asks for a direction within a tenant: wordings differ, vectors do not.
func degree(tenant, deg int, wording string) cache.Query {
	return cache.Query{Scope: cache.Scope{Tenant: strconv.Itoa(tenant)}, Text: fmt.Sprintf("%d %s", deg, wording)}
}

// strict compares what is less than a degree apart.
func strict() *cache.Options {
	return blind(&cache.Options{Threshold: cosine(0.5), Floor: cosine(0.5)})
}

// putDegrees stores an answer to each of n directions for each of two tenants.
func putDegrees(t testing.TB, c *cache.Cache, n int, answer string) {
	t.Helper()
	for deg := range n {
		for tenant := range 2 {
			put(t, c, degree(tenant, deg, "asked"), fmt.Sprintf("%s %d-%d", answer, tenant, deg))
		}
	}
}

// wantDegrees looks all of them up in other words.
func wantDegrees(t testing.TB, c *cache.Cache, n int, answer string) {
	t.Helper()
	for deg := range n {
		for tenant := range 2 {
			wantLookup(t, c, degree(tenant, deg, "in other words"), fmt.Sprintf("semantic %s %d-%d", answer, tenant, deg))
		}
	}
}

// reopen closes a cache and opens its file anew.
func reopen(t testing.TB, c *cache.Cache, path string) *cache.Cache {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, path, &compass{}, strict())
}

func TestOpenMapsTheIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, strict())
	putDegrees(t, c, 40, "first")
	c = reopen(t, c, path)
	if s := c.Stats().Index; s.Mapped != 80 || s.Indexed != 0 || s.Discarded != 0 || s.Bytes == 0 {
		t.Errorf("index %+v, want all 80 entries mapped", s)
	}
	wantDegrees(t, c, 40, "first")

	// What came, changed and went since is right too, mapped or not.
	putDegrees(t, c, 5, "second")
	put(t, c, degree(0, 100, "asked"), "new")
	if n, err := c.Invalidate(t.Context(), cache.Filter{Tenant: "1"}); n != 40 || err != nil {
		t.Fatal(n, err)
	}
	for range 2 {
		c = reopen(t, c, path)
		wantLookup(t, c, degree(0, 3, "in other words"), "semantic second 0-3")
		wantLookup(t, c, degree(0, 39, "in other words"), "semantic first 0-39")
		wantLookup(t, c, degree(0, 100, "in other words"), "semantic new")
		wantLookup(t, c, degree(1, 3, "in other words"), "miss")
	}
	if s := c.Stats(); s.Index.Mapped != 41 || s.Faults["snapshot"] != 0 {
		t.Errorf("index %+v, faults %v; want all 41 entries mapped", s.Index, s.Faults)
	}
}

// A few changes are not worth a new file: the store tells them.
func TestCloseWritesTheIndexWhenItPays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, strict())
	putDegrees(t, c, 50, "first")
	c = reopen(t, c, path)
	before, err := os.Stat(cache.IndexPath(path))
	if err != nil {
		t.Fatal(err)
	}
	put(t, c, degree(0, 7, "asked"), "changed")
	put(t, c, degree(0, 99, "asked"), "new")
	c = reopen(t, c, path)
	if after, err := os.Stat(cache.IndexPath(path)); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the file was written for two changes of 100 entries: %v", err)
	}
	wantLookup(t, c, degree(0, 7, "in other words"), "semantic changed")
	wantLookup(t, c, degree(0, 99, "in other words"), "semantic new")
	if s := c.Stats().Index; s.Mapped != 100 || s.Indexed != 1 {
		t.Errorf("index %+v, want 100 mapped and the new one indexed: the vector of a changed answer is the same", s)
	}
}

// A file of an earlier or later moment than the store's is mended.
func TestIndexOfAnotherMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, strict())
	putDegrees(t, c, 40, "first")
	c = reopen(t, c, path)
	early := read(t, cache.IndexPath(path))
	earlyStore := read(t, path)
	if n, err := c.Invalidate(t.Context(), cache.Filter{Tenant: "0"}); n != 40 || err != nil {
		t.Fatal(n, err)
	}
	for deg := range 30 {
		put(t, c, degree(1, deg+200, "asked"), "late")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	late := read(t, cache.IndexPath(path))

	write(t, cache.IndexPath(path), early)
	c = open(t, path, &compass{}, strict())
	wantLookup(t, c, degree(0, 3, "in other words"), "miss")
	wantLookup(t, c, degree(1, 3, "in other words"), "semantic first 1-3")
	wantLookup(t, c, degree(1, 203, "in other words"), "semantic late")
	if s := c.Stats().Index; s.Mapped != 40 || s.Indexed != 30 {
		t.Errorf("index %+v, want 40 mapped and 30 indexed", s)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	write(t, path, earlyStore)
	write(t, cache.IndexPath(path), late)
	c = open(t, path, &compass{}, strict())
	wantDegrees(t, c, 40, "first")
	wantLookup(t, c, degree(1, 203, "in other words"), "miss")
	if s := c.Stats().Index; s.Mapped != 40 || s.Indexed != 40 {
		t.Errorf("index %+v, want 40 mapped and 40 indexed", s)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write puts a new file in the place of another: that may be mapped.
func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// Whatever is wrong with the file, Open does not fail, answers are right, and
// Close repairs it.
func TestDamagedIndexIsRebuilt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, strict())
	putDegrees(t, c, 20, "first")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	sound := read(t, cache.IndexPath(path))
	other := filepath.Join(t.TempDir(), "other.db")
	c = open(t, other, &compass{}, strict())
	putDegrees(t, c, 20, "other")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	file := cache.IndexPath(path)
	for name, damage := range map[string]func(t *testing.T){
		"another version":  func(t *testing.T) { b := append([]byte(nil), sound...); b[16]++; write(t, file, b) },
		"no snapshot":      func(t *testing.T) { write(t, file, []byte(strings.Repeat("what is this? ", 1000))) },
		"empty":            func(t *testing.T) { write(t, file, nil) },
		"half":             func(t *testing.T) { write(t, file, sound[:len(sound)/2]) },
		"a byte short":     func(t *testing.T) { write(t, file, sound[:len(sound)-1]) },
		"longer":           func(t *testing.T) { write(t, file, append(sound[:len(sound):len(sound)], 0)) },
		"a page of zeros":  func(t *testing.T) { b := append([]byte(nil), sound...); clear(b[len(b)-4096:]); write(t, file, b) },
		"of another store": func(t *testing.T) { write(t, file, read(t, cache.IndexPath(other))) },
		"a folder": func(t *testing.T) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(file, 0o700); err != nil {
				t.Fatal(err)
			}
		},
		"not readable": func(t *testing.T) {
			write(t, file, sound)
			if err := os.Chmod(file, 0); err != nil {
				t.Fatal(err)
			}
			if f, err := os.Open(file); err == nil {
				_ = f.Close()
				t.Skip("this user may read everything")
			}
		},
		"a link to itself": func(t *testing.T) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(file, file); err != nil {
				t.Skip(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			damage(t)
			c := open(t, path, &compass{}, strict())
			wantDegrees(t, c, 20, "first")
			if s := c.Stats(); s.Index.Discarded != 1 || s.Index.Mapped != 0 || s.Index.Indexed != 40 || s.Faults["snapshot"] != 1 {
				t.Errorf("index %+v, faults %v; want one file discarded and 40 entries indexed", s.Index, s.Faults)
			}
			c = reopen(t, c, path)
			wantDegrees(t, c, 20, "first")
			if s := c.Stats().Index; name != "a folder" && s.Mapped != 40 {
				t.Errorf("after Close, index %+v, want 40 entries mapped", s)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(file); err != nil {
				t.Fatal(err)
			}
			write(t, file, sound)
		})
	}
}

// A bit that flips anywhere costs a rebuild at most.
func TestBitFlipsInTheIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, strict())
	putDegrees(t, c, 6, "first")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	sound := read(t, cache.IndexPath(path))
	discarded, indexed := 0, 0
	step := 23
	if testing.Short() {
		step = 97
	}
	for at := 0; at < len(sound); at += step {
		b := append([]byte(nil), sound...)
		b[at] ^= 1 << (at % 8)
		write(t, cache.IndexPath(path), b)
		c := open(t, path, &compass{}, strict())
		wantDegrees(t, c, 6, "first")
		if s := c.Stats().Index; s.Discarded > 0 {
			discarded++
		} else if s.Indexed > 0 {
			indexed++
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if discarded == 0 || indexed < 10 {
		t.Errorf("%d files were discarded, of %d an entry was indexed anew: the test tests little", discarded, indexed)
	}
}

// A file that cannot be written costs a fault, and nothing else.
func TestIndexThatCannotBeWritten(t *testing.T) {
	defer cache.SetChangesToSave(10)()
	path := filepath.Join(t.TempDir(), "answers.db")
	if err := os.MkdirAll(cache.IndexPath(path)+".tmp/full", 0o700); err != nil {
		t.Fatal(err)
	}
	o := strict()
	o.SweepEvery = time.Millisecond
	c := open(t, path, &compass{}, o)
	putDegrees(t, c, 20, "first")
	c = reopen(t, c, path)
	wantDegrees(t, c, 20, "first")
	if s := c.Stats(); s.Index.Bytes != 0 || s.Index.Written != 0 {
		t.Errorf("index %+v, want none", s.Index)
	}
}

// While an index moves into its file, again and again, lookups and puts go on,
// and are right.
func TestIndexMovesIntoItsFile(t *testing.T) {
	defer cache.SetChangesToSave(16)()
	path := filepath.Join(t.TempDir(), "answers.db")
	o := strict()
	o.SweepEvery = time.Millisecond
	c := open(t, path, &compass{}, o)
	putDegrees(t, c, 180, "first")
	putDegrees(t, c, 90, "second")
	for deg := range 90 {
		wantLookup(t, c, degree(1, deg, "in other words"), fmt.Sprintf("semantic second 1-%d", deg))
		wantLookup(t, c, degree(0, deg+90, "in other words"), fmt.Sprintf("semantic first 0-%d", deg+90))
	}
	for c.Stats().Index.Written < 2 { // in the background, soon
		putDegrees(t, c, 8, "second")
		runtime.Gosched()
	}
	c = reopen(t, c, path)
	wantLookup(t, c, degree(1, 100, "in other words"), "semantic first 1-100")
}

// IndexFile names another place, or none.
func TestIndexFileOption(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	o := strict()
	o.IndexFile = "-"
	c := open(t, path, &compass{}, o)
	putDegrees(t, c, 20, "first")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cache.IndexPath(path)); !os.IsNotExist(err) {
		t.Errorf("a file was written: %v", err)
	}
	o.IndexFile = filepath.Join(t.TempDir(), "elsewhere")
	for range 2 {
		c = open(t, path, &compass{}, o)
		wantDegrees(t, c, 20, "first")
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if s := c.Stats().Index; s.Mapped != 40 {
		t.Errorf("index %+v, want 40 entries mapped", s)
	}
}

// autoAt makes indexes that move to a graph at n entries.
func autoAt(n int) func(int) (index.Index, error) {
	return func(dim int) (index.Index, error) {
		return index.NewAuto(dim, &index.AutoOptions{Crossover: n})
	}
}

// While a partition moves to a graph, lookups and puts go on, nothing is lost,
// and what is removed stays removed; and so after the graph was mapped back.
func TestPartitionMovesToAGraph(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	o := strict()
	o.NewIndex = autoAt(300)
	o.Threshold, o.Floor = cosine(0.2), cosine(0.2)
	c := open(t, path, &compass{}, o)
	text := func(i int, wording string) cache.Query {
		return ask(fmt.Sprintf("%.2f %s", float64(i)/2, wording)) // half a degree apart
	}
	const n = 700
	for i := range 299 {
		put(t, c, text(i, "asked"), fmt.Sprint("answer ", i))
	}
	var next atomic.Int64
	next.Store(299)
	var crew sync.WaitGroup
	for range 4 {
		crew.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				id := put(t, c, text(i, "asked"), fmt.Sprint("answer ", i))
				if i%5 == 0 {
					if k, err := c.Invalidate(t.Context(), cache.Filter{IDs: []uint64{id.Entry}}); k != 1 || err != nil {
						t.Error(k, err)
					}
				}
				wantLookup(t, c, text(i%290, "in other words"), fmt.Sprint("semantic answer ", i%290))
			}
		})
	}
	crew.Wait()
	check := func() {
		t.Helper()
		lost := 0
		for i := range n {
			want := fmt.Sprint("semantic answer ", i)
			if i >= 299 && i%5 == 0 {
				want = "miss"
			}
			if got := lookup(t, c, text(i, "in other words")); got != want {
				if lost++; want == "miss" {
					t.Errorf("entry %d was removed: %q", i, got)
				}
			}
		}
		if lost > n/100 { // a graph may miss one
			t.Errorf("%d of %d lookups are wrong", lost, n)
		}
	}
	check()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, path, &compass{}, o)
	if s := c.Stats(); s.Index.Mapped != int64(s.Entries) {
		t.Errorf("index %+v, want all %d entries mapped", s.Index, s.Entries)
	}
	check()
}

// A gated index lets the Add of entry 1 pass when it is told to.
type gated struct {
	*index.Exact
	entered, release chan struct{}
}

func (x gated) Add(id uint64, v []float32) error {
	if id == 1 {
		x.entered <- struct{}{}
		<-x.release
	}
	return x.Exact.Add(id, v)
}

// While an index takes its time over an Add, lookups and puts go on, and an
// entry that is evicted meanwhile does not stay in the index.
func TestRemovalOvertakesASlowAdd(t *testing.T) {
	exact, err := index.NewExact(64)
	if err != nil {
		t.Fatal(err)
	}
	x := gated{exact, make(chan struct{}), make(chan struct{})}
	o := strict()
	o.MaxEntries = 2
	o.NewIndex = func(int) (index.Index, error) { return x, nil }
	c := open(t, "", &compass{}, o)
	var crew sync.WaitGroup
	store := func(text string) {
		crew.Go(func() {
			if _, err := c.Put(t.Context(), ask(text), cache.Answer{Text: text}); err != nil {
				t.Error(err)
			}
		})
	}
	store("1 goes")
	<-x.entered
	put(t, c, ask("2 stays"), "A")
	wantLookup(t, c, ask("2 in other words"), "semantic A")
	store("3 comes") // the third: the first is to go
	for lookup(t, c, ask("3 comes")) == "miss" || c.Stats().Entries != 2 {
		runtime.Gosched()
	}
	wantLookup(t, c, ask("1 goes"), "miss")
	x.release <- struct{}{}
	crew.Wait()
	wantLookup(t, c, ask("1 in other words"), "miss")
	if n := x.Len(); n != 2 {
		t.Errorf("the index holds %d entries, want 2", n)
	}
}
