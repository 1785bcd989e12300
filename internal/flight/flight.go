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
	mu    sync.Mutex // guards seats, and waiters and ended of every call
	seats map[K]seat[K, V]
	crew  Crew // the functions that have not returned, abandoned ones too
}

// Result is what one caller gets for one key.
type Result[V any] struct {
	Val    V
	Joined bool // the call was under way already
	Err    error
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
	r := g.DoMany(ctx, []K{key}, func(ctx context.Context, _ []K) ([]V, error) {
		v, err := fn(ctx)
		return []V{v}, err
	})
	return r[0].Val, r[0].Joined, r[0].Err
}

// DoMany is Do for several keys at once. Those that are not under way are
// computed by one call of fn, which gets them without duplicates and returns
// one value for each, in order; fn is not called when none is left for it.
// For the others DoMany joins the calls that there are, each of which may
// carry keys of other callers too.
//
// It returns one Result per key, in order, when the last of them is known. An
// error of fn is the error of all the keys that it was called with.
func (g *Group[K, V]) DoMany(ctx context.Context, keys []K, fn func(context.Context, []K) ([]V, error)) []Result[V] {
	results := make([]Result[V], len(keys))
	if ctx.Err() != nil {
		for i := range results {
			results[i].Err = context.Cause(ctx)
		}
		return results
	}
	own, seats := g.board(ctx, keys, fn)
	panicked := false
	for i, s := range seats {
		r := &results[i]
		r.Joined = s.call != own
		if !g.wait(ctx, s) {
			r.Err = context.Cause(ctx)
			continue
		}
		r.Err = s.call.err
		if s.i < len(s.call.vals) {
			r.Val = s.call.vals[s.i]
		}
		panicked = panicked || s.call.panicked && !r.Joined
	}
	if panicked {
		panic(own.err)
	}
	return results
}

// Cancel cancels the context of every running function with cause as its
// [context.Cause]. Callers go on waiting for what the functions return.
// A Close that should not wait for slow work calls Cancel, then Wait.
func (g *Group[K, V]) Cancel(cause error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.seats {
		s.call.cancel(cause)
	}
	clear(g.seats) // who comes now must not join what is being cancelled
}

// Wait returns when no function is running, the abandoned ones included.
// It does not keep new ones from starting: the owner does that first.
func (g *Group[K, V]) Wait() { <-g.Idle() }

// Idle is Wait for a select: the channel is closed once no function is running.
func (g *Group[K, V]) Idle() <-chan struct{} { return g.crew.Idle() }
