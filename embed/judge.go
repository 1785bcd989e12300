package embed

import (
	"context"
	"time"
)

// A JudgeDeadline is a Judge that never makes its caller wait longer than a
// set time. Make one with [JudgeWithDeadline].
type JudgeDeadline struct {
	j Judge
	d *Deadline
}

// JudgeWithDeadline returns a judge that answers within d, as [WithDeadline]
// does for embedders: late is an error that wraps [ErrLate], a panic one that
// wraps a [*PanicError], and calls that nobody waits for are limited.
func JudgeWithDeadline(j Judge, d time.Duration) *JudgeDeadline {
	return &JudgeDeadline{j, WithDeadline(pairs{j}, d)}
}

// Judge implements [Judge].
func (j *JudgeDeadline) Judge(ctx context.Context, a, b string) (float64, error) {
	v, err := j.d.Embed(ctx, a, b)
	if err != nil {
		return 0, err
	}
	return float64(v[0][0]) + float64(v[0][1]) + float64(v[0][2]), nil
}

// ID is the wrapped judge's.
func (j *JudgeDeadline) ID() string { return j.j.ID() }

// Stats returns the counts since JudgeWithDeadline.
func (j *JudgeDeadline) Stats() DeadlineStats { return j.d.Stats() }

// Drain is [Deadline.Drain].
func (j *JudgeDeadline) Drain(ctx context.Context) error { return j.d.Drain(ctx) }

// pairs shows a judge to a Deadline as an embedder of two texts, whose one
// vector is the probability in three parts: 72 bits, for the 53 of a float64.
type pairs struct{ j Judge }

// Embed judges two texts.
func (p pairs) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	prob, err := p.j.Judge(ctx, texts[0], texts[1])
	if err != nil {
		return nil, err
	}
	high := float32(prob)
	rest := prob - float64(high)
	middle := float32(rest)
	return [][]float32{{high, middle, float32(rest - float64(middle))}}, nil
}

// Dim is the number of parts.
func (p pairs) Dim() int { return 3 }

// ID is the judge's.
func (p pairs) ID() string { return p.j.ID() }
