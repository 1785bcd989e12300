package flight

import (
	"context"
	"fmt"
)

// call is one running function and those who wait for it.
type call[K comparable, V any] struct {
	keys    []K // without duplicates
	cancel  context.CancelCauseFunc
	waiters int // seats taken and not left
	ended   bool

	done     chan struct{} // closed after the fields below are set
	vals     []V           // one per key, or anything if err is set
	err      error
	panicked bool // err is the *PanicError of fn's own panic
}

// seat is the place of one key in a call.
type seat[K comparable, V any] struct {
	call *call[K, V]
	i    int // in call.keys
}

// board takes a seat for every key: in the calls that are under way, and for
// the rest in a new call, own, which it starts. own is nil if there is no rest.
func (g *Group[K, V]) board(ctx context.Context, keys []K, fn func(context.Context, []K) ([]V, error)) (own *call[K, V], seats []seat[K, V]) {
	seats = make([]seat[K, V], len(keys))
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seats == nil {
		g.seats = make(map[K]seat[K, V])
	}
	for i, key := range keys {
		s, ok := g.seats[key]
		if !ok {
			if own == nil {
				own = &call[K, V]{done: make(chan struct{})}
			}
			s = seat[K, V]{own, len(own.keys)}
			own.keys = append(own.keys, key)
			g.seats[key] = s
		}
		s.call.waiters++
		seats[i] = s
	}
	if own != nil {
		ctx, own.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
		g.crew.Start()
		go g.run(ctx, own, fn)
	}
	return own, seats
}

// wait reports whether the call of s has ended, so that there is an answer to
// take; if ctx ends first, it leaves the seat and reports false.
func (g *Group[K, V]) wait(ctx context.Context, s seat[K, V]) bool {
	select {
	case <-s.call.done:
		return true
	case <-ctx.Done():
		return !g.leave(s.call, context.Cause(ctx))
	}
}

// leave gives one seat back, and cancels the call with the last one.
// It reports false if the call ended before.
func (g *Group[K, V]) leave(c *call[K, V], cause error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.ended {
		return false
	}
	c.waiters--
	if c.waiters == 0 {
		g.forget(c)
		c.cancel(cause)
	}
	return true
}

func (g *Group[K, V]) run(ctx context.Context, c *call[K, V], fn func(context.Context, []K) ([]V, error)) {
	defer g.crew.End()
	c.err = ErrGoexit // stands if fn neither returns nor panics
	defer func() {
		if r := recover(); r != nil {
			c.err, c.panicked = Recovered(r), true
		}
		g.end(c)
	}()
	c.vals, c.err = fn(ctx, c.keys)
	if c.err == nil && len(c.vals) != len(c.keys) {
		c.err = fmt.Errorf("flight: function returned %d values for %d keys", len(c.vals), len(c.keys))
	}
}

// end forgets the call before anybody can see its answer, so that a caller
// who has the answer and asks again starts anew.
func (g *Group[K, V]) end(c *call[K, V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(c)
	c.ended = true
	close(c.done)
	c.cancel(context.Canceled)
}

// forget lets the next caller start anew. A key may meanwhile belong to a
// later call, if this one was cancelled.
func (g *Group[K, V]) forget(c *call[K, V]) {
	for _, key := range c.keys {
		if g.seats[key].call == c {
			delete(g.seats, key)
		}
	}
}
