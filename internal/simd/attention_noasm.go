//go:build !amd64 || purego

package simd

type attentionI16 struct{}

func (*attentionI16) head(dst []float32, ldd int, q, k, v []float32, ld, queries, n, dim int) bool {
	return false
}
