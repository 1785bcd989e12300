package bolt

import (
	"context"
	"slices"
	"sync"

	"github.com/likewise-go/likewise/storage"
)

// A request waits for the writer.
type request struct {
	// apply does the request's work in a write transaction. It may run
	// again, in another one, when that of an earlier try was rolled back.
	apply func(*txn) error
	bytes int // that apply writes, about

	// alone, instead of apply, runs between transactions.
	alone func() error

	done chan error // takes the result; has room for one
}

// queue holds the requests for the writer, in their order.
type queue struct {
	mu      sync.Mutex // guards all below
	more    sync.Cond  // pending or closed changed
	pending []*request
	closed  bool
}

func (q *queue) init() { q.more.L = &q.mu }

// push queues a request, unless the store is closed.
func (q *queue) push(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return storage.ErrClosed
	}
	q.pending = append(q.pending, r)
	q.more.Signal()
	return nil
}

// withdraw takes a request back, and says whether that was in time.
func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.pending, r)
	if i < 0 {
		return false
	}
	q.pending = slices.Delete(q.pending, i, i+1)
	return true
}

// take waits for requests and appends to group those that go into one
// transaction: as many as wait, up to maxBytes. A request that wants to be
// alone comes alone. It returns nothing when the queue is closed and empty.
func (q *queue) take(group []*request, maxBytes int) []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.pending) == 0 && !q.closed {
		q.more.Wait()
	}
	n, bytes := 0, 0
	for _, r := range q.pending {
		if n > 0 && (r.alone != nil || bytes+r.bytes > maxBytes) {
			break
		}
		n++
		if bytes += r.bytes; r.alone != nil {
			break
		}
	}
	group = append(group, q.pending[:n]...)
	q.pending = slices.Delete(q.pending, 0, n)
	return group
}

// len returns how many requests wait.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.pending)
}

// close lets no more requests in. Those within are served.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.more.Signal()
}

// do queues a request and waits for its result. If ctx ends before its turn
// comes, the request is withdrawn and nothing happens.
func (s *Store) do(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.done = make(chan error, 1)
	if err := s.queue.push(r); err != nil {
		return err
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if s.queue.withdraw(r) {
			return ctx.Err()
		}
		return <-r.done
	}
}
