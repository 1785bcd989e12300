package index

import (
	"fmt"
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// unitTolerance is how far a unit vector's L2 norm may be from 1.
const unitTolerance = 1e-3

// CheckVector returns nil if v is what Add takes and Search searches for: dim
// finite float32s with an L2 norm of 1 +- 0.001. Else the error says what was
// given and what was expected.
func CheckVector(dim int, v []float32) error {
	if len(v) != dim {
		return fmt.Errorf("vector of %d dimensions given, %d expected", len(v), dim)
	}
	// The usual case is a norm so close to 1 that a float32 sum, whose error is
	// at most dim*2^-24 times itself, cannot be wrong about it. A NaN or an
	// infinity shows in it.
	n := math.Sqrt(float64(simd.DotF32(v, v)))
	if math.Abs(n-1) <= unitTolerance-float64(dim)*unitRoundoff*(1+unitTolerance) {
		return nil
	}
	n = norm(v)
	if math.Abs(n-1) <= unitTolerance {
		return nil
	}
	for i, f := range v {
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			return fmt.Errorf("vector with %v at dimension %d given, finite numbers expected", f, i)
		}
	}
	return fmt.Errorf("vector of norm %.4g given, 1 +- %g expected", n, unitTolerance)
}

// norm is the L2 norm of v; NaN or infinite when a component is.
func norm(v []float32) float64 {
	var sum float64
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	return math.Sqrt(sum)
}
