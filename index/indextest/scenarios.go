package indextest

import (
	"math"
	"math/rand/v2"
)

// everything is a floor below all scores.
const everything = -2

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func emptyIndex(w *world) {
	w.reset(4)
	w.search([]float32{1, 0, 0, 0}, 3, everything)
	w.remove(1)
	w.countAll()
}

func randomVectors(w *world) {
	r := newRand(1)
	for _, dim := range []int{1, 2, 3, 17, 100, 384, 1000} {
		w.reset(dim)
		w.addAll(0, random(r, 600, dim))
		w.countAll()
		for _, q := range random(r, 10, dim) {
			for _, floor := range []float32{everything, 0, .1, .9} {
				w.search(q, 1, floor)
				w.search(q, 10, floor)
			}
		}
	}
}

// floors are those that a cache may ask for, and all.
var floors = []float32{everything, .5, .7, .8, .9, .99}

// sample searches for n of the vectors at each floor.
func (w *world) sample(r *rand.Rand, queries [][]float32, n int) {
	for range n {
		q := queries[r.IntN(len(queries))]
		for _, floor := range floors {
			w.search(q, 1, floor)
			w.search(q, 4, floor)
		}
	}
}

// held is a share of the questions that is asked but not stored.
func held() (stored, asked [][]float32) {
	for i, v := range questions() {
		if i%5 == 0 {
			asked = append(asked, v)
		} else {
			stored = append(stored, v)
		}
	}
	return stored, asked
}

func realVectors(w *world) {
	stored, asked := held()
	w.reset(len(asked[0]))
	w.addAll(0, stored)
	w.countAll()
	r := newRand(2)
	w.sample(r, asked, 50)
	w.sample(r, stored, 20)
}

func clusteredVectors(w *world) {
	r := newRand(3)
	vectors := clustered(r, 120, 25, 384)
	w.reset(384)
	w.addAll(0, vectors)
	for range 60 {
		q := jitter(r, vectors[r.IntN(len(vectors))], .3)
		w.search(q, 1, everything)
		w.search(q, 10, .6)
	}
}

// Five ids share each vector, so that k cuts through equal scores.
func duplicateVectors(w *world) {
	r := newRand(4)
	vectors := random(r, 40, 32)
	w.reset(32)
	for _, id := range r.Perm(5 * len(vectors)) {
		w.add(uint64(id), vectors[id%len(vectors)])
	}
	for _, q := range vectors {
		for k := range 8 {
			w.search(q, k, everything)
		}
	}
}

func boundsOfK(w *world) {
	r := newRand(5)
	w.reset(24)
	w.addAll(100, random(r, 20, 24))
	for _, q := range random(r, 5, 24) {
		for _, k := range []int{math.MinInt, -1, 0, 1, 19, 20, 21, math.MaxInt} {
			w.search(q, k, everything)
		}
	}
}

// A floor equal to a score lets it in, the next float32 above keeps it out.
func boundsOfFloor(w *world) {
	stored, asked := held()
	w.reset(len(asked[0]))
	w.addAll(0, stored[:200])
	for _, q := range asked[:20] {
		for _, h := range w.brute(q, 5, everything) {
			w.search(q, 10, h.Score)
			w.search(q, 10, math.Nextafter32(h.Score, 2))
		}
		for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1.5} {
			w.search(q, 3, float32(odd))
		}
	}
}

func extremeIDs(w *world) {
	r := newRand(6)
	ids := []uint64{0, 1, math.MaxUint32, math.MaxUint32 + 1, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64 - 1, math.MaxUint64}
	vectors := random(r, len(ids), 16)
	w.reset(16)
	for i, id := range ids {
		w.add(id, vectors[i])
	}
	for range 2 {
		for _, q := range vectors {
			w.search(q, len(ids), everything)
		}
		w.remove(math.MaxUint64)
		w.remove(0)
		w.countAll()
	}
}

// replaceVectors gives every id a new vector, some of them twice.
func replaceVectors(w *world) {
	r := newRand(7)
	stored, asked := held()
	w.reset(len(asked[0]))
	w.addAll(0, stored[:500])
	for range 800 {
		w.add(uint64(r.IntN(500)), stored[500+r.IntN(1000)])
	}
	w.countAll()
	w.sample(r, asked, 30)
	w.sample(r, stored[:500], 10) // what was replaced is asked for
}

func deleteSome(w *world) {
	r := newRand(8)
	stored, asked := held()
	w.reset(len(asked[0]))
	w.addAll(0, stored)
	for _, id := range r.Perm(len(stored))[:len(stored)*2/5] {
		w.remove(uint64(id))
		w.remove(uint64(id))
	}
	w.countAll()
	w.sample(r, asked, 50)
	w.sample(r, stored, 50)
}

// churn deletes half of the entries and adds as many, in turns.
func churn(w *world) {
	r := newRand(9)
	stored, asked := held()
	half := len(stored) / 2
	w.reset(len(asked[0]))
	w.addAll(0, stored[:half])
	next := uint64(half)
	for i, id := range r.Perm(half)[:half/2] {
		w.remove(uint64(id))
		w.add(next, stored[half+i])
		next++
	}
	w.countAll()
	w.sample(r, asked, 50)
}

func deleteAll(w *world) {
	r := newRand(10)
	w.reset(48)
	for round := range 3 {
		vectors := random(r, 70, 48)
		w.addAll(uint64(round*35), vectors) // half of the ids of the round before
		w.countAll()
		for _, q := range vectors[:10] {
			w.search(q, 4, everything)
		}
		for _, id := range append([]uint64(nil), w.ids...) {
			w.remove(id)
		}
		w.countAll()
		w.search(vectors[0], 4, everything)
	}
}
