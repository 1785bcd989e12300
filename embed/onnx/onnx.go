// Package onnx is an [embed.Embedder] for any ONNX export of a sentence model,
// run in pure Go by github.com/knights-analytics/hugot. It needs no shared
// library and no cgo, and pays for that with speed: a MiniLM takes about a tenth
// of a second a text in float32 and more in int8, where the engine of embed/bert
// takes a few milliseconds at most. Use it for models that embed/bert does not
// know.
//
//	e, err := onnx.Open("models/bge-small-en-v1.5", nil)
//	if err != nil { ... }
//	defer e.Close()
//
// The folder is what the Hugging Face hub holds for a sentence-transformers
// model: one .onnx file (anywhere below, Options.File says which if there are
// more), tokenizer.json, config.json, and if there are, tokenizer_config.json,
// sentence_bert_config.json and 1_Pooling/config.json.
//
// A text is never truncated, and its vector depends on nothing but the text:
// each is computed alone, padded to the next of a few lengths, so that a model
// compiles a few times and quantisation ranges do not see other texts.
//
// It is a module of its own, because hugot brings some 25 others.
package onnx

import (
	"context"
	"errors"
	"fmt"

	"github.com/likewise-go/likewise/embed"
)

// Options change what Open finds in the folder. The zero value changes nothing.
type Options struct {
	// File is the path of the .onnx file in the folder, like
	// "onnx/model.onnx". It is needed if there is more than one.
	File string

	// Output names the output of the model to use. "" takes
	// "sentence_embedding" if there is one, or else the first.
	Output string

	// Pooling makes one vector of the tokens' vectors. "" takes what
	// 1_Pooling/config.json says, or else PoolMean. It is not used if the
	// output is one vector a text.
	Pooling Pooling

	// MaxTokens is the model's window, special tokens included. 0 takes the
	// least of max_seq_length, model_max_length and max_position_embeddings
	// in the folder's configuration.
	MaxTokens int

	// WarmUp is the length in tokens up to which Open compiles the model, one
	// length after another. A longer text takes some tens of milliseconds more
	// the first time. 0 is 64; -1 is none but the shortest.
	WarmUp int
}

// ErrClosed is what Embed returns after Close.
var ErrClosed = errors.New("embed/onnx: embedder is closed")

// Embedder is an ONNX model in memory. Make one with [Open]. It runs one text
// at a time, on as many cores as there are.
type Embedder struct {
	turn    chan struct{} // holds a token while nobody uses the model
	model   *model        // nil after Close
	dim     int
	id      string
	window  int
	minimum int // tokens of an empty text
}

var _ embed.Embedder = (*Embedder)(nil)

// Open loads the model in dir. It reads every byte of it once more for the ID.
// A nil o is the zero Options.
func Open(dir string, o *Options) (*Embedder, error) {
	if o == nil {
		o = new(Options)
	}
	e, err := open(dir, *o)
	if err != nil {
		return nil, fmt.Errorf("embed/onnx: open %q: %w", dir, err)
	}
	return e, nil
}

func open(dir string, o Options) (*Embedder, error) {
	f, err := findFiles(dir, o)
	if err != nil {
		return nil, err
	}
	c, err := readConfig(dir, o)
	if err != nil {
		return nil, err
	}
	hash, err := f.hash()
	if err != nil {
		return nil, err
	}
	m, err := load(f, c, o.Output)
	if err != nil {
		return nil, err
	}
	e := &Embedder{
		turn:    make(chan struct{}, 1),
		model:   m,
		window:  m.window,
		minimum: len(m.encode("")),
	}
	if e.dim, err = m.warmUp(o.WarmUp); err != nil {
		return nil, errors.Join(err, m.close())
	}
	e.id = fmt.Sprintf("onnx:%s:%s:%d:sha256=%s", m.output, m.pooling, e.dim, hash)
	e.turn <- struct{}{}
	return e, nil
}

// Dim is the length of every vector.
func (e *Embedder) Dim() int { return e.dim }

// ID names the output, the pooling, the dimension, and the SHA-256 of the
// model's and the tokenizer's files.
func (e *Embedder) ID() string { return e.id }

// Embed implements [embed.Embedder]. A text with more tokens than the window
// is [embed.ErrTooLong]; an empty one, or one with a character or word that
// the vocabulary has no token for, is [embed.ErrUnreadable]. These are found
// for all texts before the first is computed. If ctx ends, Embed returns its
// [context.Cause] after the text under way, as the model cannot be interrupted:
// wrap the embedder with [embed.WithDeadline] if that is too late.
func (e *Embedder) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	inputs := make([][]int, len(texts))
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		err := e.withModel(ctx, func(m *model) (err error) {
			inputs[i], err = e.read(m, text)
			return err
		})
		if err != nil {
			return nil, textError(i, err)
		}
	}
	for i, ids := range inputs {
		err := e.withModel(ctx, func(m *model) (err error) {
			vectors[i], err = m.embed(ids)
			return err
		})
		if err != nil {
			return nil, textError(i, err)
		}
	}
	if len(vectors) == 0 {
		return nil, nil
	}
	return vectors, nil
}

func textError(i int, err error) error {
	if errors.Is(err, ErrClosed) {
		return err
	}
	return fmt.Errorf("embed/onnx: text %d: %w", i+1, err)
}

// withModel calls f while nobody else uses the model.
func (e *Embedder) withModel(ctx context.Context, f func(*model) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case <-e.turn:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { e.turn <- struct{}{} }()
	if e.model == nil {
		return ErrClosed
	}
	return f(e.model)
}

// read returns the token ids of a text that the model can read whole.
func (e *Embedder) read(m *model, text string) ([]int, error) {
	// No token is longer than the longest in the vocabulary, but that can be
	// long. This bound only keeps the tokenizer from megabytes of text.
	if len(text) > e.window*maxTokenBytes {
		return nil, fmt.Errorf("%w: %d bytes for at most %d tokens", embed.ErrTooLong, len(text), e.window)
	}
	ids := m.encode(text)
	if len(ids) > e.window {
		return nil, fmt.Errorf("%w: %d tokens, at most %d", embed.ErrTooLong, len(ids), e.window)
	}
	if len(ids) <= e.minimum {
		return nil, fmt.Errorf("%w: it has no tokens", embed.ErrUnreadable)
	}
	for _, id := range ids {
		if id == m.unknown {
			return nil, fmt.Errorf("%w: part of it is not in the vocabulary", embed.ErrUnreadable)
		}
	}
	return ids, nil
}

const maxTokenBytes = 64

// Close waits for the text under way and frees the model. A second Close does
// nothing.
func (e *Embedder) Close() error {
	<-e.turn
	defer func() { e.turn <- struct{}{} }()
	if e.model == nil {
		return nil
	}
	err := e.model.close()
	e.model = nil
	return err
}
