package bert

import (
	"context"
	"crypto/sha256"
	_ "embed" // for the built-in sentences
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/likewise-go/likewise/embed/bert/wordpiece"
	"github.com/likewise-go/likewise/internal/simd"
)

// A Report says how much a packed file lost against the float32 model.
type Report struct {
	CosineMin  float64 `json:"cosine_min"`  // of the text that lost most
	CosineMean float64 `json:"cosine_mean"` // over all texts
	Bytes      int64   `json:"bytes"`       // of the packed file
	Texts      int     `json:"texts"`       // that were compared
	ID         string  `json:"id"`          // of the encoder, see [Encoder.ID]
}

// probes are sentences of many kinds, one a line.
//
//go:embed probes.txt
var probes string

// Pack reads a model folder as [Load] does, writes it to w as one packed file
// and reports how near the file's vectors are to those of a float32 forward
// pass. It compares them on texts, or on a built-in list of a few hundred
// sentences; those that the model cannot read are left out. Equal folders give
// equal files.
func Pack(dir string, w io.Writer, texts ...string) (Report, error) {
	r, err := pack(dir, w, texts)
	if err != nil {
		return Report{}, fmt.Errorf("likewise/bert: pack %q: %w", dir, err)
	}
	return r, nil
}

func pack(dir string, w io.Writer, texts []string) (Report, error) {
	src, err := readSource(dir, readShape)
	if err != nil {
		return Report{}, err
	}
	packed, err := packSource(src, nil)
	if err != nil {
		return Report{}, err
	}
	e, err := fromBytes(packed)
	if err != nil {
		return Report{}, err
	}
	if len(texts) == 0 {
		texts = strings.Split(strings.TrimSpace(probes), "\n")
	}
	r, err := measure(src, e, texts)
	if err != nil {
		return Report{}, err
	}
	n, err := w.Write(packed)
	r.Bytes, r.ID = int64(n), e.ID()
	return r, err
}

// measure compares e with the model that it was made from.
func measure(src *source, e *Encoder, texts []string) (Report, error) {
	r := Report{CosineMin: 1}
	for _, text := range texts {
		ids, err := e.tokenizer.EncodeReadable(nil, text)
		if err != nil || len(ids) > e.model.Window {
			continue
		}
		v, err := e.Embed(context.Background(), text)
		if err != nil {
			return Report{}, err
		}
		cosine := float64(simd.DotF32(v[0], src.embedReference(ids)))
		r.CosineMin = min(r.CosineMin, cosine)
		r.CosineMean += cosine
		r.Texts++
	}
	if r.Texts == 0 {
		return Report{}, fmt.Errorf("the model can read none of %d texts; give some in its language", len(texts))
	}
	r.CosineMean /= float64(r.Texts)
	return r, nil
}

// packSource returns the packed file of a model. With an encoder that has the
// same words and the same tokenizer, the file refers to these.
func packSource(src *source, base *Encoder) ([]byte, error) {
	if src.tokenizer.Size() > src.Vocab {
		return nil, fmt.Errorf("tokenizer has %d tokens, the model embeds %d", src.tokenizer.Size(), src.Vocab)
	}
	m := quantize(src)
	var floats, offsets, weights []byte
	m.floats(func(p *[]float32, n int) {
		if len(*p) != n {
			panic("bert: quantize left out a slice")
		}
		floats = appendWords(floats, *p)
	})
	m.linears(func(l *linear) {
		offsets = appendWords(offsets, l.offset)
		weights = appendBytes(weights, l.weights)
	})
	words := appendBytes(nil, m.words)
	c := config{shape: m.shape}
	c.Window = 0 // decides which texts are taken, not their vectors
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(c); err != nil {
		return nil, err
	}
	for _, b := range [][]byte{floats, offsets, weights, words} {
		h.Write(b)
	}
	c.Window, c.Weights = m.Window, hex.EncodeToString(h.Sum(nil))
	if base != nil {
		if err := sameWords(m, src.tokenizer, base); err != nil {
			return nil, err
		}
		c.Words = base.ID()
	}
	head, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	file := []section{{"config", head}, {"floats", floats}, {"offsets", offsets}, {"weights", weights}}
	if base == nil {
		file = []section{file[0], {"tokens", src.tokenizer.AppendBinary(nil)}, file[1], file[2], file[3], {"words", words}}
	}
	return appendFile(file), nil
}

// sameWords checks that a model may have its words from an encoder.
func sameWords(m *model, t *wordpiece.Tokenizer, base *Encoder) error {
	if t.Hash() != base.tokenizer.Hash() {
		return fmt.Errorf("its tokenizer is not that of %q", base.ID())
	}
	if !slices.Equal(m.words, base.model.words) || !slices.Equal(m.wordScale, base.model.wordScale) {
		return fmt.Errorf("its word embeddings are not those of %q", base.ID())
	}
	return nil
}
