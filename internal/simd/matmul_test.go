package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// product is a random int8 matrix product with its result by definition.
type product struct {
	m, n, k int
	a, zero []uint8
	w       []int8
	offset  []int32
	want    []int32
}

// newProduct draws activations in 0..255 and weights in -127..127, or with edge
// only the ends of both.
func newProduct(r *rand.Rand, m, n, k int, edge bool) product {
	draw := func(low, high int) int {
		if edge {
			return [2]int{low, high}[r.IntN(2)]
		}
		return low + r.IntN(high-low+1)
	}
	w := make([]int8, n*k)
	p := product{m: m, n: n, k: k, a: make([]uint8, m*k), zero: make([]uint8, m), want: make([]int32, m*n)}
	for i := range p.a {
		p.a[i] = uint8(draw(0, 255))
	}
	for i := range p.zero {
		p.zero[i] = uint8(draw(0, 255))
	}
	for i := range w {
		w[i] = int8(draw(-127, 127))
	}
	for i := range m {
		for j := range n {
			for l := range k {
				p.want[i*n+j] += (int32(p.a[i*k+l]) - int32(p.zero[i])) * int32(w[j*k+l])
			}
		}
	}
	p.w, p.offset = PackI8(w, n, k)
	return p
}

func TestMatMulI8EqualsDefinition(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(3)
		for _, s := range [][3]int{
			{1, 16, 4}, {2, 16, 8}, {1, 64, 4}, {2, 64, 12}, {3, 64, 252}, {4, 64, 256}, {5, 64, 260},
			{6, 64, 20}, {7, 80, 36}, {8, 112, 384}, {13, 128, 64}, {25, 320, 100}, {3, 64, 1536},
			{0, 64, 64}, {4, 0, 64}, {3, 32, 0},
		} {
			for _, edge := range []bool{false, true} {
				p := newProduct(r, s[0], s[1], s[2], edge)
				for off := range 2 { // both aligned and unaligned slices
					c := make([]int32, len(p.want)+off)[off:]
					a := append(make([]uint8, off), p.a...)[off:]
					w := append(make([]int8, off), p.w...)[off:]
					MatMulI8(c, a, p.zero, w, p.offset, p.m, p.n, p.k)
					if !slices.Equal(c, p.want) {
						t.Fatalf("%v edge=%v off=%d: differs from the definition", s, edge, off)
					}
				}
			}
		}
	})
}

// The sums may not overflow at the longest rows that are promised.
func TestMatMulI8AtItsLargestSums(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, k := range []int{1 << 14, 1 << 16} {
			w := slices.Repeat([]int8{-127}, 16*k)
			packed, offset := PackI8(w, 16, k)
			for _, zero := range []uint8{0, 255} {
				a := slices.Repeat([]uint8{255 - zero}, k)
				c := make([]int32, 16)
				MatMulI8(c, a, []uint8{zero}, packed, offset, 1, 16, k)
				if want := -127 * (255 - 2*int32(zero)) * int32(k); c[0] != want || c[15] != want {
					t.Errorf("k=%d, zero=%d: got %d, want %d", k, zero, c[0], want)
				}
			}
		}
	})
}

func TestMatMulF32WithinBound(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(4)
		for _, s := range [][3]int{{1, 1, 1}, {4, 16, 3}, {5, 32, 17}, {7, 24, 16}, {9, 39, 64}, {2, 16, 0}} {
			m, n, k := s[0], s[1], s[2]
			lda, ldb, ldc := k+3, n+5, n+1
			a, b, c := make([]float32, m*lda), make([]float32, max(k, 1)*ldb), make([]float32, m*ldc)
			for _, x := range [][]float32{a, b, c} {
				for i := range x {
					x[i] = float32(r.NormFloat64())
				}
			}
			MatMulF32(c, ldc, a, lda, b, ldb, m, n, k)
			at, ct := make([]float32, max(k, 1)*(m+2)), make([]float32, len(c))
			for i := range m {
				for l := range k {
					at[l*(m+2)+i] = a[i*lda+l]
				}
			}
			copy(ct, c)
			MatMulF32T(ct, ldc, at, m+2, b, ldb, m, n, k)
			if !slices.Equal(c, ct) {
				t.Fatalf("%v: differs with a transposed", s)
			}
			for i := range m {
				for j := range n {
					var want, size float64
					for l := range k {
						p := float64(a[i*lda+l]) * float64(b[l*ldb+j])
						want, size = want+p, size+math.Abs(p)
					}
					if got := float64(c[i*ldc+j]); math.Abs(got-want) > float64(k+1)*size*0x1p-24 {
						t.Fatalf("%v at %d,%d: got %g, want %g", s, i, j, got, want)
					}
				}
			}
		}
	})
}

func BenchmarkMatMulI8(b *testing.B) {
	for _, s := range [][3]int{{16, 384, 384}, {16, 1536, 384}, {16, 384, 1536}, {6, 1536, 384}} {
		p := newProduct(rng(5), s[0], s[1], s[2], false)
		c := make([]int32, s[0]*s[1])
		for _, name := range Kernels() {
			restore, _ := Force(name)
			b.Run(fmt.Sprintf("m=%d,n=%d,k=%d/%s", s[0], s[1], s[2], name), func(b *testing.B) {
				for b.Loop() {
					MatMulI8(c, p.a, p.zero, p.w, p.offset, p.m, p.n, p.k)
				}
				mac := float64(s[0]*s[1]*s[2]) * float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(mac/1e9, "GMAC/s")
			})
			restore()
		}
	}
}
