package embed

import (
	"context"
	"errors"
)

// An Embedder turns texts into vectors of meaning.
// Implementations are safe for concurrent use.
type Embedder interface {
	// Embed returns one unit vector (L2 norm 1) of Dim float32s per text, in
	// the order of the texts. No texts give no vectors and no error.
	// The caller must not modify a returned vector: it may be shared.
	//
	// An error that wraps ErrUnreadable or ErrTooLong is about the text and
	// is permanent; any other error is about the embedder.
	Embed(ctx context.Context, texts ...string) ([][]float32, error)

	// Dim is the length of every vector, at least 1.
	Dim() int

	// ID names everything that decides a vector: architecture, the hash of
	// the weights, the hash of the tokenizer, the pooling. Vectors of
	// embedders with different IDs must never be compared.
	ID() string
}

// A Judge says whether a stored answer to one text answers another text too.
// Implementations are safe for concurrent use.
type Judge interface {
	// Judge returns P(same) in [0, 1]: the probability that a right and
	// complete answer to a is one to b. It is symmetric by training; at run
	// time the stored text is a.
	Judge(ctx context.Context, a, b string) (float64, error)

	// ID names everything that decides a probability, like Embedder.ID.
	ID() string
}

// Errors about a text. They are permanent: the same text fails again.
var (
	// ErrTooLong reports a text with more tokens than the model's window.
	// Nothing is ever truncated, because two texts that differ only behind
	// the cut would look the same.
	ErrTooLong = errors.New("text is longer than the model's window")

	// ErrUnreadable reports a text that the model's vocabulary does not
	// cover: a character without a token, or words of a script of which the
	// vocabulary knows single letters only.
	ErrUnreadable = errors.New("text is not readable for the model")
)

// ErrLate reports an embedder or a judge that did not answer within its deadline.
// It wraps context.DeadlineExceeded.
var ErrLate error = lateError{}

type lateError struct{}

// Error says that the embedder is late.
func (lateError) Error() string { return "no answer in time" }

// Unwrap returns context.DeadlineExceeded.
func (lateError) Unwrap() error { return context.DeadlineExceeded }
