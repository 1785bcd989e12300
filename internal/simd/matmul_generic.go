package simd

// chunk is how many inputs the portable kernel unpacks at a time: 8 column
// pairs of them are 16 KiB and stay in the first-level cache.
const chunk = 256

// matMulI8Generic computes two columns with one 64-bit multiplication: the
// weights of two columns stand in one word, x + y<<32, and so do the two sums.
// The lower sum fits an int32 and its sign is taken back from the upper one
// at the end. A block is unpacked into such pairs once for all rows.
func matMulI8Generic(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	startSums(c, zero, 0, offset)
	var pairs [chunk * BlockCols / 2]int64
	for j := 0; j < n; j += BlockCols {
		for l := 0; l < k; l += chunk {
			size := min(chunk, k-l)
			unpackPairs(&pairs, w[j*k+l*BlockCols:][:size*BlockCols])
			for i := range m {
				rowTimesPairs(c[i*n+j:][:BlockCols], a[i*k+l:][:size], &pairs)
			}
		}
	}
}

// unpackPairs turns groups of a block into rows of 8 pairs, one row an input.
func unpackPairs(pairs *[chunk * BlockCols / 2]int64, w []int8) {
	for g := 0; g+groupBytes <= len(w); g += groupBytes {
		group := (*[groupBytes]int8)(w[g:])
		row := (*[groupBytes / 2]int64)(pairs[g/2:])
		for p := range BlockCols / 2 {
			x, y := group[8*p:][:4], group[8*p+4:][:4]
			row[p] = int64(x[0]) + int64(y[0])<<32
			row[p+8] = int64(x[1]) + int64(y[1])<<32
			row[p+16] = int64(x[2]) + int64(y[2])<<32
			row[p+24] = int64(x[3]) + int64(y[3])<<32
		}
	}
}

// rowTimesPairs adds one row's products with a block to 16 sums.
func rowTimesPairs(c []int32, a []uint8, pairs *[chunk * BlockCols / 2]int64) {
	var s0, s1, s2, s3, s4, s5, s6, s7 int64
	p := pairs[:len(a)*8]
	for _, x := range a {
		if len(p) < 8 {
			break
		}
		v := int64(x)
		s0 += v * p[0]
		s1 += v * p[1]
		s2 += v * p[2]
		s3 += v * p[3]
		s4 += v * p[4]
		s5 += v * p[5]
		s6 += v * p[6]
		s7 += v * p[7]
		p = p[8:]
	}
	for i, s := range [8]int64{s0, s1, s2, s3, s4, s5, s6, s7} {
		low := int32(s)
		c[2*i] += low
		c[2*i+1] += int32((s - int64(low)) >> 32)
	}
}

// matMulF32Generic takes an a whose inputs lie next apart.
func matMulF32Generic(c []float32, ldc int, a []float32, lda, next int, b []float32, ldb int, m, n, k int) {
	for i := range m {
		row := c[i*ldc:][:n]
		clear(row)
		for l := range k {
			x := a[i*lda+l*next]
			for j, y := range b[l*ldb:][:n] {
				row[j] += x * y
			}
		}
	}
}
