package simd

import (
	"slices"
	"testing"
)

// chunked lays rows of dim random bytes out in chunks of 1<<shift rows.
func chunked(rows, dim int, shift uint8) [][]int8 {
	r := rng(3)
	var chunks [][]int8
	for range (rows + 1<<shift - 1) >> shift {
		chunk := make([]int8, dim<<shift)
		for i := range chunk {
			chunk[i] = int8(r.IntN(256) - 128)
		}
		chunks = append(chunks, chunk)
	}
	return chunks
}

func TestDotI8RowsEqualsDotI8(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		r := rng(4)
		const rows, shift = 40, 3
		for _, dim := range []int{1, 2, 3, 15, 63, 64, 65, 127, 128, 129, 191, 192, 384, 385, 1000, 1 << 14, 1<<14 + 1} {
			chunks := chunked(rows, dim, shift)
			q := chunked(1, dim, 0)[0]
			for n := range 12 {
				at, got := make([]uint32, n), make([]int32, n+1)
				for i := range at {
					at[i] = uint32(r.IntN(rows))
				}
				got[n] = 7
				DotI8Rows(got, q, chunks, shift, at)
				for i, row := range at {
					begin := int(row%(1<<shift)) * dim
					if want := DotI8(q, chunks[row>>shift][begin:begin+dim]); got[i] != want {
						t.Fatalf("dim %d, row %d, number %d of %d: %d, want %d", dim, row, i, n, got[i], want)
					}
				}
				if got[n] != 7 {
					t.Fatalf("dim %d, %d rows: wrote past the last", dim, n)
				}
			}
		}
	})
}

// The largest products of either sign, in sums that need 64 bits on the way.
func TestDotI8RowsOfExtremes(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, x := range []int8{-128, -127, 127} {
			for _, y := range []int8{-128, 127} {
				for _, dim := range []int{16, 32, 1 << 13, 1 << 14} {
					q, row := slices.Repeat([]int8{x}, dim), slices.Repeat([]int8{y}, dim)
					got := []int32{0}
					DotI8Rows(got, q, [][]int8{row}, 0, []uint32{0})
					if want := int32(x) * int32(y) * int32(dim); got[0] != want {
						t.Errorf("%d times %d * %d: %d, want %d", dim, x, y, got[0], want)
					}
				}
			}
		}
	})
}

func TestDotI8RowsPanicsOnWhatIsNotThere(t *testing.T) {
	q, chunks := make([]int8, 5), [][]int8{make([]int8, 10), make([]int8, 9)}
	for name, f := range map[string]func(){
		"a row beyond the last chunk":    func() { DotI8Rows(make([]int32, 1), q, chunks, 1, []uint32{4}) },
		"a row beyond a short chunk":     func() { DotI8Rows(make([]int32, 1), q, chunks, 1, []uint32{3}) },
		"a dst shorter than the rows":    func() { DotI8Rows(make([]int32, 1), q, chunks, 1, []uint32{0, 1}) },
		"no chunk at all, but one row":   func() { DotI8Rows(make([]int32, 1), q, nil, 1, []uint32{0}) },
		"a row of the largest number":    func() { DotI8Rows(make([]int32, 1), q, chunks, 1, []uint32{1<<32 - 1}) },
		"one good row before a bad one":  func() { DotI8Rows(make([]int32, 2), q, chunks, 1, []uint32{0, 9}) },
		"a longer q than its chunk rows": func() { DotI8Rows(make([]int32, 1), make([]int8, 11), chunks, 0, []uint32{0}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func BenchmarkDotI8Rows(b *testing.B) {
	const dim, shift = 384, 12
	for _, rows := range []int{1 << shift, 1 << 19} {
		chunks := chunked(rows, dim, shift)
		q, r := chunks[0][:dim], rng(5)
		at, dst := make([]uint32, 32), make([]int32, 32)
		for _, name := range Kernels() {
			b.Run(name+map[bool]string{true: "/memory", false: "/cache"}[rows > 1<<shift], func(b *testing.B) {
				restore, _ := Force(name)
				defer restore()
				for b.Loop() {
					for i := range at {
						at[i] = uint32(r.IntN(rows))
					}
					DotI8Rows(dst, q, chunks, shift, at)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/32, "ns/row")
			})
		}
	}
}
