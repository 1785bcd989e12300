package cache

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/likewise-go/likewise/cache/guard"
	"github.com/likewise-go/likewise/storage"
)

// hot keeps the answers that were served last in memory, up to a number of
// bytes. It is split by key, so that lookups on several cores seldom meet.
type hot struct {
	shards [16]hotShard
}

type hotShard struct {
	mu    sync.RWMutex // guards the list and bytes
	lru   *simplelru.LRU[storage.Key, *hotEntry]
	bytes int64
	limit int64
	_     [64]byte // keeps the next shard's lock off this cache line
}

// hotEntry is an answer with its entry, which says whether it still counts.
type hotEntry struct {
	*entry
	body *body
	kept bool // it is in the hot tier, or was

	facts atomic.Pointer[guard.Facts] // see look

	raised atomic.Int64 // Unix nanoseconds when it was last made the most recently used
}

// look returns what the guard sees in the stored question. It is extracted when
// the question is first compared, and kept as long as the answer is at hand:
// that costs a tenth of reading the answer, so that facts on disk, which every
// new rule would make stale, would gain nothing.
func (h *hotEntry) look() *guard.Facts {
	if f := h.facts.Load(); f != nil {
		return f
	}
	f := guard.Extract(h.body.Text)
	h.facts.Store(&f)
	return &f
}

// raiseEvery is how often an answer that is served is made the most recently
// used of its shard: in between, serving it takes no exclusive lock.
const raiseEvery = 10 * time.Millisecond

// hotOverhead is about what an entry costs besides its text and answer, the
// guard's facts included.
const hotOverhead = 1024

func (h *hotEntry) bytes() int64 {
	n := hotOverhead + len(h.body.Text) + len(h.body.Answer.Text) + len(h.body.Answer.Data)
	return int64(n)
}

func newHot(limit int64) *hot {
	h := new(hot)
	for i := range h.shards {
		s := &h.shards[i]
		s.limit = max(1, limit/int64(len(h.shards)))
		s.lru, _ = simplelru.NewLRU(1<<30, func(_ storage.Key, e *hotEntry) { s.bytes -= e.bytes() }) // fails for a size below 1 alone
	}
	return h
}

func (h *hot) shard(k storage.Key) *hotShard { return &h.shards[k[31]%16] }

// get returns the answer under k, or nil. One whose entry is gone is dropped.
func (h *hot) get(k storage.Key, now time.Time) *hotEntry {
	s := h.shard(k)
	s.mu.RLock()
	e, ok := s.lru.Peek(k)
	s.mu.RUnlock()
	if !ok {
		return nil
	}
	t, gone := now.UnixNano(), e.gone.Load()
	if !gone && t-e.raised.Load() < int64(raiseEvery) {
		return e
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if gone {
		if cur, ok := s.lru.Peek(k); ok && cur == e {
			s.lru.Remove(k)
		}
		return nil
	}
	e.raised.Store(t)
	s.lru.Get(k)
	return e
}

// add keeps an answer, and lets go of the least recently used ones beyond
// the limit. An answer that is larger than a shard is not kept.
func (h *hot) add(e *entry, b *body) {
	he := &hotEntry{entry: e, body: b, kept: true}
	s := h.shard(e.key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lru.Remove(e.key)
	s.lru.Add(e.key, he)
	s.bytes += he.bytes()
	for s.bytes > s.limit {
		s.lru.RemoveOldest()
	}
}
