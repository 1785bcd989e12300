package index

import (
	"math"
	"math/rand/v2"

	"github.com/likewise-go/likewise/internal/simd"
)

const (
	// headBatch is how many entries are given heads, or enter the fit, at
	// once: a matrix product of 64 rows takes a third of the time a row that
	// a single one takes.
	headBatch = 64

	// Two passes from random axes take 4 ms for the 960 vectors of a first fit
	// and let 1.3 times as many entries get past their heads as six; two from
	// the axes of an earlier fit take 9 ms, and more change little.
	fitPasses  = 2
	fitBatches = 48 // the most that a pass looks at, not the same as the one before
	fitRows    = 8  // rows made orthonormal in one step
)

// A fitting finds the axes that hold most of the vectors' energy: the space of
// the first principal axes, about the origin. It is orthogonal iteration (Golub
// and Van Loan, Matrix Computations, 4th ed., 8.2.4) on the matrix of second
// moments, which is never formed: a pass adds up v (v.Q) over the vectors v and
// makes the sums orthonormal. Heads need the space only, so that nothing is
// diagonalised, and no precision: axes that are off cost speed, not results.
//
// The work comes in steps of about 0.1 ms (at 384 dimensions), one an Add, so
// that no Add, and nobody who waits for it, is held up. The vectors are read
// where they are; some may change between steps, which does not matter either.
type fitting struct {
	dim         int
	axes        []float32 // dim rows of headDims, Q
	sums        []float32 // headDims rows of dim, the transposed of the sums
	part        []float32 // what a batch adds to them
	y, yt       []float32 // v.Q of a batch, and transposed
	correction  []float32 // dim
	random      *rand.Rand
	pass, batch int
	used        int // how many batches the pass looks at
	row         int // the next to be made orthonormal
	measured    int // the next whose defect is measured, after the last pass
	defect      float64
}

// newFitting starts from the axes of an earlier rotation, or from random ones.
func newFitting(dim int, from *rotation) *fitting {
	f := &fitting{
		dim:        dim,
		axes:       make([]float32, dim*headDims),
		sums:       make([]float32, dim*headDims),
		part:       make([]float32, dim*headDims),
		y:          make([]float32, headBatch*headDims),
		yt:         make([]float32, headBatch*headDims),
		correction: make([]float32, dim),
		random:     rand.New(rand.NewPCG(1, 2)),
	}
	if from != nil {
		copy(f.axes, from.axes)
		return f
	}
	for i := range f.axes {
		f.axes[i] = float32(f.random.NormFloat64())
	}
	return f
}

// bytes is the memory that f holds.
func (f *fitting) bytes() int64 {
	if f == nil {
		return 0
	}
	return int64(4 * (3*len(f.axes) + 2*len(f.y) + f.dim))
}

// step does the next piece of work. batch returns the i-th of n batches of
// vectors, headBatch of them one after the other. When all is done, step
// returns the rotation.
func (f *fitting) step(n int, batch func(i int) []float32) (r *rotation, done bool) {
	if f.batch == 0 {
		f.used = min(n, fitBatches) // for all of the pass, as n may change
	}
	switch {
	case f.batch < f.used:
		f.add(batch((f.batch*n + f.pass*n/fitPasses) / f.used))
		f.batch++
	case f.row < headDims:
		for range fitRows {
			f.orthonormalise(f.row)
			f.row++
		}
	case f.pass < fitPasses-1:
		for j := range headDims {
			for i, v := range f.sums[j*f.dim:][:f.dim] {
				f.axes[i*headDims+j] = v
			}
		}
		clear(f.sums)
		f.pass, f.batch, f.row = f.pass+1, 0, 0
	case f.measured < headDims:
		f.defect += gramDefect(f.sums, f.dim, f.measured, f.measured+fitRows)
		f.measured += fitRows
	default:
		return rotationOf(f.sums, f.dim, f.defect), true
	}
	return nil, false
}

// add adds v (v.Q) for each v of a batch.
func (f *fitting) add(vectors []float32) {
	simd.MatMulF32(f.y, headDims, vectors, f.dim, f.axes, headDims, headBatch, headDims, f.dim)
	for i := range headBatch {
		for j, v := range f.y[i*headDims:][:headDims] {
			f.yt[j*headBatch+i] = v
		}
	}
	simd.MatMulF32(f.part, f.dim, f.yt, headBatch, vectors, f.dim, headDims, f.dim, headBatch)
	for i, v := range f.part {
		f.sums[i] += v
	}
}

// orthonormalise makes row i of sums a unit vector at right angles to those
// before it, by Gram-Schmidt, twice ("twice is enough": Parlett, The Symmetric
// Eigenvalue Problem, 6.9). Where the vectors have fewer than headDims
// dimensions between them, nothing but rounding is left of a row, and a random
// one takes its place.
func (f *fitting) orthonormalise(i int) {
	row := f.sums[i*f.dim:][:f.dim]
	for range 4 {
		before := normalised(row)
		f.clear(i, row)
		after := normalised(row)
		if before > 0 && after > 1e-3 {
			f.clear(i, row)
			normalised(row)
			return
		}
		for l := range row {
			row[l] = float32(f.random.NormFloat64())
		}
	}
}

// clear takes off row what lies along the i rows before it.
func (f *fitting) clear(i int, row []float32) {
	if i == 0 {
		return
	}
	var along [headDims]float32
	for j := range i {
		along[j] = simd.DotF32(row, f.sums[j*f.dim:][:f.dim])
	}
	simd.MatMulF32(f.correction, f.dim, along[:i], headDims, f.sums, f.dim, 1, f.dim, i)
	for l, v := range f.correction {
		row[l] -= v
	}
}

// normalised makes v a unit vector and returns the norm that it had.
func normalised(v []float32) float64 {
	n := math.Sqrt(float64(simd.DotF32(v, v)))
	if !(n > 1e-15) {
		return 0
	}
	inverse := float32(1 / n)
	for i := range v {
		v[i] *= inverse
	}
	return n
}
