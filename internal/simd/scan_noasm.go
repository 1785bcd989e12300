//go:build (!amd64 && !arm64) || purego

package simd

func scanHeads(mask []uint64, q *[HeadDims]int8, heads []uint8, scale, rest []float32, add int32, weight, limit float32) {
	scanHeadsGeneric(mask, q, heads, scale, rest, add, weight, limit)
}

func codesI8(dst []int8, x []float32, scale, inv float32) float32 {
	return codesI8Generic(dst, x, scale, inv)
}
