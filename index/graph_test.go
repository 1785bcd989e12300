package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// check returns what is wrong with the structure of a graph: of links, slots,
// layers and the ways between nodes.
func (g *Graph) check() error {
	a := &g.arena
	if g.slotOf.len() != a.n {
		return fmt.Errorf("%d ids for %d nodes", g.slotOf.len(), a.n)
	}
	if a.n == 0 {
		if g.top != -1 {
			return fmt.Errorf("empty, with top %d", g.top)
		}
		return nil
	}
	if level := int(a.node(g.entry).level); level != g.top {
		return fmt.Errorf("top is %d, the entry is of level %d", g.top, level)
	}
	for slot := range uint32(a.n) {
		if at, known := g.slotOf.slot(a.id(slot)); at != slot || !known {
			return fmt.Errorf("id %d is in slot %d, not %d", a.id(slot), at, slot)
		}
		for layer := range int(a.node(slot).level) + 1 {
			if err := g.checkLinks(layer, slot); err != nil {
				return fmt.Errorf("layer %d, slot %d of %d: %w", layer, slot, a.n, err)
			}
		}
	}
	if reached := g.reached(0, g.entry); reached != a.n {
		return fmt.Errorf("%d nodes of %d can be reached", reached, a.n)
	}
	return nil
}

func (g *Graph) checkLinks(layer int, slot uint32) error {
	a := &g.arena
	links := a.linked(layer, slot)
	for i, other := range links {
		switch {
		case int(other) >= a.n || other == slot:
			return fmt.Errorf("a link to %d", other)
		case int(a.node(other).level) < layer:
			return fmt.Errorf("a link to %d, which is not on this layer", other)
		case slices.Contains(links[:i], other):
			return fmt.Errorf("two links to %d", other)
		case !slices.Contains(a.linked(layer, other), slot):
			return fmt.Errorf("a link to %d, which has none back", other)
		}
	}
	for _, other := range a.places(layer, slot)[len(links):] {
		if other != noNode {
			return fmt.Errorf("a link to %d behind the last", other)
		}
	}
	return nil
}

// reached is the number of nodes on a layer that there are ways to.
func (g *Graph) reached(layer int, from uint32) int {
	seen := make([]bool, g.arena.n)
	seen[from] = true
	todo, n := []uint32{from}, 0
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n++
		for _, other := range g.arena.linked(layer, at) {
			if !seen[other] {
				seen[other] = true
				todo = append(todo, other)
			}
		}
	}
	return n
}

// perturbed returns n unit vectors in groups of ten, cosine .8 within a group.
func perturbed(r *rand.Rand, n, dim int) [][]float32 {
	all := make([][]float32, n)
	for i := range all {
		if i%10 == 0 {
			all[i] = unit(r, dim)
			continue
		}
		v := slices.Clone(all[i/10*10])
		for j, e := range unit(r, dim) {
			v[j] += .7 * e
		}
		n := float32(norm(v))
		for j := range v {
			v[j] /= n
		}
		all[i] = v
	}
	return all
}

// After any mix of adds, replacements and deletes, each link has its twin and
// layer 0 is in one piece.
func TestGraphKeepsItsStructure(t *testing.T) {
	for _, o := range []GraphOptions{{}, {M: 4, Build: 8, Search: 8}, {M: 8, Build: 16}} {
		t.Run(fmt.Sprintf("M=%d", o.M), func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 3))
			g, err := NewGraph(24, &o)
			if err != nil {
				t.Fatal(err)
			}
			vectors := perturbed(r, 3000, 24)
			ops := 12_000
			if raced {
				ops = 2500
			}
			for op := range ops {
				id := uint64(r.IntN(len(vectors)))
				if op/2000%2 == 1 && r.IntN(4) > 0 {
					g.Delete(id)
				} else if err := g.Add(id, vectors[r.IntN(len(vectors))]); err != nil {
					t.Fatal(err)
				}
				if op%500 == 0 || op > ops-10 {
					if err := g.check(); err != nil {
						t.Fatalf("after operation %d: %v", op, err)
					}
				}
			}
		})
	}
}
