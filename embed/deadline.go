package embed

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/likewise-go/likewise/internal/flight"
)

// maxAbandoned is how many abandoned calls a Deadline leaves running before it
// makes no more. Each holds a goroutine, and usually a core or a connection.
const maxAbandoned = 16

// Deadline is an Embedder that never makes its caller wait longer than a set
// time. Make one with [WithDeadline].
type Deadline struct {
	e     Embedder
	limit time.Duration

	mu        sync.Mutex // guards the fields below, and ended and abandoned of every call
	calls     map[*lateCall]struct{}
	abandoned int
	drained   bool
	stats     DeadlineStats

	crew flight.Crew
}

// DeadlineStats counts the failures of a Deadline, in calls.
type DeadlineStats struct {
	Late      uint64 // did not answer in time
	Refused   uint64 // not made, because too many abandoned ones were running
	Left      uint64 // had not ended when the caller's context did
	Panics    uint64 // panicked
	Abandoned int    // still running now, though nobody waits for them
}

// WithDeadline returns an embedder that answers within d, come what may: when e
// has not answered by then, the caller gets an error that wraps [ErrLate], even
// if e ignores its context. A panic in e, in whichever goroutine it ran,
// becomes an error that wraps a [*PanicError].
//
// A late call goes on, abandoned, and is not cancelled: wrapped around a [Memo],
// as in WithDeadline(NewMemo(e, 0), d), its vector is there for the next caller.
// (What a Memo remembers is served in any case, without a goroutine.) The call
// of a caller whose ctx ends is cancelled. While 16 abandoned calls are
// running, new ones fail at once with ErrLate instead of piling up; more than 16
// are left only where more were under way together.
//
// d must be positive; WithDeadline panics otherwise.
func WithDeadline(e Embedder, d time.Duration) *Deadline {
	if d <= 0 {
		panic(fmt.Sprintf("embed: WithDeadline: deadline is %v, want more than 0", d))
	}
	return &Deadline{e: e, limit: d, calls: make(map[*lateCall]struct{})}
}

// Dim is the wrapped embedder's.
func (d *Deadline) Dim() int { return d.e.Dim() }

// ID is the wrapped embedder's: a Deadline does not change a vector.
func (d *Deadline) ID() string { return d.e.ID() }

// Embed implements [Embedder]. Its errors are those of the wrapped embedder,
// one that wraps [ErrLate], or the [context.Cause] of ctx.
func (d *Deadline) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	if m, ok := d.e.(*Memo); ok {
		if vectors, ok := m.hit(texts); ok {
			return vectors, nil
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	c, err := d.start(ctx, slices.Clone(texts)) // a late call outlives the caller's slice
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(d.limit)
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.C:
		if d.abandon(c, &d.stats.Late) {
			return nil, fmt.Errorf("%w: no answer in %v", ErrLate, d.limit)
		}
	case <-ctx.Done():
		c.cancel(context.Cause(ctx))
		if d.abandon(c, &d.stats.Left) {
			return nil, context.Cause(ctx)
		}
	}
	return c.vectors, c.err
}

// lateCall is one call of the wrapped embedder in its own goroutine.
type lateCall struct {
	cancel    context.CancelCauseFunc
	ended     bool
	abandoned bool

	done    chan struct{} // closed after the fields below are set
	vectors [][]float32
	err     error
}

func (d *Deadline) start(ctx context.Context, texts []string) (*lateCall, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.drained {
		return nil, errDrained
	}
	if d.abandoned >= maxAbandoned {
		d.stats.Refused++
		return nil, fmt.Errorf("%w: %d calls still running after %v", ErrLate, d.abandoned, d.limit)
	}
	c := &lateCall{done: make(chan struct{})}
	ctx, c.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	d.calls[c] = struct{}{}
	d.crew.Start()
	go d.run(ctx, c, texts)
	return c, nil
}

func (d *Deadline) run(ctx context.Context, c *lateCall, texts []string) {
	defer d.crew.End()
	c.err = flight.ErrGoexit // stands if Embed neither returns nor panics
	defer func() {
		r := recover()
		if r != nil {
			c.err = fmt.Errorf("embed: %s: %w", d.e.ID(), flight.Recovered(r))
		}
		d.end(c, r != nil)
	}()
	c.vectors, c.err = d.e.Embed(ctx, texts...)
}

func (d *Deadline) end(c *lateCall, panicked bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c.ended = true
	close(c.done)
	c.cancel(context.Canceled)
	delete(d.calls, c)
	if c.abandoned {
		d.abandoned--
	}
	if panicked {
		d.stats.Panics++
	}
}

// abandon leaves c running and counts that. It reports false if c has ended,
// so that there is an answer to take.
func (d *Deadline) abandon(c *lateCall, count *uint64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.ended {
		return false
	}
	c.abandoned = true
	d.abandoned++
	*count++
	return true
}

// Stats returns the counts since WithDeadline.
func (d *Deadline) Stats() DeadlineStats {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.stats
	s.Abandoned = d.abandoned
	return s
}

// Drain cancels what is running and returns when it has ended, or with the
// [context.Cause] of ctx when that ends first, because the wrapped embedder
// ignores its context. A call of Embed after Drain fails, unless a Memo
// remembers the answer.
func (d *Deadline) Drain(ctx context.Context) error {
	d.mu.Lock()
	d.drained = true
	for c := range d.calls {
		c.cancel(errDrained)
	}
	d.mu.Unlock()
	select {
	case <-d.crew.Idle():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("embed: %d calls of %s are still running: %w", d.crew.Running(), d.e.ID(), context.Cause(ctx))
	}
}

// errDrained is the cause of calls that Drain cancelled.
var errDrained = fmt.Errorf("embed: deadline was drained: %w", context.Canceled)
