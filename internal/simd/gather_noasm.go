//go:build (!amd64 && !arm64) || purego

package simd

func dotI8Rows(dst []int32, q []int8, chunks [][]int8, shift uint8, rows []uint32) {
	dotI8RowsEach(dst, q, chunks, shift, rows)
}
