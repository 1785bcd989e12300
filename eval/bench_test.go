package eval_test

import (
	"fmt"
	"testing"

	"github.com/likewise-go/likewise/eval"
)

// BenchmarkScore shows what a pair costs besides its two embeddings.
func BenchmarkScore(b *testing.B) {
	pairs := make([]eval.Pair, 1024)
	for i := range pairs {
		pairs[i] = eval.Pair{A: fmt.Sprintf("x %d", i), B: fmt.Sprintf("y %d", i+i%40)}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range eval.Score(b.Context(), new(compass), pairs, nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(pairs)), "us/pair")
}
