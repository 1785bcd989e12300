package simd

import "fmt"

// queryBlock is how many queries attention takes at a time.
const queryBlock = 16

// An Attention computes heads of attention. It holds the memory for that,
// which grows to the largest head and is reused; the zero value is ready. It
// is for one goroutine at a time.
type Attention struct {
	queries []float32 // dim x queryBlock
	scores  []float32 // keys x queryBlock
	ints    attentionI16
}

// Head sets dst to what queries gather from n keys and values:
//
//	dst[i*ldd+d] = sum over j of p[i][j] * v[j*ld+d]
//
// where row i of p is the softmax, over j, of the sum over d of
// q[i*ld+d]*k[j*ld+d], for all d below dim. q must have as many rows as
// queries, rounded up to a multiple of 16; what the last ones hold does not
// matter, and a query does not depend on the others.
//
// Kernels compute in float32 or in integers of 11 to 14 bits. The error is at
// most 2^-4 times the largest magnitude in v, as long as no product of the
// lengths of a query and of a key exceeds 16; where nobody arranges that all
// roundings go one way, it is under 2^-9.
func (a *Attention) Head(dst []float32, ldd int, q, k, v []float32, ld, queries, n, dim int) {
	if queries <= 0 || n <= 0 || dim <= 0 {
		return
	}
	blocks := (queries + queryBlock - 1) / queryBlock
	if len(dst) < (queries-1)*ldd+dim || len(q) < (blocks*queryBlock-1)*ld+dim ||
		len(k) < (n-1)*ld+dim || len(v) < (n-1)*ld+dim {
		panic(fmt.Sprintf("simd: attention of %d queries, %d keys and dimension %d, %d apart, to rows %d apart, of slices of length %d, %d, %d, to %d",
			queries, n, dim, ld, ldd, len(q), len(k), len(v), len(dst)))
	}
	if !a.ints.head(dst, ldd, q, k, v, ld, queries, n, dim) {
		a.headF32(dst, ldd, q, k, v, ld, queries, n, dim)
	}
}

// headF32 keeps 16 queries side by side: softmax then runs down the columns,
// and the scores of a block stay in the first-level cache.
func (a *Attention) headF32(dst []float32, ldd int, q, k, v []float32, ld, queries, n, dim int) {
	reserve(&a.queries, dim*queryBlock)
	reserve(&a.scores, n*queryBlock)
	for i := 0; i < queries; i += queryBlock {
		Transpose16(a.queries, q[i*ld:], ld, dim)
		MatMulF32(a.scores, queryBlock, k, ld, a.queries, queryBlock, n, queryBlock, dim)
		Softmax16(a.scores[:n*queryBlock])
		MatMulF32T(dst[i*ldd:], ldd, a.scores, queryBlock, v, ld, min(queryBlock, queries-i), dim, n)
	}
}

func reserve[T any](s *[]T, n int) {
	if cap(*s) < n {
		*s = make([]T, n+n/4)
	}
	*s = (*s)[:n]
}
