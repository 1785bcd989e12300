package indextest

import (
	"cmp"
	"math"
	"slices"

	"github.com/likewise-go/likewise/index"
)

// Aspects of an answer. Each is tried with every search.
const (
	noPanic   = "no panic"
	accepts   = "Add accepts a unit vector"
	refuses   = "Add refuses a bad vector"
	deletes   = "Delete reports whether the id was there"
	length    = "Len counts the vectors"
	atMostK   = "at most k hits"
	once      = "each id once"
	present   = "only ids that are there"
	rightly   = "scores are dot products"
	aboveIt   = "no hit below the floor"
	inOrder   = "best first, then smaller id"
	recallAt1 = "recall@1"
	recallAtK = "recall@k"
)

// A world is an index under test beside the truth: what it should hold.
type world struct {
	open func(dim int) index.Index
	cfg  *config
	rec  *recorder

	ix  index.Index
	ids []uint64 // the truth, in no order
	vec [][]float32
	at  map[uint64]int
}

// reset begins with an empty index.
func (w *world) reset(dim int) {
	w.ids, w.vec, w.at = nil, nil, map[uint64]int{}
	w.guard(func() { w.ix = w.open(dim) })
}

// guard runs f, and counts a panic as a finding.
func (w *world) guard(f func()) {
	defer func() {
		p := recover()
		w.rec.trial(noPanic, p == nil, "%v", p)
	}()
	f()
}

// tryAdd adds a unit vector to the index and reports whether that worked.
func (w *world) tryAdd(id uint64, v []float32) (done bool) {
	w.guard(func() {
		err := w.ix.Add(id, v)
		w.rec.trial(accepts, err == nil, "Add(%d): %v", id, err)
		done = err == nil
	})
	return done
}

// add adds a unit vector to the index, and to the truth unless Add failed: an
// error must leave the index as it was.
func (w *world) add(id uint64, v []float32) {
	if !w.tryAdd(id, v) {
		return
	}
	if i, known := w.at[id]; known {
		w.vec[i] = v
		return
	}
	w.at[id] = len(w.ids)
	w.ids, w.vec = append(w.ids, id), append(w.vec, v)
}

// addAll adds vectors under the ids from first on.
func (w *world) addAll(first uint64, vectors [][]float32) {
	for i, v := range vectors {
		w.add(first+uint64(i), v)
	}
}

// remove deletes an id, known or not, from both.
func (w *world) remove(id uint64) {
	i, known := w.at[id]
	w.guard(func() {
		got := w.ix.Delete(id)
		w.rec.trial(deletes, got == known, "Delete(%d) = %v, expected %v", id, got, known)
	})
	if !known {
		return
	}
	last := len(w.ids) - 1
	w.ids[i], w.vec[i] = w.ids[last], w.vec[last]
	w.at[w.ids[i]] = i
	w.ids, w.vec = w.ids[:last], w.vec[:last]
	delete(w.at, id)
}

// countAll compares Len with the truth.
func (w *world) countAll() {
	w.guard(func() {
		got := w.ix.Len()
		w.rec.trial(length, got == len(w.ids), "Len() = %d, expected %d", got, len(w.ids))
	})
}

// search searches and judges the answer against brute force.
func (w *world) search(q []float32, k int, floor float32) {
	var hits []index.Hit
	done := false
	w.guard(func() { hits, done = w.ix.Search(q, k, floor, nil), true })
	if !done {
		return // a panic is not a wrong answer as well
	}
	w.judgeEach(q, k, floor, hits)
	w.judgeRecall(w.brute(q, k, floor), k, floor, hits)
}

// judgeEach judges what is in the answer.
func (w *world) judgeEach(q []float32, k int, floor float32, hits []index.Hit) {
	w.rec.trial(atMostK, len(hits) <= max(k, 0), "%d hits for k = %d", len(hits), k)
	seen := make(map[uint64]bool, len(hits))
	for i, h := range hits {
		w.rec.trial(once, !seen[h.ID], "id %d twice in %v", h.ID, hits)
		seen[h.ID] = true
		at, known := w.at[h.ID]
		w.rec.trial(present, known, "id %d, which is not in the index", h.ID)
		w.rec.trial(aboveIt, h.Score >= floor, "score %v for floor %v", h.Score, floor)
		if i > 0 {
			w.rec.trial(inOrder, order(hits[i-1], h) < 0, "%v before %v", hits[i-1], h)
		}
		if known {
			want := w.cfg.score(q, w.vec[at])
			w.rec.trial(rightly, w.cfg.same(h.Score, want), "id %d has score %v, expected %v", h.ID, h.Score, want)
		}
	}
}

// judgeRecall judges what is missing from the answer. Within the tolerance, a
// neighbour may be below the floor, or give way to another of the same score.
func (w *world) judgeRecall(want []index.Hit, k int, floor float32, hits []index.Hit) {
	got := make(map[uint64]bool, len(hits))
	worst := float32(math.Inf(-1))
	if len(hits) >= k && len(hits) > 0 {
		worst = hits[len(hits)-1].Score
	}
	for i, h := range want {
		if i == 0 {
			for _, h := range hits {
				got[h.ID] = true
			}
		}
		tol := w.cfg.tolerance
		ok := got[h.ID] || tol > 0 && (h.Score < floor+tol || h.Score <= worst+tol)
		if i == 0 {
			first := ok && (tol == 0 && hits[0].ID == h.ID || tol > 0 && (len(hits) == 0 || hits[0].Score >= h.Score-tol))
			w.rec.trial(recallAt1, first, "%v is the first of %d expected, %d hits returned", h, len(want), len(hits))
		}
		w.rec.trial(recallAtK, ok, "%v missing, number %d of %d expected; %d hits returned", h, i+1, len(want), len(hits))
	}
}

// same reports whether a score is right.
func (c *config) same(got, want float32) bool {
	return got == want || max(got-want, want-got) <= c.tolerance
}

// brute is the answer expected.
func (w *world) brute(q []float32, k int, floor float32) []index.Hit {
	if k < 1 {
		return nil
	}
	var all []index.Hit
	for i, v := range w.vec {
		if s := w.cfg.score(q, v); s >= floor {
			all = append(all, index.Hit{ID: w.ids[i], Score: s})
		}
	}
	slices.SortFunc(all, order)
	return all[:min(k, len(all))]
}

// order puts the better hit first: higher score, then smaller id.
func order(a, b index.Hit) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
}
