package cache

import (
	"cmp"
	"container/heap"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/likewise-go/likewise/index"
)

// table is what memory knows of the stored entries: by id, by scope, by last
// use and by expiry. An entry that is not in the table is not served,
// whatever the store still holds.
type table struct {
	newIndex func(scope [32]byte, dim int) (index.Index, error)

	// order makes an index follow the table: whoever adds an entry holds the
	// lock of its id until it is in both, and whoever took one out asks the
	// table again under that lock before deleting it from the index. It is
	// taken before mu, never within: linking a vector may take a millisecond,
	// and lookups do not wait for it.
	order   [64]sync.Mutex
	changes atomic.Uint64 // what was added to and deleted from indexes
	live    atomic.Int64  // the number of entries

	mu     sync.RWMutex // guards all below
	byID   map[uint64]*entry
	parts  map[[32]byte]*partition
	used   entryHeap // least recently used first
	expiry entryHeap // soonest to expire first; entries that never do are not in it
	bytes  int64
}

// partition holds the entries of one scope. Nothing is ever searched across
// two of them.
type partition struct {
	scope   [32]byte
	idx     index.Index // nil until an entry has a vector; never changed then
	entries int
}

// closeIndex ends what an index does in the background, if it does.
func closeIndex(x index.Index) {
	if c, ok := x.(io.Closer); ok {
		_ = c.Close() // the index holds nothing that could be lost
	}
}

// close ends what the indexes do in the background.
func (t *table) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.parts {
		closeIndex(p.idx)
	}
}

// kept returns the indexes that a snapshot can hold, by scope.
func (t *table) kept() map[[32]byte]index.Kept {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make(map[[32]byte]index.Kept, len(t.parts))
	for scope, p := range t.parts {
		if k, ok := p.idx.(index.Kept); ok {
			all[scope] = k
		}
	}
	return all
}

func newTable(newIndex func([32]byte, int) (index.Index, error)) *table {
	return &table{
		newIndex: newIndex,
		byID:     make(map[uint64]*entry),
		parts:    make(map[[32]byte]*partition),
		used:     entryHeap{less: func(a, b *entry) bool { return before(a.usedKey, b.usedKey, a, b) }, pos: func(e *entry) *int { return &e.usedPos }},
		expiry:   entryHeap{less: func(a, b *entry) bool { return before(a.expires, b.expires, a, b) }, pos: func(e *entry) *int { return &e.expiryPos }},
	}
}

// reserve makes room for n entries.
func (t *table) reserve(n int) {
	t.byID = make(map[uint64]*entry, n)
	t.used.es = make([]*entry, 0, n)
}

func before(x, y int64, a, b *entry) bool { return x < y || x == y && a.id < b.id }

// get returns the live entry of an id, or nil.
func (t *table) get(id uint64) *entry {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byID[id]
}

// index returns the index of a scope, or nil.
func (t *table) index(scope [32]byte) index.Index {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if p := t.parts[scope]; p != nil {
		return p.idx
	}
	return nil
}

// A removal is an entry that the table let go and the index of its
// partition has yet to.
type removal struct {
	id   uint64
	part *partition
}

// add puts an entry in, in the place of an older one of that id. Without a
// vector it is found by the exact step alone. An index that refuses the
// vector leaves the entry in, likewise exact only, and its error comes back.
func (t *table) add(e *entry, vec []float32) error {
	order := &t.order[e.id%uint64(len(t.order))]
	order.Lock()
	defer order.Unlock()
	e.indexed = len(vec) > 0
	p, elsewhere, err := t.insert(e, len(vec))
	if elsewhere.part != nil && elsewhere.part.idx != nil {
		t.drop(elsewhere)
	}
	switch {
	case err != nil || p.idx == nil:
		return err
	case !e.indexed:
		t.drop(removal{e.id, p}) // that of an older one
		return nil
	}
	if k, ok := p.idx.(index.Kept); ok && k.Holds(e.id, vec) {
		return nil
	}
	t.changes.Add(1)
	return p.idx.Add(e.id, vec)
}

// insert is the table's part of add. It returns the entry's partition, and the
// older one if that was in another.
func (t *table) insert(e *entry, dim int) (p *partition, elsewhere removal, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p = t.parts[e.scope]
	if p == nil {
		p = &partition{scope: e.scope}
		t.parts[e.scope] = p
	}
	p.entries++
	if old := t.byID[e.id]; old != nil {
		if r := t.removeLocked(old); r.part != p {
			elsewhere = r
		}
	}
	t.byID[e.id] = e
	t.live.Add(1)
	t.bytes += e.size
	e.usedKey = e.used.Load()
	heap.Push(&t.used, e)
	if e.expires != 0 {
		heap.Push(&t.expiry, e)
	}
	if dim > 0 && p.idx == nil {
		p.idx, err = t.newIndex(e.scope, dim)
	}
	return p, elsewhere, err
}

// remove takes entries out: from now on nothing serves them. Those that are
// not in (any more) are passed over; it returns those that were.
func (t *table) remove(es ...*entry) []*entry {
	var rs []removal
	t.mu.Lock()
	es = slices.DeleteFunc(es, func(e *entry) bool {
		if t.byID[e.id] != e {
			return true
		}
		rs = append(rs, t.removeLocked(e))
		return false
	})
	t.mu.Unlock()
	t.unindex(rs)
	return es
}

// removeLocked takes an entry out that is in. The caller holds mu, and unindexes
// the entry afterwards.
func (t *table) removeLocked(e *entry) removal {
	e.gone.Store(true)
	delete(t.byID, e.id)
	t.live.Add(-1)
	t.bytes -= e.size
	heap.Remove(&t.used, e.usedPos)
	if e.expires != 0 {
		heap.Remove(&t.expiry, e.expiryPos)
	}
	p := t.parts[e.scope]
	if p.entries--; p.entries == 0 {
		delete(t.parts, e.scope)
	}
	return removal{e.id, p}
}

// unindex makes indexes let go what the table let go.
func (t *table) unindex(rs []removal) {
	for _, r := range rs {
		order := &t.order[r.id%uint64(len(t.order))]
		order.Lock()
		t.mu.RLock()
		e, here, idx := t.byID[r.id], t.parts[r.part.scope] == r.part, r.part.idx
		t.mu.RUnlock()
		switch {
		case idx == nil:
		case !here:
			closeIndex(idx) // with its last entry the partition went
			t.changes.Add(1)
		case e == nil || e.scope != r.part.scope:
			t.drop(r)
		}
		order.Unlock()
	}
}

// drop deletes an entry from its index. The caller holds its order.
func (t *table) drop(r removal) {
	if r.part.idx.Delete(r.id) {
		t.changes.Add(1)
	}
}

// evict takes out the least recently used entries until at most maxEntries
// and maxBytes remain, at most n of them, and returns them.
//
// A hit only stamps its entry, without a lock; the heap catches up here:
// an entry whose stamp is newer than the one it is ordered by is put back.
func (t *table) evict(maxEntries int, maxBytes int64, n int) (out []*entry) {
	var rs []removal
	defer func() { t.unindex(rs) }() // after mu is let go
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(out) < n && t.used.Len() > 0 && (len(t.byID) > maxEntries || t.bytes > maxBytes) {
		e := t.used.es[0]
		if u := e.used.Load(); u != e.usedKey {
			e.usedKey = u
			heap.Fix(&t.used, 0)
			continue
		}
		rs = append(rs, t.removeLocked(e))
		out = append(out, e)
	}
	return out
}

// expire takes out entries that expired before the given time, at most n,
// and returns them.
func (t *table) expire(before time.Time, n int) (out []*entry) {
	var rs []removal
	defer func() { t.unindex(rs) }() // after mu is let go
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(out) < n && t.expiry.Len() > 0 && t.expiry.es[0].expires <= before.UnixNano() {
		e := t.expiry.es[0]
		rs = append(rs, t.removeLocked(e))
		out = append(out, e)
	}
	return out
}

// match returns the entries for which ok holds, in the order of their ids.
// The lock is held for one copy of their pointers, about a millisecond for a
// million.
func (t *table) match(ok func(*entry) bool) []*entry {
	t.mu.RLock()
	out := slices.Clone(t.used.es)
	t.mu.RUnlock()
	out = slices.DeleteFunc(out, func(e *entry) bool { return !ok(e) })
	slices.SortFunc(out, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
	return out
}

// rejects reports whether feedback said that e is no answer to the question
// of that hash.
func (t *table) rejects(e *entry, asked uint64) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Contains(e.rejected, asked)
}

// vote counts feedback on e, and returns the state to store. A wrong answer
// to another question than its own is never served to that one again. text
// is that question, "" if it is not known.
func (t *table) vote(e *entry, asked uint64, text string, right bool) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text != "" {
		e.labels = slices.DeleteFunc(e.labels, func(l Label) bool { return l.Asked == text })
		e.labels = append(e.labels, Label{Asked: text, Right: right})
		e.labels = slices.Delete(e.labels, 0, max(0, len(e.labels)-maxLabels))
	}
	switch {
	case right:
		e.right++
		e.rejected = slices.DeleteFunc(e.rejected, func(h uint64) bool { return h == asked })
	default:
		e.wrong++
		if asked != 0 && !slices.Contains(e.rejected, asked) {
			e.rejected = append(e.rejected, asked)
		}
	}
	return encodeState(e)
}

// state returns the form of e's state that is stored.
func (t *table) state(e *entry) []byte {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return encodeState(e)
}

// size returns the numbers of entries and partitions, and the stored bytes.
func (t *table) size() (entries, parts int, bytes int64) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.byID), len(t.parts), t.bytes
}

// entryHeap is a container/heap.Interface whose elements know their places.
type entryHeap struct {
	es   []*entry
	less func(a, b *entry) bool
	pos  func(*entry) *int
}

// Len is container/heap's.
func (h *entryHeap) Len() int { return len(h.es) }

// Less is container/heap's.
func (h *entryHeap) Less(i, j int) bool { return h.less(h.es[i], h.es[j]) }

// Push is container/heap's.
func (h *entryHeap) Push(x any) {
	e := x.(*entry)
	*h.pos(e) = len(h.es)
	h.es = append(h.es, e)
}

// Pop is container/heap's.
func (h *entryHeap) Pop() any {
	n := len(h.es) - 1
	e := h.es[n]
	h.es[n] = nil
	h.es = h.es[:n]
	return e
}

// Swap is container/heap's.
func (h *entryHeap) Swap(i, j int) {
	h.es[i], h.es[j] = h.es[j], h.es[i]
	*h.pos(h.es[i]), *h.pos(h.es[j]) = i, j
}
