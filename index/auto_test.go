package index

import (
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

// Raced reports whether the race detector is on.
const Raced = raced

// Settle waits until no move is under way.
func Settle(x *Auto) { x.crew.Wait() }

// A reader that never stops must always be answered, and what stays must
// always be found, while writers change every other entry during the move.
func TestAutoLosesNothingWhileItMoves(t *testing.T) {
	defer goleak.VerifyNone(t)
	const dim, n = 32, 3000
	r := rand.New(rand.NewPCG(1, 4))
	vectors := perturbed(r, 2*n, dim)
	x, err := NewAuto(dim, &AutoOptions{Crossover: n, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	for id := range n - 1 {
		if err := x.Add(uint64(id), vectors[id]); err != nil {
			t.Fatal(err)
		}
	}
	if x.started.Load() {
		t.Fatal("moves before the crossover")
	}
	var stop atomic.Bool
	var missed, searches atomic.Int64
	var readers, writers sync.WaitGroup
	readers.Go(func() {
		for i := 0; !stop.Load(); i++ {
			id := i % (n / 2) * 2 // even ids stay
			if id >= n-1 {
				continue
			}
			searches.Add(1)
			if hits := x.Search(vectors[id], 1, .99, nil); len(hits) != 1 || hits[0].ID != uint64(id) {
				missed.Add(1)
			}
		}
	})
	if err := x.Add(n-1, vectors[n-1]); err != nil {
		t.Fatal(err)
	}
	for w := range 2 {
		writers.Go(func() {
			for id := uint64(2*w + 1); id < n; id += 4 { // odd ids: half deleted, half replaced
				if w == 0 {
					x.Delete(id)
				} else if err := x.Add(id, vectors[n+id]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	Settle(x)
	stop.Store(true)
	readers.Wait()
	if m, all := missed.Load(), searches.Load(); m*200 > all {
		t.Errorf("%d of %d searches missed what was there", m, all)
	}
	checkMoved(t, x, func(id uint64) []float32 {
		switch id % 4 {
		case 1:
			return nil
		case 3:
			return vectors[n+id]
		}
		return vectors[id]
	}, n)
}

// checkMoved compares a moved index with what it should hold.
func checkMoved(t *testing.T, x *Auto, want func(id uint64) []float32, n int) {
	t.Helper()
	s := x.now.Load()
	if s.exact != nil || s.next != nil {
		t.Fatal("it has not moved")
	}
	g := s.answers.(*Graph)
	if err := g.check(); err != nil {
		t.Error(err)
	}
	held := 0
	for id := range uint64(n) {
		slot, known := g.slotOf.slot(id)
		v := want(id)
		if known != (v != nil) {
			t.Errorf("%d: there: %v, expected %v", id, known, v != nil)
			continue
		}
		if known {
			held++
			if got := g.arena.vector(slot); got[0] != v[0] || got[1] != v[1] {
				t.Errorf("%d has another vector", id)
			}
		}
	}
	if x.Len() != held {
		t.Errorf("Len() = %d, expected %d", x.Len(), held)
	}
}

// What happens to an id before and after the builder comes to it.
func TestAutoWritesToBothWhileItMoves(t *testing.T) {
	vectors := perturbed(rand.New(rand.NewPCG(1, 10)), 100, 8)
	x, err := NewAuto(8, nil)
	if err != nil {
		t.Fatal(err)
	}
	exact := x.now.Load().exact
	next, err := NewGraph(8, nil)
	if err != nil {
		t.Fatal(err)
	}
	add := func(id uint64, v []float32) {
		if err := x.Add(id, v); err != nil {
			t.Fatal(err)
		}
	}
	come := func(id uint64) {
		if err := x.copyOne(id, exact, next, make([]float32, 8)); err != nil {
			t.Fatal(err)
		}
	}
	for id := range uint64(5) {
		add(id, vectors[id])
	}
	x.become(&autoState{answers: exact, exact: exact, next: next})
	come(0) // stays
	come(1)
	add(1, vectors[11]) // replaced after
	add(2, vectors[12]) // and before
	come(2)
	come(3)
	x.Delete(3)
	x.Delete(4)
	come(3) // the builder does not bring back
	come(4) // what is deleted
	add(5, vectors[5])
	if x.Len() != 4 {
		t.Errorf("Len() = %d, expected 4", x.Len())
	}
	x.become(&autoState{answers: next})
	checkMoved(t, x, func(id uint64) []float32 {
		return [][]float32{vectors[0], vectors[11], vectors[12], nil, nil, vectors[5]}[id]
	}, 6)
}

// Close ends a move, and the index goes on as it is.
func TestAutoCloseEndsAMove(t *testing.T) {
	defer goleak.VerifyNone(t)
	const dim, n = 64, 4000
	vectors := perturbed(rand.New(rand.NewPCG(1, 5)), n, dim)
	x, err := NewAuto(dim, &AutoOptions{Crossover: n})
	if err != nil {
		t.Fatal(err)
	}
	for id, v := range vectors {
		if err := x.Add(uint64(id), v); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if x.now.Load().exact == nil {
		t.Fatal("moved 4,000 entries before Close came")
	}
	if err := x.Add(n, vectors[0]); err != nil {
		t.Error(err)
	}
	if !x.Delete(3) || x.Len() != n {
		t.Errorf("Len() = %d, expected %d", x.Len(), n)
	}
	if hits := x.Search(vectors[0], 2, .999, nil); len(hits) != 2 || hits[1].ID != n {
		t.Errorf("found %v, expected ids 0 and %d", hits, n)
	}
	if x.now.Load().next != nil {
		t.Error("a move is under way after Close")
	}
}

func TestAutoNamesEveryBadOption(t *testing.T) {
	_, err := NewAuto(0, &AutoOptions{Crossover: -1, Workers: 65, Graph: &GraphOptions{M: 3, Search: 5000}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"dim 0 given", "Crossover: -1 given", "Workers: 65", "M: 3 given, 4 to 64", "Search: 5000"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in the error: %v", want, err)
		}
	}
	if _, err := NewAuto(8, nil); err != nil {
		t.Error(err)
	}
}
