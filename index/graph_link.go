package index

import "slices"

// graphFill is the least number of links that a new node makes if it can.
func graphFill(m int) int { return m / 2 }

// connect links two nodes on a layer, both ways, if they are not linked yet. A
// node without room drops a link for it: b the one to victim if that is given.
// The caller holds mu.
func (g *Graph) connect(layer int, a, b, victim uint32, s *graphScratch) {
	if slices.Contains(g.arena.linked(layer, a), b) {
		return
	}
	g.attach(layer, b, a, victim, s)
	g.attach(layer, a, b, noNode, s)
}

// attach adds a to the links of b.
func (g *Graph) attach(layer int, b, a, victim uint32, s *graphScratch) {
	places := g.arena.places(layer, b)
	links := g.arena.linked(layer, b)
	rescue := uint32(noNode)
	if len(links) == len(places) {
		if victim == noNode {
			victim = g.victim(layer, b, s)
		}
		if !g.shareNeighbour(layer, b, victim) {
			rescue = victim
		}
		g.detach(layer, b, victim)
		g.detach(layer, victim, b)
		links = links[:len(links)-1]
	}
	places[len(links)] = a
	g.arena.touch(b)
	if rescue != noNode {
		g.rescue(layer, rescue, a)
	}
}

// rescue links x, which has just lost its link to a neighbour of a, to a or to
// a neighbour of a, whichever has room first, so that a way remains. x has
// room, and one place of a is spoken for.
func (g *Graph) rescue(layer int, x, a uint32) {
	if g.tie(layer, x, a, 1) {
		return
	}
	for _, other := range g.arena.linked(layer, a) {
		if g.tie(layer, x, other, 0) {
			return
		}
	}
}

// tie links x and y if y has more than spoken places left, and reports whether
// they are linked now.
func (g *Graph) tie(layer int, x, y uint32, spoken int) bool {
	ofX, ofY := g.arena.linked(layer, x), g.arena.linked(layer, y)
	switch {
	case x == y:
		return false
	case slices.Contains(ofX, y):
		return true
	case len(ofY)+spoken >= len(g.arena.places(layer, y)):
		return false
	}
	g.arena.places(layer, x)[len(ofX)] = y
	g.arena.places(layer, y)[len(ofY)] = x
	g.arena.touch(x)
	g.arena.touch(y)
	return true
}

// detach takes a out of the links of b, if it is there.
func (g *Graph) detach(layer int, b, a uint32) {
	links := g.arena.linked(layer, b)
	i := slices.Index(links, a)
	if i < 0 {
		return
	}
	last := len(links) - 1
	links[i], links[last] = links[last], noNode
	g.arena.touch(b)
}

// shareNeighbour reports whether a third node is linked to both a and b.
func (g *Graph) shareNeighbour(layer int, a, b uint32) bool {
	ofA := g.arena.linked(layer, a)
	for _, x := range g.arena.linked(layer, b) {
		if slices.Contains(ofA, x) {
			return true
		}
	}
	return false
}

// victim says which link a full node does without best: the farthest neighbour
// that has a common neighbour with it which is nearer to both; else the
// farthest with any common neighbour; else the farthest.
func (g *Graph) victim(layer int, b uint32, s *graphScratch) uint32 {
	a := &g.arena
	links := a.linked(layer, b)
	s.room(2 * a.m)
	v := a.stored(b)
	a.similar(s.sims, &v, links, s.dots)
	t := &s.tree
	t.order = t.order[:0]
	for i, slot := range links {
		t.order = append(t.order, candidate(s.sims[i], slot))
	}
	slices.Sort(t.order) // farthest first
	tied := uint32(noNode)
	for i, c := range t.order {
		x := candidateSlot(c)
		common := g.common(layer, x, t.order[i+1:], s)
		if len(common) == 0 {
			continue
		}
		if tied == noNode {
			tied = x
		}
		vx := a.stored(x)
		a.similar(s.sims, &vx, common, s.dots)
		if slices.Max(s.sims[:len(common)]) >= candidateSim(c) {
			return x
		}
	}
	if tied == noNode {
		return candidateSlot(t.order[0])
	}
	return tied
}

// common returns those of the candidates that x is linked to, in s.rows.
func (g *Graph) common(layer int, x uint32, of []uint64, s *graphScratch) []uint32 {
	s.rows = s.rows[:0]
	links := g.arena.linked(layer, x)
	for _, c := range of {
		if slot := candidateSlot(c); slices.Contains(links, slot) {
			s.rows = append(s.rows, slot)
		}
	}
	return s.rows
}
