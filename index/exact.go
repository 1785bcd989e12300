package index

import (
	"fmt"
	"sync"
)

// maxDim keeps the int32 sum of dim products of two int8 codes, each at most
// 127*127, below 2^31 with room to spare.
const maxDim = 1 << 16

// Exact is the index that scans: its answers are those of comparing q with
// every vector in float32, bit for bit, and a miss is a proof that nothing is
// above the floor. It keeps the vectors of one partition.
//
// Each vector is held as float32s, as int8 codes, and, in a partition of more
// than about 1,100 entries of 128 to 4,096 dimensions, as a head: 64 coordinates
// along the principal axes of the vectors, as int8. A scan reads the heads
// alone and bounds every score from above (exact_head.go); of those whose bound
// reaches the floor, or the k-th best score so far, it reads the codes and
// bounds the score more closely (bound.go); the few that are left are scored in
// float32. Of 100,000 real questions, 0.2% get past their head at a floor of
// .80, and 3% at .70.
//
// The axes are fitted from the first 1,024 vectors, and from a larger sample
// each time that the number added since has grown to 15 times the entries then
// (exact_fit.go). That and making the heads is done by Add, in pieces of about
// 0.1 ms at dim 384, while searches go on: some 4 ms in all for the first fit,
// 0.7 us an entry for its head. Axes that fit badly make searches slower, never
// wrong.
//
// An entry costs 5*dim + 16 bytes in its block, 72 for its head (64 codes, a
// scale, and the norm of what the head leaves out), and some 20 to 40 in the
// map from ids to slots: about 2,040 bytes at dim 384. The float32s are three
// quarters of it; they make scores exact. Blocks double from 1 slot to 1,024,
// and nothing is ever copied to grow; at most half of a small index stands
// empty, and at most 1,024 slots of a large one after adding, half as many
// again after deleting. The axes take 256*dim bytes an index, 98 KB at dim 384,
// thrice that during a fit; after a fit, heads stand twice until the new ones
// are complete. [Exact.Bytes] tells the current sum.
type Exact struct {
	dim int

	// writer serialises Add and Delete. It alone guards what searches do not
	// read: the fields that follow it.
	writer sync.Mutex
	slotOf map[uint64]int
	peak   int      // the most entries since slotOf was made
	codes  []int8   // the vector being added, quantised before mu is taken
	next   *headSet // heads in the making, to take the place of heads
	fit    *fitting // axes in the making, for the next
	adds   int      // since the last fit
	refit  int      // how many adds make the next fit due

	copying *exactCopy // of a snapshot under way, else nil

	// mu guards the rest. A search holds it for up to 8 blocks of heads or
	// 1,280 codes at a time (8 to 20 us, and less than 0.1 us for each entry
	// that it scores), a writer for copying one vector (2 KB: 0.1 us). Neither
	// waits much longer than that for the other.
	mu      sync.RWMutex
	blocks  []*block
	n       int         // slots 0 to n-1 are in use, without holes
	deletes uint64      // how many there were: each may let an entry change its slot
	heads   *headSet    // nil in a small partition
	file    *fileMemory // where vectors and codes of some blocks lie; nil: all are in the heap
}

var _ Index = (*Exact)(nil)

// NewExact returns an empty index for vectors of dim float32s. It fails when
// dim is not within 1 to 65,536.
func NewExact(dim int) (*Exact, error) {
	if dim < 1 || dim > maxDim {
		return nil, fmt.Errorf("likewise/index: new exact index: dim %d given, 1 to %d expected", dim, maxDim)
	}
	return &Exact{dim: dim, slotOf: map[uint64]int{}, codes: make([]int8, dim)}, nil
}

// Add stores the unit vector v under id, replacing an earlier vector of that
// id. It copies v. It fails when v has the wrong length, holds a NaN or an
// infinity, or has an L2 norm outside 1 +- 0.001.
func (x *Exact) Add(id uint64, v []float32) error {
	if err := CheckVector(x.dim, v); err != nil {
		return fmt.Errorf("likewise/index: add %d: %w", id, err)
	}
	x.writer.Lock()
	defer x.writer.Unlock()

	b := quantise(v, x.codes)
	if slot, known := x.slotOf[id]; known {
		x.heads.code(slot, v)
		x.next.code(slot, v)
		x.mu.Lock()
		x.write(slot, id, v, b)
		x.mu.Unlock()
		x.advance()
		return nil
	}
	slot := x.n
	at, _ := locate(slot)
	var fresh *block
	if at == len(x.blocks) {
		fresh = newBlock(blockCap(at), x.dim) // cleared by the allocator, before mu is taken
	}
	x.heads.code(slot, v)
	x.next.code(slot, v)
	x.mu.Lock()
	if fresh != nil {
		x.blocks = append(x.blocks, fresh)
	}
	x.write(slot, id, v, b)
	x.n++
	x.mu.Unlock()
	x.slotOf[id] = slot
	x.peak = max(x.peak, len(x.slotOf))
	x.advance()
	return nil
}

// write fills a slot. The caller holds mu.
func (x *Exact) write(slot int, id uint64, v []float32, b bound) {
	at, i := locate(slot)
	blk := x.blocks[at]
	copy(blk.vector(i, x.dim), v)
	copy(blk.code(i, x.dim), x.codes)
	blk.bounds[i], blk.ids[i] = b, id
	x.copying.noteWrite(slot)
	x.heads.put(slot)
	x.next.put(slot)
}

// Delete removes id and reports whether it was there. The last entry moves
// into its slot, so that blocks empty from the end and are given back.
func (x *Exact) Delete(id uint64) bool {
	x.writer.Lock()
	defer x.writer.Unlock()
	slot, known := x.slotOf[id]
	if !known {
		return false
	}
	last := x.n - 1
	lastAt, lastI := locate(last)
	at, i := locate(slot)
	from, to := x.blocks[lastAt], x.blocks[at]
	for _, hs := range [...]*headSet{x.heads, x.next} {
		if !hs.has(last) {
			hs.code(slot, from.vector(lastI, x.dim))
		}
	}

	x.mu.Lock()
	if slot != last {
		copy(to.vector(i, x.dim), from.vector(lastI, x.dim))
		copy(to.code(i, x.dim), from.code(lastI, x.dim))
		to.bounds[i], to.ids[i] = from.bounds[lastI], from.ids[lastI]
		x.copying.noteWrite(slot)
		x.heads.move(slot, last)
		x.next.move(slot, last)
	}
	x.n = last
	x.deletes++
	x.copying.noteLength(last)
	x.dropEmptyBlocks()
	x.trimHeads()
	x.mu.Unlock()

	delete(x.slotOf, id)
	if slot != last {
		x.slotOf[to.ids[i]] = slot
	}
	x.shrinkMap()
	return true
}

// dropEmptyBlocks gives back every block that begins beyond n, but keeps one
// until the block before it is half empty, so that adding and deleting at a
// border allocates nothing. The caller holds mu.
func (x *Exact) dropEmptyBlocks() {
	for at := len(x.blocks) - 1; at >= 0; at-- {
		if at > 0 && x.n > blockStart(at-1)+blockCap(at-1)/2 || at == 0 && x.n > 0 {
			return
		}
		x.blocks[at] = nil
		x.blocks = x.blocks[:at]
	}
}

// shrinkMap rebuilds slotOf when three quarters of it stand empty, since a Go
// map never gives memory back. Its cost, spread over the deletes that led to
// it, is constant, and searches do not wait for it. The caller holds writer.
func (x *Exact) shrinkMap() {
	if x.peak < 64 || len(x.slotOf) > x.peak/4 {
		return
	}
	m := make(map[uint64]int, len(x.slotOf))
	for id, slot := range x.slotOf {
		m[id] = slot
	}
	x.slotOf, x.peak = m, len(m)
}

// Len is the number of vectors held.
func (x *Exact) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.n
}

// Bytes is the memory that the index holds, in bytes: its blocks, full or
// not, and an estimate of the map from ids to slots.
func (x *Exact) Bytes() int64 {
	const mapEntry = 32 // a Go map's 16-byte pair and control byte, at 7/16 to 7/8 load
	x.writer.Lock()
	defer x.writer.Unlock()
	total := int64(x.peak) * mapEntry
	for _, b := range x.blocks {
		total += int64(len(b.ids)) * int64(entryBytes(x.dim))
	}
	return total + x.heads.bytes() + x.next.bytes() + x.fit.bytes()
}
