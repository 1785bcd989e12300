package coderhnsw

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"sync"

	"github.com/coder/hnsw"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/internal/simd"
)

// Index is a coder/hnsw graph as an index.Index, with its default parameters
// (M 16, EfSearch 20). Use [New]. See the package comment for what it cannot
// be relied on for.
type Index struct {
	dim int

	// mu guards the rest: the graph is not safe for concurrent use. tidy
	// holds it for as long as adding everything again takes.
	mu    sync.RWMutex
	graph *hnsw.Graph[node]
	next  node
	live  map[node]entry
	at    map[uint64]node
	dead  int // nodes of the graph that are no longer live
}

// A node is a key of the graph. Each is used once, since the graph survives
// neither a replacement nor a delete: what goes leaves live and at, and its
// node stays in the graph until a rebuild.
type node uint64

// An entry is what a live node stands for.
type entry struct {
	id     uint64
	vector []float32
}

var _ index.Index = (*Index)(nil)

// New returns an empty index for vectors of dim float32s. It fails when dim is
// less than 1.
func New(dim int) (*Index, error) {
	if dim < 1 {
		return nil, fmt.Errorf("likewise/index/coderhnsw: new index: dim %d given, at least 1 expected", dim)
	}
	return &Index{dim: dim, graph: newGraph(), live: map[node]entry{}, at: map[uint64]node{}}, nil
}

// newGraph returns an empty graph with the default parameters. Its levels come
// from a fixed seed; its searches still vary, since they start at the first
// node of a Go map.
func newGraph() *hnsw.Graph[node] {
	g := hnsw.NewGraph[node]()
	g.Rng = rand.New(rand.NewSource(1))
	return g
}

// Add stores the unit vector v under id, replacing an earlier vector of that
// id. It copies v. It fails when index.CheckVector refuses v, and would fail
// if the graph panicked.
func (x *Index) Add(id uint64, v []float32) error {
	if err := index.CheckVector(x.dim, v); err != nil {
		return fmt.Errorf("likewise/index/coderhnsw: add %d: %w", id, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	n, mine := x.next, slices.Clone(v)
	x.next++
	if p := try(func() { x.graph.Add(hnsw.MakeNode(n, mine)) }); p != nil {
		return fmt.Errorf("likewise/index/coderhnsw: add %d: coder/hnsw panicked: %v", id, p)
	}
	x.remove(id)
	x.live[n], x.at[id] = entry{id, mine}, n
	x.tidy()
	return nil
}

// Delete removes id and reports whether it was there.
func (x *Index) Delete(id uint64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	known := x.remove(id)
	x.tidy()
	return known
}

// remove takes id out of everything but the graph. The caller holds mu.
func (x *Index) remove(id uint64) bool {
	n, known := x.at[id]
	if known {
		delete(x.at, id)
		delete(x.live, n)
		x.dead++
	}
	return known
}

// tidy makes a graph of the live nodes alone once most nodes are dead. The
// caller holds mu.
func (x *Index) tidy() {
	if x.dead <= len(x.live) {
		return
	}
	x.graph, x.dead = newGraph(), 0
	for _, n := range slices.Sorted(maps.Keys(x.live)) {
		e := x.live[n]
		if p := try(func() { x.graph.Add(hnsw.MakeNode(n, e.vector)) }); p != nil {
			delete(x.live, n)
			delete(x.at, e.id)
		}
	}
}

// Search appends to dst up to k neighbours of q whose score is at least floor,
// best first, among those that the graph proposes. It asks for twice as many,
// since up to half may be dead, scores them again, and finds nothing when the
// graph panics.
func (x *Index) Search(q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
	if k < 1 || index.CheckVector(x.dim, q) != nil {
		return dst
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if len(x.live) == 0 {
		return dst
	}
	ask := min(k, len(x.live))
	if x.dead > 0 {
		ask *= 2
	}
	var found []hnsw.Node[node]
	try(func() { found = x.graph.Search(q, ask) })
	base := len(dst)
	for _, n := range found {
		e, alive := x.live[n.Key]
		if !alive {
			continue
		}
		if s := simd.DotF32(q, e.vector); s >= floor {
			dst = append(dst, index.Hit{ID: e.id, Score: s})
		}
	}
	slices.SortFunc(dst[base:], func(a, b index.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return dst[:base+min(k, len(dst)-base)]
}

// Len is the number of vectors held.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.live)
}

// try calls f and returns what it panicked with, or nil.
func try(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}
