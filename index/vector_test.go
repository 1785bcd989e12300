package index

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/likewise-go/likewise/internal/simd"
)

// The shortcut in float32 decides as the float64 norm does, on both sides of
// both limits.
func TestCheckVectorDecidesByTheExactNorm(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 1))
	for _, kernel := range simd.Kernels() {
		restore, _ := simd.Force(kernel)
		for _, dim := range []int{1, 3, 384, 5000, maxDim} {
			for range 200 {
				v := unit(r, dim)
				to := 1 + [2]float64{-1, 1}[r.IntN(2)]*(unitTolerance+2e-5*(2*r.Float64()-1))
				for i := range v {
					v[i] = float32(float64(v[i]) * to)
				}
				n := norm(v)
				if got, want := CheckVector(dim, v) == nil, math.Abs(n-1) <= unitTolerance; got != want {
					t.Fatalf("%s, dim %d: norm %.9f accepted: %v, expected %v", kernel, dim, n, got, want)
				}
				if dim > 384 && r.IntN(10) > 0 {
					break // long to make, and the same
				}
			}
		}
		restore()
	}
}
