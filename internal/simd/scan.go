package simd

import "fmt"

// Sizes of the layout that [ScanHeads] reads.
const (
	HeadDims   = 64 // bytes of a head
	headGroup  = 16 // entries whose heads lie together
	groupHeads = headGroup * HeadDims
)

// PutHead writes the head of entry i into heads, in the layout of [ScanHeads]:
// groups of 16 entries; in a group (1,024 bytes) 16 runs of 64 bytes; run c
// holds dimensions 4c to 4c+3 of one entry after the other. Codes are kept
// with 128 added, and must lie within -127 to 127.
func PutHead(heads []uint8, i int, codes *[HeadDims]int8) {
	at := heads[i/headGroup*groupHeads:][:groupHeads]
	at = at[i%headGroup*4:]
	for c := 0; c < HeadDims; c += 4 {
		to, from := at[c*headGroup:][:4], codes[c:][:4]
		to[0], to[1] = uint8(from[0])^0x80, uint8(from[1])^0x80
		to[2], to[3] = uint8(from[2])^0x80, uint8(from[3])^0x80
	}
}

// CopyHead copies the head of entry j of from to entry i of to.
func CopyHead(to []uint8, i int, from []uint8, j int) {
	dst := to[i/headGroup*groupHeads:][:groupHeads]
	src := from[j/headGroup*groupHeads:][:groupHeads]
	dst, src = dst[i%headGroup*4:], src[j%headGroup*4:]
	for c := 0; c < HeadDims; c += 4 {
		copy(dst[c*headGroup:][:4], src[c*headGroup:][:4])
	}
}

// ScanHeads compares a query's head q with 64*len(mask) heads that [PutHead]
// wrote, and sets bit i%64 of mask[i/64], for every entry i, to whether
//
//	float32(dot(q, head i) + add)*scale[i] + weight*rest[i] >= limit
//
// where dot is exact and each float32 operation rounds once. The values of q
// must lie within -127 to 127, and add within +-2^22. Equal with every kernel.
// An entry costs 0.3 ns from the first-level cache and 0.7 ns from the third;
// one call into assembly takes at most 16,384 entries.
func ScanHeads(mask []uint64, q *[HeadDims]int8, heads []uint8, scale, rest []float32, add int32, weight, limit float32) {
	n := 64 * len(mask)
	if len(heads) != n*HeadDims || len(scale) != n || len(rest) != n {
		panic(fmt.Sprintf("simd: ScanHeads of %d entries: %d bytes of heads, %d scales, %d rests",
			n, len(heads), len(scale), len(rest)))
	}
	for len(mask) > scanWords {
		const m = 64 * scanWords
		scanHeads(mask[:scanWords], q, heads[:m*HeadDims], scale[:m], rest[:m], add, weight, limit)
		mask, heads, scale, rest = mask[scanWords:], heads[m*HeadDims:], scale[m:], rest[m:]
	}
	if len(mask) > 0 {
		scanHeads(mask, q, heads, scale, rest, add, weight, limit)
	}
}

// scanWords keeps one assembly call under 50 us: 256*64 entries take 12 us, and
// with AVX2 some 30.
const scanWords = 256

// MaxAbs returns the largest magnitude in x, 0 for an empty one. The values
// must be finite.
func MaxAbs(x []float32) float32 { return maxAbs(x) }

// CodesI8 writes dst[i] = x[i]/scale, rounded to an integer (ties to even), and
// returns the sum of (x[i] - scale*dst[i])^2. The quotients, computed as
// x[i]*(1/scale) in float32, must lie within -127.5 to 127.5. The codes are
// equal with every kernel. Of the sum, each difference has an error of at most
// 2^-24 * (scale*|dst[i]| + |x[i]|), and adding up n squares one of at most
// (n+1) * 2^-24 times their sum.
func CodesI8(dst []int8, x []float32, scale float32) (sum float32) {
	sameLen("CodesI8", len(x), len(dst))
	return codesI8(dst, x, scale, 1/scale)
}
