package index_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
	"github.com/likewise-go/likewise/internal/simd"
)

// graphSizes are those of the benchmarks: LIKEWISE_BENCH_1M=1 adds a million
// entries, which take minutes to build and 4 GB of memory.
func graphSizes() []int {
	sizes := []int{10_000, 100_000}
	if os.Getenv("LIKEWISE_BENCH_1M") != "" {
		sizes = append(sizes, 1_000_000)
	}
	return sizes
}

// built returns a graph of n vectors, and queries that it does not hold.
func built(b *testing.B, n int, o *index.GraphOptions) (g *index.Graph, stored, queries [][]float32) {
	b.Helper()
	all := indextest.Perturbed(n+1000, seed)
	stored, queries = all[:n], all[n:]
	g, err := index.NewGraph(len(all[0]), o)
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]uint64, n)
	for i := range ids {
		ids[i] = uint64(i)
	}
	if err := g.AddBatch(ids, stored, 0); err != nil {
		b.Fatal(err)
	}
	return g, stored, queries
}

// benchmarkGraph is the part of BenchmarkSearch that is about graphs.
func benchmarkGraph(b *testing.B) {
	for _, n := range graphSizes() {
		b.Run(fmt.Sprintf("graph/n=%d", n), func(b *testing.B) {
			g, stored, queries := built(b, n, nil)
			dst := make([]index.Hit, 0, 4)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				dst = g.Search(queries[i%len(queries)], 4, .80, dst[:0])
				i++
			}
			b.ReportMetric(recallAt1(g, stored, queries[:200]), "recall@1")
			b.ReportMetric(float64(g.Bytes())/float64(g.Len()), "B/entry")
		})
	}
}

// recallAt1 is the share of the queries whose nearest vector, whatever its
// score, is the first hit.
func recallAt1(ix index.Index, stored, queries [][]float32) float64 {
	found := 0
	for _, q := range queries {
		best := float32(-2)
		for _, v := range stored {
			best = max(best, simd.DotF32(q, v))
		}
		if hits := ix.Search(q, 1, -2, nil); len(hits) == 1 && hits[0].Score >= best {
			found++
		}
	}
	return float64(found) / float64(len(queries))
}

// BenchmarkBuild fills a graph of 10,000 vectors with one goroutine and with
// as many as there are CPUs.
func BenchmarkBuild(b *testing.B) {
	vectors := indextest.Perturbed(10_000, seed)
	ids := make([]uint64, len(vectors))
	for i := range ids {
		ids[i] = uint64(i)
	}
	for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("graph/n=10000/workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g, err := index.NewGraph(len(vectors[0]), nil)
				if err != nil {
					b.Fatal(err)
				}
				if err := g.AddBatch(ids, vectors, workers); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(vectors)), "us/entry")
		})
	}
}
