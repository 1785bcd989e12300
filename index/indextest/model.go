package indextest

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/likewise-go/likewise/index"
)

// modelDim is small, so that equal and nearly equal scores are common.
const modelDim = 6

// A draw returns a number from 0 to n-1.
type draw func(n int) int

// pool holds the vectors of the random operations: some apart, some almost the
// same, some opposite.
func pool() [][]float32 {
	r := newRand(12)
	all := random(r, 12, modelDim)
	for _, v := range all[:6] {
		all = append(all, jitter(r, v, .05), jitter(r, v, 1e-4))
		opposite := make([]float32, modelDim)
		for i := range v {
			opposite[i] = -v[i]
		}
		all = append(all, opposite)
	}
	return all
}

// step does one random operation on the index and on the truth.
func (w *world) step(pick draw, vectors [][]float32) {
	id := uint64(pick(24))
	if id == 23 {
		id = math.MaxUint64
	}
	switch op := pick(20); {
	case op < 8:
		w.add(id, vectors[pick(len(vectors))])
	case op < 13:
		w.remove(id)
	case op == 13:
		for _, id := range append([]uint64(nil), w.ids...) {
			w.remove(id)
		}
	default:
		floor := float32(pick(22)-11) / 10
		w.search(vectors[pick(len(vectors))], pick(30), floor)
	}
	w.countAll()
}

// randomOperations runs sequences of operations from fixed seeds.
func randomOperations(w *world) {
	vectors := pool()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 13))
		w.reset(modelDim)
		for range 150 {
			w.step(r.IntN, vectors)
		}
	}
}

// runModel does the same by rapid, which shrinks a failing sequence to a short
// one. Recall below 1 cannot be judged on one sequence, and is not here.
func runModel(t *testing.T, open func(dim int) index.Index, cfg *config) {
	vectors := pool()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{open: open, cfg: cfg, rec: newRecorder("operations", cfg)}
		w.reset(modelDim)
		pick := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			w.step(pick, vectors)
			for _, f := range w.rec.findings {
				if f.Failed > 0 && f.Allowed == 0 {
					t.Fatal(f)
				}
			}
		}
	})
}
