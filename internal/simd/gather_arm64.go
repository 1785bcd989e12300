//go:build arm64 && !purego

package simd

// gatherBytes is how much one assembly call reads: 16 KiB take at most 15 us
// when every row comes from memory and the CPU is a small one.
const gatherBytes = 1 << 14

func dotI8Rows(dst []int32, q []int8, chunks [][]int8, shift uint8, rows []uint32) {
	dim := len(q)
	if active == generic || dim == 0 || dim%16 != 0 || dim > step {
		dotI8RowsEach(dst, q, chunks, shift, rows)
		return
	}
	most := max(gatherBytes/dim, 1)
	for len(rows) > 0 {
		n := min(len(rows), most)
		if active == neondot {
			dotI8RowsSDOT(&dst[0], &q[0], dim, &chunks[0], uint64(shift), &rows[0], n)
		} else {
			dotI8RowsNEON(&dst[0], &q[0], dim, &chunks[0], uint64(shift), &rows[0], n)
		}
		dst, rows = dst[n:], rows[n:]
	}
}

// dotI8RowsSDOT takes n rows of dim bytes, both at least 1, dim a multiple of
// 16.
//
//go:noescape
func dotI8RowsSDOT(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)

//go:noescape
func dotI8RowsNEON(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
