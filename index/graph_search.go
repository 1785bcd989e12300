package index

import (
	"cmp"
	"math"
	"slices"

	"github.com/likewise-go/likewise/internal/simd"
)

// Search appends to dst at most k neighbours of the unit vector q whose score,
// the float32 dot product, is at least floor, best first (equal scores:
// smaller id first), and returns the extended slice. It allocates only to
// grow dst. A q that Add would refuse, and k < 1, give no neighbours.
//
// It may miss neighbours. When k is more than about a tenth of the entries it
// scans them all, and misses none.
func (g *Graph) Search(q []float32, k int, floor float32, dst []Hit) []Hit {
	if k < 1 || CheckVector(g.arena.dim, q) != nil {
		return dst
	}
	s := g.scratches.Get().(*graphScratch)
	defer g.scratches.Put(s)
	v := graphQuantise(q, s.codes)

	g.mu.RLock()
	defer g.mu.RUnlock()
	n := g.arena.n
	if n == 0 {
		return dst
	}
	ef := max(g.opt.Search, min(k, n))
	s.pool = s.pool[:0]
	if k > n/8 {
		g.scan(&v, s)
	} else {
		at := g.descend(&v, 0, s)
		g.arena.similar(s.sims, &v, []uint32{at}, s.dots)
		s.pool = append(s.pool, candidate(s.sims[0], at))
		g.walk(&v, 0, ef, s)
	}
	return g.rescore(&v, k, floor, s, dst)
}

// scan leaves all nodes in s.pool, best first.
func (g *Graph) scan(v *graphVector, s *graphScratch) {
	a := &g.arena
	const step = 32
	s.room(step)
	for slot := 0; slot < a.n; {
		for s.rows = s.rows[:0]; slot < a.n && len(s.rows) < step; slot++ {
			s.rows = append(s.rows, uint32(slot))
		}
		a.similar(s.sims, v, s.rows, s.dots)
		for i, slot := range s.rows {
			s.pool = append(s.pool, candidate(s.sims[i], slot))
		}
	}
	slices.SortFunc(s.pool, func(x, y uint64) int { return cmp.Compare(y, x) })
}

// rescore appends to dst the k best of s.pool by their true scores. It reads
// the vectors of those alone that may be among them: an estimate is off by
// less than |t*d|*|e| + |f|*|x|, where t*d is the query's quantised vector, f
// its error, x the node's vector and e the node's error (Cauchy-Schwarz).
func (g *Graph) rescore(v *graphVector, k int, floor float32, s *graphScratch, dst []Hit) []Hit {
	const most = 1 + unitTolerance + 1e-4 // the last for rounding
	off := func(slot uint32) float32 { return (most+v.err)*g.arena.scale(slot).err + v.err*most + 1e-4 }
	limit := floor
	if len(s.pool) >= k {
		limit = max(limit, g.lowest(s.pool[:k], off))
	}
	s.hits = s.hits[:0]
	for _, c := range s.pool {
		slot := candidateSlot(c)
		if candidateSim(c)+off(slot) < limit {
			continue
		}
		if score := simd.DotF32(v.vector, g.arena.vector(slot)); score >= floor {
			s.hits = append(s.hits, Hit{ID: g.arena.id(slot), Score: score})
		}
	}
	slices.SortFunc(s.hits, byScore)
	return append(dst, s.hits[:min(k, len(s.hits))]...)
}

// lowest is the least that the true scores of these candidates may be.
func (g *Graph) lowest(pool []uint64, off func(uint32) float32) float32 {
	low := float32(math.Inf(1))
	for _, c := range pool {
		low = min(low, candidateSim(c)-off(candidateSlot(c)))
	}
	return low
}

// byScore puts the better hit first: higher score, then smaller id.
func byScore(a, b Hit) int {
	if c := cmp.Compare(b.Score, a.Score); c != 0 {
		return c
	}
	return cmp.Compare(a.ID, b.ID)
}
