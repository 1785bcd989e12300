package simd

import "fmt"

// QuantizeU8 rounds x to 256 steps: x[i] is nearly scale * (dst[i]-zero). The
// steps span the values of x and 0, which is zero exactly. Ties go to the even
// step. A row of zeros (or that spans less than 1e-30) has scale 0. Equal with
// every kernel. The values of x must be finite, and so must their span.
func QuantizeU8(dst []uint8, x []float32) (scale float32, zero uint8) {
	sameLen("QuantizeU8", len(x), len(dst))
	low, high := span(x)
	return quantize(dst, x, low, high)
}

// quantize is QuantizeU8 of values between low and high, one of which is 0 or
// which have 0 between them.
func quantize(dst []uint8, x []float32, low, high float32) (scale float32, zero uint8) {
	if !(high-low > 1e-30) {
		clear(dst)
		return 0, 0
	}
	inv := 255 / (high - low)
	zero = uint8(roundEven(-low * inv))
	roundU8(dst, x, inv, int32(zero))
	return (high - low) / 255, zero
}

// maxAbs returns the largest magnitude of x, 0 when x is empty.
func maxAbs(x []float32) float32 {
	low, high := span(x)
	return max(-low, high)
}

// DequantI32 brings one row of integer sums back to float32s:
// dst[j] = c[j] * s * scale[j] + bias[j], where s is the scale of the row's
// activations and scale[j] that of output j's weights. Within 2 ulp of the
// larger of the two terms.
func DequantI32(dst []float32, c []int32, s float32, scale, bias []float32) {
	sameLen("DequantI32", len(dst), len(c), len(scale), len(bias))
	dequant(dst, c, s, scale, bias)
}

// AddDequantI32 adds what [DequantI32] would write to dst.
func AddDequantI32(dst []float32, c []int32, s float32, scale, bias []float32) {
	sameLen("AddDequantI32", len(dst), len(c), len(scale), len(bias))
	addDequant(dst, c, s, scale, bias)
}

// GELU replaces each x[i] by x[i] * P(X <= x[i]) of a standard normal X, the
// activation of BERT. The error is at most 1e-5 for finite values, a
// thousandth of the step that QuantizeU8 rounds the results to.
func GELU(x []float32) { gelu(x) }

// GELUQuantizeU8 is [DequantI32] of c into x, [GELU] of x and [QuantizeU8] of
// that into dst. x is left with the values that were rounded. The errors are
// those of the three.
func GELUQuantizeU8(dst []uint8, x []float32, c []int32, s float32, scale, bias []float32) (float32, uint8) {
	sameLen("GELUQuantizeU8", len(dst), len(x), len(c), len(scale), len(bias))
	low, high := dequantGELU(x, c, s, scale, bias)
	return quantize(dst, x, low, high)
}

// dequantGELUSteps is dequantGELU step by step. It returns the span of x.
func dequantGELUSteps(x []float32, c []int32, s float32, scale, bias []float32) (low, high float32) {
	dequant(x, c, s, scale, bias)
	gelu(x)
	return span(x)
}

// AddNormQuantizeU8 is [AddDequantI32] of c to x, [LayerNorm] of the first
// len(gain) values of x and [QuantizeU8] of x into dst. The errors are those of
// the three.
func AddNormQuantizeU8(dst []uint8, x []float32, c []int32, s float32, scale, bias, gain, beta []float32, eps float32) (float32, uint8) {
	sameLen("AddNormQuantizeU8", len(dst), len(x), len(c), len(scale), len(bias))
	sameLen("AddNormQuantizeU8", len(gain), len(beta))
	if len(gain) == 0 || len(gain) > len(x) {
		panic(fmt.Sprintf("simd: AddNormQuantizeU8 of %d gains for %d values", len(gain), len(x)))
	}
	low, high := addNorm(x, c, s, scale, bias, gain, beta, eps)
	return quantize(dst, x, low, high)
}

// addNormSteps is addNorm step by step. It returns the span of x.
func addNormSteps(x []float32, c []int32, s float32, scale, bias, gain, beta []float32, eps float32) (low, high float32) {
	addDequant(x, c, s, scale, bias)
	layerNorm(x[:len(gain)], gain, beta, eps)
	return span(x)
}

// Softmax16 replaces each of the 16 columns of x, which lie in rows of 16, by
// its softmax: exp(v) over the sum of the column's. The relative error is at
// most 1e-5 for results above 1e-30 and up to 4,096 rows. Results below may be
// any value up to 1e-30, also where v is -Inf. A column does not depend on the
// others, whatever they hold.
func Softmax16(x []float32) {
	if len(x)%16 != 0 {
		panic(fmt.Sprintf("simd: Softmax16 of %d values, want a multiple of 16", len(x)))
	}
	if len(x) > 0 {
		softmax16(x)
	}
}

// Transpose16 turns 16 rows of n values into n rows of 16:
//
//	dst[l*16+i] = src[i*lds+l]
func Transpose16(dst, src []float32, lds, n int) {
	if n <= 0 {
		return
	}
	_, _ = dst[n*16-1], src[15*lds+n-1]
	transpose16(dst, src, lds, n)
}

// LayerNorm replaces x by (x - mean) / sqrt(variance + eps) * gain + bias,
// mean and variance being those of x. Within 1e-5 of the exact value, relative
// to gain[i] times the largest normalised magnitude.
func LayerNorm(x, gain, bias []float32, eps float32) {
	sameLen("LayerNorm", len(x), len(gain), len(bias))
	if len(x) > 0 {
		layerNorm(x, gain, bias, eps)
	}
}

func sameLen(name string, n int, others ...int) {
	for _, m := range others {
		if m != n {
			panic(fmt.Sprintf("simd: %s of slices of different length: %d and %d", name, n, m))
		}
	}
}
