package index

const (
	// firstHead is the first slot that gets a head: the blocks before it are
	// smaller than a batch, and their codes are read in 1 us.
	firstHead = 64

	// fitFrom is the number of entries from which axes are fitted, and
	// dropFrom that under which they are forgotten.
	fitFrom  = 1024
	dropFrom = fitFrom / 2

	// refitAfter is how many vectors are added before axes are fitted anew,
	// as a multiple of the entries at the last fit: a growing index gets axes
	// from a larger sample, one whose questions change gets those of today.
	refitAfter = 15
)

// A headSet is the heads of an index's entries along one rotation. A search
// uses one set. While a second one is made, writers keep both.
type headSet struct {
	rot    *rotation
	n      int       // slots firstHead to n-1 have heads; a multiple of headBatch
	blocks []*heads  // by block; nil where there are none
	head   head      // that of the vector being written
	coords []float32 // headDims for each vector of a batch
}

func newHeadSet(rot *rotation) *headSet {
	return &headSet{rot: rot, n: firstHead, coords: make([]float32, headBatch*headDims)}
}

// has reports whether a slot, in use or about to be, has a head.
func (hs *headSet) has(slot int) bool { return hs != nil && slot >= firstHead && slot < hs.n }

// of returns the heads of a block, and of how many of its entries there are.
func (hs *headSet) of(at int) (*heads, int) {
	if hs == nil || at >= len(hs.blocks) || hs.blocks[at] == nil {
		return nil, 0
	}
	return hs.blocks[at], max(min(hs.n-blockStart(at), blockCap(at)), 0)
}

// code prepares the head of v, if it will be written to a slot that has one.
func (hs *headSet) code(slot int, v []float32) {
	if hs.has(slot) {
		hs.rot.project(hs.coords[:headDims], v)
		hs.rot.code(&hs.head, v, hs.coords[:headDims])
	}
}

// put writes the prepared head. The caller holds mu of the index.
func (hs *headSet) put(slot int) {
	if hs.has(slot) {
		at, i := locate(slot)
		hs.blocks[at].put(i, &hs.head)
	}
}

// move brings the head of slot last to slot, or the prepared one if last has
// none. The caller holds mu of the index.
func (hs *headSet) move(slot, last int) {
	if !hs.has(slot) || !hs.has(last) {
		hs.put(slot)
		return
	}
	at, i := locate(slot)
	lastAt, lastI := locate(last)
	hs.blocks[at].move(i, hs.blocks[lastAt], lastI)
}

// trim forgets heads that no entry uses, a batch at a time, so that adding and
// deleting at a border makes none anew. n is the number of entries and blocks
// that of blocks which are left. The caller holds mu of the index.
func (hs *headSet) trim(n, blocks int) {
	if hs == nil {
		return
	}
	for hs.n > firstHead && n <= hs.n-headBatch {
		hs.n -= headBatch
	}
	for at := blocks; at < len(hs.blocks); at++ {
		hs.blocks[at] = nil
	}
	hs.blocks = hs.blocks[:min(blocks, len(hs.blocks))]
}

func (hs *headSet) bytes() int64 {
	if hs == nil {
		return 0
	}
	total := 4 * (len(hs.rot.axes) + len(hs.coords))
	for _, h := range hs.blocks {
		if h != nil {
			total += headBytes * len(h.scale)
		}
	}
	return int64(total)
}

// extend gives heads to the next batch of x's entries and reports whether there
// was a whole one. Searches read those of earlier batches alone, so that only
// the last lines need mu. The caller holds writer.
func (hs *headSet) extend(x *Exact) bool {
	if hs == nil || hs.n+headBatch > x.n {
		return false
	}
	at, first := locate(hs.n)
	h, _ := hs.of(at)
	if h == nil {
		h = newHeads(len(x.blocks[at].ids))
	}
	vectors := x.blocks[at].run(first, headBatch, x.dim)
	hs.rot.project(hs.coords, vectors)
	loose := h.loose
	for i := range headBatch {
		hs.rot.code(&hs.head, vectors[i*x.dim:][:x.dim], hs.coords[i*headDims:][:headDims])
		h.set(first+i, &hs.head)
		loose = max(loose, hs.head.looseness())
	}
	x.mu.Lock()
	for len(hs.blocks) <= at {
		hs.blocks = append(hs.blocks, nil)
	}
	hs.blocks[at], h.loose = h, loose
	hs.n += headBatch
	x.mu.Unlock()
	return true
}

// advance does the next piece of the work that gives a partition heads, or
// better ones: of fitting the axes, then of making heads for batches of
// entries, two an Add. It takes some 0.1 ms at 384 dimensions. The caller holds writer,
// and not mu.
func (x *Exact) advance() {
	if x.dim < minHeadDim || x.dim > maxHeadDim {
		return
	}
	x.heads.extend(x)
	x.adds++
	switch {
	case x.next != nil:
		x.next.extend(x)
		if x.next.extend(x) {
			return
		}
		x.mu.Lock()
		x.heads = x.next
		x.mu.Unlock()
		x.next = nil
	case x.fit != nil:
		rot, done := x.fit.step(x.n/headBatch-1, x.batch)
		if !done {
			return
		}
		x.fit, x.adds, x.refit = nil, 0, refitAfter*x.n
		if rot != nil {
			x.next = newHeadSet(rot)
		}
	case x.n >= fitFrom && x.adds >= x.refit:
		var from *rotation
		if x.heads != nil {
			from = x.heads.rot
		}
		x.fit = newFitting(x.dim, from)
	}
}

// batch is the i-th batch of vectors that may have heads.
func (x *Exact) batch(i int) []float32 {
	at, first := locate(firstHead + i*headBatch)
	return x.blocks[at].run(first, headBatch, x.dim)
}

// trimHeads follows a Delete: it drops heads beyond the last entry, and all of
// them, with their axes, when the partition has become small. The caller holds
// writer and mu.
func (x *Exact) trimHeads() {
	if x.n < dropFrom {
		x.heads, x.next, x.fit, x.refit = nil, nil, nil, 0
	}
	x.heads.trim(x.n, len(x.blocks))
	x.next.trim(x.n, len(x.blocks))
}
