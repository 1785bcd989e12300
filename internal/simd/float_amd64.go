//go:build amd64 && !purego

package simd

// Most float32 kernels are AVX2 with FMA at both levels: 8 lanes keep the
// floating-point units of today's cores as busy as 16 do. AVX-512 pays where
// its 32 registers let one pass do the work of several, see row_amd64.go.

// vector is how much of n values assembly takes: whole groups of 8, of a
// length that stays under 50 us (GELU, the slowest, takes 3 cycles a value).
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
		l, h := spanAVX2(&x[0], n)
		low, high = min(low, l), max(high, h)
	}
	return low, high
}

func roundU8(dst []uint8, x []float32, inv float32, zero int32) {
	n := vector(len(x))
	switch {
	case wide(len(x)):
		roundU8AVX512(&dst[0], &x[0], n, inv, zero)
	case n > 0:
		roundU8AVX2(&dst[0], &x[0], n, inv, zero)
	}
	roundU8Generic(dst[n:], x[n:], inv, zero)
}

func dequant(dst []float32, c []int32, s float32, scale, bias []float32) {
	n := vector(len(dst))
	if n > 0 {
		dequantAVX2(&dst[0], &c[0], &scale[0], &bias[0], n, s)
	}
	dequantGeneric(dst[n:], c[n:], s, scale[n:], bias[n:])
}

func addDequant(dst []float32, c []int32, s float32, scale, bias []float32) {
	n := vector(len(dst))
	if n > 0 {
		addDequantAVX2(&dst[0], &c[0], &scale[0], &bias[0], n, s)
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
		geluAVX2(&x[0], n)
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
	if active == avx512vnni {
		softmax16AVX512(&x[0], rows)
		return
	}
	for i := 0; i < 16; i += 8 {
		softmaxAVX2(&x[i], rows)
	}
}

func layerNorm(x, gain, bias []float32, eps float32) {
	n := len(x)
	if v := vector(n); v == 0 || v < n {
		layerNormGeneric(x, gain, bias, eps)
		return
	}
	mean := sumAVX2(&x[0], n) / float32(n)
	inv := rsqrt(float64(squareAVX2(&x[0], n, mean)), n, eps)
	normalizeAVX2(&x[0], &gain[0], &bias[0], n, mean, inv)
}

// Unless they say otherwise these take n values, n a positive multiple of 8.

//go:noescape
func spanAVX2(x *float32, n int) (low, high float32)

//go:noescape
func roundU8AVX2(dst *uint8, x *float32, n int, inv float32, zero int32)

//go:noescape
func dequantAVX2(dst *float32, c *int32, scale, bias *float32, n int, s float32)

//go:noescape
func addDequantAVX2(dst *float32, c *int32, scale, bias *float32, n int, s float32)

//go:noescape
func geluAVX2(x *float32, n int)

// softmaxAVX2 takes 8 columns of n rows, which have a stride of 16.
//
//go:noescape
func softmaxAVX2(x *float32, n int)

//go:noescape
func sumAVX2(x *float32, n int) float32

// squareAVX2 returns the sum of (x[i] - mean)^2.
//
//go:noescape
func squareAVX2(x *float32, n int, mean float32) float32

// normalizeAVX2 sets x[i] to (x[i] - mean) * inv * gain[i] + bias[i].
//
//go:noescape
func normalizeAVX2(x, gain, bias *float32, n int, mean, inv float32)
