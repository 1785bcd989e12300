package index

import (
	"fmt"
	"slices"
)

// A graphPlan is what an Add is going to link, decided while others read and
// write: so it says of each node what it was, and is checked before it is done.
type graphPlan struct {
	layers   [graphTop + 1][]graphEdge
	entry    uint32 // where the search began, and its node's birth
	born     uint32
	chosen   []uint32
	spare    []uint64
	sims     []float32
	dots     []int32
	upLayers int // layers planned
}

// A graphEdge is a link to make.
type graphEdge struct {
	to     uint32
	born   uint32 // the birth of node to
	links  uint32 // the stamp of its links
	victim uint32 // the link that it is to drop for this, if it has no room
}

// Add stores the unit vector v under id, replacing an earlier vector of that
// id. It copies v. It fails when v has the wrong length, holds a NaN or an
// infinity, or has an L2 norm outside 1 +- 0.001.
func (g *Graph) Add(id uint64, v []float32) error {
	if err := CheckVector(g.arena.dim, v); err != nil {
		return fmt.Errorf("likewise/index: add %d: %w", id, err)
	}
	g.gate.RLock()
	defer g.gate.RUnlock()
	s := g.scratches.Get().(*graphScratch)
	defer g.scratches.Put(s)
	x := graphQuantise(v, s.codes)
	level := g.level(id)
	var fresh *graphFresh
	for {
		g.mu.RLock()
		g.prepare(&x, level, s)
		full := g.arena.full()
		g.mu.RUnlock()
		if full && fresh == nil { // cleared by the allocator while nobody waits
			fresh = newGraphFresh(g.arena.dim, g.arena.m)
		}
		if g.commit(id, &x, level, fresh, s) {
			return nil
		}
	}
}

// prepare fills s.plan with the links of a new node (the paper's algorithm 1).
// The caller holds mu for reading.
func (g *Graph) prepare(v *graphVector, level int, s *graphScratch) {
	p := &s.plan
	p.upLayers, p.entry, p.born = 0, g.entry, 0
	for i := range p.layers {
		p.layers[i] = p.layers[i][:0]
	}
	if g.arena.n == 0 {
		return
	}
	p.born = g.arena.node(g.entry).born
	layer := min(level, g.top)
	p.upLayers = layer + 1
	at := g.descend(v, layer, s)
	g.arena.similar(s.sims, v, []uint32{at}, s.dots)
	s.pool = append(s.pool[:0], candidate(s.sims[0], at))
	for ; layer >= 0; layer-- {
		g.walk(v, layer, g.opt.Build, s)
		for _, to := range g.choose(s.pool, g.opt.M, p) {
			e := graphEdge{to: to, born: g.arena.node(to).born, links: g.arena.node(to).links, victim: noNode}
			if len(g.arena.linked(layer, to)) == len(g.arena.places(layer, to)) {
				e.victim = g.victim(layer, to, s)
			}
			p.layers[layer] = append(p.layers[layer], e)
		}
	}
}

// choose picks at most m of the candidates, best first: those to which no
// chosen one is nearer than the new node is (the paper's algorithm 4), so that
// links lead into all directions. What is left over fills up half of m:
// a node of few links is easily lost.
func (g *Graph) choose(pool []uint64, m int, p *graphPlan) []uint32 {
	p.chosen, p.spare = p.chosen[:0], p.spare[:0]
	if len(p.dots) < m {
		p.sims, p.dots = make([]float32, m), make([]int32, m)
	}
	for _, c := range pool {
		if len(p.chosen) == m {
			return p.chosen
		}
		x := g.arena.stored(candidateSlot(c))
		g.arena.similar(p.sims, &x, p.chosen, p.dots)
		if sims := p.sims[:len(p.chosen)]; len(sims) > 0 && slices.Max(sims) >= candidateSim(c) {
			p.spare = append(p.spare, c)
			continue
		}
		p.chosen = append(p.chosen, candidateSlot(c))
	}
	for _, c := range p.spare {
		if len(p.chosen) >= graphFill(m) {
			break
		}
		p.chosen = append(p.chosen, candidateSlot(c))
	}
	return p.chosen
}

// commit does what was planned, and reports false if too much has changed
// since: another entry, or none of the nodes to link to.
func (g *Graph) commit(id uint64, v *graphVector, level int, fresh *graphFresh, s *graphScratch) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	a, p := &g.arena, &s.plan
	if g.stale(p) {
		return false
	}
	if a.full() {
		if fresh == nil {
			fresh = newGraphFresh(a.dim, a.m)
		}
		a.extend(fresh)
	}
	old, known := g.slotOf.slot(id)
	slot := a.push(id, v, level)
	for layer := range min(level+1, p.upLayers) {
		for i := range p.layers[layer] {
			if e := &p.layers[layer][i]; g.holds(e) {
				g.fulfil(layer, slot, e, s)
			}
		}
	}
	if level > g.top {
		g.entry, g.top = slot, level
	}
	g.slotOf.set(id, slot)
	if known {
		g.remove(old, s)
	}
	return true
}

// stale reports whether the plan can no longer be carried out.
func (g *Graph) stale(p *graphPlan) bool {
	if g.arena.n == 0 {
		return p.upLayers != 0
	}
	if p.upLayers == 0 || p.entry != g.entry || g.arena.node(g.entry).born != p.born {
		return true
	}
	for i := range p.layers[0] {
		if g.holds(&p.layers[0][i]) {
			return false
		}
	}
	return true
}

// holds reports whether the node to link to is still the one planned for.
func (g *Graph) holds(e *graphEdge) bool {
	return int(e.to) < g.arena.n && g.arena.node(e.to).born == e.born
}

// fulfil makes one link of a plan.
func (g *Graph) fulfil(layer int, slot uint32, e *graphEdge, s *graphScratch) {
	if g.arena.node(e.to).links != e.links {
		e.victim = noNode // another link was made meanwhile
	}
	g.connect(layer, slot, e.to, e.victim, s)
}
