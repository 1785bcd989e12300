package cache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errInvalidated reports an answer that was asked for before an Invalidate.
var errInvalidated = errors.New("the cache was invalidated since the question was asked")

// filled is what one flight brings home.
type filled struct {
	answer  Answer
	refused *NotAdmittedError
	hit     *hotEntry // another flight had stored it meanwhile
}

// Do answers the query from the cache, or else with fill, whose answer it
// stores behind the caller's back if the admission rules let it in: Flush
// and Close wait for that. Callers with the same question in the same scope
// share one fill; its context ends when the last of them has left, and the
// first one's cancellation does not disturb the others. A panic in fill
// comes up in the caller that started it, as a *flight.PanicError with the
// value and the stack.
//
// The only errors are fill's own and that of an ended ctx: whatever else
// fails, fill is called.
func (c *Cache) Do(ctx context.Context, q Query, fill func(context.Context) (Answer, error)) (Result, error) {
	asked, err := c.ask(q)
	if c.closed.Load() {
		err = ErrClosed
	}
	if err != nil {
		r := Result{Outcome: Bypass}
		r.Why.Reason = err.Error()
		if r.Answer, err = fill(ctx); err == nil {
			c.counters.count(&r)
		}
		return r, err
	}
	var r Result
	if err := c.lookup(ctx, &asked, &r); err != nil {
		return Result{}, fmt.Errorf("likewise/cache: do: %w", err)
	}
	if !r.Hit() {
		if err := c.fill(ctx, asked, &r, fill); err != nil {
			return r, err
		}
	}
	c.counters.count(&r)
	return r, nil
}

// fill answers the question with f, alone or in a flight with others.
// It takes the question by value, so that a hit never allocates one.
func (c *Cache) fill(ctx context.Context, q question, r *Result, f func(context.Context) (Answer, error)) error {
	start := time.Now()
	var got *filled
	var err error
	if q.NoLookup || q.NoStore || c.skips(StepFill) {
		got, err = c.fillOnce(ctx, &q, f)
	} else {
		got, r.Why.Joined, err = c.flights.Do(ctx, q.key, func(ctx context.Context) (*filled, error) {
			now := time.Now()
			if h := c.hot.get(q.key, now); h != nil {
				if stale, verdict := c.usable(h.entry, &q, now); verdict == "" && !stale {
					return &filled{hit: h}, nil
				}
			}
			return c.fillOnce(ctx, &q, f)
		})
	}
	r.Why.Took[StepFill] = max(time.Since(start), 1) // Why.Step stays at what made it a miss
	if err != nil {
		return err
	}
	if got.hit != nil {
		c.serve(r, HitExact, got.hit, false, time.Now())
		r.Why.Reason = "the same question was answered meanwhile"
		return nil
	}
	r.Answer = got.answer
	if got.refused != nil {
		r.Why.Refused = got.refused.Error()
	}
	return nil
}

// fillOnce calls f and admits its answer. The answer is in the hot tier
// before the flight ends, so that nobody asks for it again while it is being
// written.
func (c *Cache) fillOnce(ctx context.Context, q *question, f func(context.Context) (Answer, error)) (*filled, error) {
	answer, err := f(ctx)
	if err != nil {
		return nil, err
	}
	got := &filled{answer: answer, refused: c.admit(q, &answer)}
	if got.refused == nil {
		c.storeBehind(q, &answer)
	} else {
		c.counters.refused.add(got.refused.Rule)
	}
	return got, nil
}

// storeBehind commits an answer behind the caller's back. It is served from
// memory meanwhile.
func (c *Cache) storeBehind(q *question, answer *Answer) {
	e := q.newEntry(answer, time.Now())
	e.provisional = q.epoch + 1
	c.hot.add(e, &body{Text: q.Text, Answer: *answer})
	c.later(func() {
		if _, err := c.commit(q, answer); err != nil {
			e.gone.Store(true)
			if !errors.Is(err, errInvalidated) && !errors.Is(err, ErrClosed) {
				c.fault("admit", err)
			}
		}
	})
}

// later runs f behind the caller's back, or at once when too many wait.
func (c *Cache) later(f func()) {
	if !c.behind.TryAcquire(1) {
		f()
		return
	}
	go func() {
		defer c.behind.Release(1)
		f()
	}()
}
