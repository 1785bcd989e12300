package index

import (
	"bytes"
	"math"
	"runtime"
	"slices"
)

var _ Kept = (*Exact)(nil)

// exactCopy is what Exact notes while a snapshot of it is made.
type exactCopy struct {
	low   int              // the fewest entries since it began
	dirty map[int]struct{} // the slots written to since it began
}

// noteWrite and noteLength tell a snapshot under way what changes. The caller
// holds writer.
func (c *exactCopy) noteWrite(slot int) {
	if c != nil {
		c.dirty[slot] = struct{}{}
	}
}

func (c *exactCopy) noteLength(n int) {
	if c != nil {
		c.low = min(c.low, n)
	}
}

// Holds reports whether v, bit for bit, is the vector of id.
func (x *Exact) Holds(id uint64, v []float32) bool {
	x.writer.Lock()
	defer x.writer.Unlock()
	slot, known := x.slotOf[id]
	if !known {
		return false
	}
	at, i := locate(slot)
	return bytes.Equal(bytesOf(x.blocks[at].vector(i, x.dim)), bytesOf(v))
}

// Prune deletes every entry whose id keep does not want, and returns how many
// there were.
func (x *Exact) Prune(keep func(id uint64) bool) int { return prune(x, keep) }

func (x *Exact) ids() []uint64 { n := x.slots(); return x.idsBefore(n, n) }

func (x *Exact) keeper() keeper { return x }

// The section of an Exact holds, in this order, the axes if there are heads,
// and for each block its vectors, codes, bounds, ids, and its heads' codes,
// scales and tails if it has any. The numbers are dim, the number of entries,
// that of slots with heads, whether there are axes, and for each block 0, or
// 1 + the bits of its loose.
const exactNums = 4

// save copies one block after the other, each while others wait, and writes it
// while they do not. What moves meanwhile does not stand in the section twice:
// an entry leaves its slot only for one of a smaller number, when the index
// shrinks, and what stands beyond its smallest size is not part of the section.
func (x *Exact) save(w *snapshotWriter) (*section, error) {
	x.writer.Lock()
	x.copying = &exactCopy{low: x.n, dirty: map[int]struct{}{}}
	heads := x.heads
	x.writer.Unlock()

	s := &section{kind: kindExact, nums: make([]uint64, exactNums)}
	with := 0
	if heads != nil {
		with, s.nums[3] = math.MaxInt, 1
		w.array(s, bytesOf(heads.rot.axes))
	}
	for at := 0; x.writeBlock(w, s, at, heads, &with); at++ {
	}
	x.writer.Lock()
	n := x.copying.low
	x.writer.Unlock()
	if n == 0 {
		return nil, nil
	}
	s.nums[0], s.nums[1], s.nums[2] = uint64(x.dim), uint64(n), uint64(with)
	return s, nil
}

// writeBlock writes block at, and reports whether there was one. with is the
// number of slots that have had heads of the given set all the time.
func (x *Exact) writeBlock(w *snapshotWriter, s *section, at int, heads *headSet, with *int) bool {
	x.writer.Lock()
	if at >= len(x.blocks) {
		x.writer.Unlock()
		return false
	}
	b := x.blocks[at]
	slots := len(b.ids)
	var parts [7][]byte
	rest := w.room(slots * (entryBytes(x.dim) + headBytes))
	parts[0], rest = copyOf(rest, b.vectors)
	parts[1], rest = copyOf(rest, b.codes)
	parts[2], rest = copyOf(rest, b.bounds)
	parts[3], rest = copyOf(rest, b.ids)
	used, flag := parts[:4], uint64(0)
	*with = min(*with, heads.covered())
	if x.heads != heads {
		*with = 0 // other axes, since the snapshot began
	}
	if h, m := heads.of(at); m > 0 && *with > 0 {
		parts[4], rest = copyOf(rest, h.codes)
		parts[5], rest = copyOf(rest, h.scale)
		parts[6], _ = copyOf(rest, h.rest)
		used, flag = parts[:], 1+uint64(math.Float32bits(h.loose))
	}
	x.writer.Unlock()

	for i, part := range used {
		if i == 0 {
			w.vectors(s, part)
		} else {
			w.array(s, part)
		}
	}
	s.nums = append(s.nums, flag)
	return true
}

// covered is the number of slots that have heads, those before the first
// included.
func (hs *headSet) covered() int {
	if hs == nil {
		return 0
	}
	return hs.n
}

// adopt puts the mapped vectors and codes of one block after the other in the
// place of those in the heap, after bringing them up to date.
func (x *Exact) adopt(s *section) {
	places := exactPlaces(s)
	for at, i := range places {
		x.writer.Lock()
		if at >= len(x.blocks) {
			x.writer.Unlock()
			break
		}
		old := x.blocks[at]
		slots := len(old.ids)
		b := &block{vectors: arrayOf[float32](s, i, slots*x.dim), codes: arrayOf[int8](s, i+1, slots*x.dim), bounds: old.bounds, ids: old.ids}
		for i := range slots {
			if _, dirty := x.copying.dirty[blockStart(at)+i]; dirty {
				copy(b.vector(i, x.dim), old.vector(i, x.dim))
				copy(b.code(i, x.dim), old.code(i, x.dim))
			}
		}
		x.mu.Lock()
		x.blocks[at] = b
		x.mu.Unlock()
		x.writer.Unlock()
	}
	x.abandon()
	x.mu.Lock()
	x.file = s.file // no block lies in an earlier one any more
	x.mu.Unlock()
	runtime.KeepAlive(s)
}

func (x *Exact) abandon() {
	x.writer.Lock()
	x.copying = nil
	x.writer.Unlock()
}

// exactPlaces returns for each block of a section the index of its first array,
// or nil if the arrays and the numbers do not fit.
func exactPlaces(s *section) []int {
	if len(s.nums) < exactNums {
		return nil
	}
	var places []int
	i := int(min(s.nums[3], 1))
	for _, flag := range s.nums[exactNums:] {
		places = append(places, i)
		if i += 4; flag != 0 {
			i += 3
		}
	}
	if i != len(s.arrays) {
		return nil
	}
	return places
}

// restore takes the vectors and codes where they lie, and copies the rest.
func (x *Exact) restore(s *section) error {
	if s.kind != kindExact || len(s.nums) < exactNums || s.nums[0] != uint64(x.dim) {
		return s.damaged("is of kind %d and numbers %v, an exact index of dim %d expected", s.kind, s.nums[:min(len(s.nums), exactNums)], x.dim)
	}
	places, n := exactPlaces(s), s.nums[1]
	if n == 0 || n > uint64(blockStart(len(places))) || n > math.MaxInt32*blockSlots {
		return s.damaged("has %d blocks for %d entries", len(places), n)
	}
	last, _ := locate(int(n) - 1)
	fresh := &Exact{n: int(n), slotOf: make(map[uint64]int, n), peak: int(n), file: s.file}
	var twices []int // slots whose id stands in a later one too
	for at, i := range places[:last+1] {
		slots := blockCap(at)
		b := &block{
			vectors: arrayOf[float32](s, i, slots*x.dim),
			codes:   arrayOf[int8](s, i+1, slots*x.dim),
			bounds:  slices.Clone(arrayOf[bound](s, i+2, slots)),
			ids:     slices.Clone(arrayOf[uint64](s, i+3, slots)),
		}
		if b.vectors == nil || b.codes == nil || b.bounds == nil || b.ids == nil {
			return s.damaged("block %d has arrays of the wrong length", at)
		}
		fresh.blocks = append(fresh.blocks, b)
		for i, id := range b.ids[:min(slots, fresh.n-blockStart(at))] {
			if older, twice := fresh.slotOf[id]; twice {
				twices = append(twices, older)
			}
			fresh.slotOf[id] = blockStart(at) + i
		}
	}
	if err := x.restoreHeads(s, places[:last+1], fresh); err != nil {
		return err
	}
	x.writer.Lock()
	x.mu.Lock()
	x.blocks, x.n, x.heads, x.file = fresh.blocks, fresh.n, fresh.heads, fresh.file
	x.slotOf, x.peak, x.refit = fresh.slotOf, fresh.peak, fresh.refit
	x.mu.Unlock()
	x.writer.Unlock()
	x.dropTwins(twices)
	return nil
}

// dropTwins deletes what stands in these slots and, under the same id, in a
// later one: an entry that was deleted, added anew and moved to another slot
// while the snapshot was written may be met twice.
func (x *Exact) dropTwins(slots []int) {
	slices.Sort(slots)
	for _, slot := range slices.Backward(slots) { // so that none of them is the last one, which moves
		at, i := locate(slot)
		id := x.blocks[at].ids[i]
		later := x.slotOf[id]
		x.slotOf[id] = slot
		last := x.n - 1
		if x.Delete(id); later != last {
			x.slotOf[id] = later
		}
	}
}

// restoreHeads gives fresh the heads of a section. The axes are measured anew,
// as those of a fit are.
func (x *Exact) restoreHeads(s *section, places []int, fresh *Exact) error {
	with := s.nums[2]
	if with <= firstHead {
		return nil
	}
	axes := arrayOf[float32](s, 0, x.dim*headDims)
	if s.nums[3] == 0 || axes == nil || with%headBatch != 0 || with > uint64(blockStart(len(places))) {
		return s.damaged("has heads for %d of %d slots", with, blockStart(len(places)))
	}
	rows := make([]float32, len(axes))
	for i := range x.dim {
		for j, f := range axes[i*headDims:][:headDims] {
			rows[j*x.dim+i] = f
		}
	}
	rot := newRotation(rows, x.dim)
	if rot == nil {
		return s.damaged("has axes that are not orthonormal")
	}
	hs := newHeadSet(rot)
	hs.n = int(with)
	hs.blocks = make([]*heads, len(places))
	for at, i := range places {
		if start := blockStart(at); start < firstHead || start >= hs.n {
			continue
		}
		slots, flag := blockCap(at), s.nums[exactNums+at]
		h := &heads{
			codes: slices.Clone(arrayOf[uint8](s, i+4, slots*headDims)),
			scale: slices.Clone(arrayOf[float32](s, i+5, slots)),
			rest:  slices.Clone(arrayOf[float32](s, i+6, slots)),
			loose: math.Float32frombits(uint32(flag - 1)),
		}
		if flag == 0 || h.codes == nil || h.scale == nil || h.rest == nil {
			return s.damaged("block %d has heads of the wrong length", at)
		}
		hs.blocks[at] = h
	}
	hs.trim(fresh.n, len(places))
	fresh.heads, fresh.refit = hs, refitAfter*fresh.n
	return nil
}
