package index

import (
	"bytes"
	"maps"
	"math"
	"runtime"
	"slices"
)

var _ Kept = (*Graph)(nil)

// Holds reports whether v, bit for bit, is the vector of id.
func (g *Graph) Holds(id uint64, v []float32) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	slot, known := g.slotOf.slot(id)
	return known && bytes.Equal(bytesOf(g.arena.vector(slot)), bytesOf(v))
}

// Prune deletes every entry whose id keep does not want, and returns how many
// there were.
func (g *Graph) Prune(keep func(id uint64) bool) int { return prune(g, keep) }

func (g *Graph) ids() []uint64 {
	g.mu.RLock()
	defer g.mu.RUnlock()
	ids := make([]uint64, g.arena.n)
	for slot := range ids {
		ids[slot] = g.arena.id(uint32(slot))
	}
	return ids
}

func (g *Graph) keeper() keeper { return g }

// The section of a Graph holds, in this order, the links above layer 0, the
// places in them that are free, by the number of layers, and for each chunk
// its ids, nodes and links; then for each chunk its vectors, codes and scales;
// then the slots whose vectors may be another node's. These are the numbers.
const (
	graphNumDim = iota
	graphNumM
	graphNumLen
	graphNumEntry
	graphNumTop // 1 + the highest layer
	graphNumClock
	graphNums
)

// graphPiece is how many nodes a snapshot copies at once, 1 MB at dim 384.
const graphPiece = 512

// save writes what ties the nodes together while no writer is let in. The
// vectors follow as they are by then. One that came into a slot meanwhile is
// not that of the slot's id: such slots are listed, for restore to delete.
func (g *Graph) save(w *snapshotWriter) (*section, error) {
	g.gate.Lock()
	a := &g.arena
	s := &section{kind: kindGraph, nums: make([]uint64, graphNums)}
	for i, n := range []uint64{uint64(a.dim), uint64(a.m), uint64(a.n), uint64(g.entry), uint64(g.top + 1), uint64(a.clock)} {
		s.nums[i] = n
	}
	chunks := graphChunks(a.n)
	if chunks > 0 {
		g.writeLinks(w, s, chunks)
		a.dirty = map[uint32]struct{}{}
	}
	g.gate.Unlock()
	if chunks == 0 {
		return nil, nil
	}
	for c := range chunks {
		g.writeChunk(w, s, c)
	}
	g.mu.RLock()
	changed := slices.Collect(maps.Keys(a.dirty))
	g.mu.RUnlock()
	w.array(s, bytesOf(changed))
	return s, nil
}

// graphChunks is the number of chunks that n nodes fill.
func graphChunks(n int) int { return (n + graphMask) >> graphShift }

// writeLinks reads what writers alone change. The caller holds gate.
func (g *Graph) writeLinks(w *snapshotWriter, s *section, chunks int) {
	a := &g.arena
	w.array(s, bytesOf(a.upper))
	for _, free := range a.free {
		w.array(s, bytesOf(free))
	}
	for c := range chunks {
		w.array(s, bytesOf(a.ids[c]))
		w.array(s, bytesOf(a.nodes[c]))
		w.array(s, bytesOf(a.near[c]))
	}
}

// writeChunk writes the vectors of a chunk, and what belongs to them.
func (g *Graph) writeChunk(w *snapshotWriter, s *section, c int) {
	dim := g.arena.dim
	const n = graphChunk
	room := w.room(n * (5*dim + 8))
	clear(room)
	vectors, codes, scales := room[:4*dim*n], room[4*dim*n:5*dim*n], room[5*dim*n:]
	for i := 0; i < n; i += graphPiece {
		g.mu.RLock()
		if a := &g.arena; c < len(a.ids) { // else the index has shrunk
			copy(vectors[4*dim*i:], bytesOf(a.vectors[c][dim*i:dim*(i+graphPiece)]))
			copy(codes[dim*i:], bytesOf(a.codes[c][dim*i:dim*(i+graphPiece)]))
			copy(scales[8*i:], bytesOf(a.scales[c][i:i+graphPiece]))
		}
		g.mu.RUnlock()
	}
	w.vectors(s, vectors)
	w.array(s, codes)
	w.array(s, scales)
}

// The places of a section's arrays.
func graphLinksAt(c int) int           { return 2 + graphTop + 3*c }
func graphVectorsAt(chunks, c int) int { return graphLinksAt(chunks + c) }
func graphChangedAt(chunks int) int    { return graphLinksAt(2 * chunks) }

// adopt puts the mapped vectors and codes of one chunk after the other in the
// place of those in the heap, after bringing them up to date.
func (g *Graph) adopt(s *section) {
	a := &g.arena
	chunks := graphChunks(int(s.nums[graphNumLen]))
	for c := range chunks {
		at := graphVectorsAt(chunks, c)
		vectors, codes := arrayOf[float32](s, at, graphChunk*a.dim), arrayOf[int8](s, at+1, graphChunk*a.dim)
		g.mu.Lock()
		if c >= len(a.ids) {
			g.mu.Unlock()
			break
		}
		for i := range graphChunk {
			if _, dirty := a.dirty[uint32(c*graphChunk+i)]; dirty {
				copy(vectors[i*a.dim:(i+1)*a.dim], a.vectors[c][i*a.dim:])
				copy(codes[i*a.dim:(i+1)*a.dim], a.codes[c][i*a.dim:])
			}
		}
		a.vectors[c], a.codes[c] = vectors, codes
		g.mu.Unlock()
	}
	g.mu.Lock()
	g.file, a.dirty = s.file, nil // no chunk lies in an earlier file any more
	g.mu.Unlock()
	runtime.KeepAlive(s)
}

func (g *Graph) abandon() {
	g.mu.Lock()
	g.arena.dirty = nil
	g.mu.Unlock()
}

// restore takes the vectors and codes where they lie, and copies the rest.
func (g *Graph) restore(s *section) error {
	dim, m := g.arena.dim, g.arena.m
	if s.kind != kindGraph || len(s.nums) != graphNums || s.nums[graphNumDim] != uint64(dim) || s.nums[graphNumM] != uint64(m) {
		return s.damaged("is of kind %d and numbers %v, a graph of dim %d and M %d expected", s.kind, s.nums[:min(len(s.nums), 2)], dim, m)
	}
	n := s.nums[graphNumLen]
	if n == 0 || n >= noNode>>1 || s.nums[graphNumEntry] >= n || s.nums[graphNumTop] > graphTop+1 || s.nums[graphNumClock] > math.MaxUint32 {
		return s.damaged("has the numbers %v", s.nums)
	}
	a := graphArena{dim: dim, m: m, n: int(n), clock: uint32(s.nums[graphNumClock])}
	if !a.restore(s) {
		return s.damaged("has %d arrays, not all of the expected lengths, for %d nodes", len(s.arrays), n)
	}
	var slotOf graphIDs
	for slot := range uint32(n) {
		if _, known := slotOf.slot(a.id(slot)); known {
			return s.damaged("has the id %d twice", a.id(slot))
		}
		slotOf.set(a.id(slot), slot)
	}
	entry, top := uint32(s.nums[graphNumEntry]), int(s.nums[graphNumTop])-1
	if slot := a.astray(); slot != noNode || int(a.node(entry).level) != top {
		return s.damaged("has links that lead nowhere, at node %d, or no entry on layer %d", slot, top)
	}
	var changed []uint64
	for _, slot := range arrayOf[uint32](s, len(s.arrays)-1, int(s.arrays[len(s.arrays)-1].len/4)) {
		if slot < uint32(n) {
			changed = append(changed, a.id(slot))
		}
	}
	if len(changed) > 0 && a.oneWay() {
		return s.damaged("has links that lead one way")
	}
	g.gate.Lock()
	g.mu.Lock()
	g.arena, g.slotOf, g.entry, g.top, g.file = a, slotOf, entry, top, s.file
	g.mu.Unlock()
	g.gate.Unlock()
	for _, id := range changed {
		g.Delete(id)
	}
	return nil
}

// restore fills the arena with a section's arrays, and reports whether all are
// there.
func (a *graphArena) restore(s *section) bool {
	chunks := graphChunks(a.n)
	if len(s.arrays) != graphChangedAt(chunks)+1 || s.arrays[graphChangedAt(chunks)].len%4 != 0 {
		return false
	}
	whole := true
	copied := func(i int) []uint32 {
		whole = whole && s.arrays[i].len%4 == 0
		return slices.Clone(arrayOf[uint32](s, i, int(s.arrays[i].len/4)))
	}
	a.upper = copied(0)
	for i := range a.free {
		a.free[i] = copied(1 + i)
	}
	for c := range chunks {
		at, links := graphVectorsAt(chunks, c), graphLinksAt(c)
		f := graphFresh{
			codes:   arrayOf[int8](s, at+1, graphChunk*a.dim),
			scales:  slices.Clone(arrayOf[graphScale](s, at+2, graphChunk)),
			vectors: arrayOf[float32](s, at, graphChunk*a.dim),
			ids:     slices.Clone(arrayOf[uint64](s, links, graphChunk)),
			near:    slices.Clone(arrayOf[uint32](s, links+2, graphChunk*2*a.m)),
			nodes:   slices.Clone(arrayOf[graphNode](s, links+1, graphChunk)),
		}
		whole = whole && f.codes != nil && f.scales != nil && f.vectors != nil && f.ids != nil && f.near != nil && f.nodes != nil
		a.extend(&f)
	}
	return whole
}

// astray returns a node that is linked to what is no node of the layer, or
// whose links lie outside, or noNode.
func (a *graphArena) astray() uint32 {
	for slot := range uint32(a.n) {
		node := a.node(slot)
		if node.level > graphTop || int(node.upper)+int(node.level)*a.m > len(a.upper) {
			return slot
		}
	}
	for slot := range uint32(a.n) {
		for layer := range int(a.node(slot).level) + 1 {
			for _, to := range a.linked(layer, slot) {
				if to >= uint32(a.n) || layer > 0 && int(a.node(to).level) < layer {
					return slot
				}
			}
		}
	}
	return noNode
}

// oneWay reports whether a link has no link back, which Delete relies on.
func (a *graphArena) oneWay() bool {
	for slot := range uint32(a.n) {
		for layer := range int(a.node(slot).level) + 1 {
			for _, to := range a.linked(layer, slot) {
				if !slices.Contains(a.linked(layer, to), slot) {
					return true
				}
			}
		}
	}
	return false
}
