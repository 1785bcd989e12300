package bert

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/likewise-go/likewise/embed/bert/wordpiece"
)

// source is a model as it was trained: float32, rows as PyTorch has them.
type source struct {
	shape
	tokenizer               *wordpiece.Tokenizer
	words, positions, types []float32
	norm                    norm
	layers                  []sourceLayer
	head                    []float32 // of a pair model
}

type sourceLayer struct {
	query, key, value, merge, up, down sourceLinear
	norm1, norm2                       norm
}

// sourceLinear is y = W x + b, W being out rows of in weights.
type sourceLinear struct {
	in, out int
	weights []float32
	bias    []float32
}

// readSource reads a model folder, whose shape was read by read.
func readSource(dir string, read func(dir string) (shape, error)) (*source, error) {
	s, err := read(dir)
	if err != nil {
		return nil, err
	}
	t, err := wordpiece.Load(dir)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "model.safetensors")
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	found, err := parseTensors(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	src, err := newSource(s, found)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	src.tokenizer = t
	return src, nil
}

// newSource collects the tensors that a model of shape s needs. The first one
// that is missing or of another shape is the error.
func newSource(s shape, t *tensors) (*source, error) {
	r := reader{t: t}
	src := &source{
		shape:     s,
		words:     r.floats("embeddings.word_embeddings.weight", s.Vocab, s.Width),
		positions: r.floats("embeddings.position_embeddings.weight", s.Positions, s.Width),
		types:     r.floats("embeddings.token_type_embeddings.weight", s.Types, s.Width),
		norm:      r.norm("embeddings.LayerNorm", s.Width),
	}
	for i := range s.Layers {
		p := fmt.Sprintf("encoder.layer.%d.", i)
		src.layers = append(src.layers, sourceLayer{
			query: r.linear(p+"attention.self.query", s.Width, s.Width),
			key:   r.linear(p+"attention.self.key", s.Width, s.Width),
			value: r.linear(p+"attention.self.value", s.Width, s.Width),
			merge: r.linear(p+"attention.output.dense", s.Width, s.Width),
			norm1: r.norm(p+"attention.output.LayerNorm", s.Width),
			up:    r.linear(p+"intermediate.dense", s.Width, s.Inner),
			down:  r.linear(p+"output.dense", s.Inner, s.Width),
			norm2: r.norm(p+"output.LayerNorm", s.Width),
		})
	}
	if s.Pooling == poolPair {
		src.head = append(r.floats("classifier.weight", 1, 2*s.Width), r.floats("classifier.bias", 1)...)
	}
	return src, r.err
}

// reader keeps the first error, so that a list of tensors reads as a list.
type reader struct {
	t   *tensors
	err error
}

func (r *reader) floats(name string, shape ...int) []float32 {
	if r.err != nil {
		return nil
	}
	x, err := r.t.floats(name, shape...)
	r.err = err
	return x
}

func (r *reader) linear(name string, in, out int) sourceLinear {
	return sourceLinear{in: in, out: out, weights: r.floats(name+".weight", out, in), bias: r.floats(name+".bias", out)}
}

func (r *reader) norm(name string, n int) norm {
	return norm{gain: r.floats(name+".weight", n), bias: r.floats(name+".bias", n)}
}
