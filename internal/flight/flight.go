// Package flight lets concurrent callers that ask for the same thing share
// one computation, without sharing each other's fate: a caller that gives up
// leaves alone, and the computation is cancelled only when nobody is left to
// wait for it.
//
//	var g flight.Group[string, int]
//	v, joined, err := g.Do(ctx, key, func(ctx context.Context) (int, error) {
//		return expensive(ctx, key)
//	})
//
// It differs from golang.org/x/sync/singleflight where that one hurts a
// cache: the first caller's cancellation does not fail the others, a late
// caller never joins a computation that is being cancelled, and a panic does
// not end the process from a goroutine that nobody can recover.
package flight

import (
	"context"
	"sync"
)

// Group runs at most one function per key at a time. The zero value is ready
// for use. It must not be copied after first use.
type Group[K comparable, V any] struct {
	mu      sync.Mutex // guards everything below and every call's waiters and ended
	calls   map[K]*call[V]
	running int           // functions that have not returned, abandoned ones too
	idle    chan struct{} // closed when running falls to 0; nil while nobody waits for that
}

// call is one running function and those who wait for it.
type call[V any] struct {
	cancel  context.CancelCauseFunc
	waiters int
	ended   bool

	done     chan struct{} // closed after the fields below are set
	val      V
	err      error
	panicked bool // err is a *PanicError of fn's own
}

// Do returns what fn returns. If a call for key is under way, Do waits for
// that one instead and joined is true. Nothing is remembered: a Do after the
// end of a call runs its own fn. What fn publishes before it returns (in a
// cache, say) is therefore seen by every caller that comes too late to join.
//
// fn runs in a goroutine of its own. Its context has the values of the ctx
// that started it, but neither its deadline nor its cancellation: it is
// cancelled when the last waiting caller has left. A caller that comes after
// that starts a new call, even if the cancelled fn has not returned yet.
// fn must not call Do with its own key.
//
// A caller whose ctx ends leaves at once with [context.Cause] of ctx, and
// joined says how it had been waiting. A ctx that has ended already starts and
// joins nothing.
//
// If fn panics, Do panics with a [*PanicError] in the caller that started the
// call, and returns the same *PanicError as an error in those that joined; if
// nobody waits any more, the panic is dropped. If fn ends its goroutine with
// [runtime.Goexit], every waiter gets [ErrGoexit].
func (g *Group[K, V]) Do(ctx context.Context, key K, fn func(context.Context) (V, error)) (v V, joined bool, err error) {
	if ctx.Err() != nil {
		return v, false, context.Cause(ctx)
	}
	c, joined := g.join(ctx, key, fn)
	select {
	case <-c.done:
	case <-ctx.Done():
		if g.leave(key, c, context.Cause(ctx)) {
			return v, joined, context.Cause(ctx)
		}
		<-c.done // it ended while we were leaving: take its answer
	}
	if c.panicked && !joined {
		panic(c.err)
	}
	return c.val, joined, c.err
}

// join adds a waiter to the call of key, which it starts if there is none.
func (g *Group[K, V]) join(ctx context.Context, key K, fn func(context.Context) (V, error)) (c *call[V], joined bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c, ok := g.calls[key]; ok {
		c.waiters++
		return c, true
	}
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	c = &call[V]{cancel: cancel, waiters: 1, done: make(chan struct{})}
	if g.calls == nil {
		g.calls = make(map[K]*call[V])
	}
	g.calls[key] = c
	g.running++
	go g.run(ctx, key, c, fn)
	return c, false
}

// leave takes one waiter away, and the call with the last one.
// It reports false if the call has ended, so that there is an answer to take.
func (g *Group[K, V]) leave(key K, c *call[V], cause error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.ended {
		return false
	}
	c.waiters--
	if c.waiters == 0 {
		g.forget(key, c)
		c.cancel(cause)
	}
	return true
}

func (g *Group[K, V]) run(ctx context.Context, key K, c *call[V], fn func(context.Context) (V, error)) {
	c.err = ErrGoexit // stands if fn neither returns nor panics
	defer func() {
		if r := recover(); r != nil {
			c.err, c.panicked = newPanicError(r), true
		}
		g.end(key, c)
	}()
	c.val, c.err = fn(ctx)
}

// end forgets the call before anybody can see its answer, so that a caller
// who has the answer and asks again starts anew.
func (g *Group[K, V]) end(key K, c *call[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(key, c)
	c.ended = true
	close(c.done)
	c.cancel(context.Canceled)
	g.running--
	if g.running == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

func (g *Group[K, V]) forget(key K, c *call[V]) {
	if g.calls[key] == c {
		delete(g.calls, key)
	}
}

// Cancel cancels the context of every running function with cause as its
// [context.Cause]. Callers go on waiting for what the functions return.
// A Close that should not wait for slow work calls Cancel, then Wait.
func (g *Group[K, V]) Cancel(cause error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, c := range g.calls {
		delete(g.calls, key) // who comes now must not join what is being cancelled
		c.cancel(cause)
	}
}

// Wait returns when no function is running, the abandoned ones included.
// It does not keep new ones from starting: the owner does that first.
func (g *Group[K, V]) Wait() {
	g.mu.Lock()
	if g.running == 0 {
		g.mu.Unlock()
		return
	}
	if g.idle == nil {
		g.idle = make(chan struct{})
	}
	idle := g.idle
	g.mu.Unlock()
	<-idle
}
