package index

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dims and the number of entries of the snapshots that tests make: one with
// heads, one of several chunks.
const (
	keptDim = 128
	keptLen = 1500
)

// keptKinds make the indexes that a snapshot can hold, empty.
var keptKinds = map[string]func(t testing.TB, dim int) Kept{
	"exact": func(t testing.TB, dim int) Kept { return must(NewExact(dim))(t) },
	"graph": func(t testing.TB, dim int) Kept { return must(NewGraph(dim, &GraphOptions{Build: 32}))(t) },
	"auto":  func(t testing.TB, dim int) Kept { return must(NewAuto(dim, nil))(t) },
}

func must[T any](x T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

// addAll adds vectors[id] under id for every id.
func addAll(t testing.TB, x Index, vectors [][]float32) {
	t.Helper()
	for id, v := range vectors {
		if err := x.Add(uint64(id), v); err != nil {
			t.Fatal(err)
		}
	}
}

func single(x Kept) func(func([32]byte, Kept) bool) {
	return maps.All(map[[32]byte]Kept{{7}: x})
}

// written returns the path of a snapshot of x.
func written(t testing.TB, x Kept) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "snapshot")
	n, err := WriteSnapshot(path, "tag", single(x))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != n {
		t.Fatalf("wrote %d bytes: %v, %v", n, info, err)
	}
	return path
}

// restored reads the snapshot at path into x.
func restored(t testing.TB, path string, x Kept) error {
	t.Helper()
	s, err := OpenSnapshot(path, "tag")
	if err != nil {
		return err
	}
	found, err := s.Restore([32]byte{7}, x)
	if err == nil && !found {
		t.Error("the index is not in its snapshot")
	}
	return err
}

// What was read answers as what was written, and goes on as it would.
func TestSnapshotHoldsWhatWasWritten(t *testing.T) {
	for kind, fresh := range keptKinds {
		t.Run(kind, func(t *testing.T) {
			for _, n := range []int{1, 2, 70, 1023, keptLen, 2 * keptLen} {
				all := perturbed(rand.New(rand.NewPCG(1, uint64(n))), n+50, keptDim)
				x, y := fresh(t, keptDim), fresh(t, keptDim)
				addAll(t, x, all[:n])
				if err := restored(t, written(t, x), y); err != nil {
					t.Fatal(err)
				}
				for step := range 3 {
					same(t, x, y, all)
					for id := uint64(step); id < uint64(n); id += 5 {
						if x.Delete(id) != y.Delete(id) {
							t.Fatal("one of them had an entry that the other had not")
						}
					}
					for i, v := range all[n:] {
						if err := errors.Join(x.Add(uint64(step+7*i), v), y.Add(uint64(step+7*i), v)); err != nil {
							t.Fatal(err)
						}
					}
				}
				same(t, x, y, all)
			}
		})
	}
}

// same fails unless x and y have the same answers.
func same(t *testing.T, x, y Kept, queries [][]float32) {
	t.Helper()
	if x.Len() != y.Len() {
		t.Fatalf("%d entries, want %d", y.Len(), x.Len())
	}
	for _, q := range queries[:min(len(queries), 200)] {
		if diff := cmp.Diff(x.Search(q, 5, .5, nil), y.Search(q, 5, .5, nil)); diff != "" {
			t.Fatalf("(-written +read)\n%s", diff)
		}
	}
	ids, other := x.ids(), y.ids()
	slices.Sort(ids)
	slices.Sort(other)
	if !slices.Equal(ids, other) {
		t.Fatal("they hold other ids")
	}
}

func TestSnapshotKeepsHeads(t *testing.T) {
	x, y := must(NewExact(keptDim))(t), must(NewExact(keptDim))(t)
	addAll(t, x, perturbed(rand.New(rand.NewPCG(1, 2)), 3*keptLen, keptDim))
	if err := restored(t, written(t, x), y); err != nil {
		t.Fatal(err)
	}
	if x.heads == nil || y.heads == nil || y.heads.n != x.heads.n {
		t.Fatalf("heads %v, want those of %d slots", y.heads, x.heads.n)
	}
	checkHeads(t, y)
}

// Many indexes of all kinds stand in one file, each under its name.
func TestSnapshotOfMany(t *testing.T) {
	all, files := map[[32]byte]Kept{}, filepath.Join(t.TempDir(), "many")
	r := rand.New(rand.NewPCG(3, 4))
	vectors := map[[32]byte][][]float32{}
	for i := range 40 {
		for _, fresh := range keptKinds {
			name := [32]byte{byte(len(all)), 9}
			all[name], vectors[name] = fresh(t, 32), perturbed(r, i, 32)
			addAll(t, all[name], vectors[name])
		}
	}
	if _, err := WriteSnapshot(files, "", maps.All(all)); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSnapshot(files, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range all {
		y := must(NewAuto(32, &AutoOptions{Graph: &GraphOptions{Build: 32}}))(t)
		if found, err := s.Restore(name, y); err != nil || found != (x.Len() > 0) {
			t.Fatalf("restored %v, %v, of %d entries", found, err, x.Len())
		}
		same(t, x, y, vectors[name])
	}
	if found, err := s.Restore([32]byte{77}, must(NewExact(32))(t)); found || err != nil {
		t.Errorf("an index that was not written: %v, %v", found, err)
	}
}

func TestSnapshotIsRefused(t *testing.T) {
	x := keptKinds["exact"](t, keptDim)
	addAll(t, x, perturbed(rand.New(rand.NewPCG(1, 2)), 100, keptDim))
	path := written(t, x)
	if _, err := OpenSnapshot(path, "other"); !errors.Is(err, ErrSnapshot) {
		t.Errorf("of another tag: %v", err)
	}
	if _, err := OpenSnapshot(path+"x", "tag"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("that is not there: %v", err)
	}
	if _, err := OpenSnapshot(filepath.Dir(path), "tag"); !errors.Is(err, ErrSnapshot) {
		t.Errorf("a folder: %v", err)
	}
	for name, y := range map[string]Kept{
		"other dim": must(NewExact(keptDim + 1))(t), "graph": must(NewGraph(keptDim, nil))(t),
		"auto of other dim": must(NewAuto(keptDim+1, nil))(t),
	} {
		if err := restored(t, path, y); !errors.Is(err, ErrSnapshot) || y.Len() != 0 {
			t.Errorf("%s: %v, %d entries", name, err, y.Len())
		}
	}
	g := must(NewGraph(keptDim, nil))(t)
	addAll(t, g, perturbed(rand.New(rand.NewPCG(1, 2)), 10, keptDim))
	if err := restored(t, written(t, g), must(NewGraph(keptDim, &GraphOptions{M: 8}))(t)); !errors.Is(err, ErrSnapshot) {
		t.Errorf("a graph of another M: %v", err)
	}
}

// A flipped bit is refused, or it is in a vector, which is then not held, or in
// nothing that counts. So is a file that is cut short, or goes on too long.
func TestDamagedSnapshot(t *testing.T) {
	for kind, fresh := range keptKinds {
		t.Run(kind, func(t *testing.T) {
			x := fresh(t, 16)
			vectors := perturbed(rand.New(rand.NewPCG(5, 6)), 9, 16)
			addAll(t, x, vectors)
			path := written(t, x)
			sound, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			refused, unheld := 0, 0
			try := func(b []byte, what string, at int) {
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
				y := fresh(t, 16)
				if err := restored(t, path, y); err != nil {
					if refused++; !errors.Is(err, ErrSnapshot) || y.Len() != 0 {
						t.Fatalf("%s at %d: %v, %d entries", what, at, err, y.Len())
					}
					return
				}
				for id, v := range vectors {
					if y.Holds(uint64(id), v) {
						continue
					}
					unheld++
					if err := y.Add(uint64(id), v); err != nil {
						t.Fatal(err)
					}
				}
				same(t, x, y, vectors)
			}
			step := max(1, len(sound)/400) // a graph has chunks that are mostly empty
			for at := 0; at < len(sound); at++ {
				if at > headerLen && at < len(sound)-600 && at%step != 0 {
					continue
				}
				sound[at] ^= 1 << (at % 8)
				try(sound, "bit flipped", at)
				sound[at] ^= 1 << (at % 8)
			}
			for at := 0; at < len(sound); at += 7 * step {
				before := refused
				try(sound[:at], "cut", at)
				try(append(slices.Clone(sound), make([]byte, 1+at)...), "longer", at)
				if refused != before+2 {
					t.Errorf("a file cut at %d of %d, or longer by as much, was taken", at, len(sound))
				}
			}
			if kind == "exact" && (refused < 100 || unheld < 10) {
				t.Errorf("%d files were refused, %d vectors not held: the test tests little", refused, unheld)
			}
		})
	}
}

// While a snapshot is made and moved into, others write: after it, the index
// answers as if there had been none, and what is read of the file is right
// after what does not hold is added and the rest pruned.
func TestSnapshotWhileOthersWrite(t *testing.T) {
	for kind, fresh := range keptKinds {
		t.Run(kind, func(t *testing.T) {
			const dim = 32
			r := rand.New(rand.NewPCG(1, 8))
			vectors := perturbed(r, 12_000, dim)
			x, path := fresh(t, dim), filepath.Join(t.TempDir(), "snapshot")
			rounds := 10
			if raced {
				vectors, rounds = vectors[:3000], 3
			}
			addAll(t, x, vectors)
			held := make([]atomic.Pointer[[]float32], len(vectors)) // by id
			for id := range vectors {
				held[id].Store(&vectors[id])
			}
			var stop atomic.Bool
			var crew sync.WaitGroup
			for hand := range 2 {
				crew.Go(func() { churn(t, x, held, vectors, hand, &stop) })
			}
			for range rounds {
				if _, err := MoveToSnapshot(path, "tag", single(x)); err != nil {
					t.Error(err)
				}
			}
			if _, err := WriteSnapshot(path, "tag", single(x)); err != nil {
				t.Error(err)
			}
			stop.Store(true)
			crew.Wait()
			checkHeld(t, x, held)

			y := fresh(t, dim)
			if err := restored(t, path, y); err != nil {
				t.Fatal(err)
			}
			mended := y.Prune(func(id uint64) bool { return held[id].Load() != nil })
			for id := range held {
				if v := held[id].Load(); v != nil && !y.Holds(uint64(id), *v) {
					mended++
					if err := y.Add(uint64(id), *v); err != nil {
						t.Fatal(err)
					}
				}
			}
			t.Logf("%d of %d entries had to be mended", mended, y.Len())
			checkHeld(t, y, held)
		})
	}
}

// churn deletes, adds and replaces entries of its own until it is stopped.
func churn(t *testing.T, x Index, held []atomic.Pointer[[]float32], vectors [][]float32, hand int, stop *atomic.Bool) {
	r := rand.New(rand.NewPCG(9, uint64(hand)))
	for !stop.Load() {
		id := 2*r.IntN(len(held)/2) + hand
		if r.IntN(2) == 0 {
			x.Delete(uint64(id))
			held[id].Store(nil)
			continue
		}
		v := &vectors[r.IntN(len(vectors))]
		if err := x.Add(uint64(id), *v); err != nil {
			t.Error(err)
			return
		}
		held[id].Store(v)
	}
}

// checkHeld fails unless x holds exactly these vectors, and finds them.
func checkHeld(t *testing.T, x Kept, held []atomic.Pointer[[]float32]) {
	t.Helper()
	n, lost := 0, 0
	for id := range held {
		v := held[id].Load()
		if v == nil {
			continue
		}
		n++
		if !x.Holds(uint64(id), *v) {
			t.Fatalf("entry %d is not held", id)
		}
		if id%10 == 0 && !slices.ContainsFunc(x.Search(*v, 20, .999, nil), func(h Hit) bool { return h.ID == uint64(id) }) {
			lost++
		}
	}
	if _, exact := x.(*Exact); x.Len() != n || exact && lost > 0 || lost*100 > n/10 {
		t.Fatalf("%d entries, want %d; %d of %d searches do not find what is held", x.Len(), n, lost, n/10)
	}
	switch x := x.(type) {
	case *Exact:
		checkHeads(t, x)
	case *Graph:
		if err := x.check(); err != nil {
			t.Fatal(err)
		}
	}
}

// The vectors of an index that moved do not stand in the heap, and a search
// finds them all the same.
func TestMoveToSnapshotEmptiesTheHeap(t *testing.T) {
	if !canMap || raced {
		t.Skip("files are not mapped here, or the heap is the race detector's")
	}
	for kind, fresh := range keptKinds {
		t.Run(kind, func(t *testing.T) {
			const dim, n = 256, 4096 // one chunk of a graph
			vectors := perturbed(rand.New(rand.NewPCG(1, 2)), n, dim)
			before := heapBytes()
			x := fresh(t, dim)
			addAll(t, x, vectors)
			full := heapBytes() - before
			if _, err := MoveToSnapshot(filepath.Join(t.TempDir(), "snapshot"), "tag", single(x)); err != nil {
				t.Fatal(err)
			}
			moved := heapBytes() - before
			if saved := full - moved; saved < 5*dim*n*9/10 {
				t.Errorf("the heap shrank from %d to %d bytes, by %d at least expected", full, moved, 5*dim*n)
			}
			if hits := x.Search(vectors[77], 1, .9, nil); len(hits) != 1 || hits[0].ID != 77 {
				t.Errorf("found %v, want entry 77", hits)
			}
		})
	}
}

func heapBytes() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
