package indextest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/likewise-go/likewise/index"
)

// badVectors are what Add must refuse and Search must find nothing for, at 3
// dimensions.
func badVectors() [][]float32 {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	return [][]float32{
		nil, {}, {1}, {0, 1}, {1, 0, 0, 0},
		{nan, 0, 1}, {1, 0, nan}, {inf, 0, 0}, {0, -inf, 1},
		{0, 0, 0}, {.998, 0, 0}, {0, 1.002, 0}, {1, 1, 1}, {1e30, 1e30, 1e30},
	}
}

// badInput expects a refusal that leaves everything as it was.
func badInput(w *world) {
	w.reset(3)
	w.addAll(1, [][]float32{{1, 0, 0}, {0, .9995, 0}, {0, 0, 1.0005}})
	for _, v := range badVectors() {
		for _, id := range []uint64{1, 99} {
			w.guard(func() {
				err := w.ix.Add(id, v)
				w.rec.trial(refuses, err != nil, "Add(%d, %v) gave no error", id, v)
			})
		}
		w.guard(func() {
			hits := w.ix.Search(v, 3, everything, nil)
			w.rec.trial("a bad query finds nothing", len(hits) == 0, "%d hits for %v", len(hits), v)
		})
	}
	w.countAll()
	w.search([]float32{1, 0, 0}, 5, everything)
	w.search([]float32{0, .6, .8}, 5, everything)
}

// callersSlices: Add copies its vector, Search only appends to dst.
func callersSlices(w *world) {
	r := newRand(11)
	vectors := random(r, 30, 8)
	w.reset(8)
	for i, v := range vectors {
		mine := slices.Clone(v)
		w.add(uint64(i), mine)
		w.vec[i] = v
		clear(mine)
	}
	before := []index.Hit{{ID: 7, Score: 7}, {ID: 8, Score: 8}}
	for _, spare := range []int{0, 1, 100} {
		dst := append(make([]index.Hit, 0, len(before)+spare), before...)
		q := slices.Clone(vectors[0])
		w.guard(func() {
			got := w.ix.Search(q, 5, everything, dst)
			kept := len(got) >= len(before) && slices.Equal(got[:len(before)], before)
			w.rec.trial("Search appends to dst", kept, "dst was %v, Search returned %v", before, got)
			w.rec.trial("Search leaves q alone", slices.Equal(q, vectors[0]), "q was changed to %v", q)
			if kept {
				w.judgeEach(q, 5, everything, got[len(before):])
				w.judgeRecall(w.brute(q, 5, everything), 5, everything, got[len(before):])
			}
		})
	}
}

// noAllocation: Search allocates only to grow dst. The race detector allocates
// itself, so the aspect is not tried under it.
func noAllocation(w *world) {
	if raceEnabled {
		return
	}
	stored, asked := held()
	w.reset(len(asked[0]))
	w.addAll(0, stored[:1200])
	dst := make([]index.Hit, 0, 16)
	for _, floor := range floors {
		w.guard(func() {
			n := testing.AllocsPerRun(20, func() { dst = w.ix.Search(asked[0], 4, floor, dst[:0]) })
			w.rec.trial("Search allocates only to grow dst", n == 0, "%s", fmt.Sprintf("%.0f allocations a search at floor %v", n, floor))
		})
	}
}
