package simd

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// attentionByDefinition is Head in float64.
func attentionByDefinition(q, k, v []float32, ld, queries, n, dim int) []float64 {
	out := make([]float64, queries*dim)
	for i := range queries {
		p, top := make([]float64, n), math.Inf(-1)
		for j := range p {
			for d := range dim {
				p[j] += float64(q[i*ld+d]) * float64(k[j*ld+d])
			}
			top = max(top, p[j])
		}
		var sum float64
		for j := range p {
			p[j] = math.Exp(p[j] - top)
			sum += p[j]
		}
		for j := range p {
			for d := range dim {
				out[i*dim+d] += p[j] / sum * float64(v[j*ld+d])
			}
		}
	}
	return out
}

func TestAttentionIsNearItsDefinition(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		var a Attention // one for all, as an encoder has it
		for _, c := range [][3]int{
			{1, 1, 32}, {2, 2, 32}, {16, 16, 32}, {17, 17, 64}, {5, 90, 16}, {33, 33, 13}, {128, 128, 32},
			{3, 256, 32}, {256, 256, 32}, {20, 257, 32}, {16, 40, 128}, {9, 9, 272}, {7, 7, 24}, {1, 200, 48},
		} {
			for _, spread := range []float64{.3, 1, 2} { // from nearly flat to nearly one key
				queries, n, dim := c[0], c[1], c[2]
				ld, ldd := dim+5, dim+3
				rows := (max(queries, n) + 15) &^ 15
				sigma := math.Sqrt(spread * 4 / math.Sqrt(float64(dim)))
				q, k, v := normal(1, rows*ld, sigma), normal(2, rows*ld, sigma), normal(3, rows*ld, 1)
				for i := range rows { // rows of different size, and one of zeros
					for d := range dim {
						v[i*ld+d] *= float32(i%7) / 3
					}
				}
				for i := queries * ld; i < len(q); i++ {
					q[i] = float32(math.NaN()) // may not matter
				}
				var top float32
				for _, x := range v {
					top = max(top, x, -x)
				}
				dst := slices.Repeat([]float32{9}, queries*ldd)
				a.Head(dst, ldd, q, k, v, ld, queries, n, dim)
				want, sum := attentionByDefinition(q, k, v, ld, queries, n, dim), 0.0
				for i := range queries {
					for d := range dim {
						e := math.Abs(float64(dst[i*ldd+d]) - want[i*dim+d])
						if sum += e; !(e <= float64(top)/512) {
							t.Fatalf("%v, spread %g, query %d, dimension %d: %g, want %g", c, spread, i, d, dst[i*ldd+d], want[i*dim+d])
						}
					}
					if slices.Max(dst[i*ldd+dim:(i+1)*ldd]) != 9 || slices.Min(dst[i*ldd+dim:(i+1)*ldd]) != 9 {
						t.Fatalf("%v: wrote past row %d", c, i)
					}
				}
				if mean := sum / float64(queries*dim); mean > float64(top)*float64(n+64)*0x1p-20 {
					t.Errorf("%v, spread %g: %g from the definition in the mean, %g of the largest value", c, spread, mean, mean/float64(top))
				}
			}
		}
	})
}

// The largest sums that codes can make, of either sign, and scores whose
// exponentials are beyond a float32.
func TestAttentionOfExtremes(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		var a Attention
		for _, dim := range []int{16, 32, 256} {
			for _, best := range []int{0, 1, 62} {
				const n = 63
				q, k, v := slices.Repeat([]float32{4}, 16*dim), slices.Repeat([]float32{-4}, n*dim), slices.Repeat([]float32{-3}, n*dim)
				for d := range dim {
					k[best*dim+d], v[best*dim+d] = 4, 3
				}
				dst := make([]float32, 16*dim)
				a.Head(dst, dim, q, k, v, dim, 16, n, dim)
				for _, x := range dst {
					if !(math.Abs(float64(x-3)) <= .01) {
						t.Fatalf("dim=%d, the best key is %d: %g, want 3", dim, best, x)
					}
				}
			}
		}
		for _, n := range []int{1, 64, 255, 256} {
			for _, dim := range []int{16, 32, 256} {
				for _, sign := range []float32{1, -1} {
					q, k, v := slices.Repeat([]float32{.25}, 16*dim), slices.Repeat([]float32{.25 * sign}, n*dim), slices.Repeat([]float32{sign * 3}, n*dim)
					dst := make([]float32, 16*dim)
					a.Head(dst, dim, q, k, v, dim, 16, n, dim)
					for _, x := range dst {
						if math.Abs(float64(x-sign*3)) > .01 {
							t.Fatalf("n=%d, dim=%d: %g, want %g", n, dim, x, sign*3)
						}
					}
				}
			}
		}
		// All zeros: every value counts the same.
		dst := []float32{9, 9, 9}
		v := slices.Repeat([]float32{0}, 4*16)
		v[0], v[16], v[32] = 3, 6, 9
		big := make([]float32, 16)
		a.Head(big, 16, make([]float32, 16*16), make([]float32, 3*16), v, 16, 1, 3, 16)
		if copy(dst, big); math.Abs(float64(dst[0])-6) > .01 || dst[1] != 0 || dst[2] != 0 {
			t.Errorf("of equal scores: %v, want 6 0 0", dst)
		}
	})
}

// A query's result must be the same alone and in a block, or texts would
// differ in batches.
func TestAttentionOfAQueryDoesNotDependOnOthers(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		var a Attention
		const queries, n, dim = 48, 37, 32
		q, k, v := normal(1, (queries+16)*dim, .6), normal(2, n*dim, .6), normal(3, n*dim, 1)
		all, one := make([]float32, queries*dim), make([]float32, dim)
		a.Head(all, dim, q, k, v, dim, queries, n, dim)
		for i := range queries {
			a.Head(one, dim, q[i*dim:], k, v, dim, 1, n, dim)
			if !slices.Equal(one, all[i*dim:][:dim]) {
				t.Fatalf("query %d differs alone", i)
			}
		}
	})
}

func TestAttentionRefusesShortSlices(t *testing.T) {
	x := make([]float32, 16*16)
	for name, f := range map[string]func(a *Attention){
		"dst":     func(a *Attention) { a.Head(x[:31], 16, x, x, x, 16, 2, 2, 16) },
		"queries": func(a *Attention) { a.Head(x, 16, x[1:], x, x, 16, 2, 2, 16) },
		"keys":    func(a *Attention) { a.Head(x, 16, x, x[:31], x, 16, 2, 2, 16) },
		"values":  func(a *Attention) { a.Head(x, 16, x, x, x[:31], 16, 2, 2, 16) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f(new(Attention))
		})
	}
}

func BenchmarkAttention(b *testing.B) {
	for _, name := range Kernels() {
		for _, n := range []int{16, 32, 128, 256} {
			b.Run(fmt.Sprintf("n=%d/%s", n, name), func(b *testing.B) {
				restore, _ := Force(name)
				defer restore()
				const dim, ld = 32, 1152
				var a Attention
				x, dst := normal(1, (n+16)*ld, .5), make([]float32, n*dim)
				for b.Loop() {
					a.Head(dst, dim, x, x[384:], x[768:], ld, n, n, dim)
				}
			})
		}
	}
}
