package index

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// Plans made while others write must be carried out or made anew: whatever
// the order, links stay twins and layer 0 stays in one piece.
func TestGraphKeepsItsStructureUnderManyWriters(t *testing.T) {
	const dim, n, hands = 24, 1200, 4
	r := rand.New(rand.NewPCG(1, 6))
	vectors := perturbed(r, 2*n, dim)
	g, err := NewGraph(dim, &GraphOptions{M: 6, Build: 24})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		var writers sync.WaitGroup
		for hand := range hands {
			writers.Go(func() {
				r := rand.New(rand.NewPCG(uint64(hand), uint64(round)))
				for range n {
					id := uint64(r.IntN(n)) // every writer has every id
					if r.IntN(2+round) > 0 {
						g.Delete(id)
					} else if err := g.Add(id, vectors[r.IntN(len(vectors))]); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		if err := g.check(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

func TestAddBatchAddsAllButWhatItRefuses(t *testing.T) {
	const dim, n = 16, 500
	vectors := perturbed(rand.New(rand.NewPCG(1, 7)), n, dim)
	ids := make([]uint64, n)
	for i := range ids {
		ids[i] = uint64(i)
	}
	vectors[7], vectors[400] = make([]float32, dim), vectors[400][:3]
	for _, workers := range []int{0, 1, 3} {
		g, err := NewGraph(dim, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = g.AddBatch(ids, vectors, workers)
		if err == nil || !strings.Contains(err.Error(), "add 7: ") || !strings.Contains(err.Error(), "add 400: ") {
			t.Errorf("error %v does not name 7 and 400", err)
		}
		if g.Len() != n-2 {
			t.Errorf("Len() = %d, expected %d", g.Len(), n-2)
		}
		if err := g.check(); err != nil {
			t.Error(err)
		}
		if hits := g.Search(vectors[8], 1, .99, nil); len(hits) != 1 || hits[0].ID != 8 {
			t.Errorf("found %v, expected id 8", hits)
		}
		if err := g.AddBatch(ids, vectors[1:], workers); err == nil {
			t.Error("no error for fewer vectors than ids")
		}
		if err := g.AddBatch(nil, nil, workers); err != nil {
			t.Error(err)
		}
	}
}

// The same adds make the same graph, another seed another one.
func TestGraphIsDeterministic(t *testing.T) {
	const dim, n = 16, 800
	vectors := perturbed(rand.New(rand.NewPCG(1, 8)), n, dim)
	build := func(seed uint64) (levels int, links []uint32) {
		g, err := NewGraph(dim, &GraphOptions{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		for id, v := range vectors {
			if err := g.Add(uint64(id), v); err != nil {
				t.Fatal(err)
			}
		}
		for slot := range uint32(n) {
			levels += int(g.arena.node(slot).level) * int(slot)
			links = append(links, g.arena.linked(0, slot)...)
		}
		return levels, links
	}
	levels, links := build(1)
	again, same := build(1)
	if again != levels || len(same) != len(links) {
		t.Fatal("two graphs of the same adds differ")
	}
	for i := range links {
		if links[i] != same[i] {
			t.Fatalf("link %d differs: %d and %d", i, links[i], same[i])
		}
	}
	if other, _ := build(2); other == levels {
		t.Error("another seed gave the same layers")
	}
}

// Marks of visited nodes serve 255 searches, then begin anew: what one search
// marked is not visited for the 255th after it.
func TestGraphSearchesGoOnForLong(t *testing.T) {
	vectors := perturbed(rand.New(rand.NewPCG(1, 11)), 700, 16)
	g, err := NewGraph(16, &GraphOptions{M: 8, Search: 8})
	if err != nil {
		t.Fatal(err)
	}
	for id, v := range vectors {
		if err := g.Add(uint64(id), v); err != nil {
			t.Fatal(err)
		}
	}
	var dst []Hit
	for _, between := range []int{253, 254, 255, 256} {
		for id := range len(vectors) / 10 {
			dst = g.Search(vectors[id*10], 1, .9999, dst[:0])
			for range between {
				dst = g.Search(vectors[(id*10+len(vectors)/2)%len(vectors)], 1, .9999, dst[:0])
			}
			if dst = g.Search(vectors[id*10], 1, .9999, dst[:0]); len(dst) != 1 {
				t.Fatalf("after %d searches, %d is not found", between, id*10)
			}
		}
	}
}

// Arenas follow the number of entries down.
func TestGraphGivesMemoryBack(t *testing.T) {
	const dim, n = 8, 3 * graphChunk
	vectors := perturbed(rand.New(rand.NewPCG(1, 9)), n, dim)
	g, err := NewGraph(dim, &GraphOptions{M: 4, Build: 8, Search: 8})
	if err != nil {
		t.Fatal(err)
	}
	for id, v := range vectors {
		if err := g.Add(uint64(id), v); err != nil {
			t.Fatal(err)
		}
	}
	full := g.Bytes()
	for id := range n {
		if id == n-10 {
			if got := g.Bytes(); got > full/2 {
				t.Errorf("%d bytes for 10 entries, %d for %d", got, full, n)
			}
			if err := g.check(); err != nil {
				t.Error(err)
			}
		}
		if !g.Delete(uint64(id)) {
			t.Fatalf("%d was not there", id)
		}
	}
	if got := g.Bytes(); got > 64*64*28 {
		t.Errorf("%d bytes for no entries", got)
	}
	if err := errors.Join(g.Add(1, vectors[0]), g.check()); err != nil {
		t.Error(err)
	}
}
