package simd

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// guarded returns n bytes that end where an unreadable page begins: one byte
// read too far is a fault.
func guarded(t *testing.T, n int) []byte {
	t.Helper()
	page := unix.Getpagesize()
	size := (n + page - 1) / page * page
	m, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(m) })
	if err := unix.Mprotect(m[size:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	return m[size-n : size : size]
}

// guardedOf is guarded for n elements of type T.
func guardedOf[T any](t *testing.T, n int) []T {
	t.Helper()
	var x T
	b := guarded(t, n*int(unsafe.Sizeof(x)))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

func TestDotReadsNothingPastItsSlices(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for n := range 200 {
			DotI8(guardedOf[int8](t, n), guardedOf[int8](t, n))
			DotF32(guardedOf[float32](t, n), guardedOf[float32](t, n))
		}
	})
}

func TestMatMulReadsNothingPastItsSlices(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for m := 1; m < 14; m++ {
			for _, n := range []int{16, 64, 80} {
				for _, k := range []int{4, 8, 12, 68} {
					MatMulI8(guardedOf[int32](t, m*n), guarded(t, m*k), guarded(t, m), guardedOf[int8](t, n*k),
						guardedOf[int32](t, n), m, n, k)
					MatMulF32(guardedOf[float32](t, m*n), n, guardedOf[float32](t, m*k), k,
						guardedOf[float32](t, k*n), n, m, n, k)
					MatMulF32T(guardedOf[float32](t, m*n), n, guardedOf[float32](t, m*k), m,
						guardedOf[float32](t, k*n), n, m, n, k)
				}
			}
		}
	})
}

func TestRowFunctionsReadNothingPastTheirSlices(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		f := func(n int) []float32 { return guardedOf[float32](t, n) }
		for n := range 65 {
			QuantizeU8(guarded(t, n), append(f(n)[:0], normal(1, n, 1)...))
			DequantI32(f(n), guardedOf[int32](t, n), 1, f(n), f(n))
			AddDequantI32(f(n), guardedOf[int32](t, n), 1, f(n), f(n))
			GELU(f(n))
			Softmax16(f(16 * n))
			Transpose16(f(16*n), f(15*(n+3)+n), n+3, n)
			LayerNorm(f(n), f(n), f(n), 1)
			GELUQuantizeU8(guarded(t, n), f(n), guardedOf[int32](t, n), 1, f(n), f(n))
			if n > 0 {
				AddNormQuantizeU8(guarded(t, n), f(n), guardedOf[int32](t, n), 1, f(n), f(n), f(n), f(n), 1)
			}
		}
	})
}

func TestAttentionReadsNothingPastItsSlices(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, dim := range []int{7, 16, 32} {
			for n := 1; n < 36; n++ {
				rows := (n + 15) &^ 15
				var a Attention
				f := func(n int) []float32 { return guardedOf[float32](t, n) }
				a.Head(f(n*dim), dim, f(rows*dim), f(n*dim), f(n*dim), dim, n, n, dim)
			}
		}
	})
}
