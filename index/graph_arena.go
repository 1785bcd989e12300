package index

import (
	"math"
	"slices"

	"github.com/likewise-go/likewise/internal/simd"
)

const (
	graphShift = 12              // chunks of 4,096 nodes
	graphChunk = 1 << graphShift // nodes in a chunk
	graphMask  = graphChunk - 1  // of a slot: its place in the chunk
	graphTop   = 15              // the highest layer
	noNode     = math.MaxUint32  // ends a list of links that is not full
)

// A graphArena holds nodes in slots 0 to n-1, without holes. Node i lies at
// place i&graphMask of chunk i>>graphShift of each array, so that nothing is
// copied to grow, and the chunks can be written to a file as they are.
type graphArena struct {
	dim, m int
	n      int

	codes   [][]int8       // dim a node: the vector is scale*codes + e
	scales  [][]graphScale // scale and |e|
	vectors [][]float32    // dim a node
	ids     [][]uint64
	near    [][]uint32 // 2*m a node: its links on layer 0
	nodes   [][]graphNode

	// upper holds the links above layer 0: m for each layer, layer 1 first.
	// Few nodes have any (one in m), and it never shrinks: places given back
	// are in free, by the number of layers, and used again.
	upper []uint32
	free  [graphTop + 1][]uint32

	clock uint32 // stamps changes

	dirty map[uint32]struct{} // slots that were written to since a snapshot began; nil: none is under way
}

// A graphScale says what a node's codes mean.
type graphScale struct{ scale, err float32 }

// A graphNode is what else there is to a node.
type graphNode struct {
	level uint8
	upper uint32 // where its links above layer 0 begin
	born  uint32 // clock when it was added
	links uint32 // clock when its links last changed
}

// A graphVector is a vector with its codes, ready to be compared or stored.
type graphVector struct {
	vector []float32
	codes  []int8
	graphScale
}

// graphQuantise writes the codes of the unit vector v, all within -127 to 127.
func graphQuantise(v []float32, codes []int8) graphVector {
	var top float32
	for _, f := range v {
		top = max(top, f, -f)
	}
	s := float64(top / 127)
	inverse, sum := 1/s, 0.0
	for i, f := range v {
		c := math.RoundToEven(float64(f) * inverse)
		codes[i] = int8(c)
		e := float64(f) - s*c
		sum += e * e
	}
	return graphVector{v, codes, graphScale{top / 127, float32(math.Sqrt(sum))}}
}

func (a *graphArena) code(slot uint32) []int8 {
	at := int(slot&graphMask) * a.dim
	return a.codes[slot>>graphShift][at : at+a.dim]
}

func (a *graphArena) vector(slot uint32) []float32 {
	at := int(slot&graphMask) * a.dim
	return a.vectors[slot>>graphShift][at : at+a.dim]
}

func (a *graphArena) scale(slot uint32) graphScale {
	return a.scales[slot>>graphShift][slot&graphMask]
}

func (a *graphArena) id(slot uint32) uint64 { return a.ids[slot>>graphShift][slot&graphMask] }

func (a *graphArena) node(slot uint32) *graphNode {
	return &a.nodes[slot>>graphShift][slot&graphMask]
}

// stored is a node's vector.
func (a *graphArena) stored(slot uint32) graphVector {
	return graphVector{a.vector(slot), a.code(slot), a.scale(slot)}
}

// places returns the places for links of a node on a layer.
func (a *graphArena) places(layer int, slot uint32) []uint32 {
	if layer == 0 {
		at := int(slot&graphMask) * 2 * a.m
		return a.near[slot>>graphShift][at : at+2*a.m]
	}
	at := int(a.node(slot).upper) + (layer-1)*a.m
	return a.upper[at : at+a.m]
}

// linked returns the links of a node on a layer.
func (a *graphArena) linked(layer int, slot uint32) []uint32 {
	all := a.places(layer, slot)
	if i := slices.Index(all, noNode); i >= 0 {
		return all[:i]
	}
	return all
}

// similar sets sims[i] to the estimated cosine of v and node slots[i], from
// their codes.
func (a *graphArena) similar(sims []float32, v *graphVector, slots []uint32, dots []int32) {
	simd.DotI8Rows(dots, v.codes, a.codes, graphShift, slots)
	for i, slot := range slots {
		sims[i] = v.scale * a.scale(slot).scale * float32(dots[i])
	}
}

// full reports whether the next node needs a fresh chunk.
func (a *graphArena) full() bool { return a.n == len(a.ids)*graphChunk }

// A graphFresh is a chunk of every array.
type graphFresh struct {
	codes   []int8
	scales  []graphScale
	vectors []float32
	ids     []uint64
	near    []uint32
	nodes   []graphNode
}

func newGraphFresh(dim, m int) *graphFresh {
	f := &graphFresh{
		codes:   make([]int8, graphChunk*dim),
		scales:  make([]graphScale, graphChunk),
		vectors: make([]float32, graphChunk*dim),
		ids:     make([]uint64, graphChunk),
		near:    make([]uint32, graphChunk*2*m),
		nodes:   make([]graphNode, graphChunk),
	}
	return f
}

func (a *graphArena) extend(f *graphFresh) {
	a.codes, a.scales = append(a.codes, f.codes), append(a.scales, f.scales)
	a.vectors, a.ids = append(a.vectors, f.vectors), append(a.ids, f.ids)
	a.near, a.nodes = append(a.near, f.near), append(a.nodes, f.nodes)
}

// push stores a node without links behind the last one. There is room.
func (a *graphArena) push(id uint64, v *graphVector, level int) uint32 {
	slot := uint32(a.n)
	a.n++
	a.soil(slot)
	copy(a.code(slot), v.codes)
	copy(a.vector(slot), v.vector)
	a.scales[slot>>graphShift][slot&graphMask] = v.graphScale
	a.ids[slot>>graphShift][slot&graphMask] = id
	*a.node(slot) = graphNode{level: uint8(level), upper: a.takeUpper(level)}
	for layer := range level + 1 {
		fill(a.places(layer, slot), noNode)
	}
	a.touch(slot)
	a.node(slot).born = a.clock
	return slot
}

// takeUpper returns a place for the links of a node above layer 0.
func (a *graphArena) takeUpper(level int) uint32 {
	if level == 0 {
		return 0
	}
	if free := a.free[level]; len(free) > 0 {
		a.free[level] = free[:len(free)-1]
		return free[len(free)-1]
	}
	at := len(a.upper)
	a.upper = slices.Grow(a.upper, level*a.m)[:at+level*a.m]
	return uint32(at)
}

// soil tells a snapshot under way that a slot gets another vector.
func (a *graphArena) soil(slot uint32) {
	if a.dirty != nil {
		a.dirty[slot] = struct{}{}
	}
}

// touch stamps a node whose links changed.
func (a *graphArena) touch(slot uint32) {
	a.clock++
	a.node(slot).links = a.clock
}

// pop removes the node in slot, which has no links left, by moving the last
// node there. It returns the slot from which that moved, which may be the
// same.
func (a *graphArena) pop(slot uint32) (moved uint32) {
	if node := a.node(slot); node.level > 0 {
		a.free[node.level] = append(a.free[node.level], node.upper)
	}
	last := uint32(a.n - 1)
	if slot != last {
		a.move(last, slot)
	}
	a.n--
	if a.n == 0 {
		a.upper, a.free = nil, [graphTop + 1][]uint32{}
	}
	// Keep an empty chunk until the one before it is half empty, so that
	// adding and deleting at a border allocates nothing.
	for c := len(a.ids) - 1; c >= 0 && a.n <= max(0, c*graphChunk-graphChunk/2); c-- {
		a.drop(c)
	}
	return last
}

// drop gives back the last chunk, c, of every array.
func (a *graphArena) drop(c int) {
	a.codes, a.scales = slices.Delete(a.codes, c, c+1), slices.Delete(a.scales, c, c+1)
	a.vectors, a.ids = slices.Delete(a.vectors, c, c+1), slices.Delete(a.ids, c, c+1)
	a.near, a.nodes = slices.Delete(a.near, c, c+1), slices.Delete(a.nodes, c, c+1)
}

// move puts a node into another slot, and renames it in its neighbours' links.
// Its stamps come along: they are unlike those of the node that was there.
func (a *graphArena) move(from, to uint32) {
	a.soil(to)
	copy(a.code(to), a.code(from))
	copy(a.vector(to), a.vector(from))
	copy(a.places(0, to), a.places(0, from))
	a.scales[to>>graphShift][to&graphMask] = a.scale(from)
	a.ids[to>>graphShift][to&graphMask] = a.id(from)
	*a.node(to) = *a.node(from)
	for layer := range int(a.node(to).level) + 1 {
		for _, other := range a.linked(layer, to) {
			links := a.linked(layer, other)
			links[slices.Index(links, from)] = to
			a.touch(other)
		}
	}
}

func (a *graphArena) bytes() int64 {
	perNode := 5*a.dim + 8 + 8 + 8*a.m + 16
	total := len(a.ids)*graphChunk*perNode + 4*cap(a.upper)
	for _, free := range a.free {
		total += 4 * cap(free)
	}
	return int64(total)
}

func fill(s []uint32, x uint32) {
	for i := range s {
		s[i] = x
	}
}
