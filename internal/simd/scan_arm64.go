//go:build arm64 && !purego

package simd

// scanGroups is how many groups of 16 heads one assembly call takes: 64 stay
// under 50 us on a small CPU without SDOT, where a group costs some 700 cycles.
const scanGroups = 64

func scanHeads(mask []uint64, q *[HeadDims]int8, heads []uint8, scale, rest []float32, add int32, weight, limit float32) {
	if active == generic {
		scanHeadsGeneric(mask, q, heads, scale, rest, add, weight, limit)
		return
	}
	for len(mask) > 0 {
		groups := min(4*len(mask), scanGroups)
		if active == neondot {
			scanHeadsSDOT(&mask[0], q, &heads[0], &scale[0], &rest[0], groups, add, weight, limit)
		} else {
			scanHeadsNEON(&mask[0], q, &heads[0], &scale[0], &rest[0], groups, add, weight, limit)
		}
		n := groups * headGroup
		mask, heads, scale, rest = mask[n/64:], heads[n*HeadDims:], scale[n:], rest[n:]
	}
}

func codesI8(dst []int8, x []float32, scale, inv float32) float32 {
	return codesI8Generic(dst, x, scale, inv)
}

// scanHeadsSDOT handles groups of 16 heads. It takes the 128 that the heads
// have added off again.
//
//go:noescape
func scanHeadsSDOT(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)

// scanHeadsNEON adds two products in 16 bits, which have room for 2*127*127.
//
//go:noescape
func scanHeadsNEON(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
