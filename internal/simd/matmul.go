package simd

import "fmt"

// Sizes of the packed weight layout: see [PackI8].
const (
	BlockCols  = 16 // output columns of a block
	GroupSize  = 4  // inputs of a group
	groupBytes = BlockCols * GroupSize
)

// PackI8 brings the int8 weights of a linear layer, n rows (outputs) of k
// inputs each, into the layout of [MatMulI8]: blocks of 16 outputs; in a block
// groups of 4 inputs; in a group (64 bytes) output after output, its 4 inputs
// side by side. n must be a multiple of 16 and k one of 4.
//
// offset[j] is -128 times the sum of output j's weights. MatMulI8 starts its
// sums at offset[j]/128 times the zero of a row, which takes back the zero
// that is added to every activation. The weights must be in -127..127.
func PackI8(w []int8, n, k int) (packed []int8, offset []int32) {
	checkShape(n, k)
	if len(w) != n*k {
		panic(fmt.Sprintf("simd: PackI8 of %d weights, want %d x %d", len(w), n, k))
	}
	packed, offset = make([]int8, n*k), make([]int32, n)
	for j := range n {
		block := packed[j/BlockCols*BlockCols*k:]
		for i, x := range w[j*k:][:k] {
			block[i/GroupSize*groupBytes+j%BlockCols*GroupSize+i%GroupSize] = x
			offset[j] -= 128 * int32(x)
		}
	}
	return packed, offset
}

// MatMulI8 multiplies m rows of k activations by packed weights:
//
//	c[i*n+j] = sum over l of (a[i*k+l] - zero[i]) * weight[j][l]
//
// a and zero are as [QuantizeU8] makes them; w and offset come from [PackI8].
// It is exact for k up to 65,536, and the same with every kernel.
func MatMulI8(c []int32, a, zero []uint8, w []int8, offset []int32, m, n, k int) {
	checkShape(n, k)
	if m < 0 || len(c) < m*n || len(a) < m*k || len(zero) < m || len(w) < n*k || len(offset) < n {
		panic(fmt.Sprintf("simd: MatMulI8 %d x %d x %d of slices of length c %d, a %d, zero %d, w %d, offset %d",
			m, k, n, len(c), len(a), len(zero), len(w), len(offset)))
	}
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		clear(c[:m*n])
		return
	}
	matMulI8(c[:m*n], a[:m*k], zero[:m], w[:n*k], offset[:n], m, n, k)
}

// startSums sets the sums of all rows to what takes back their zeros. Kernels
// add the products to them, of activations from which they took off less.
func startSums(c []int32, zero []uint8, less int32, offset []int32) {
	n := len(offset)
	for i, z := range zero {
		row := c[i*n:][:n]
		for j, o := range offset {
			row[j] = o / 128 * (int32(z) - less)
		}
	}
}

func checkShape(n, k int) {
	if n < 0 || k < 0 || n%BlockCols != 0 || k%GroupSize != 0 {
		panic(fmt.Sprintf("simd: %d outputs of %d inputs, want multiples of %d and %d",
			n, k, BlockCols, GroupSize))
	}
}

// MatMulF32 multiplies small float32 matrices whose rows may lie apart:
//
//	c[i*ldc+j] = sum over l of a[i*lda+l] * b[l*ldb+j]
//
// for m rows i, n columns j and k inputs l. c must not overlap a or b. Each
// sum goes over l in order, so a row does not depend on the others.
func MatMulF32(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if m <= 0 || n <= 0 {
		return
	}
	_ = c[(m-1)*ldc+n-1]
	if k > 0 {
		_, _ = a[(m-1)*lda+k-1], b[(k-1)*ldb+n-1]
	}
	matMulF32(c, ldc, a, lda, 1, b, ldb, m, n, k)
}

// MatMulF32T is [MatMulF32] with a transposed:
//
//	c[i*ldc+j] = sum over l of a[l*lda+i] * b[l*ldb+j]
func MatMulF32T(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if m <= 0 || n <= 0 {
		return
	}
	_ = c[(m-1)*ldc+n-1]
	if k > 0 {
		_, _ = a[(k-1)*lda+m-1], b[(k-1)*ldb+n-1]
	}
	matMulF32(c, ldc, a, 1, lda, b, ldb, m, n, k)
}
