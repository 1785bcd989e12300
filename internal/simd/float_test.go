package simd

import (
	"math"
	"slices"
	"testing"
)

// rowLengths are with and without a rest behind groups of 8.
var rowLengths = []int{1, 3, 7, 8, 9, 16, 39, 40, 312, 384, 385, 1536, 1<<14 + 9}

func normal(seed uint64, n int, sigma float64) []float32 {
	r, x := rng(seed), make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64() * sigma)
	}
	return x
}

func TestQuantizeU8RoundsToTheNearestStep(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range rowLengths {
			x, got := normal(uint64(n), n, 3), make([]uint8, n)
			if n%2 == 0 { // a range with its zero near one end, and at it
				for i := range x {
					x[i] = max(x[i], float32(n%16)/-4)
				}
			}
			scale, zero := QuantizeU8(got, x)
			low, high := min(slices.Min(x), 0), max(slices.Max(x), 0)
			if scale != (high-low)/255 {
				t.Fatalf("n=%d: scale %g, want %g", n, scale, (high-low)/255)
			}
			inv := 255 / (high - low)
			if want := math.RoundToEven(float64(float32(-low * inv))); float64(zero) != want {
				t.Fatalf("n=%d: zero %d, want %g", n, zero, want)
			}
			for i, v := range x {
				want := min(math.RoundToEven(float64(float32(v*inv)))+float64(zero), 255)
				if float64(got[i]) != want {
					t.Fatalf("n=%d: %g became %d, want %g", n, v, got[i], want)
				}
				if e := math.Abs(float64(v) - float64(scale)*(float64(got[i])-float64(zero))); e > float64(scale)*1.01 {
					t.Fatalf("n=%d: %g became %d, %g steps away", n, v, got[i], e/float64(scale))
				}
			}
		}
	})
}

func TestQuantizeU8OfZeros(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, v := range []float32{0, 1e-40} {
			got := slices.Repeat([]uint8{7}, 9)
			if scale, zero := QuantizeU8(got, slices.Repeat([]float32{v}, 9)); scale != 0 || slices.Max(got) != zero || slices.Min(got) != zero {
				t.Errorf("%g: scale %g, zero %d, codes %d, want scale 0 and codes of zero", v, scale, zero, got)
			}
		}
	})
}

// Both ends lie between two steps and round away from each other.
func TestQuantizeU8StopsAtItsLastStep(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for n := 2; n < 40; n++ {
			x, got := slices.Repeat([]float32{253.5}, n), make([]uint8, n)
			x[0] = -1.5
			scale, zero := QuantizeU8(got, x)
			if scale != 1 || zero != 2 || got[0] != 0 || slices.Min(got[1:]) != 255 {
				t.Fatalf("n=%d: scale %g, zero %d, codes %d; want 1, 2, and 255 behind a 0", n, scale, zero, got)
			}
		}
	})
}

func TestDequantI32(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range rowLengths {
			scale, bias, c := normal(1, n, .01), normal(2, n, 1), make([]int32, n)
			for i := range c {
				c[i] = int32(i*7919%100_000 - 50_000)
			}
			got, sum := make([]float32, n), normal(3, n, 1)
			before := slices.Clone(sum)
			DequantI32(got, c, .02, scale, bias)
			AddDequantI32(sum, c, .02, scale, bias)
			for i := range got {
				product := float64(c[i]) * float64(float32(.02)) * float64(scale[i])
				want, size := product+float64(bias[i]), max(math.Abs(product), math.Abs(float64(bias[i])))
				if math.Abs(float64(got[i])-want) > size*0x1p-22 {
					t.Fatalf("n=%d: got %g, want %g", n, got[i], want)
				}
				if want += float64(before[i]); math.Abs(float64(sum[i])-want) > (size+1)*0x1p-21 {
					t.Fatalf("n=%d: added up to %g, want %g", n, sum[i], want)
				}
			}
		}
	})
}

// The reference is the definition with math.Erfc in float64.
func TestGELUWithinBound(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		var x []float32
		for v := float32(-30); v <= 30; v += 0x1p-9 {
			x = append(x, v)
		}
		x = append(x, 0, 1e-30, -1e-30, 1e4, -1e4, 3e18, -3e18, 1e-9)
		got := slices.Clone(x)
		GELU(got)
		var worst float64
		for i, v := range x {
			want := float64(v) * 0.5 * math.Erfc(-float64(v)/math.Sqrt2)
			e := math.Abs(float64(got[i]) - want)
			if e -= math.Abs(want) * 0x1p-24; math.IsNaN(e) || e > worst {
				worst = e
			}
		}
		t.Logf("largest error %.3g", worst)
		if !(worst <= 1e-5) {
			t.Errorf("largest error %g, want at most 1e-5", worst)
		}
	})
}

func TestSoftmax16WithinBound(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range []int{1, 2, 3, 8, 17, 128, 512, 4096, 4097} {
			for _, sigma := range []float64{.1, 4, 40} {
				x := normal(uint64(n), 16*n, sigma)
				if n > 4 {
					x[16*(n-1)+3], x[16*(n/2)+5] = float32(math.Inf(-1)), -1e30
				}
				x[7] = float32(math.NaN()) // of a column that nobody reads
				got := slices.Clone(x)
				Softmax16(got)
				for i := range 16 {
					if i != 7 {
						checkSoftmax(t, x[i:], got[i:])
					}
				}
			}
		}
	})
}

// checkSoftmax holds a column to the definition, in float64.
func checkSoftmax(t *testing.T, x, got []float32) {
	t.Helper()
	top, sum := math.Inf(-1), 0.0
	for l := 0; l < len(x); l += 16 {
		top = max(top, float64(x[l]))
	}
	for l := 0; l < len(x); l += 16 {
		sum += math.Exp(float64(x[l]) - top)
	}
	for l := 0; l < len(x); l += 16 {
		w := math.Exp(float64(x[l])-top) / sum
		if e := math.Abs(float64(got[l]) - w); !(e <= w*1e-5+1e-30) {
			t.Fatalf("%d rows, row %d: got %g, want %g", (len(x)+15)/16, l/16, got[l], w)
		}
	}
}

func TestTranspose16(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range []int{1, 4, 8, 13, 32, 64} {
			lds := n + 3
			src, dst := normal(1, 16*lds, 1), make([]float32, 16*n)
			Transpose16(dst, src, lds, n)
			for i, v := range dst {
				if want := src[i%16*lds+i/16]; v != want {
					t.Fatalf("n=%d: %d is %g, want %g", n, i, v, want)
				}
			}
		}
	})
}

func TestLayerNormWithinBound(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range rowLengths[1:] {
			x, gain, bias := normal(1, n, 2), normal(2, n, 1), normal(3, n, 1)
			for i := range x {
				x[i] += 5 // a mean that is larger than the spread
			}
			var mean, square, top float64
			for _, v := range x {
				mean += float64(v) / float64(n)
			}
			for _, v := range x {
				square += (float64(v) - mean) * (float64(v) - mean)
				top = max(top, math.Abs(float64(v)-mean))
			}
			sd := math.Sqrt(square/float64(n) + 1e-12)
			got := slices.Clone(x)
			LayerNorm(got, gain, bias, 1e-12)
			for i := range got {
				want := (float64(x[i])-mean)/sd*float64(gain[i]) + float64(bias[i])
				bound := 1e-5*math.Abs(float64(gain[i]))*top/sd + 1e-6*math.Abs(want)
				if e := math.Abs(float64(got[i]) - want); !(e <= bound) {
					t.Fatalf("n=%d: got %g, want %g", n, got[i], want)
				}
			}
		}
	})
}

func BenchmarkRow(b *testing.B) {
	x, gain, bias := normal(1, 1536, 1), normal(2, 1536, 1), normal(3, 1536, 1)
	codes, sums := make([]uint8, 1536), make([]int32, 1536)
	for name, f := range map[string]func(){
		"gelu":      func() { GELU(x) },
		"softmax":   func() { Softmax16(x) },
		"layernorm": func() { LayerNorm(x, gain, bias, 1e-12) },
		"quantize":  func() { QuantizeU8(codes, x) },
		"dequant":   func() { DequantI32(x, sums, 1, gain, bias) },
	} {
		for _, kernel := range Kernels() {
			restore, _ := Force(kernel)
			b.Run(name+"/n=1536/"+kernel, func(b *testing.B) {
				for b.Loop() {
					f()
				}
			})
			restore()
		}
	}
}
