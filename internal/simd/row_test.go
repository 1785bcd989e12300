package simd

import (
	"math"
	"slices"
	"testing"
)

// sums returns n products as they come out of a matrix, with what scales them.
func sums(seed uint64, n int) (c []int32, scale, bias []float32) {
	c, r := make([]int32, n), rng(seed)
	for i := range c {
		c[i] = int32(r.NormFloat64() * 30_000)
	}
	scale = normal(seed+1, n, 1e-3)
	return c, scale, normal(seed+2, n, .3)
}

// checkCodes holds codes to the definition of QuantizeU8 on x, which the same
// call left.
func checkCodes(t *testing.T, codes []uint8, x []float32, scale float32, zero uint8) {
	t.Helper()
	want := make([]uint8, len(x))
	if s, z := QuantizeU8(want, x); s != scale || z != zero || !slices.Equal(codes, want) {
		t.Fatalf("n=%d: codes differ from those of the values (scale %g, zero %d; want %g, %d)", len(x), scale, zero, s, z)
	}
}

// The reference is the definition with math.Erfc in float64.
func TestGELUQuantizeU8(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range append(rowLengths, 32, 48, 64) {
			c, scale, bias := sums(uint64(n), n)
			x, codes := make([]float32, n), make([]uint8, n)
			s, zero := GELUQuantizeU8(codes, x, c, .05, scale, bias)
			for i, v := range x {
				product := float64(c[i]) * float64(float32(.05)) * float64(scale[i])
				y := product + float64(bias[i])
				want := y * .5 * math.Erfc(-y/math.Sqrt2)
				if e := math.Abs(float64(v) - want); !(e <= 1e-5+math.Abs(product)*0x1p-21) {
					t.Fatalf("n=%d: GELU of %g is %g, want %g", n, y, v, want)
				}
			}
			checkCodes(t, codes, x, s, zero)
		}
	})
}

func TestAddNormQuantizeU8(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range append(rowLengths[1:], 32, 48, 64) {
			for _, width := range []int{n, n - n/5} {
				c, scale, bias := sums(uint64(n), n)
				gain, beta, x := normal(5, width, 1), normal(6, width, 1), normal(7, n, 1)
				y, mean, square, top := make([]float64, n), 0.0, 0.0, 0.0
				for i := range y {
					y[i] = float64(x[i]) + float64(c[i])*float64(float32(.02))*float64(scale[i]) + float64(bias[i])
				}
				for _, v := range y[:width] {
					mean += v / float64(width)
				}
				for _, v := range y[:width] {
					square += (v - mean) * (v - mean)
					top = max(top, math.Abs(v-mean))
				}
				sd, codes := math.Sqrt(square/float64(width)+1e-3), make([]uint8, n)
				s, zero := AddNormQuantizeU8(codes, x, c, .02, scale, bias, gain, beta, 1e-3)
				for i, v := range x {
					want, bound := y[i], 1e-5*(1+math.Abs(y[i]))
					if i < width {
						want = (y[i]-mean)/sd*float64(gain[i]) + float64(beta[i])
						bound = 2e-5*math.Abs(float64(gain[i]))*top/sd + 1e-6*math.Abs(want)
					}
					if e := math.Abs(float64(v) - want); !(e <= bound) {
						t.Fatalf("n=%d, %d of them normalised: %d is %g, want %g", n, width, i, v, want)
					}
				}
				checkCodes(t, codes, x, s, zero)
			}
		}
	})
}
