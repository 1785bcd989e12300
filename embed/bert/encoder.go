package bert

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/bert/wordpiece"
	"github.com/likewise-go/likewise/internal/simd"
)

// batchTokens is how many tokens of several texts go through the model at
// once. More would not be faster: from about 24 on the products are bound by
// arithmetic.
const batchTokens = 128

// An Encoder computes sentence vectors. It does not change after it is made:
// any number of goroutines may use it at once, each with its own workspace,
// over one set of weights.
type Encoder struct {
	model     *model
	tokenizer *wordpiece.Tokenizer
	id        string
	spaces    sync.Pool // of *workspace
	base      *Encoder  // what WithThreads was called on, or nil; keeps its mapped file
}

var _ embed.Embedder = (*Encoder)(nil)

// newEncoder joins a model and its tokenizer. weights is the hash of the
// model's numbers.
func newEncoder(m *model, t *wordpiece.Tokenizer, weights []byte) (*Encoder, error) {
	if t.Size() > m.Vocab {
		return nil, fmt.Errorf("tokenizer has %d tokens, the model embeds %d", t.Size(), m.Vocab)
	}
	words := t.Hash()
	e := &Encoder{model: m, tokenizer: t, id: fmt.Sprintf("bert-%dx%dx%d-%s-%s-%s",
		m.Layers, m.Width, m.Heads, hex.EncodeToString(weights[:8]), hex.EncodeToString(words[:8]), m.Pooling)}
	e.spaces.New = func() any { return new(workspace) }
	return e, nil
}

// Dim is the length of every vector.
func (e *Encoder) Dim() int { return e.model.Width }

// Window is the number of tokens that a text may have, [CLS] and [SEP]
// included.
func (e *Encoder) Window() int { return e.model.Window }

// ID names the shape, the weights' and the tokenizer's SHA-256 (8 bytes each)
// and the pooling: "bert-6x384x12-0123456789abcdef-0123456789abcdef-mean". A
// folder and the file packed from it have the same ID.
func (e *Encoder) ID() string { return e.id }

// Tokenizer returns the tokenizer that the model was trained with.
func (e *Encoder) Tokenizer() *wordpiece.Tokenizer { return e.tokenizer }

// WithThreads returns an encoder over the same weights that works on one call
// of Embed with up to n goroutines, which have ended when it returns. The
// vectors are the same, bit for bit. It pays for long texts or many of them,
// on cores that nothing else wants: a service that embeds for many requests at
// once uses its cores better with one each, which is the default. Fewer than
// 24 tokens are one goroutine's work. An n below 1 is taken as 1.
func (e *Encoder) WithThreads(n int) *Encoder {
	t := &Encoder{model: e.model, tokenizer: e.tokenizer, id: e.id, base: e}
	t.spaces.New = func() any { return &workspace{threads: n} }
	return t
}

// Embed returns one unit vector of Dim float32s per text. It allocates the
// vectors and nothing else once its workspace has grown, unless it starts
// goroutines (see WithThreads).
//
// The error wraps [embed.ErrTooLong] when a text has more tokens than Window
// and says how many; it wraps [embed.ErrUnreadable] when the vocabulary does
// not cover a text; it is the context's cause when ctx ends, which is looked
// at between layers. There are no vectors with an error.
func (e *Encoder) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	w := e.spaces.Get().(*workspace)
	defer e.spaces.Put(w)
	vectors := make([][]float32, len(texts))
	w.reset()
	done := 0 // texts whose vectors are computed
	for i, text := range texts {
		if err := e.addText(w, text); err != nil {
			return nil, textError(err, i, len(texts))
		}
		if len(w.ids) < batchTokens && i+1 < len(texts) {
			continue
		}
		if err := e.model.forward(ctx, w); err != nil {
			return nil, fmt.Errorf("likewise/bert: embed: %w", err)
		}
		if err := e.pool(w, vectors[done:i+1]); err != nil {
			return nil, fmt.Errorf("likewise/bert: embed: %w", err)
		}
		w.reset()
		done = i + 1
	}
	runtime.KeepAlive(e) // and with it a mapped file
	return vectors, nil
}

// addText appends the tokens of text to the batch.
func (e *Encoder) addText(w *workspace, text string) (err error) {
	start := len(w.ids)
	if w.ids, err = e.tokenizer.EncodeReadable(w.ids, text); err != nil {
		return err
	}
	if n := len(w.ids) - start; n > e.model.Window {
		return fmt.Errorf("%w: %d tokens, at most %d", embed.ErrTooLong, n, e.model.Window)
	}
	w.ends = append(w.ends, len(w.ids))
	return nil
}

func textError(err error, i, n int) error {
	if n == 1 {
		return fmt.Errorf("likewise/bert: embed: %w", err)
	}
	return fmt.Errorf("likewise/bert: embed text %d of %d: %w", i+1, n, err)
}

// pool makes one new unit vector of each text's last state.
func (e *Encoder) pool(w *workspace, vectors [][]float32) error {
	width, wide, start := e.model.Width, e.model.wide(), 0
	for i, end := range w.ends {
		v := make([]float32, width)
		last := end
		if e.model.Pooling == poolCLS {
			last = start + 1
		}
		for t := start; t < last; t++ {
			for j, x := range w.x[t*wide:][:width] {
				v[j] += x
			}
		}
		if !normalize(v) {
			return fmt.Errorf("vector of text %d has no finite length: the weights are not usable", i+1)
		}
		vectors[i], start = v, end
	}
	return nil
}

// normalize divides v by its L2 norm and reports whether that is possible.
func normalize(v []float32) bool {
	norm := math.Sqrt(float64(simd.DotF32(v, v)))
	if !(norm > 0) || math.IsInf(norm, 1) {
		return false
	}
	inv := float32(1 / norm)
	for i := range v {
		v[i] *= inv
	}
	return true
}
