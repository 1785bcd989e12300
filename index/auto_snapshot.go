package index

var _ Kept = (*Auto)(nil)

// Holds reports whether v, bit for bit, is the vector of id.
func (x *Auto) Holds(id uint64, v []float32) bool { return x.kept().Holds(id, v) }

// Prune deletes every entry whose id keep does not want, and returns how many
// there were.
func (x *Auto) Prune(keep func(id uint64) bool) int { return prune(x, keep) }

func (x *Auto) ids() []uint64 { return x.kept().ids() }

// kept is who answers now.
func (x *Auto) kept() Kept { return x.now.Load().answers.(Kept) }

func (x *Auto) keeper() keeper { return x.kept().keeper() }

// restore takes a section of either kind: of a Graph, it has moved already.
func (x *Auto) restore(s *section) error {
	if s.kind != kindGraph {
		return x.kept().restore(s)
	}
	g, err := NewGraph(x.dim, x.graph)
	if err != nil {
		return err
	}
	if err := g.restore(s); err != nil {
		return err
	}
	x.started.Store(true)
	x.become(&autoState{answers: g})
	return nil
}
