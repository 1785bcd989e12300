package embed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/likewise-go/likewise/internal/flight"
)

const (
	// DefaultMemoSize is the number of texts that NewMemo remembers when it is
	// given no size: about 6 MiB of vectors of 384 float32s.
	DefaultMemoSize = 4096

	// MaxMemoText is the length in bytes up to which a text is remembered.
	// It bounds the memory of a Memo: a longer text is unlikely to come again
	// word for word, and most models cannot read it anyway.
	MaxMemoText = 8 << 10
)

// PanicError is a panic of an embedder that ran in a goroutine of [Memo] or
// [Deadline]: its value and the stack it came from.
type PanicError = flight.PanicError

// Memo is an Embedder that remembers the vectors of the texts it saw last, and
// lets concurrent callers with the same text share one computation. Make one
// with [NewMemo].
type Memo struct {
	e       Embedder
	vectors *lru.Cache[string, []float32]
	flights flight.Group[string, []float32]

	hits, misses, shared atomic.Uint64
}

// MemoStats counts the texts that a Memo was asked for. Their sum is the number
// of texts asked for so far.
type MemoStats struct {
	Hits    uint64 // answered from memory
	Misses  uint64 // computed, or failed to be
	Shared  uint64 // waited for the computation of another caller
	Entries int    // texts remembered now
}

// NewMemo returns a Memo of the given number of texts around e; a size below 1
// means [DefaultMemoSize]. Texts over [MaxMemoText] bytes are not remembered,
// errors neither.
//
// A call with several texts computes those that are missing with one call of
// e, except for the ones that another caller is computing already: it waits
// for those. A computation is cancelled when no caller waits for it any more.
func NewMemo(e Embedder, size int) *Memo {
	if size < 1 {
		size = DefaultMemoSize
	}
	vectors, err := lru.New[string, []float32](size)
	if err != nil {
		panic("embed: " + err.Error()) // only for a size below 1
	}
	return &Memo{e: e, vectors: vectors}
}

// Dim is the wrapped embedder's.
func (m *Memo) Dim() int { return m.e.Dim() }

// ID is the wrapped embedder's: a Memo does not change a vector.
func (m *Memo) ID() string { return m.e.ID() }

// Embed implements [Embedder]. Its errors are those of the wrapped embedder,
// or the [context.Cause] of ctx. A panic of the wrapped embedder is a panic
// with a [*PanicError] in the caller whose call it was, and an error that is
// one in the callers that shared it.
func (m *Memo) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	vectors, missing := m.recall(texts)
	m.hits.Add(uint64(len(texts) - len(missing)))
	if len(missing) == 0 {
		return vectors, nil
	}
	keys := make([]string, len(missing))
	for i, at := range missing {
		keys[i] = texts[at]
	}
	var failed error
	for i, r := range m.flights.DoMany(ctx, keys, m.compute) {
		v, err := m.settle(ctx, keys[i], r)
		vectors[missing[i]] = v
		if failed == nil {
			failed = err
		}
	}
	if failed != nil {
		return nil, failed
	}
	return vectors, nil
}

// hit is Embed for texts that are all remembered. It does not count, and
// reports false, if one is not.
func (m *Memo) hit(texts []string) ([][]float32, bool) {
	vectors, missing := m.recall(texts)
	if len(missing) > 0 {
		return nil, false
	}
	m.hits.Add(uint64(len(texts)))
	return vectors, true
}

// recall returns the vectors that are remembered, and where others are missing.
func (m *Memo) recall(texts []string) (vectors [][]float32, missing []int) {
	vectors = make([][]float32, len(texts))
	for i, text := range texts {
		v, ok := m.vectors.Get(text)
		if !ok {
			missing = append(missing, i)
		}
		vectors[i] = v
	}
	return vectors, missing
}

// batchError is an error of a call with several texts: which of them it is
// about is not known.
type batchError struct{ error }

func (b batchError) Unwrap() error { return b.error }

// settle counts r and returns its vector or error. A caller does not take the
// blame for a text that another one put into the same batch: then it computes
// its own again, alone.
func (m *Memo) settle(ctx context.Context, text string, r flight.Result[[]float32]) ([]float32, error) {
	if r.Joined {
		m.shared.Add(1)
	} else {
		m.misses.Add(1)
	}
	batch, ok := errors.AsType[batchError](r.Err)
	switch {
	case !ok:
		return r.Val, r.Err
	case r.Joined && aboutText(batch.error) && ctx.Err() == nil:
		vectors, err := m.compute(ctx, []string{text})
		if err != nil {
			return nil, err
		}
		return vectors[0], nil
	default:
		return nil, batch.error
	}
}

// aboutText reports whether err is about a text, not about the embedder.
func aboutText(err error) bool {
	return errors.Is(err, ErrTooLong) || errors.Is(err, ErrUnreadable)
}

// compute returns the vectors of different texts and remembers them. It looks
// into the memory again, because a flight of one of them may have ended since
// the caller looked.
func (m *Memo) compute(ctx context.Context, texts []string) ([][]float32, error) {
	vectors, missing := m.recall(texts)
	if len(missing) == 0 {
		return vectors, nil
	}
	rest := make([]string, len(missing))
	for i, at := range missing {
		rest[i] = texts[at]
	}
	computed, err := m.e.Embed(ctx, rest...)
	if err == nil && len(computed) != len(rest) {
		err = fmt.Errorf("embed: %s returned %d vectors for %d texts", m.e.ID(), len(computed), len(rest))
	}
	if err != nil && len(texts) > 1 {
		return nil, batchError{err}
	}
	if err != nil {
		return nil, err
	}
	for i, v := range computed {
		vectors[missing[i]] = v
		m.remember(rest[i], v)
	}
	return vectors, nil
}

func (m *Memo) remember(text string, v []float32) {
	if len(text) <= MaxMemoText {
		m.vectors.Add(strings.Clone(text), v) // text may be a small part of a large request
	}
}

// Stats returns the counts since NewMemo.
func (m *Memo) Stats() MemoStats {
	return MemoStats{
		Hits:    m.hits.Load(),
		Misses:  m.misses.Load(),
		Shared:  m.shared.Load(),
		Entries: m.vectors.Len(),
	}
}

// Wait returns when no computation is running any more, also none that its
// callers have left, or with the [context.Cause] of ctx when that ends first.
// It keeps no new ones from starting.
func (m *Memo) Wait(ctx context.Context) error {
	select {
	case <-m.flights.Idle():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
