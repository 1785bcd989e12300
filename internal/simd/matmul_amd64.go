//go:build amd64 && !purego

package simd

func matMulI8(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	switch {
	case k > maxK || active == generic:
		matMulI8Generic(c, a, zero, w, offset, m, n, k)
	case active == avx512vnni:
		matMulI8VNNI(c, a, zero, w, offset, m, n, k)
	case active == avx2:
		matMulI8AVX2(c, a, zero, w, offset, m, n, k)
	default:
		matMulI8VNNI256(c, a, zero, w, offset, m, n, k)
	}
}

// maxK keeps one assembly call under 50 us: a tile takes at most 6 cycles an
// input, and so does the slower one of AVX2.
const maxK = 1 << 14

// A tile is what one assembly call computes: up to tileRows rows of 4 blocks.
const (
	tileRows = 6
	tileCols = 4 * BlockCols
)

// matMulI8VNNI takes 4 blocks of weights at a time past all rows, in tiles of
// nearly equal height, so that the weights are read from memory once.
func matMulI8VNNI(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	tiles := (m + tileRows - 1) / tileRows
	j := 0
	for ; j+tileCols <= n; j += tileCols {
		i := 0
		for t := range tiles {
			rows := (m - i + tiles - t - 1) / (tiles - t)
			tileVNNI(&c[i*n+j], &a[i*k], &zero[i], &w[j*k], &offset[j], k, n, rows)
			i += rows
		}
	}
	for ; j < n; j += BlockCols {
		for i := range m {
			rowVNNI(&c[i*n+j], &a[i*k], &zero[i], &w[j*k], &offset[j], k)
		}
	}
}

// matMulI8VNNI256 takes one block of weights, which stays in the first-level
// cache, past all rows, in tiles of nearly equal height.
func matMulI8VNNI256(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	tiles := (m + tileRows - 1) / tileRows
	for j := 0; j < n; j += BlockCols {
		i := 0
		for t := range tiles {
			rows := (m - i + tiles - t - 1) / (tiles - t)
			if active == avxvnni {
				tileAVXVNNI(&c[i*n+j], &a[i*k], &zero[i], &w[j*k], &offset[j], k, n, rows)
			} else {
				tileVNNI256(&c[i*n+j], &a[i*k], &zero[i], &w[j*k], &offset[j], k, n, rows)
			}
			i += rows
		}
	}
}

func matMulI8AVX2(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	startSums(c, zero, 0, offset)
	for j := 0; j < n; j += BlockCols {
		i := 0
		for ; i+2 <= m; i += 2 {
			tileAVX2(&c[i*n+j], &a[i*k], &w[j*k], k, n)
		}
		if i < m {
			rowAVX2(&c[i*n+j], &a[i*k], &w[j*k], k)
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
			tileF32x4(&c[i*ldc+j], ldc, &a[i*lda], lda, next, &b[j], ldb, k)
		}
		for ; i < m; i++ {
			tileF32x1(&c[i*ldc+j], &a[i*lda], next, &b[j], ldb, k)
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

// tileVNNI computes rows (1 to 6) by 64 columns. c has a stride of n, a of k.
//
//go:noescape
func tileVNNI(c *int32, a, zero *uint8, w *int8, offset *int32, k, n, rows int)

// tileAVXVNNI computes rows (1 to 6) by 16 columns. c has a stride of n, a of k.
//
//go:noescape
func tileAVXVNNI(c *int32, a, zero *uint8, w *int8, offset *int32, k, n, rows int)

//go:noescape
func tileVNNI256(c *int32, a, zero *uint8, w *int8, offset *int32, k, n, rows int)

// rowVNNI computes 1 row by 16 columns.
//
//go:noescape
func rowVNNI(c *int32, a, zero *uint8, w *int8, offset *int32, k int)

// tileAVX2 adds the products of 2 rows by 16 columns to c.
//
//go:noescape
func tileAVX2(c *int32, a *uint8, w *int8, k, n int)

// rowAVX2 adds the products of 1 row by 16 columns to c.
//
//go:noescape
func rowAVX2(c *int32, a *uint8, w *int8, k int)

// tileF32x4 computes 4 rows by 16 columns of a float32 product of an
// a whose inputs lie next apart.
//
//go:noescape
func tileF32x4(c *float32, ldc int, a *float32, lda, next int, b *float32, ldb, k int)

// tileF32x1 computes 1 row by 16 columns of the same.
//
//go:noescape
func tileF32x1(c, a *float32, next int, b *float32, ldb, k int)
