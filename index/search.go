package index

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"

	"github.com/likewise-go/likewise/internal/simd"
)

const (
	// spanBlocks and spanRows are how many blocks a search takes under one
	// lock, and the number of entries to look at more closely after which it
	// takes no further one: 8 us for the heads, or 15 us for the codes.
	spanBlocks = 8
	spanRows   = 256
)

// scratch is the working memory of one search.
type scratch struct {
	codes  []int8
	head   headProbe
	mask   [blockSlots / 64]uint64
	chunks [spanBlocks][]int8 // the codes of the blocks of a span
	rows   [spanRows + blockSlots]uint32
	dots   [spanRows + blockSlots]int32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Search appends to dst the at most k neighbours of the unit vector q whose
// score, the float32 dot product, is at least floor, best first (equal
// scores: smaller id first), and returns the extended slice. It allocates
// only to grow dst. A q that Add would refuse, and k < 1, give no neighbours.
//
// While others add and delete, a search finds every vector that was there
// from its beginning to its end, and may or may not find one that came or
// went meanwhile; what Delete removed before the search began is never found.
func (x *Exact) Search(q []float32, k int, floor float32, dst []Hit) []Hit {
	if k < 1 || CheckVector(x.dim, q) != nil {
		return dst
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	if cap(s.codes) < x.dim {
		s.codes = make([]int8, x.dim)
	}
	p := prepare(q, s.codes[:x.dim])
	best := top{hits: dst, base: len(dst), k: k, floor: floor}

	// Entries only ever move to a smaller slot, when Delete fills a hole with
	// the last one. Scanning from the end down, a search cannot miss one that
	// moves, though it lets go of the lock between blocks. It may meet an id
	// twice: moved, or deleted and added again below, both after a Delete.
	x.mu.RLock()
	at, deletes, heads := len(x.blocks)-1, x.deletes, x.heads
	x.mu.RUnlock()
	s.head.of = nil
	if heads != nil {
		s.head.prepare(heads.rot, q)
	}
	for at >= 0 {
		x.mu.RLock()
		best.twice = x.deletes != deletes
		at = x.scan(min(at, len(x.blocks)-1), q, &p, s, &best)
		x.mu.RUnlock()
	}
	return best.sorted()
}

// scan offers the entries of block at, and of some before it, to best, and
// returns the block to go on with. The caller holds mu.
func (x *Exact) scan(at int, q []float32, p *probe, s *scratch, best *top) int {
	first, rows := at, s.rows[:0]
	for ; at >= 0 && first-at < spanBlocks && len(rows) < spanRows; at-- {
		s.chunks[first-at] = x.blocks[at].codes
		rows = x.sift(at, uint32(first-at)*blockSlots, rows, s, best.floor)
	}
	dots := s.dots[:len(rows)]
	simd.DotI8Rows(dots, p.codes, s.chunks[:first-at], blockShift, rows)
	clear(s.chunks[:])
	limit := best.floor - p.slack
	for j, row := range rows {
		b, i := x.blocks[first-int(row>>blockShift)], int(row%blockSlots)
		if p.above(b.bounds[i], dots[j]) < limit {
			continue
		}
		if score := simd.DotF32(q, b.vector(i, x.dim)); score >= best.floor {
			best.offer(Hit{ID: b.ids[i], Score: score})
			limit = best.floor - p.slack
		}
	}
	return at
}

// sift appends base+i to rows for each entry i of a block whose codes are to
// be read: those whose head's bound reaches floor, and those without a head.
// The caller holds mu.
func (x *Exact) sift(at int, base uint32, rows []uint32, s *scratch, floor float32) []uint32 {
	n := max(min(x.n-blockStart(at), len(x.blocks[at].ids)), 0)
	with := 0 // how many have a head
	if s.head.of != nil && x.heads != nil && s.head.of == x.heads.rot {
		h, m := x.heads.of(at)
		if with = min(m, n); with > 0 {
			mask := s.mask[:(with+63)/64]
			s.head.scan(mask, h, floor)
			if with%64 != 0 {
				mask[with/64] &= 1<<(with%64) - 1
			}
			for w, m := range mask {
				for ; m != 0; m &= m - 1 {
					rows = append(rows, base+uint32(64*w+bits.TrailingZeros64(m)))
				}
			}
		}
	}
	for i := with; i < n; i++ {
		rows = append(rows, base+uint32(i))
	}
	return rows
}

// top keeps the k best hits as a heap behind hits[base:], the worst on top.
type top struct {
	hits  []Hit
	base  int
	k     int
	floor float32 // rises to the k-th best score once there are k
	twice bool    // whether an entry may be offered a second time
}

// order puts the better hit first: higher score, then smaller id.
func order(a, b Hit) int {
	if c := cmp.Compare(b.Score, a.Score); c != 0 {
		return c
	}
	return cmp.Compare(a.ID, b.ID)
}

// offer takes h in if it is among the k best so far.
func (t *top) offer(h Hit) {
	if t.twice && t.merge(h) {
		return
	}
	heap := t.hits[t.base:]
	if len(heap) < t.k {
		t.hits = append(t.hits, h)
		t.up()
	} else if order(h, heap[0]) < 0 {
		heap[0] = h
		t.down(0)
	}
	if heap = t.hits[t.base:]; len(heap) == t.k {
		t.floor = max(t.floor, heap[0].Score)
	}
}

// merge reports whether h's id is among the hits already, and keeps the
// better of the two (they differ when the vector was replaced meanwhile).
func (t *top) merge(h Hit) bool {
	heap := t.hits[t.base:]
	i := slices.IndexFunc(heap, func(old Hit) bool { return old.ID == h.ID })
	if i < 0 {
		return false
	}
	if order(h, heap[i]) < 0 {
		heap[i] = h
		t.down(i)
		if len(heap) == t.k {
			t.floor = max(t.floor, heap[0].Score)
		}
	}
	return true
}

// up moves the last hit towards the root while it is worse than its parent.
func (t *top) up() {
	heap := t.hits[t.base:]
	for i := len(heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if order(heap[i], heap[parent]) <= 0 {
			return
		}
		heap[i], heap[parent] = heap[parent], heap[i]
		i = parent
	}
}

// down moves hit i towards the leaves while a child is worse.
func (t *top) down(i int) {
	heap := t.hits[t.base:]
	for {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(heap); child++ {
			if order(heap[child], heap[worst]) > 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		heap[i], heap[worst] = heap[worst], heap[i]
		i = worst
	}
}

// sorted returns dst and the hits behind it, best first.
func (t *top) sorted() []Hit {
	slices.SortFunc(t.hits[t.base:], order)
	return t.hits
}
