package simd

import "math"

// spanGeneric returns the ends of the range that holds x and 0.
func spanGeneric(x []float32) (low, high float32) {
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

func roundU8Generic(dst []uint8, x []float32, inv float32, zero int32) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = uint8(min(roundEven(v*inv)+zero, 255))
	}
}

// roundEven rounds magnitudes up to 2^22 by adding 1.5 * 2^23, where float32s
// lie 1 apart: the low bits of the sum are the integer.
func roundEven(x float32) int32 {
	const magic = 0x1.8p23
	return int32(math.Float32bits(float32(x)+magic)) - 0x4b400000
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

// geluGeneric is x - |x| h for x >= 0 and |x| h below, where h = P(X > |x|) is
// 1/2 - u Q(2u^2/25 - 1) for u = min(|x|, 5). Q is the polynomial of degree 10
// whose largest error in |x| h is least (7.1e-6, by reweighted least squares).
// It is below 0 at u = 5, so that h is 0 from there on.
func geluGeneric(x []float32) {
	for i, v := range x {
		a := math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
		u := min(a, 5)
		t := u*u*(2.0/25) - 1
		q := float32(geluQ10)
		q = q*t + geluQ9
		q = q*t + geluQ8
		q = q*t + geluQ7
		q = q*t + geluQ6
		q = q*t + geluQ5
		q = q*t + geluQ4
		q = q*t + geluQ3
		q = q*t + geluQ2
		q = q*t + geluQ1
		q = q*t + geluQ0
		x[i] = max(v, 0) - a*max(0.5-u*q, 0)
	}
}

// Coefficients of geluGeneric's Q.
const (
	geluQ0  = 0x1.21839cp-3
	geluQ1  = -0x1.1ff37p-4
	geluQ2  = 0x1.a5ca2ep-5
	geluQ3  = -0x1.4a4b76p-5
	geluQ4  = 0x1.040c58p-5
	geluQ5  = -0x1.8cbd78p-6
	geluQ6  = 0x1.fd78bep-7
	geluQ7  = -0x1.10f49cp-7
	geluQ8  = 0x1.cc26dp-8
	geluQ9  = -0x1.9b6e8cp-8
	geluQ10 = 0x1.2a7b6cp-9
)

func softmax16Generic(x []float32) {
	for i := range 16 {
		top := x[i]
		for l := i; l < len(x); l += 16 {
			top = max(top, x[l])
		}
		var sum float32
		for l := i; l < len(x); l += 16 {
			x[l] = expGeneric(x[l] - top)
			sum += x[l]
		}
		inv := 1 / sum
		for l := i; l < len(x); l += 16 {
			x[l] *= inv
		}
	}
}

func transpose16Generic(dst, src []float32, lds, n int) {
	for i := range 16 {
		for l, v := range src[i*lds:][:n] {
			dst[l*16+i] = v
		}
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
