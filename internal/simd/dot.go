package simd

// DotF32 returns the dot product of a and b. They must have the same length,
// of any size including 0. Kernels add in different orders: against the exact
// value the error is at most len(a) * 2^-24 * sum(|a[i]*b[i]|).
func DotF32(a, b []float32) float32 {
	if len(a) != len(b) {
		panic("simd: DotF32 of slices of different length")
	}
	return dotF32(a, b)
}

// DotI8 returns the exact dot product of a and b, which must have the same
// length, of at most 131,071 elements: beyond that the sum may not fit.
func DotI8(a, b []int8) int32 {
	if len(a) != len(b) {
		panic("simd: DotI8 of slices of different length")
	}
	return dotI8(a, b)
}
