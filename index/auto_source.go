package index

// What a move reads of an Exact.

// slots is the number of slots in use.
func (x *Exact) slots() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.n
}

// idsBefore returns the ids of the at most n slots before the given one that
// are in use.
func (x *Exact) idsBefore(slot, n int) []uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ids := make([]uint64, 0, n)
	for slot, first := min(slot, x.n)-1, max(slot-n, 0); slot >= first; slot-- {
		at, i := locate(slot)
		ids = append(ids, x.blocks[at].ids[i])
	}
	return ids
}

// vectorOf copies the vector of an id to dst, and reports whether it is there.
func (x *Exact) vectorOf(id uint64, dst []float32) bool {
	x.writer.Lock() // it guards slotOf, and nothing else writes to blocks
	defer x.writer.Unlock()
	slot, known := x.slotOf[id]
	if known {
		at, i := locate(slot)
		copy(dst, x.blocks[at].vector(i, x.dim))
	}
	return known
}
