package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// eachKernel runs f once with every kernel that this machine has.
func eachKernel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for _, name := range Kernels() {
		t.Run(name, func(t *testing.T) {
			restore, err := Force(name)
			if err != nil {
				t.Fatal(err)
			}
			defer restore()
			f(t)
		})
	}
}

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// lengths are around every unrolling of every kernel, and past one step.
func lengths() []int {
	var n []int
	for i := range 300 {
		n = append(n, i)
	}
	return append(n, 384, 385, 768, 1535, 1<<14, 1<<14+1, 3<<14+77)
}

func TestDotI8EqualsSum(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(1)
		for _, n := range lengths() {
			for off := range 3 {
				a, b := make([]int8, n+off)[off:], make([]int8, n+off)[off:]
				var want int64
				for i := range a {
					a[i], b[i] = int8(r.IntN(256)-128), int8(r.IntN(256)-128)
					if off == 2 { // the largest products of either sign
						a[i], b[i] = -128, [2]int8{-128, 127}[n%2]
					}
					want += int64(a[i]) * int64(b[i])
				}
				if got := DotI8(a, b); int64(got) != want {
					t.Fatalf("n=%d off=%d: got %d, want %d", n, off, got, want)
				}
			}
		}
	})
}

func TestDotF32WithinBound(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(2)
		for _, n := range lengths() {
			for off := range 3 {
				a, b := make([]float32, n+off)[off:], make([]float32, n+off)[off:]
				var want, size float64
				for i := range a {
					a[i], b[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
					p := float64(a[i]) * float64(b[i])
					want, size = want+p, size+math.Abs(p)
				}
				bound := float64(n) * size * 0x1p-24
				if got := float64(DotF32(a, b)); math.Abs(got-want) > bound {
					t.Fatalf("n=%d off=%d: got %g, want %g, off by more than %g", n, off, got, want, bound)
				}
			}
		}
	})
}

func TestDotRefusesDifferentLengths(t *testing.T) {
	for name, f := range map[string]func(){
		"f32": func() { DotF32(make([]float32, 3), make([]float32, 4)) },
		"i8":  func() { DotI8(make([]int8, 4), make([]int8, 3)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestForceNamesWhatIsPossible(t *testing.T) {
	if _, err := Force("mmx"); err == nil {
		t.Fatal("no error for a kernel that does not exist")
	}
	last := level(len(levelNames) - 1)
	if last == generic {
		return
	}
	if got := choose(levelNames[last], func(l level) bool { return l < last }); got != last-1 {
		t.Errorf("choose above the machine's best: %v", got)
	}
	if got := choose("generic", func(level) bool { return true }); got != generic {
		t.Errorf("choose below the machine's best: %v", got)
	}
	if got := choose(levelNames[last-1], func(l level) bool { return l != last-1 }); got != last {
		t.Errorf("choose what a machine lacks that has better: %v", got)
	}
}

func BenchmarkDot(b *testing.B) {
	for _, name := range Kernels() {
		restore, _ := Force(name)
		x, y := make([]float32, 384), make([]float32, 384)
		p, q := make([]int8, 384), make([]int8, 384)
		b.Run("f32/n=384/"+name, func(b *testing.B) {
			for b.Loop() {
				DotF32(x, y)
			}
		})
		b.Run("i8/n=384/"+name, func(b *testing.B) {
			for b.Loop() {
				DotI8(p, q)
			}
		})
		restore()
	}
}
