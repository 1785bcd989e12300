//go:build amd64 && !purego

package simd

// wide says whether the AVX-512 kernels take a row of n values.
func wide(n int) bool {
	return active == avx512vnni && n%16 == 0 && n > 0 && n <= step
}

func dequantGELU(x []float32, c []int32, s float32, scale, bias []float32) (low, high float32) {
	if !wide(len(x)) {
		return dequantGELUSteps(x, c, s, scale, bias)
	}
	return geluI32AVX512(&x[0], &c[0], &scale[0], &bias[0], len(x), s)
}

func addNorm(x []float32, c []int32, s float32, scale, bias, gain, beta []float32, eps float32) (low, high float32) {
	if !wide(len(x)) || len(gain) < len(x) {
		return addNormSteps(x, c, s, scale, bias, gain, beta, eps)
	}
	return addNormAVX512(&x[0], &c[0], &scale[0], &bias[0], &gain[0], &beta[0], len(x), s, eps)
}

func transpose16(dst, src []float32, lds, n int) {
	if active != avx512vnni || n%4 != 0 || n > step {
		transpose16Generic(dst, src, lds, n)
		return
	}
	transpose16AVX512(&dst[0], &src[0], lds, n)
}

// Unless they say otherwise these take n values, n a positive multiple of 16.

// geluI32AVX512 sets dst to the GELU of what dequantAVX2 computes, and returns
// the span of it.
//
//go:noescape
func geluI32AVX512(dst *float32, c *int32, scale, bias *float32, n int, s float32) (low, high float32)

// addNormAVX512 adds what dequantAVX2 computes to x and normalises x as
// normalizeAVX2 does, and returns the span of it.
//
//go:noescape
func addNormAVX512(x *float32, c *int32, scale, bias, gain, beta *float32, n int, s, eps float32) (low, high float32)

//go:noescape
func roundU8AVX512(dst *uint8, x *float32, n int, inv float32, zero int32)

// softmax16AVX512 takes n rows, at least 1.
//
//go:noescape
func softmax16AVX512(x *float32, n int)

// transpose16AVX512 takes n values of each row, n a positive multiple of 4.
//
//go:noescape
func transpose16AVX512(dst, src *float32, lds, n int)
