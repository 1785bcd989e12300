package index

import (
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// The certified bound.
//
// A vector x is held as codes c and a scale s: x = s*c + e, where e is
// whatever the rounding left. The same for the query: q = t*d + f. Then
//
//	q.x = (t*d).(s*c) + (t*d).e + f.x
//	   <= t*s*(d.c) + |t*d|*|e| + |f|*|x|          (Cauchy-Schwarz, twice)
//
// which holds for any codes and scales, well chosen or not, since |e|, |f|,
// |t*d| and |x| are measured, not assumed. d.c is an integer and exact. At
// 384 dimensions of a sentence encoder, |e| is about .007, so the bound lies
// some .015 above the score.
//
// The score itself is a float32 sum, of whatever order the kernel adds in. It
// exceeds q.x by at most g*|q|*|x| with g = dim*u/(1-dim*u), u = 2^-24
// (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 3.1),
// which is 2.3e-5 at 384 dimensions. Unit vectors are within 1 +- 0.001, so
// |q|*|x| <= 1.0021.
//
// The scan evaluates the bound in float32. With s = max/127, |e| is at most
// sqrt(dim)*s/2 <= 1.01 (at dim 65,536), so |t*d| and |s*c| are at most 2.1,
// the two products at most 4.4 and 2.2, and their sum at most 6.6. Converting
// the integer, t*s, the two products, the sum and floor - slack round once
// each, by a factor within 1 +- u: together less than 40u on any floor that
// lies where scores do. boundSlack is twice that.
const boundSlack = 80 * unitRoundoff

// unitRoundoff is u of float32.
const unitRoundoff = 1.0 / (1 << 24)

// A bound says how far a vector's codes may be from the vector.
type bound struct {
	scale float32 // the vector is scale*codes + e
	err   float32 // |e|, rounded up
}

// quantise writes the codes of v, a unit vector, all within -127 to 127, and
// returns their bound.
func quantise(v []float32, codes []int8) bound {
	// A unit vector's largest component is at least .999/sqrt(dim), so scale
	// is a normal number, and top/scale is 127 up to rounding.
	scale := simd.MaxAbs(v) / 127
	sum := simd.CodesI8(codes, v, scale)
	return bound{scale: scale, err: roundUp(codesErr(sum, len(v)))}
}

// codesErr is at least |e| of a vector of n dimensions and a norm of at most
// 1.1, where simd.CodesI8 returned sum for |e|^2. The components of e that it
// squares are off by at most u*(|s*c| + |x|) each, so their norm by at most
// u*(|x| + |e| + |x|) <= 4u; adding up the squares takes at most a share of
// (n+1)*u off.
func codesErr(sum float32, n int) float64 {
	return math.Sqrt(float64(sum)/(1-float64(n+1)*unitRoundoff)) + 5*unitRoundoff
}

// roundUp returns a float32 above f, where f was computed in float64 from at
// most maxDim terms: their rounding, 65,536 * 2^-53, is far below the 2^-23
// that is added.
func roundUp(f float64) float32 {
	return math.Nextafter32(float32(f*(1+1.0/(1<<23))), math.MaxFloat32)
}

// A probe is a query made ready for scanning.
type probe struct {
	codes []int8
	scale float32 // t
	norm  float32 // |t*d|, rounded up
	slack float32 // |f|*|x| and all rounding, rounded up
}

// prepare quantises q, a unit vector, into codes.
func prepare(q []float32, codes []int8) probe {
	b := quantise(q, codes)
	n := float64(len(q)) * unitRoundoff
	const most = 1 + unitTolerance
	slack := float64(b.err)*most + n/(1-n)*most*most + boundSlack
	return probe{
		codes: codes,
		scale: b.scale,
		norm:  roundUp(most + float64(b.err)), // |t*d| = |q-f| <= |q| + |f|
		slack: roundUp(slack),
	}
}

// above is the bound of an entry's score, less slack, where dot is the dot
// product of its codes with the query's.
func (p *probe) above(b bound, dot int32) float32 {
	return p.scale*b.scale*float32(dot) + p.norm*b.err
}
