package index

import (
	"errors"
	"fmt"
)

// errStopped ends a move that Close interrupts.
var errStopped = errors.New("closed")

// Close ends a move that is under way and waits for its goroutines. No other
// begins: the index stays what it is, and goes on answering. Who drops an
// Auto without closing it leaves a move to end by itself. The error says why
// a move failed, nil when none did.
func (x *Auto) Close() error {
	x.moving.Lock()
	x.closed = true
	x.moving.Unlock()
	x.stop.Store(true)
	x.crew.Wait()
	x.moving.Lock()
	defer x.moving.Unlock()
	return x.failed
}

// move starts the goroutine that moves everything, unless one was started.
func (x *Auto) move() {
	x.moving.Lock()
	defer x.moving.Unlock()
	if x.closed || !x.started.CompareAndSwap(false, true) {
		return
	}
	x.crew.Go(func() {
		if err := x.build(); err != nil && !errors.Is(err, errStopped) {
			x.moving.Lock()
			x.failed = fmt.Errorf("likewise/index: move to a graph: %w", err)
			x.moving.Unlock()
		}
	})
}

// build fills a Graph and puts it in the Exact's place. When it fails, the
// Exact stays.
func (x *Auto) build() error {
	exact := x.now.Load().exact
	next, err := NewGraph(x.dim, x.graph)
	if err != nil {
		return err
	}
	// From here on, what is added and deleted is so in both. What was added
	// before is in the Exact: the gate let nobody through in between.
	x.become(&autoState{answers: exact, exact: exact, next: next})
	if err := x.copyAll(exact, next); err != nil {
		x.become(&autoState{answers: exact, exact: exact})
		return err
	}
	x.become(&autoState{answers: next})
	return nil
}

// become changes the state while no Add or Delete is under way.
func (x *Auto) become(s *autoState) {
	x.gate.Lock()
	x.now.Store(s)
	x.gate.Unlock()
}

// copyAll copies every entry. Those of an Exact only ever move to a smaller
// slot, so that none is missed on the way from the last to the first.
func (x *Auto) copyAll(from *Exact, to *Graph) error {
	const run = 256
	work := make(chan []uint64)
	results := make(chan error, x.workers)
	for range x.workers {
		go func() { results <- x.copyRuns(work, from, to) }()
	}
	for slot := from.slots(); slot > 0 && !x.stop.Load(); slot -= run {
		work <- from.idsBefore(slot, run)
	}
	close(work)
	var all error
	for range x.workers {
		all = errors.Join(all, <-results)
	}
	return all
}

// copyRuns copies the entries of these ids. It takes every run that comes,
// also after a failure.
func (x *Auto) copyRuns(work <-chan []uint64, from *Exact, to *Graph) error {
	v := make([]float32, x.dim)
	var failed error
	for ids := range work {
		for _, id := range ids {
			if x.stop.Load() {
				failed = errStopped
			}
			if failed == nil {
				failed = x.copyOne(id, from, to, v)
			}
		}
	}
	if failed == nil && x.stop.Load() {
		return errStopped
	}
	return failed
}

// copyOne copies the entry of an id as it is now, if it is there and was not
// added to both.
func (x *Auto) copyOne(id uint64, from *Exact, to *Graph, v []float32) error {
	stripe := x.stripe(id)
	stripe.Lock()
	defer stripe.Unlock()
	if to.has(id) || !from.vectorOf(id, v) {
		return nil
	}
	return to.Add(id, v)
}

func (g *Graph) has(id uint64) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	_, known := g.slotOf.slot(id)
	return known
}
