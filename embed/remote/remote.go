// Package remote is an [embed.Embedder] behind any service that speaks
// OpenAI's POST /v1/embeddings: OpenAI itself, Azure, vLLM, llama.cpp, Ollama,
// text-embeddings-inference, LiteLLM and others.
//
//	e, err := remote.New(ctx, remote.Options{
//		BaseURL: "https://api.openai.com/v1",
//		Model:   "text-embedding-3-small",
//		APIKey:  os.Getenv("OPENAI_API_KEY"),
//	})
//
// The answer is checked before it is used: the number of vectors, their order,
// their length, and that each is finite and not zero. Vectors are scaled to
// unit length. What a service can do about a passing failure is tried again
// (see [Options].Retries); an [*Error] says what it answered in the end.
//
// Some services shorten a long text silently (Ollama does), so that texts which
// differ only behind the cut get the same vector: set Options.MaxBytes there.
package remote

import (
	"context"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/likewise-go/likewise/embed"
)

// Embedder is an [embed.Embedder] behind a service. Make one with [New].
type Embedder struct {
	o        Options
	endpoint string // of the requests, with the query of the base URL
	place    string // host and path, for errors and the ID
	secrets  []string
	dim      int
	id       string
}

var _ embed.Embedder = (*Embedder)(nil)

// New returns an embedder for the service that o describes. An error that is
// about o names every field that is wrong.
//
// With Options.Dimensions it makes no request. Without, it embeds one word to
// learn the length of the vectors, within ctx, and fails as Embed does.
func New(ctx context.Context, o Options) (*Embedder, error) {
	u, err := o.check()
	if err != nil {
		return nil, err
	}
	e := &Embedder{
		o:        o.withDefaults(),
		endpoint: u.JoinPath("embeddings").String(),
		place:    u.Host + u.Path,
		secrets:  o.secrets(u),
		dim:      o.Dimensions,
	}
	if e.dim == 0 {
		vectors, err := e.batch(ctx, []string{"likewise"})
		if err != nil {
			return nil, fmt.Errorf("embed/remote: cannot learn the dimension of model %q: %w", o.Model, err)
		}
		e.dim = len(vectors[0])
	}
	e.id = fmt.Sprintf("remote:%s:%s:%d", e.place, o.Model, e.dim)
	return e, nil
}

// Dim is the length of every vector.
func (e *Embedder) Dim() int { return e.dim }

// ID is "remote:", host and path of the service, the model and the dimension.
// A service that changes a model behind its name cannot be noticed.
func (e *Embedder) ID() string { return e.id }

// String returns the ID, so that printing an Embedder never shows its key.
func (e *Embedder) String() string { return e.id }

// GoString returns the ID, like String.
func (e *Embedder) GoString() string { return e.id }

// Embed implements [embed.Embedder]. It sends the texts in batches, one after
// the other. An error of the service is an [*Error]; it wraps
// [embed.ErrTooLong] if that is what the service says about a text. A text over
// Options.MaxBytes wraps it too. An empty text, or one that is not UTF-8, wraps
// [embed.ErrUnreadable]. Both are found before anything is sent.
// If ctx ends, the error is its [context.Cause].
func (e *Embedder) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	for i, text := range texts {
		if err := e.readable(text); err != nil {
			return nil, fmt.Errorf("embed/remote: text %d: %w", i+1, err)
		}
	}
	vectors := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		n := e.batchLen(texts)
		batch, err := e.batch(ctx, texts[:n])
		if err != nil {
			return nil, err
		}
		vectors = append(vectors, batch...)
		texts = texts[n:]
	}
	return vectors, nil
}

func (e *Embedder) readable(text string) error {
	switch {
	case text == "":
		return fmt.Errorf("%w: it is empty", embed.ErrUnreadable)
	case !utf8.ValidString(text):
		return fmt.Errorf("%w: it is not UTF-8", embed.ErrUnreadable)
	case e.o.MaxBytes > 0 && len(text) > e.o.MaxBytes:
		return fmt.Errorf("%w: %d bytes, at most %d are sent", embed.ErrTooLong, len(text), e.o.MaxBytes)
	}
	return nil
}

// maxBatchBytes keeps a request under OpenAI's limit of 300,000 tokens, as no
// token is shorter than a byte.
const maxBatchBytes = 256 << 10

// batchLen is how many of the texts go into the next request, at least one.
func (e *Embedder) batchLen(texts []string) int {
	bytes := 0
	for i, text := range texts {
		bytes += len(text)
		if i > 0 && (i == e.o.BatchSize || bytes > maxBatchBytes) {
			return i
		}
	}
	return len(texts)
}

// batch embeds texts with one request, and as many more as it takes.
func (e *Embedder) batch(ctx context.Context, texts []string) ([][]float32, error) {
	body, err := encode(&e.o, texts)
	if err != nil {
		return nil, err
	}
	return e.retry(ctx, func() ([][]float32, error) {
		answer, err := e.post(ctx, body)
		if err != nil {
			return nil, err
		}
		vectors, err := decode(answer, len(texts), e.dim)
		if err != nil {
			return nil, e.fail(http.StatusOK, err)
		}
		return vectors, nil
	})
}
