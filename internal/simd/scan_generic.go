package simd

import "math"

func scanHeadsGeneric(mask []uint64, q *[HeadDims]int8, heads []uint8, scale, rest []float32, add int32, weight, limit float32) {
	clear(mask)
	for _, c := range q { // the heads have 128 added
		add -= 128 * int32(c)
	}
	for first := 0; first < len(scale); first += headGroup {
		var dots [headGroup]int32
		group := heads[first*HeadDims:][:groupHeads]
		for c := 0; c < HeadDims; c += 4 {
			q0, q1, q2, q3 := int32(q[c]), int32(q[c+1]), int32(q[c+2]), int32(q[c+3])
			run := group[c*headGroup:][:4*headGroup]
			for lane := range dots {
				h := run[4*lane:][:4]
				dots[lane] += q0*int32(h[0]) + q1*int32(h[1]) + q2*int32(h[2]) + q3*int32(h[3])
			}
		}
		for lane, d := range dots {
			i := first + lane
			a, b := float32(float32(d+add)*scale[i]), float32(weight*rest[i])
			if a+b >= limit {
				mask[i/64] |= 1 << (i % 64)
			}
		}
	}
}

// codesI8Generic rounds as roundU8Generic does.
func codesI8Generic(dst []int8, x []float32, scale, inv float32) (sum float32) {
	const magic = 0x1.8p23
	dst = dst[:len(x)]
	for i, v := range x {
		c := int8(math.Float32bits(float32(v*inv) + magic))
		dst[i] = c
		e := v - float32(scale*float32(c))
		sum += e * e
	}
	return sum
}
