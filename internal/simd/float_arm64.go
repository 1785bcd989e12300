//go:build arm64 && !purego

package simd

// vector is how much of n values assembly takes: whole groups of 8, of a
// length that stays under 50 us.
func vector(n int) int {
	if active == generic || n > step {
		return 0
	}
	return n &^ 7
}

func span(x []float32) (low, high float32) {
	n := vector(len(x))
	low, high = spanGeneric(x[n:])
	if n > 0 {
		l, h := spanNEON(&x[0], n)
		low, high = min(low, l), max(high, h)
	}
	return low, high
}

func roundU8(dst []uint8, x []float32, inv float32, zero int32) {
	n := vector(len(x))
	if n > 0 {
		roundU8NEON(&dst[0], &x[0], n, inv, zero)
	}
	roundU8Generic(dst[n:], x[n:], inv, zero)
}

func dequant(dst []float32, c []int32, s float32, scale, bias []float32) {
	n := vector(len(dst))
	if n > 0 {
		dequantNEON(&dst[0], &c[0], &scale[0], &bias[0], n, s)
	}
	dequantGeneric(dst[n:], c[n:], s, scale[n:], bias[n:])
}

func addDequant(dst []float32, c []int32, s float32, scale, bias []float32) {
	n := vector(len(dst))
	if n > 0 {
		addDequantNEON(&dst[0], &c[0], &scale[0], &bias[0], n, s)
	}
	addDequantGeneric(dst[n:], c[n:], s, scale[n:], bias[n:])
}

func gelu(x []float32) {
	for len(x) > step {
		gelu(x[:step])
		x = x[step:]
	}
	n := vector(len(x))
	if n > 0 {
		geluNEON(&x[0], n)
	}
	geluGeneric(x[n:])
}

// softmaxRows keeps one assembly call of softmax16 under 50 us.
const softmaxRows = 1 << 12

func softmax16(x []float32) {
	rows := len(x) / 16
	if active == generic || rows > softmaxRows {
		softmax16Generic(x)
		return
	}
	for i := 0; i < 16; i += 4 {
		softmaxNEON(&x[i], rows)
	}
}

func transpose16(dst, src []float32, lds, n int) { transpose16Generic(dst, src, lds, n) }

func layerNorm(x, gain, bias []float32, eps float32) {
	n := len(x)
	if v := vector(n); v == 0 || v < n {
		layerNormGeneric(x, gain, bias, eps)
		return
	}
	mean := sumNEON(&x[0], n) / float32(n)
	inv := rsqrt(float64(squareNEON(&x[0], n, mean)), n, eps)
	normalizeNEON(&x[0], &gain[0], &bias[0], n, mean, inv)
}

func dequantGELU(x []float32, c []int32, s float32, scale, bias []float32) (low, high float32) {
	return dequantGELUSteps(x, c, s, scale, bias)
}

func addNorm(x []float32, c []int32, s float32, scale, bias, gain, beta []float32, eps float32) (low, high float32) {
	return addNormSteps(x, c, s, scale, bias, gain, beta, eps)
}

// Unless they say otherwise these take n values, n a positive multiple of 8.

//go:noescape
func spanNEON(x *float32, n int) (low, high float32)

//go:noescape
func roundU8NEON(dst *uint8, x *float32, n int, inv float32, zero int32)

//go:noescape
func dequantNEON(dst *float32, c *int32, scale, bias *float32, n int, s float32)

//go:noescape
func addDequantNEON(dst *float32, c *int32, scale, bias *float32, n int, s float32)

//go:noescape
func geluNEON(x *float32, n int)

// softmaxNEON takes 4 columns of n rows, which have a stride of 16.
//
//go:noescape
func softmaxNEON(x *float32, n int)

//go:noescape
func sumNEON(x *float32, n int) float32

// squareNEON returns the sum of (x[i] - mean)^2.
//
//go:noescape
func squareNEON(x *float32, n int, mean float32) float32

// normalizeNEON sets x[i] to (x[i] - mean) * inv * gain[i] + bias[i].
//
//go:noescape
func normalizeNEON(x, gain, bias *float32, n int, mean, inv float32)
