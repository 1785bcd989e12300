package index

import (
	"math"
)

// A graphScratch is the working memory of one search, add or delete.
type graphScratch struct {
	codes []int8 // of the vector searched for
	marks []uint8
	epoch uint8 // a node is visited when its mark is this
	pool  []uint64
	rows  []uint32 // the nodes to compare next
	dots  []int32
	sims  []float32
	hits  []Hit
	plan  graphPlan
	tree  graphTree
}

// A candidate is a node and its similarity in one number that sorts by
// similarity: the float32's bits, made to sort as an integer does, then the
// slot, then one bit that says whether its neighbours were looked at.
func candidate(sim float32, slot uint32) uint64 {
	b := math.Float32bits(sim)
	b ^= uint32(int32(b)>>31) | 1<<31
	return uint64(b)<<32 | uint64(slot)<<1
}

const candidateSeen = 1

func candidateSlot(c uint64) uint32 { return uint32(c) >> 1 }

func candidateSim(c uint64) float32 {
	b := uint32(c >> 32)
	b ^= ^uint32(int32(b)>>31) | 1<<31
	return math.Float32frombits(b)
}

// begin clears the marks of all nodes.
func (s *graphScratch) begin(n int) {
	if len(s.marks) < n || len(s.marks) > 4*n+graphChunk {
		s.marks, s.epoch = make([]uint8, (n+graphMask)&^graphMask), 0
	}
	s.epoch++
	if s.epoch == 0 {
		clear(s.marks)
		s.epoch = 1
	}
}

// visit marks a node, and reports whether it was not marked before.
func (s *graphScratch) visit(slot uint32) bool {
	fresh := s.marks[slot] != s.epoch
	s.marks[slot] = s.epoch
	return fresh
}

// room makes rows empty, and dots and sims as long as they may get.
func (s *graphScratch) room(n int) {
	if len(s.dots) < n {
		s.rows, s.dots, s.sims = make([]uint32, 0, n), make([]int32, n), make([]float32, n)
	}
	s.rows = s.rows[:0]
}

// descend goes from the entry down to layer, on each layer above it to the
// node nearest to v (the paper's algorithm 5, lines 4 to 6).
func (g *Graph) descend(v *graphVector, layer int, s *graphScratch) uint32 {
	a := &g.arena
	s.room(2 * a.m)
	at := g.entry
	a.similar(s.sims, v, []uint32{at}, s.dots)
	best := s.sims[0]
	for l := g.top; l > layer; l-- {
		for moved := true; moved; {
			moved = false
			links := a.linked(l, at)
			a.similar(s.sims, v, links, s.dots)
			for i, slot := range links {
				if s.sims[i] > best {
					best, at, moved = s.sims[i], slot, true
				}
			}
		}
	}
	return at
}

// walk leaves in s.pool the ef nodes of a layer nearest to v that it can
// find, best first, beginning at those in s.pool (the paper's algorithm 2,
// with one sorted list in place of two heaps).
func (g *Graph) walk(v *graphVector, layer, ef int, s *graphScratch) {
	a := &g.arena
	s.begin(a.n)
	s.room(2 * a.m)
	for i := range s.pool {
		s.pool[i] &^= candidateSeen
		s.visit(candidateSlot(s.pool[i]))
	}
	for next := 0; next < len(s.pool); {
		if s.pool[next]&candidateSeen != 0 {
			next++
			continue
		}
		s.pool[next] |= candidateSeen
		s.rows = s.rows[:0]
		for _, slot := range a.places(layer, candidateSlot(s.pool[next])) {
			if slot == noNode {
				break
			}
			if s.visit(slot) {
				s.rows = append(s.rows, slot)
			}
		}
		a.similar(s.sims, v, s.rows, s.dots)
		for i, slot := range s.rows {
			if at := s.offer(candidate(s.sims[i], slot), ef); at < next {
				next = at
			}
		}
	}
}

// offer puts c into its place of the pool if it is among the ef best, and
// returns that place, or ef.
func (s *graphScratch) offer(c uint64, ef int) int {
	n := len(s.pool)
	if n == ef {
		if c < s.pool[n-1] {
			return ef
		}
		n--
	} else {
		s.pool = append(s.pool, 0)
	}
	low, high := 0, n
	for low < high {
		if mid := int(uint(low+high) >> 1); s.pool[mid] > c {
			low = mid + 1
		} else {
			high = mid
		}
	}
	copy(s.pool[low+1:n+1], s.pool[low:n])
	s.pool[low] = c
	return low
}
