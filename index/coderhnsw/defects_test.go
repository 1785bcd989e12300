package coderhnsw

import (
	"cmp"
	"math/rand"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/coder/hnsw"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
	"github.com/likewise-go/likewise/internal/simd"
)

// bare is coder/hnsw with a lock, the check of vectors and the form of the
// interface, and without any of the help that Index gives it.
type bare struct {
	dim   int
	mu    sync.Mutex
	graph *hnsw.Graph[uint64]
}

func (b *bare) Add(id uint64, v []float32) error {
	if err := index.CheckVector(b.dim, v); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.graph.Add(hnsw.MakeNode(id, slices.Clone(v)))
	return nil
}

func (b *bare) Delete(id uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.graph.Delete(id)
}

func (b *bare) Search(q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
	if k < 1 || index.CheckVector(b.dim, q) != nil {
		return dst
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	base := len(dst)
	for _, n := range b.graph.Search(q, min(k, b.graph.Len())) {
		if s := simd.DotF32(q, n.Value); s >= floor {
			dst = append(dst, index.Hit{ID: n.Key, Score: s})
		}
	}
	slices.SortFunc(dst[base:], func(a, b index.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return dst
}

func (b *bare) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.graph.Len()
}

func openBare(dim int) index.Index {
	g := hnsw.NewGraph[uint64]()
	g.Rng = rand.New(rand.NewSource(1))
	return &bare{dim: dim, graph: g}
}

func openIndex(dim int) index.Index {
	x, err := New(dim)
	if err != nil {
		panic(err)
	}
	return x
}

// A defect is a property that must be found violated at least this often.
type defect struct {
	property string
	rate     float64
}

// expect fails t unless report's defects are the known ones, and besides them
// at most properties that match consequences.
func expect(t *testing.T, report indextest.Report, known []defect, consequences string) {
	t.Helper()
	may := regexp.MustCompile(consequences)
	found, tried := map[string]indextest.Finding{}, map[string]bool{}
	for _, f := range report {
		tried[f.Property] = true
	}
	for _, f := range report.Defects() {
		t.Log(f)
		found[f.Property] = f
	}
	for _, d := range known {
		if !tried[d.property] { // allocations, under the race detector
			t.Logf("%q was not tried", d.property)
			continue
		}
		f, there := found[d.property]
		if !there || f.Rate() < d.rate {
			t.Errorf("known defect is gone or rarer, correct doc.go: %q failed %.1f%% of trials, expected at least %.0f%%",
				d.property, 100*f.Rate(), 100*d.rate)
		}
		delete(found, d.property)
	}
	for property, f := range found {
		if !may.MatchString(property) {
			t.Errorf("new defect, add it to doc.go: %v", f)
		}
	}
}

var promise = indextest.Approximate(.99, .95)

// What is wrong with coder/hnsw.
func TestKnownDefects(t *testing.T) {
	expect(t, indextest.Check(openBare, promise), []defect{
		{"real vectors: recall@1", .30},
		{"real vectors: recall@k", .30},
		{"clustered vectors: recall@1", .35},
		{"clustered vectors: recall@k", .45},
		{"delete 40%: no panic", .10},
		{"replace: no panic", .40},
		{"delete all, add again: no panic", .30},
		{"random operations: no panic", .20},
		{"random operations: only ids that are there", .01},
		{"random operations: scores are dot products", .05},
		{"extreme ids: only ids that are there", .05},
		{"memory: Search allocates only to grow dst", 1},
	},
		// The same in other scenarios, at times: misses anywhere, the rest only
		// where something is deleted or replaced.
		`: recall@[1k]$|^(replace|delete .*|extreme ids|random operations|concurrent use): `)
}

// What is wrong with it behind Index: recall and allocations, nothing else.
func TestIndex(t *testing.T) {
	expect(t, indextest.Check(openIndex, promise), []defect{
		{"real vectors: recall@1", .30},
		{"real vectors: recall@k", .30},
		{"clustered vectors: recall@1", .35},
		{"clustered vectors: recall@k", .45},
		{"memory: Search allocates only to grow dst", 1},
	}, `: recall@[1k]$`)
}
