package index

import (
	"errors"
	"fmt"
	"math"
	"sync"
)

// GraphOptions set the trade between time, memory and recall of a [Graph].
// Zero fields mean the defaults.
type GraphOptions struct {
	// M is the most links that a node makes on each layer when it is added. A
	// node has at most M links above layer 0 and 2*M on it. 0: 16; 4 to 64.
	M int

	// Build is how many candidates an Add keeps in sight (efConstruction in
	// the paper): more make a better graph, more slowly. 0: 128; 8 to 4,096.
	Build int

	// Search is how many candidates a Search keeps in sight (ef), at least k.
	// More find more of the true neighbours, more slowly: of 115,701 questions
	// from Quora, 48 find .992 of the first neighbours, 64 .995, 96 .997.
	// 0: 64; 8 to 4,096.
	Search int

	// Seed draws the layers of nodes, together with their ids.
	Seed uint64
}

// Defaults of GraphOptions.
const (
	graphM      = 16
	graphBuild  = 128
	graphSearch = 64
)

// withDefaults fills in what is zero, and reports every field out of range.
func (o *GraphOptions) withDefaults() (GraphOptions, error) {
	var all GraphOptions
	if o != nil {
		all = *o
	}
	var problems []error
	set := func(name string, field *int, def, low, high int) {
		if *field == 0 {
			*field = def
		}
		if *field < low || *field > high {
			problems = append(problems, fmt.Errorf("option %s: %d given, %d to %d expected", name, *field, low, high))
		}
	}
	set("M", &all.M, graphM, 4, 64)
	set("Build", &all.Build, graphBuild, 8, 4096)
	set("Search", &all.Search, graphSearch, 8, 4096)
	return all, errors.Join(problems...)
}

// Graph is the index that follows links between near vectors, HNSW (Malkov and
// Yashunin, 2018, arXiv:1603.09320), instead of scanning: its time grows with
// the logarithm of the number of entries. It finds most neighbours, not
// surely all: recall@1 is above .99 on question embeddings. Scores are exact,
// so what it returns is at or above the floor.
//
// All links go both ways. So Delete finds whatever points to a node, unlinks
// it at once, ties its neighbours to each other along their minimum spanning
// tree, and moves the last node into its place: there are no tombstones,
// arenas stay dense, and memory shrinks with the index. A link is only ever
// dropped where a common neighbour keeps its ends together, or a new link
// does: layer 0 stays connected.
//
// An entry costs 5*dim + 8*M + 36 bytes in its arenas, some 20 to 40 in the
// map from ids to nodes and about 8 above layer 0: 2,130 at dim 384. Arenas
// come in chunks of 4,096 nodes, so a Graph is not for small partitions: use
// [Exact], or [Auto].
type Graph struct {
	opt       GraphOptions
	scratches sync.Pool // of *graphScratch

	// gate is held for reading by Add and Delete from beginning to end, and for
	// writing by a snapshot while it writes the links (0.1 s for a million).
	// Searches do not take it.
	gate sync.RWMutex

	// mu guards everything below. Searches hold it for reading from beginning
	// to end, and so does Add while it looks for neighbours and decides which
	// links to make. It then holds mu for writing while it makes them, a few
	// microseconds. Delete holds it for writing throughout, some tens of
	// microseconds, less than one search takes.
	mu     sync.RWMutex
	arena  graphArena
	slotOf graphIDs
	entry  uint32      // where searches begin, a node of layer top
	top    int         // the highest layer; -1 when empty
	file   *fileMemory // where vectors and codes of some chunks lie; nil: all are in the heap
}

var _ Index = (*Graph)(nil)

// NewGraph returns an empty index for vectors of dim float32s; nil options are
// the defaults. It fails when dim is not within 1 to 65,536 or an option is
// out of its range, and names all that are.
func NewGraph(dim int, o *GraphOptions) (*Graph, error) {
	opt, err := o.withDefaults()
	if dim < 1 || dim > graphMaxDim {
		err = errors.Join(fmt.Errorf("dim %d given, 1 to %d expected", dim, graphMaxDim), err)
	}
	if err != nil {
		return nil, fmt.Errorf("likewise/index: new graph: %w", err)
	}
	g := &Graph{opt: opt, arena: graphArena{dim: dim, m: opt.M}, top: -1}
	g.scratches.New = func() any { return &graphScratch{codes: make([]int8, dim)} }
	return g, nil
}

// graphMaxDim keeps the int32 sum of dim products of int8 codes below 2^31.
const graphMaxDim = 1 << 16

// Len is the number of vectors held.
func (g *Graph) Len() int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.arena.n
}

// Bytes is the memory that the index holds, in bytes: its arenas, full or not,
// and an estimate of the map from ids to nodes. The working memory of
// searches, one byte an entry for each that ever ran at once, is not in it.
func (g *Graph) Bytes() int64 {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.slotOf.bytes() + g.arena.bytes()
}

// level draws the top layer of a node: l or higher with probability M^-l, as
// in the paper's section 4.1, but from a hash of id and seed (SplitMix64), so
// that the same adds make the same graph.
func (g *Graph) level(id uint64) int {
	z := id + (g.opt.Seed+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	u := (float64(z>>11) + .5) / (1 << 53)
	return min(int(-math.Log(u)/math.Log(float64(g.opt.M))), graphTop)
}
