package simd

import "math"

func maxAbsGeneric(x []float32) float32 {
	var top float32
	for _, v := range x {
		top = max(top, math.Float32frombits(math.Float32bits(v)&^(1<<31)))
	}
	return top
}

// roundU8Generic rounds by adding 1.5 * 2^23, where float32s lie 1 apart: the
// low bits of the sum are the integer.
func roundU8Generic(dst []uint8, x []float32, inv float32) {
	const magic = 0x1.8p23
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = uint8(math.Float32bits(float32(v*inv)+magic)) + 128
	}
}

func dequantGeneric(dst []float32, c []int32, s float32, scale, bias []float32) {
	c, scale, bias = c[:len(dst)], scale[:len(dst)], bias[:len(dst)]
	for j := range dst {
		dst[j] = float32(c[j])*(s*scale[j]) + bias[j]
	}
}

func addDequantGeneric(dst []float32, c []int32, s float32, scale, bias []float32) {
	c, scale, bias = c[:len(dst)], scale[:len(dst)], bias[:len(dst)]
	for j := range dst {
		dst[j] += float32(c[j])*(s*scale[j]) + bias[j]
	}
}

// expGeneric is e^x for x <= 0, and for x below -87 it is e^-87 (1.6e-38).
// x = n ln 2 + r with |r| <= ln 2 / 2; e^r is its Taylor sum up to r^7, whose
// rest is under 6e-9.
func expGeneric(x float32) float32 {
	const magic = 0x1.8p23
	x = max(x, -87)
	shifted := float32(x*math.Log2E) + magic
	n := shifted - magic
	r := x - n*ln2Hi - n*ln2Lo
	p := float32(1.0 / 5040)
	p = p*r + 1.0/720
	p = p*r + 1.0/120
	p = p*r + 1.0/24
	p = p*r + 1.0/6
	p = p*r + 0.5
	p = p*r + 1
	p = p*r + 1
	return math.Float32frombits(math.Float32bits(p) + math.Float32bits(shifted)<<23)
}

// ln 2 as a float32 with 12 zero bits at its end, and the rest.
const (
	ln2Hi = 0x1.62ep-1
	ln2Lo = 0x1.0bfbe8p-15
)

// geluGeneric is x - |x| h for x >= 0 and |x| h below, where h = erfc(|x|/√2)/2
// after Abramowitz and Stegun, formula 7.1.26 (error of erf at most 1.5e-7).
func geluGeneric(x []float32) {
	for i, v := range x {
		u := math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
		t := 1 / (1 + u*(0.3275911/math.Sqrt2))
		h := float32(1.061405429 / 2)
		h = h*t + -1.453152027/2
		h = h*t + 1.421413741/2
		h = h*t + -0.284496736/2
		h = h*t + 0.254829592/2
		h = h * t * expGeneric(u*u*-0.5)
		x[i] = max(v, 0) - u*h
	}
}

func softmaxGeneric(x []float32) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	var sum float32
	for i, v := range x {
		x[i] = expGeneric(v - top)
		sum += x[i]
	}
	inv := 1 / sum
	for i := range x {
		x[i] *= inv
	}
}

func layerNormGeneric(x, gain, bias []float32, eps float32) {
	gain, bias = gain[:len(x)], bias[:len(x)]
	var sum, square float64
	for _, v := range x {
		sum += float64(v)
	}
	mean := float32(sum / float64(len(x)))
	for _, v := range x {
		square += float64(v-mean) * float64(v-mean)
	}
	inv := rsqrt(square, len(x), eps)
	for i, v := range x {
		x[i] = (v-mean)*inv*gain[i] + bias[i]
	}
}

// rsqrt is 1 over the standard deviation of n values whose squared distances
// from their mean add up to square.
func rsqrt(square float64, n int, eps float32) float32 {
	return float32(1 / math.Sqrt(square/float64(n)+float64(eps)))
}
