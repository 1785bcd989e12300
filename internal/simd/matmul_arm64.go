//go:build arm64 && !purego

package simd

// maxK keeps one assembly call under 50 us: the tile of the older CPUs takes
// some 24 instructions for 4 inputs.
const maxK = 1 << 13

// The kernels multiply signed bytes: activations less 128.
const signed = 128

func matMulI8(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	switch {
	case k > maxK || active == generic:
		matMulI8Generic(c, a, zero, w, offset, m, n, k)
	case active == neondot:
		startSums(c, zero, signed, offset)
		matMulI8SDOT(c, a, w, m, n, k)
	default:
		startSums(c, zero, signed, offset)
		matMulI8NEON(c, a, w, m, n, k)
	}
}

func matMulI8SDOT(c []int32, a []uint8, w []int8, m, n, k int) {
	for j := 0; j < n; j += BlockCols {
		i := 0
		for ; i+4 <= m; i += 4 {
			tileSDOT(&c[i*n+j], &a[i*k], &w[j*k], k, n)
		}
		for ; i < m; i++ {
			rowSDOT(&c[i*n+j], &a[i*k], &w[j*k], k)
		}
	}
}

func matMulI8NEON(c []int32, a []uint8, w []int8, m, n, k int) {
	for j := 0; j < n; j += BlockCols {
		i := 0
		for ; i+2 <= m; i += 2 {
			tileNEON(&c[i*n+j], &a[i*k], &w[j*k], k, n)
		}
		if i < m {
			rowNEON(&c[i*n+j], &a[i*k], &w[j*k], k)
		}
	}
}

// matMulF32 gives 16 columns at a time to assembly and the rest to Go.
func matMulF32(c []float32, ldc int, a []float32, lda, next int, b []float32, ldb int, m, n, k int) {
	n16 := n &^ 15
	if active == generic || k == 0 || k > maxK {
		n16 = 0
	}
	for j := 0; j < n16; j += 16 {
		i := 0
		for ; i+4 <= m; i += 4 {
			tileF32x4NEON(&c[i*ldc+j], ldc, &a[i*lda], lda, next, &b[j], ldb, k)
		}
		for ; i < m; i++ {
			tileF32x1NEON(&c[i*ldc+j], &a[i*lda], next, &b[j], ldb, k)
		}
	}
	if n16 < n {
		var rest []float32
		if k > 0 {
			rest = b[n16:]
		}
		matMulF32Generic(c[n16:], ldc, a, lda, next, rest, ldb, m, n-n16, k)
	}
}

// tileSDOT adds the products of 4 rows by 16 columns to c, which has a stride
// of n.
//
//go:noescape
func tileSDOT(c *int32, a *uint8, w *int8, k, n int)

// rowSDOT adds the products of 1 row by 16 columns to c.
//
//go:noescape
func rowSDOT(c *int32, a *uint8, w *int8, k int)

// tileNEON adds the products of 2 rows by 16 columns to c, which has a stride
// of n.
//
//go:noescape
func tileNEON(c *int32, a *uint8, w *int8, k, n int)

// rowNEON adds the products of 1 row by 16 columns to c.
//
//go:noescape
func rowNEON(c *int32, a *uint8, w *int8, k int)

// tileF32x4NEON computes 4 rows by 16 columns of a float32 product of an
// a whose inputs lie next apart.
//
//go:noescape
func tileF32x4NEON(c *float32, ldc int, a *float32, lda, next int, b *float32, ldb, k int)

// tileF32x1NEON computes 1 row by 16 columns of the same.
//
//go:noescape
func tileF32x1NEON(c, a *float32, next int, b *float32, ldb, k int)
