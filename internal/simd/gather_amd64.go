//go:build amd64 && !purego

package simd

// gatherBytes is how much one assembly call reads: 64 KiB take at most 15 us
// when every row comes from memory.
const gatherBytes = 1 << 16

func dotI8Rows(dst []int32, q []int8, chunks [][]int8, shift uint8, rows []uint32) {
	dim := len(q)
	if !gathers(dim) {
		dotI8RowsEach(dst, q, chunks, shift, rows)
		return
	}
	most := max(gatherBytes/dim, 1)
	for len(rows) > 0 {
		n := min(len(rows), most)
		switch active {
		case avx512vnni:
			dotI8RowsVNNI(&dst[0], &q[0], dim, &chunks[0], uint64(shift), &rows[0], n)
		case avxvnni:
			dotI8RowsAVXVNNI(&dst[0], &q[0], dim, &chunks[0], uint64(shift), &rows[0], n)
		case vnni256:
			dotI8RowsVNNI256(&dst[0], &q[0], dim, &chunks[0], uint64(shift), &rows[0], n)
		}
		dst, rows = dst[n:], rows[n:]
	}
}

// gathers says whether there is assembly for rows of dim bytes.
func gathers(dim int) bool {
	switch active {
	case avx512vnni:
		return dim > 0 && dim <= step
	case avxvnni, vnni256:
		return dim > 0 && dim <= step && dim%32 == 0
	}
	return false
}

// dotI8RowsVNNI takes n rows of dim bytes, both at least 1. It multiplies
// unsigned by signed bytes: row+128 by q, and takes off 128*sum(q).
//
//go:noescape
func dotI8RowsVNNI(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)

// dotI8RowsAVXVNNI is dotI8RowsVNNI on 256 bits. dim is a multiple of 32.
//
//go:noescape
func dotI8RowsAVXVNNI(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)

//go:noescape
func dotI8RowsVNNI256(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
