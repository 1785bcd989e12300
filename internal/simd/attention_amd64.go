//go:build amd64 && !purego

package simd

import "math"

// attentionI16 computes a head in integers, which VPDPWSSD multiplies twice as
// fast as there are float32 multiplications. Each query, key and value has a
// scale of its own. A word holds two codes: of neighbouring dimensions of a
// query or a key, or of neighbouring keys.
type attentionI16 struct {
	keys    []uint32  // keys x dim/2
	values  []uint32  // keys/2 x dim
	queries []uint32  // queryBlock x dim/2
	turned  []uint32  // dim/2 x queryBlock
	codes   []uint32  // of values, before they are paired: keys x dim/2
	scores  []int32   // keys x queryBlock, and softmax in it
	pairs   []uint32  // keys/2 x queryBlock: probabilities
	sums    []int32   // queryBlock x dim
	keyS    []float32 // one a key
	valueS  []float32 // one a key
	queryS  [queryBlock]float32
	sumS    [queryBlock]float32
}

// Limits of the codes: no sum of products may exceed an int32.
const (
	valueTop = 1<<11 - 1
	keysMost = 256
	dimsMost = 256
)

// head is Attention.Head where that is possible.
func (a *attentionI16) head(dst []float32, ldd int, q, k, v []float32, ld, queries, n, dim int) bool {
	if active != avx512vnni || dim%16 != 0 || dim > dimsMost || n > keysMost {
		return false
	}
	a.reserve(n, dim)
	top := float32(math.Floor(math.Sqrt(math.MaxInt32 / float64(dim))))
	share := min(float32(math.MaxInt32/(valueTop*(n+1))), 1<<14-1)
	codesI16AVX512(&a.keys[0], &a.keyS[0], &k[0], ld, n, dim, top)
	codesI16AVX512(&a.codes[0], &a.valueS[0], &v[0], ld, n, dim, valueTop)
	pairI16AVX512(&a.values[0], &a.codes[0], n, dim)
	for i := 0; i < queries; i += queryBlock {
		codesI16AVX512(&a.queries[0], &a.queryS[0], &q[i*ld], ld, queryBlock, dim, top)
		turn16AVX512(&a.turned[0], &a.queries[0], dim/2, dim/2)
		for j := 0; j < n; j += 8 {
			tileI16AVX512(&a.scores[j*queryBlock], queryBlock, &a.keys[j*dim/2], dim/2, 1, &a.turned[0], queryBlock, dim/2)
		}
		softmaxI16AVX512(&a.pairs[0], &a.scores[0], n, &a.keyS[0], &a.valueS[0], &a.queryS, &a.sumS, share)
		rows := min(queryBlock, queries-i)
		for r := 0; r < rows; r += 8 {
			for d := 0; d < dim; d += 16 {
				tileI16AVX512(&a.sums[r*dim+d], dim, &a.pairs[r], 1, queryBlock, &a.values[d], dim, (n+1)/2)
			}
		}
		for r := range rows {
			scaleI32AVX512(&dst[(i+r)*ldd], &a.sums[r*dim], dim, a.sumS[r])
		}
	}
	return true
}

// reserve rounds keys up to a multiple of 8, which a tile has.
func (a *attentionI16) reserve(n, dim int) {
	n = (n + 7) &^ 7
	reserve(&a.keys, n*dim/2)
	reserve(&a.values, n/2*dim)
	reserve(&a.queries, queryBlock*dim/2)
	reserve(&a.turned, dim/2*queryBlock)
	reserve(&a.codes, n*dim/2)
	reserve(&a.scores, n*queryBlock)
	reserve(&a.pairs, n/2*queryBlock)
	reserve(&a.sums, queryBlock*dim)
	reserve(&a.keyS, n)
	reserve(&a.valueS, n)
}

// codesI16AVX512 rounds n rows, ld apart, of dim values (a multiple of 16) to
// integers from -top to top, and sets scale to what a step is worth.
//
//go:noescape
func codesI16AVX512(dst *uint32, scale *float32, x *float32, ld, n, dim int, top float32)

// pairI16AVX512 makes words of the codes of two rows, of n rows of dim codes.
// Behind an odd number it takes a row of zeros.
//
//go:noescape
func pairI16AVX512(dst, codes *uint32, n, dim int)

// turn16AVX512 is transpose16AVX512 for words that are no floats.
//
//go:noescape
func turn16AVX512(dst, src *uint32, lds, n int)

// tileI16AVX512 computes 8 rows by 16 columns:
//
//	c[i*ldc+j] = sum over l < k of dot(a[i*lda+l*next], b[l*ldb+j])
//
// where dot adds the products of both halves.
//
//go:noescape
func tileI16AVX512(c *int32, ldc int, a *uint32, lda, next int, b *uint32, ldb, k int)

// softmaxI16AVX512 takes n rows of 16 scores, each worth keyS of its row times
// queryS of its column. It computes their softmax down the columns, times
// valueS of the row, and rounds that to integers from 0 to top, two rows a
// word. A step is worth sumS of the column. The scores are overwritten.
//
//go:noescape
func softmaxI16AVX512(pairs *uint32, scores *int32, n int, keyS, valueS *float32, queryS, sumS *[queryBlock]float32, top float32)

// scaleI32AVX512 sets dst to n products (a multiple of 16) of c with s.
//
//go:noescape
func scaleI32AVX512(dst *float32, c *int32, n int, s float32)
