//go:build amd64 && !purego

package simd

// gatherBytes is how much one assembly call reads: 64 KiB take at most 15 us
// when every row comes from memory.
const gatherBytes = 1 << 16

func dotI8Rows(dst []int32, q []int8, chunks [][]int8, shift uint8, rows []uint32) {
	if active != avx512vnni || len(q) == 0 || len(q) > step {
		dotI8RowsEach(dst, q, chunks, shift, rows)
		return
	}
	most := max(gatherBytes/len(q), 1)
	for len(rows) > 0 {
		n := min(len(rows), most)
		dotI8RowsVNNI(&dst[0], &q[0], len(q), &chunks[0], uint64(shift), &rows[0], n)
		dst, rows = dst[n:], rows[n:]
	}
}

// dotI8RowsVNNI takes n rows of dim bytes, both at least 1. It multiplies
// unsigned by signed bytes: row+128 by q, and takes off 128*sum(q).
//
//go:noescape
func dotI8RowsVNNI(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
