//go:build (!amd64 && !arm64) || purego

package simd

func matMulI8(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	matMulI8Generic(c, a, zero, w, offset, m, n, k)
}

func matMulF32(c []float32, ldc int, a []float32, lda, next int, b []float32, ldb int, m, n, k int) {
	matMulF32Generic(c, ldc, a, lda, next, b, ldb, m, n, k)
}
