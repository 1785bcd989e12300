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
			scale := QuantizeU8(got, x)
			top := max(slices.Max(x), -slices.Min(x))
			if scale != top/127 {
				t.Fatalf("n=%d: scale %g, want %g", n, scale, top/127)
			}
			for i, v := range x {
				if want := math.RoundToEven(float64(float32(v * (127 / top)))); int(got[i])-128 != int(want) {
					t.Fatalf("n=%d: %g became %d, want %g", n, v, int(got[i])-128, want)
				}
			}
		}
	})
}

func TestQuantizeU8OfZeros(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, v := range []float32{0, 1e-40} {
			got := make([]uint8, 9)
			if scale := QuantizeU8(got, slices.Repeat([]float32{v}, 9)); scale != 0 || slices.Max(got) != 128 || slices.Min(got) != 128 {
				t.Errorf("%g: scale %g, codes %d, want scale 0 and codes of 128", v, scale, got)
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
		var worst, worst4 float64
		for i, v := range x {
			want := float64(v) * 0.5 * math.Erfc(-float64(v)/math.Sqrt2)
			e := math.Abs(float64(got[i]) - want)
			if math.Abs(float64(v)) <= 4 {
				worst4 = max(worst4, e)
			}
			if e -= math.Abs(want) * 0x1p-24; math.IsNaN(e) || e > worst {
				worst = e
			}
		}
		t.Logf("largest error %.3g, %.3g up to 4", worst, worst4)
		if !(worst <= 1e-6) || !(worst4 <= 4e-7) {
			t.Errorf("largest error %g, %g for magnitudes up to 4; want at most 1e-6 and 4e-7", worst, worst4)
		}
	})
}

func TestSoftmaxWithinBound(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, n := range rowLengths[:len(rowLengths)-1] {
			for _, sigma := range []float64{.1, 4, 40} {
				x := normal(uint64(n), n, sigma)
				if n > 4 {
					x[n-1], x[n/2] = float32(math.Inf(-1)), -1e30
				}
				want, sum, top := make([]float64, n), 0.0, float64(slices.Max(x))
				for i, v := range x {
					want[i] = math.Exp(float64(v) - top)
					sum += want[i]
				}
				Softmax(x)
				for i, v := range x {
					w := want[i] / sum
					if e := math.Abs(float64(v) - w); !(e <= w*1e-5+1e-30) {
						t.Fatalf("n=%d sigma=%g: got %g, want %g", n, sigma, v, w)
					}
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
		"softmax":   func() { Softmax(x) },
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
