package simd

import "testing"

func TestScanReadsNothingPastItsSlices(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for words := range 4 {
			n := 64 * words
			q := (*[HeadDims]int8)(guardedOf[int8](t, HeadDims))
			ScanHeads(guardedOf[uint64](t, words), q, guarded(t, n*HeadDims),
				guardedOf[float32](t, n), guardedOf[float32](t, n), 0, 1, 0)
		}
		for n := range 70 {
			x := guardedOf[float32](t, n)
			copy(x, normal(3, n, 1))
			CodesI8(guardedOf[int8](t, n), x, 1)
			MaxAbs(x)
		}
	})
}
