package cache

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats is what a cache did since it was opened, and what it holds.
type Stats struct {
	Outcomes map[string]uint64 `json:"outcomes"` // requests by Outcome
	Joined   uint64            `json:"joined"`   // misses that shared another's fill
	Puts     uint64            `json:"puts"`     // answers stored
	Refused  map[string]uint64 `json:"refused"`  // answers kept out, by admission rule
	Faults   map[string]uint64 `json:"faults"`   // steps that failed, by name; the requests went on

	Expired     uint64 `json:"expired"`
	Evicted     uint64 `json:"evicted"`
	Invalidated uint64 `json:"invalidated"`
	Right       uint64 `json:"feedback_right"`
	Wrong       uint64 `json:"feedback_wrong"`
	Damaged     uint64 `json:"damaged"` // stored records that could not be read

	Saved Saved `json:"saved"`

	Entries    int    `json:"entries"`
	Partitions int    `json:"partitions"`
	Bytes      int64  `json:"bytes"` // of the entries as stored
	Path       string `json:"path,omitempty"`
	FileBytes  int64  `json:"file_bytes,omitempty"`
	FreeBytes  int64  `json:"free_bytes,omitempty"` // of the file, what Compact gives back
	Embedder   string `json:"embedder,omitempty"`

	Index IndexStats `json:"index"`

	Judge       string `json:"judge,omitempty"`       // its ID; "": the cosine decides
	Calibration string `json:"calibration,omitempty"` // Calibration.String; "": none
	Drift       *Drift `json:"drift,omitempty"`       // from the calibration's data; nil: not watched
}

// IndexStats is about the file in which the index is kept (Options.IndexFile).
type IndexStats struct {
	Bytes     int64  `json:"bytes"`     // of the file; 0: there is none
	Mapped    int64  `json:"mapped"`    // entries whose index Open found in it
	Indexed   int64  `json:"indexed"`   // entries that Open indexed from the store
	Discarded uint64 `json:"discarded"` // times that it, or a part of it, was of no use
	Written   uint64 `json:"written"`   // times that it was written
}

// Saved is what hits did not cost: the usage of the answers when they were
// made, counted once for every time that they were served.
type Saved struct {
	Calls        uint64  `json:"calls"`
	InputTokens  uint64  `json:"input_tokens"`
	OutputTokens uint64  `json:"output_tokens"`
	Cost         float64 `json:"cost"`
}

// counters is where requests leave their mark.
type counters struct {
	outcomes      [len(outcomes)]atomic.Uint64
	joined, puts  atomic.Uint64
	expired       atomic.Uint64
	evicted       atomic.Uint64
	invalidated   atomic.Uint64
	right, wrong  atomic.Uint64
	damaged       atomic.Uint64
	input, output atomic.Uint64
	nanoCost      atomic.Int64 // cost in billionths
	refused       tally
	faults        tally
}

func (c *counters) count(r *Result) {
	c.outcomes[r.Outcome].Add(1)
	if r.Why.Joined {
		c.joined.Add(1)
	}
	if u := &r.Answer.Usage; r.Hit() && *u != (Usage{}) {
		c.input.Add(uint64(max(0, u.InputTokens)))
		c.output.Add(uint64(max(0, u.OutputTokens)))
		c.nanoCost.Add(int64(u.Cost * 1e9))
	}
}

// Stats returns the counts. They are each right, though not of one instant.
func (c *Cache) Stats() Stats {
	n := &c.counters
	s := Stats{
		Outcomes: make(map[string]uint64, len(outcomes)),
		Joined:   n.joined.Load(), Puts: n.puts.Load(),
		Refused: n.refused.all(), Faults: n.faults.all(),
		Expired: n.expired.Load(), Evicted: n.evicted.Load(), Invalidated: n.invalidated.Load(),
		Right: n.right.Load(), Wrong: n.wrong.Load(),
		Saved:    Saved{InputTokens: n.input.Load(), OutputTokens: n.output.Load(), Cost: float64(n.nanoCost.Load()) / 1e9},
		Embedder: c.model,
	}
	if c.judge != nil {
		s.Judge = c.judge.ID()
	}
	if c.opts.Calibration != nil {
		s.Calibration = c.opts.Calibration.String()
		if q := c.opts.Calibration.Similarities; len(q) > 0 {
			d := c.drift.from(q)
			s.Drift = &d
		}
	}
	for i := range n.outcomes {
		s.Outcomes[outcomes[i]] = n.outcomes[i].Load()
	}
	for _, o := range []Outcome{HitExact, HitSemantic, HitStale} {
		s.Saved.Calls += n.outcomes[o].Load()
	}
	s.Entries, s.Partitions, s.Bytes = c.table.size()
	f := &c.indexFile
	s.Index = IndexStats{
		Bytes: f.bytes.Load(), Mapped: f.mapped.Load(), Indexed: f.indexed.Load(),
		Discarded: f.discarded.Load(), Written: f.written.Load(),
	}
	if !c.closed.Load() {
		info := c.store.Info()
		s.Path, s.FileBytes, s.FreeBytes = info.Path, info.Bytes, info.Free
		s.Damaged = n.damaged.Load() + uint64(info.Corrupt)
	}
	return s
}

// tally counts by name. The names are few, and seldom counted.
type tally struct {
	mu sync.Mutex // guards n
	n  map[string]uint64
}

func (t *tally) add(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = make(map[string]uint64)
	}
	t.n[name]++
}

func (t *tally) all() map[string]uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := maps.Clone(t.n)
	if m == nil {
		m = make(map[string]uint64)
	}
	return m
}
