//go:build amd64 && !purego

package simd

func scanHeads(mask []uint64, q *[HeadDims]int8, heads []uint8, scale, rest []float32, add int32, weight, limit float32) {
	switch active {
	case avx512vnni:
		scanHeadsVNNI(&mask[0], q, &heads[0], &scale[0], &rest[0], 4*len(mask), add-128*sumI8(q), weight, limit)
	case avxvnni:
		scanHeadsAVXVNNI(&mask[0], q, &heads[0], &scale[0], &rest[0], 4*len(mask), add-128*sumI8(q), weight, limit)
	case vnni256:
		scanHeadsVNNI256(&mask[0], q, &heads[0], &scale[0], &rest[0], 4*len(mask), add-128*sumI8(q), weight, limit)
	case avx2:
		scanHeadsAVX2(&mask[0], q, &heads[0], &scale[0], &rest[0], 4*len(mask), add, weight, limit)
	default:
		scanHeadsGeneric(mask, q, heads, scale, rest, add, weight, limit)
	}
}

func sumI8(q *[HeadDims]int8) (sum int32) {
	for _, c := range q {
		sum += int32(c)
	}
	return sum
}

func codesI8(dst []int8, x []float32, scale, inv float32) (sum float32) {
	n := vector(len(x))
	if n > 0 {
		sum = codesI8AVX2(&dst[0], &x[0], n, scale, inv)
	}
	return sum + codesI8Generic(dst[n:], x[n:], scale, inv)
}

// scanHeadsVNNI handles groups of 16 heads. It multiplies the heads, which
// have 128 added, as they are: add holds what that makes too much.
//
//go:noescape
func scanHeadsVNNI(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)

// scanHeadsAVXVNNI is scanHeadsVNNI on 256 bits, for an even number of groups.
//
//go:noescape
func scanHeadsAVXVNNI(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)

//go:noescape
func scanHeadsVNNI256(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)

// scanHeadsAVX2 takes the 128 off again: VPMADDUBSW adds two products in 16
// bits, which has room for |q| times a signed head with q's sign, 2*127*127,
// and no more.
//
//go:noescape
func scanHeadsAVX2(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)

// codesI8AVX2 takes n values, n a positive multiple of 8.
//
//go:noescape
func codesI8AVX2(dst *int8, x *float32, n int, scale, inv float32) float32
