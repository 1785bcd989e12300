package simd

// DotI8Rows sets dst[i] to the dot product of q and row rows[i]. Rows have the
// length of q and lie one after the other in chunks of 1<<shift rows: row r
// begins at (r & (1<<shift - 1)) * len(q) of chunks[r>>shift]. It fetches the
// rows to come while it works on one, so that rows scattered over memory cost
// its bandwidth rather than its latency. len(q) is at most 131,071.
//
// It panics when dst is shorter than rows or a row is not in chunks.
func DotI8Rows(dst []int32, q []int8, chunks [][]int8, shift uint8, rows []uint32) {
	dst = dst[:len(rows)]
	dim, mask := len(q), uint32(1)<<shift-1
	for _, r := range rows {
		if chunk := chunks[r>>shift]; (int(r&mask)+1)*dim > len(chunk) {
			panic("simd: DotI8Rows of a row beyond its chunk")
		}
	}
	dotI8Rows(dst, q, chunks, shift, rows)
}

// dotI8RowsEach takes one row at a time.
func dotI8RowsEach(dst []int32, q []int8, chunks [][]int8, shift uint8, rows []uint32) {
	dim, mask := len(q), uint32(1)<<shift-1
	for i, r := range rows {
		at := int(r&mask) * dim
		dst[i] = dotI8(q, chunks[r>>shift][at:at+dim])
	}
}
