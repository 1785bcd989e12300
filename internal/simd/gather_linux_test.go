package simd

import "testing"

func TestDotI8RowsReadsNothingPastItsSlices(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for dim := 1; dim < 200; dim++ {
			for n := 1; n < 7; n++ {
				chunks := guardedOf[[]int8](t, 1)
				chunks[0] = guardedOf[int8](t, 2*dim)
				rows := guardedOf[uint32](t, n)
				rows[n-1] = 1
				DotI8Rows(guardedOf[int32](t, n), guardedOf[int8](t, dim), chunks, 1, rows)
			}
		}
	})
}
