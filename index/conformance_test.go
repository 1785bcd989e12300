package index_test

import (
	"testing"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
	"github.com/likewise-go/likewise/internal/simd"
)

func newExact(dim int) index.Index {
	x, err := index.NewExact(dim)
	if err != nil {
		panic(err)
	}
	return x
}

// Exact promises brute force's answers bit for bit.
func TestExact(t *testing.T) {
	indextest.Run(t, newExact, indextest.Score(simd.DotF32))
}

// It does so with every kernel: each sums in its own order.
func TestExactWithEachKernel(t *testing.T) {
	for _, kernel := range simd.Kernels() {
		t.Run(kernel, func(t *testing.T) {
			restore, err := simd.Force(kernel)
			if err != nil {
				t.Fatal(err)
			}
			defer restore()
			indextest.Run(t, newExact, indextest.Score(simd.DotF32), indextest.Only("random vectors", "bounds of floor"))
		})
	}
}
