package index

import "math/bits"

// blockSlots is the size of the largest blocks.
const (
	blockShift = 10
	blockSlots = 1 << blockShift
)

// A block is a run of slots in flat arrays: vectors and codes of slot i begin
// at i*dim. The first blocks are small, because a partition may hold a single
// entry; their sizes are 1, 1, 2, 4, ... 512, and 1,024 from then on.
type block struct {
	vectors []float32
	codes   []int8
	bounds  []bound
	ids     []uint64
}

func newBlock(slots, dim int) *block {
	return &block{
		vectors: make([]float32, slots*dim),
		codes:   make([]int8, slots*dim),
		bounds:  make([]bound, slots),
		ids:     make([]uint64, slots),
	}
}

// entryBytes is what one slot of a block takes: 4*dim for the vector, dim for
// the code, 8 for its bound and 8 for its id. A head takes headBytes more.
func entryBytes(dim int) int { return 5*dim + 16 }

func (b *block) vector(i, dim int) []float32 { return b.vectors[i*dim : (i+1)*dim] }

// run returns n vectors that lie one after the other, from slot i on.
func (b *block) run(i, n, dim int) []float32 { return b.vectors[i*dim : (i+n)*dim] }

func (b *block) code(i, dim int) []int8 { return b.codes[i*dim : (i+1)*dim] }

// small is the number of blocks that make up the first blockSlots slots.
const small = 11

// locate returns the block of a slot and the place within it.
func locate(slot int) (at, i int) {
	if slot >= blockSlots {
		return slot/blockSlots + small - 1, slot % blockSlots
	}
	at = bits.Len(uint(slot))
	return at, slot - blockStart(at)
}

// blockStart is the first slot of block at.
func blockStart(at int) int {
	switch {
	case at == 0:
		return 0
	case at < small:
		return 1 << (at - 1)
	}
	return (at - small + 1) * blockSlots
}

// blockCap is the number of slots of block at.
func blockCap(at int) int { return blockStart(at+1) - blockStart(at) }
