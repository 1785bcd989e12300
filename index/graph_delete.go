package index

// A graphTree is the working memory of repair and of victim.
type graphTree struct {
	order []uint64    // of victim
	loose []uint32    // nodes that the tree does not reach yet
	best  []float32   // how near each of them is to the tree,
	from  []uint32    // and to which node of it
	edges [][2]uint32 // the tree
}

// Delete removes id and reports whether it was there. Its neighbours are
// linked to each other, so that ways through it remain, and the last node
// moves into its place.
func (g *Graph) Delete(id uint64) bool {
	s := g.scratches.Get().(*graphScratch)
	defer g.scratches.Put(s)
	g.gate.RLock()
	defer g.gate.RUnlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	slot, known := g.slotOf.slot(id)
	if !known {
		return false
	}
	g.slotOf.remove(id)
	g.remove(slot, s)
	return true
}

// remove unlinks a node and gives its slot to the last one. The caller holds
// mu, and has seen to slotOf of its id.
func (g *Graph) remove(slot uint32, s *graphScratch) {
	a := &g.arena
	if slot == g.entry {
		g.replaceEntry()
	}
	for layer := int(a.node(slot).level); layer >= 0; layer-- {
		t := &s.tree
		t.loose = append(t.loose[:0], a.linked(layer, slot)...)
		for _, other := range t.loose {
			g.detach(layer, other, slot)
		}
		fill(a.places(layer, slot), noNode)
		g.repair(layer, s)
	}
	last := a.pop(slot)
	if last != slot {
		g.slotOf.set(a.id(slot), slot)
	}
	if g.entry == last {
		g.entry = slot
	}
	if a.n == 0 {
		g.entry, g.top = 0, -1
	}
}

// replaceEntry makes another node the entry: one linked to it on the highest
// layer where it has links.
func (g *Graph) replaceEntry() {
	a := &g.arena
	old, best := g.entry, -1
	consider := func(slot uint32) {
		if level := int(a.node(slot).level); slot != old && level > best {
			g.entry, best = slot, level
		}
	}
	for layer := g.top; layer >= 0 && best < 0; layer-- {
		for _, slot := range a.linked(layer, old) {
			consider(slot)
		}
	}
	if best < 0 { // alone
		for slot := range a.n {
			consider(uint32(slot))
		}
	}
	g.top = best
}

// repair links the nodes of s.tree.loose, which had a common neighbour, along
// their minimum spanning tree (Prim, 1957): each way that led through the
// neighbour remains, and no link is made that a nearer node makes needless.
func (g *Graph) repair(layer int, s *graphScratch) {
	a, t := &g.arena, &s.tree
	if len(t.loose) < 2 {
		return
	}
	s.room(2 * a.m)
	t.best, t.from, t.edges = t.best[:0], t.from[:0], t.edges[:0]
	at := t.loose[len(t.loose)-1]
	t.loose = t.loose[:len(t.loose)-1]
	for range t.loose {
		t.best, t.from = append(t.best, -2), append(t.from, at)
	}
	for len(t.loose) > 0 {
		v := a.stored(at)
		a.similar(s.sims, &v, t.loose, s.dots)
		next := 0
		for i, sim := range s.sims[:len(t.loose)] {
			if sim > t.best[i] {
				t.best[i], t.from[i] = sim, at
			}
			if t.best[i] > t.best[next] {
				next = i
			}
		}
		at = t.loose[next]
		t.edges = append(t.edges, [2]uint32{t.from[next], at})
		last := len(t.loose) - 1
		t.loose[next], t.best[next], t.from[next] = t.loose[last], t.best[last], t.from[last]
		t.loose, t.best, t.from = t.loose[:last], t.best[:last], t.from[:last]
	}
	for _, e := range t.edges {
		g.connect(layer, e[0], e[1], noNode, s)
	}
}
