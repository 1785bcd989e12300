package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// heads is an input of ScanHeads.
type heads struct {
	q           [HeadDims]int8
	codes       [][HeadDims]int8
	packed      []uint8
	scale, rest []float32
}

// randomHeads returns n heads at unaligned addresses; with extreme, all codes
// are 127 or -127, so that 16-bit sums are as large as they get.
func randomHeads(r *rand.Rand, n int, extreme bool) *heads {
	code := func() int8 {
		if extreme {
			return [2]int8{127, -127}[r.IntN(2)]
		}
		return int8(r.IntN(255) - 127)
	}
	h := &heads{
		codes:  make([][HeadDims]int8, n),
		packed: make([]uint8, n*HeadDims+1)[1:],
		scale:  make([]float32, n+1)[1:],
		rest:   make([]float32, n+1)[1:],
	}
	for d := range h.q {
		h.q[d] = code()
	}
	for i := range h.codes {
		for d := range h.codes[i] {
			h.codes[i][d] = code()
		}
		switch {
		case extreme && i%3 == 0:
			h.codes[i] = h.q
		case extreme && i%3 == 1:
			for d, c := range h.q {
				h.codes[i][d] = -c
			}
		}
		PutHead(h.packed, i, &h.codes[i])
		h.scale[i], h.rest[i] = r.Float32()*.01, r.Float32()
	}
	return h
}

// bounds is what ScanHeads compares with its limit, from the definition.
func (h *heads) bounds(add int32, weight float32) []float32 {
	all := make([]float32, len(h.codes))
	for i, codes := range h.codes {
		dot := add
		for d, c := range codes {
			dot += int32(c) * int32(h.q[d])
		}
		a, b := float32(float32(dot)*h.scale[i]), float32(weight*h.rest[i])
		all[i] = a + b
	}
	return all
}

func TestScanHeadsEqualsItsDefinition(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(21)
		for trial, n := range []int{0, 64, 128, 192, 1024, 64 * (scanWords + 2), 1024, 128} {
			h := randomHeads(r, n, trial%2 == 1)
			add, weight := int32(r.IntN(1<<15)-1<<14), r.Float32()*300
			bounds := h.bounds(add, weight)
			inf := float32(math.Inf(1))
			limits := []float32{-inf, inf, float32(math.NaN()), 0}
			if n > 0 {
				sorted := slices.Sorted(slices.Values(bounds))
				limits = append(limits, sorted[0], sorted[n/2], sorted[n-1], math.Nextafter32(sorted[n/2], inf))
			}
			for _, limit := range limits {
				mask := make([]uint64, n/64)
				for i := range mask {
					mask[i] = r.Uint64() // what stood there must not matter
				}
				ScanHeads(mask, &h.q, h.packed, h.scale, h.rest, add, weight, limit)
				for i, b := range bounds {
					if got := mask[i/64]>>(i%64)&1 == 1; got != (b >= limit) {
						t.Fatalf("n=%d entry %d: bit %v for bound %v and limit %v", n, i, got, b, limit)
					}
				}
			}
		}
	})
}

func TestCopyHeadMovesOneHead(t *testing.T) {
	r := rng(22)
	a, b := randomHeads(r, 64, false), randomHeads(r, 64, false)
	for range 200 {
		i, j := r.IntN(64), r.IntN(64)
		CopyHead(b.packed, i, a.packed, j)
		b.codes[i] = a.codes[j]
	}
	want := make([]uint8, len(b.packed))
	for i := range b.codes {
		PutHead(want, i, &b.codes[i])
	}
	if !slices.Equal(b.packed, want) {
		t.Error("copied heads are not where PutHead would have put them")
	}
}

func TestScanHeadsRefusesDifferentLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	ScanHeads(make([]uint64, 1), new([HeadDims]int8), make([]uint8, 4095), make([]float32, 64), make([]float32, 64), 0, 1, 0)
}

func TestCodesI8(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(23)
		for _, n := range lengths() {
			for off := range 3 {
				x, got := make([]float32, n+off)[off:], make([]int8, n+off)[off:]
				for i := range x {
					x[i] = float32(r.NormFloat64())
					if off == 2 { // halves of a step
						x[i] = float32(r.IntN(255)-127) / 254
					}
				}
				var top float32
				for _, v := range x {
					top = max(top, v, -v)
				}
				if got := MaxAbs(x); got != top {
					t.Fatalf("n=%d off=%d: MaxAbs is %v, expected %v", n, off, got, top)
				}
				scale := MaxAbs(x) / 127
				if n == 0 || scale == 0 {
					scale = 1
				}
				sum := float64(CodesI8(got, x, scale))
				want := make([]int8, n)
				codesI8Generic(want, x, scale, 1/scale)
				if !slices.Equal(got, want) {
					t.Fatalf("n=%d off=%d: codes differ from the generic ones", n, off)
				}
				var exact, slip float64 // |e| and |the errors of e|, squared
				for i, c := range got {
					e := float64(x[i]) - float64(scale)*float64(c)
					d := 0x1p-24 * (float64(scale)*math.Abs(float64(c)) + math.Abs(float64(x[i])))
					exact, slip = exact+e*e, slip+d*d
					if math.Abs(e) > float64(scale)*.5001 {
						t.Fatalf("n=%d off=%d: %v has code %d at scale %v", n, off, x[i], c, scale)
					}
				}
				low, high := math.Sqrt(exact)-math.Sqrt(slip), math.Sqrt(exact)+math.Sqrt(slip)
				g := float64(n+1) * 0x1p-24
				if low = max(low, 0); sum < low*low*(1-g) || sum > high*high*(1+g) {
					t.Fatalf("n=%d off=%d: sum %g, exactly %g", n, off, sum, exact)
				}
			}
		}
	})
}

// The benchmarks read as much memory as 1,000 entries, which stay in the
// first two levels of cache, and as 100,000, which do not.
func BenchmarkScanHeads(b *testing.B) {
	for _, name := range Kernels() {
		restore, _ := Force(name)
		for _, words := range []int{16, 1563} {
			h := randomHeads(rng(24), 64*words, false)
			mask := make([]uint64, words)
			b.Run("n="+map[int]string{16: "1024", 1563: "100032"}[words]+"/"+name, func(b *testing.B) {
				for b.Loop() {
					ScanHeads(mask, &h.q, h.packed, h.scale, h.rest, 100, 1, 1e9)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(64*words), "ns/entry")
			})
		}
		restore()
	}
}

func BenchmarkCodesI8(b *testing.B) {
	for _, name := range Kernels() {
		restore, _ := Force(name)
		x, dst := normal(25, 384, 1), make([]int8, 384)
		scale := MaxAbs(x) / 127
		b.Run("n=384/"+name, func(b *testing.B) {
			for b.Loop() {
				CodesI8(dst, x, scale)
			}
		})
		restore()
	}
}
