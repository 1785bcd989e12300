package index

import (
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// The certified head.
//
// Cosine does not change under an orthogonal rotation. Let a be h orthonormal
// axes, g(x) the h coordinates of x along them (its head), and r(x) the part
// of x at right angles to all of them (its tail). Then
//
//	q.x = g(q).g(x) + r(q).r(x) <= g(q).g(x) + |r(q)|*|r(x)|
//
// whatever the axes; the closer they are to the principal axes of the vectors
// held, the smaller the tails, and the fewer vectors the bound lets through.
//
// Heads are held as codes: g(x) = s*c + e, and g(q) = t*d + f. As in bound.go,
//
//	g(q).g(x) <= t*s*(d.c) + |t*d|*|e| + |f|*|g(x)|
//
// With k >= |e|/s for all heads of a block, the second term is at most
// t*s*(k*|d|), so that it joins the integer, rounded up:
//
//	q.x <= t*s*(d.c + ceil(k*|d|)) + |r(q)|*|r(x)| + |f|*|x|
//
// All of it is divided by t and compared with a limit by simd.ScanHeads; s and
// |r(x)| are stored with the head, the rest is the query's.
//
// Neither axes nor heads are computed exactly. The rows of A, the float32 axes,
// have a Gram matrix whose distance from I, in the Frobenius norm, is measured
// as delta < 1. Let a be the orthonormal factor of A's polar decomposition:
// A's singular values are within sqrt(1 +- delta), so |A - a| <= delta. A dot
// product in float32 of dim terms, in any order, errs by at most
// gamma*|row|*|x| (Higham, 3.1; gamma = dim*u/(1-dim*u)), hence a whole head by
// gamma*|A|_F*|x|. So a computed head is within
//
//	slip = (gamma*|A|_F + delta) * |x|, |x| <= 1.001
//
// of the true one: 0.0002 at 384 dimensions. It is added to what is measured of
// e and f. And |g(x)| >= |computed head| - slip, so that
//
//	|r(x)|^2 = |x|^2 - |g(x)|^2 <= |x|^2 - max(0, |computed head| - slip)^2.
//
// The scan evaluates the bound in float32. d.c + ceil(k*|d|) is below 2^22 and
// converts exactly; three operations round once each, on terms that, times t,
// are at most 2.5 and 1.1: an error of less than 8u. The limit and the weight
// are computed in float64 and rounded to the safe side. The score's own
// rounding is as in bound.go. boundSlack covers ten times as much.

const (
	headDims  = simd.HeadDims
	headBytes = headDims + 8 // with its scale and tail

	// minHeadDim is from where a head is worth having: below, the codes
	// themselves are not much longer. Above maxHeadDim, which is that of the
	// largest text encoders, a piece of a fit would take more than 1 ms.
	minHeadDim = 2 * headDims
	maxHeadDim = 4096

	// minHeadScale bounds k where a vector has next to nothing in its head:
	// |e|/s <= 4 + slip/minHeadScale, about 5 at 384 dimensions and 16 at
	// 4,096.
	minHeadScale = 1.0 / (1 << 12)

	// maxDefect is how far from orthonormal axes may be.
	maxDefect = 1e-3
)

// A rotation is the axes of heads.
type rotation struct {
	dim  int
	axes []float32 // dim rows of headDims: axis j is column j, as MatMulF32 takes it
	slip float64   // how far a computed head may be from the true one
}

// newRotation takes axes in rows. It returns nil unless they are orthonormal to
// within maxDefect.
func newRotation(rows []float32, dim int) *rotation {
	return rotationOf(rows, dim, gramDefect(rows, dim, 0, headDims))
}

// rotationOf is newRotation where the squared distance of the rows' Gram matrix
// from I is known.
func rotationOf(rows []float32, dim int, defect float64) *rotation {
	delta := math.Sqrt(defect) + 1e-12 // which was summed in float64
	if !(delta <= maxDefect) {
		return nil
	}
	r := &rotation{dim: dim, axes: make([]float32, dim*headDims)}
	for j := range headDims {
		for i, f := range rows[j*dim:][:dim] {
			r.axes[i*headDims+j] = f
		}
	}
	n := float64(dim) * unitRoundoff
	gamma := n / (1 - n)
	frobenius := math.Sqrt(headDims * (1 + delta)) // its square is the trace of the Gram matrix
	r.slip = (gamma*frobenius + delta) * (1 + unitTolerance) * (1 + 1e-6)
	return r
}

// gramDefect is what rows from to to-1, with those before them, add to the
// squared Frobenius distance of the rows' Gram matrix from I.
func gramDefect(rows []float32, dim, from, to int) (sum float64) {
	for i := from; i < to; i++ {
		a := rows[i*dim:][:dim]
		for j := range i + 1 {
			b := rows[j*dim:][:dim]
			var s0, s1 float64
			for l, f := range a {
				if l%2 == 0 {
					s0 += float64(f) * float64(b[l])
				} else {
					s1 += float64(f) * float64(b[l])
				}
			}
			s := s0 + s1
			if i == j {
				sum += (s - 1) * (s - 1)
			} else {
				sum += 2 * s * s
			}
		}
	}
	return sum
}

// project writes the heads' coordinates of vectors that lie one after the
// other: headDims a vector.
func (r *rotation) project(dst, vectors []float32) {
	simd.MatMulF32(dst, headDims, vectors, r.dim, r.axes, headDims, len(vectors)/r.dim, headDims, r.dim)
}

// A head is what the first pass of a scan reads of a vector, or of a query.
type head struct {
	codes [headDims]int8
	scale float32 // s
	rest  float32 // |r(x)|, rounded up
	err   float64 // |e|, at least
}

// code makes the head of the unit vector x from its coordinates.
func (r *rotation) code(h *head, x, coordinates []float32) {
	h.scale = max(simd.MaxAbs(coordinates)/127, minHeadScale)
	sum := simd.CodesI8(h.codes[:], coordinates, h.scale)
	h.err = codesErr(sum, headDims) + r.slip

	const n = headDims * unitRoundoff
	inside := math.Sqrt(float64(simd.DotF32(coordinates, coordinates))*(1-2*n)) - r.slip
	n2 := 2 * float64(r.dim) * unitRoundoff
	whole := float64(simd.DotF32(x, x)) * (1 + n2)
	inside = max(inside, 0)
	h.rest = roundUp(math.Sqrt(max(whole-inside*inside, 0)))
}

// heads are those of a block's entries.
type heads struct {
	codes       []uint8 // in the layout of simd.ScanHeads
	scale, rest []float32
	loose       float32 // k: no entry's |e|/s is above. It never falls.
}

func newHeads(slots int) *heads {
	return &heads{
		codes: make([]uint8, slots*headDims),
		scale: make([]float32, slots),
		rest:  make([]float32, slots),
	}
}

// put puts a head in the place of entry i.
func (hs *heads) put(i int, h *head) {
	hs.set(i, h)
	hs.loose = max(hs.loose, h.looseness())
}

// set is put but for loose, which searches read whatever the entry.
func (hs *heads) set(i int, h *head) {
	simd.PutHead(hs.codes, i, &h.codes)
	hs.scale[i], hs.rest[i] = h.scale, h.rest
}

// looseness is |e|/s, rounded up.
func (h *head) looseness() float32 { return roundUp(h.err / float64(h.scale)) }

// move puts entry j of from in the place of entry i.
func (hs *heads) move(i int, from *heads, j int) {
	simd.CopyHead(hs.codes, i, from.codes, j)
	hs.scale[i], hs.rest[i] = from.scale[j], from.rest[j]
	hs.loose = max(hs.loose, from.loose)
}

// A headProbe is a query made ready for scanning heads.
type headProbe struct {
	of    *rotation // whose heads it can be compared with; nil: none
	head  head
	norm  float64 // |d|, rounded up
	slack float64 // |f|*|x| and all rounding
	at    [headDims]float32
}

func (p *headProbe) prepare(r *rotation, q []float32) {
	p.of = r
	r.project(p.at[:], q)
	r.code(&p.head, q, p.at[:])
	var square int32
	for _, c := range p.head.codes {
		square += int32(c) * int32(c)
	}
	p.norm = math.Sqrt(float64(square)) * (1 + 1e-9)
	const most = 1 + unitTolerance
	n := float64(r.dim) * unitRoundoff
	p.slack = (p.head.err*most + n/(1-n)*most*most + boundSlack) * (1 + 1e-9)
}

// scan sets the bits of mask, one an entry, of those whose score may reach
// floor.
func (p *headProbe) scan(mask []uint64, hs *heads, floor float32) {
	n := 64 * len(mask)
	t := float64(p.head.scale)
	simd.ScanHeads(mask, &p.head.codes, hs.codes[:n*headDims], hs.scale[:n], hs.rest[:n],
		int32(math.Ceil(float64(hs.loose)*p.norm)),
		roundUp(float64(p.head.rest)/t),
		roundDown((float64(floor)-p.slack)/t))
}

// roundDown returns a float32 below f, or f where it is infinite or NaN.
func roundDown(f float64) float32 { return math.Nextafter32(float32(f), float32(math.Inf(-1))) }
