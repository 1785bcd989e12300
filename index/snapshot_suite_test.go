package index_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
	"github.com/likewise-go/likewise/internal/simd"
)

// moving is an index that moves into a snapshot after every few adds.
type moving struct {
	index.Kept
	t    *testing.T
	path string
	adds *atomic.Int64
	busy *sync.Mutex // one snapshot at a time
}

func one(x index.Kept) func(func([32]byte, index.Kept) bool) {
	return func(yield func([32]byte, index.Kept) bool) { yield([32]byte{1}, x) }
}

func (m moving) Add(id uint64, v []float32) error {
	err := m.Kept.Add(id, v)
	if m.adds.Add(1)%29 == 0 && m.busy.TryLock() {
		defer m.busy.Unlock()
		if _, err := index.MoveToSnapshot(m.path, "suite", one(m.Kept)); err != nil {
			m.t.Error(err)
		}
	}
	return err
}

// reopened is an index that is written and read anew after every few adds.
type reopened struct {
	moving
	fresh func() index.Kept
}

func (r *reopened) Add(id uint64, v []float32) error {
	err := r.Kept.Add(id, v)
	if r.adds.Add(1)%29 != 0 || r.Len() == 0 {
		return err
	}
	if _, err := index.WriteSnapshot(r.path, "suite", one(r.Kept)); err != nil {
		r.t.Fatal(err)
	}
	s, err2 := index.OpenSnapshot(r.path, "suite")
	if err2 != nil {
		r.t.Fatal(err2)
	}
	x := r.fresh()
	if found, err := s.Restore([32]byte{1}, x); !found || err != nil {
		r.t.Fatalf("restored %v, %v", found, err)
	}
	if x.Len() != r.Len() {
		r.t.Fatalf("restored %d entries of %d", x.Len(), r.Len())
	}
	r.Kept = x
	return err
}

// An Exact whose vectors lie in a file, and one that was read from a file, do
// all that an index must, bit for bit.
func TestSuiteInASnapshot(t *testing.T) {
	if index.Raced {
		t.Skip("the other tests of snapshots are enough for the race detector")
	}
	open := func(dim int) moving {
		return moving{newExact(dim).(index.Kept), t, filepath.Join(t.TempDir(), "snapshot"), new(atomic.Int64), new(sync.Mutex)}
	}
	score := indextest.Score(simd.DotF32)
	t.Run("moved", func(t *testing.T) {
		indextest.Run(t, func(dim int) index.Index { return open(dim) }, score,
			indextest.Only("replace", "delete and replace 50%", "random operations", "concurrent use"))
	})
	t.Run("reopened", func(t *testing.T) {
		indextest.Run(t, func(dim int) index.Index {
			return &reopened{open(dim), func() index.Kept { return newExact(dim).(index.Kept) }}
		}, score, indextest.Only("replace", "delete 40%", "random operations"))
	})
}
