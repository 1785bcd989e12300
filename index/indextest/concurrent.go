package indextest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/likewise-go/likewise/index"
)

// Sizes of the concurrent scenario: enough entries for an index to use more
// than one of its blocks, or levels, and few dimensions, so that the race
// detector gets through.
const (
	busyDim    = 16
	busyStable = 1300 // vectors that stay throughout
	busyIDs    = 600  // ids that each writer adds, replaces and deletes
	busyOps    = 4000 // operations of each writer
	busyHands  = 2    // writers, and as many searchers
)

// A life is the time for which an id had a vector. Times are ticks of one
// shared clock, taken before a call and after it.
type life struct {
	vector            []float32
	addFrom, addTo    int64
	gone, goneForSure int64 // the call that ended it; never is the far future
}

const never = math.MaxInt64

// A sighting is one search and its answer.
type sighting struct {
	q        []float32
	k        int
	floor    float32
	from, to int64
	hits     []index.Hit
}

// A busy holds what several goroutines share while they use one index.
type busy struct {
	*world  // its truth is not used: lives are
	clock   atomic.Int64
	vectors [][]float32
	lives   []map[uint64][]life // one map a writer, then that of the stable ids
	seen    [][]sighting        // one slice a searcher
}

// concurrentUse lets writers and searchers loose on one index and judges every
// answer afterwards: each hit was there at some time during the search, and
// what was there all the time is missing only if the hits are better.
func concurrentUse(w *world) {
	r := newRand(14)
	b := &busy{world: w, vectors: clustered(r, 60, 20, busyDim)}
	b.lives = make([]map[uint64][]life, busyHands+1)
	b.seen = make([][]sighting, busyHands)
	w.reset(busyDim)
	b.settle(r)

	var writers, searchers sync.WaitGroup
	var stop atomic.Bool
	for i := range busyHands {
		writers.Go(func() { b.write(i) })
		searchers.Go(func() { b.watch(i, &stop) })
	}
	writers.Wait()
	stop.Store(true)
	searchers.Wait()

	b.countAll()
	judged := 0
	for _, seen := range b.seen {
		for _, s := range seen {
			b.judge(s)
			judged++
		}
	}
	w.rec.trial("searches ran beside writers", judged >= busyHands, "%d searches", judged)
}

// settle adds the stable ids and the writers' first ones in turns, so that the
// deletes to come fall between stable entries.
func (b *busy) settle(r *rand.Rand) {
	for i := range b.lives {
		b.lives[i] = map[uint64][]life{}
	}
	for i := range busyStable {
		b.begin(busyHands, uint64(i), b.vectors[r.IntN(len(b.vectors))])
		if hand := i % busyHands; i/busyHands < busyIDs {
			b.begin(hand, ownID(hand, i/busyHands), b.vectors[r.IntN(len(b.vectors))])
		}
	}
}

// begin adds an id before the clock runs.
func (b *busy) begin(hand int, id uint64, v []float32) {
	if b.tryAdd(id, v) {
		b.lives[hand][id] = []life{{vector: v, gone: never, goneForSure: never}}
	}
}

// ownID is the id that only one writer touches.
func ownID(hand, i int) uint64 { return uint64(1_000_000*(hand+1) + i) }

// write adds, replaces and deletes, with a stretch of deletes alone now and
// then, so that the index shrinks and grows.
func (b *busy) write(hand int) {
	r := newRand(uint64(20 + hand))
	lives := b.lives[hand]
	for op := range busyOps {
		id := ownID(hand, r.IntN(busyIDs))
		past := lives[id]
		alive := len(past) > 0 && past[len(past)-1].gone == never
		clearing := op/500%2 == 1
		from := b.clock.Add(1)
		var v []float32
		if !clearing && r.IntN(3) > 0 {
			v = b.vectors[r.IntN(len(b.vectors))]
		}
		if v != nil && !b.tryAdd(id, v) {
			continue
		}
		if v == nil {
			b.guard(func() {
				got := b.ix.Delete(id)
				b.rec.trial(deletes, got == alive, "Delete(%d) = %v, expected %v", id, got, alive)
			})
		}
		to := b.clock.Add(1)
		if alive {
			past[len(past)-1].gone, past[len(past)-1].goneForSure = from, to
		}
		if v != nil {
			lives[id] = append(past, life{v, from, to, never, never})
		}
	}
}

// watch searches until told to stop.
func (b *busy) watch(hand int, stop *atomic.Bool) {
	r := newRand(uint64(30 + hand))
	for range 100_000 {
		if stop.Load() {
			return
		}
		s := sighting{q: jitter(r, b.vectors[r.IntN(len(b.vectors))], .2), k: 4, floor: .8}
		switch r.IntN(4) {
		case 0:
			s.k, s.floor = 5000, everything
		case 1:
			s.k, s.floor = 50, everything
		}
		b.guard(func() {
			s.from = b.clock.Add(1)
			s.hits = b.ix.Search(s.q, s.k, s.floor, nil)
			s.to = b.clock.Add(1)
		})
		if s.to == 0 {
			continue // a panic, counted
		}
		if len(b.seen[hand]) < 400 { // enough to judge; the load goes on
			b.seen[hand] = append(b.seen[hand], s)
		} else {
			b.seen[hand][r.IntN(400)] = s
		}
	}
}

// countAll compares Len with what the writers left.
func (b *busy) countAll() {
	want := 0
	for _, lives := range b.lives {
		for _, past := range lives {
			if past[len(past)-1].gone == never {
				want++
			}
		}
	}
	b.guard(func() {
		got := b.ix.Len()
		b.rec.trial(length, got == want, "Len() = %d, expected %d", got, want)
	})
}

// past returns the lives of an id.
func (b *busy) past(id uint64) []life {
	for _, lives := range b.lives {
		if past, known := lives[id]; known {
			return past
		}
	}
	return nil
}

// judge judges one sighting.
func (b *busy) judge(s sighting) {
	got := make(map[uint64]bool, len(s.hits))
	b.rec.trial(atMostK, len(s.hits) <= s.k, "%d hits for k = %d", len(s.hits), s.k)
	for i, h := range s.hits {
		b.rec.trial(once, !got[h.ID], "id %d twice among %d hits", h.ID, len(s.hits))
		got[h.ID] = true
		b.rec.trial(aboveIt, h.Score >= s.floor, "score %v for floor %v", h.Score, s.floor)
		if i > 0 {
			b.rec.trial(inOrder, order(s.hits[i-1], h) < 0, "%v before %v", s.hits[i-1], h)
		}
		why := b.accuse(s, h)
		b.rec.trial("hits were there during the search", why == "", "%v: %s", h, why)
	}
	b.judgeMissing(s, got)
}

// accuse says what is wrong with a hit, or nothing.
func (b *busy) accuse(s sighting, h index.Hit) string {
	past := b.past(h.ID)
	why := fmt.Sprintf("id never added (%d lives)", len(past))
	for _, l := range past {
		there := l.addFrom <= s.to && l.goneForSure >= s.from
		right := b.cfg.same(h.Score, b.cfg.score(s.q, l.vector))
		switch {
		case there && right:
			return ""
		case right:
			why = fmt.Sprintf("its vector was there from %d to %d, the search ran from %d to %d",
				l.addFrom, l.goneForSure, s.from, s.to)
		case there:
			why = "its score belongs to no vector that it had"
		}
	}
	return why
}

// judgeMissing looks for vectors that were there all the time and should be
// among the hits. It is recall, so an approximate index may miss its share.
func (b *busy) judgeMissing(s sighting, got map[uint64]bool) {
	worst := float32(math.Inf(-1))
	if len(s.hits) >= s.k {
		worst = s.hits[len(s.hits)-1].Score
	}
	for _, lives := range b.lives {
		for id, past := range lives {
			i := slices.IndexFunc(past, func(l life) bool { return l.addTo <= s.from && l.gone >= s.to })
			if i < 0 {
				continue
			}
			score := b.cfg.score(s.q, past[i].vector)
			if score < s.floor+b.cfg.tolerance || score <= worst+b.cfg.tolerance {
				continue
			}
			b.rec.trial(recallAtK, got[id], "id %d with score %v, there from %d to %d, is not among %d hits of the search from %d to %d",
				id, score, past[i].addTo, past[i].gone, len(s.hits), s.from, s.to)
		}
	}
}
