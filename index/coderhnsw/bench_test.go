package coderhnsw

import (
	"fmt"
	"testing"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
)

// BenchmarkSearch is index.BenchmarkSearch on the same vectors, with the share
// of queries whose best neighbour above the floor was found.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{10_000} {
		b.Run(fmt.Sprintf("coderhnsw/n=%d", n), func(b *testing.B) {
			all := indextest.Perturbed(n+1000, 7)
			queries := all[n:]
			truth, err := index.NewExact(384)
			if err != nil {
				b.Fatal(err)
			}
			ix := openIndex(384)
			for id, v := range all[:n] {
				if err := ix.Add(uint64(id), v); err != nil {
					b.Fatal(err)
				}
				if err := truth.Add(uint64(id), v); err != nil {
					b.Fatal(err)
				}
			}
			dst := make([]index.Hit, 0, 4)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				dst = ix.Search(queries[i%len(queries)], 4, .80, dst[:0])
				i++
			}
			b.ReportMetric(recallAt1(ix, truth, queries, .80), "recall@1")
		})
	}
}

// recallAt1 is the share of queries with a neighbour above floor whose best
// one ix returns first.
func recallAt1(ix, truth index.Index, queries [][]float32, floor float32) float64 {
	found, all := 0, 0
	for _, q := range queries {
		want := truth.Search(q, 1, floor, nil)
		if len(want) == 0 {
			continue
		}
		all++
		if got := ix.Search(q, 1, floor, nil); len(got) == 1 && got[0].Score >= want[0].Score {
			found++
		}
	}
	return float64(found) / float64(max(all, 1))
}
