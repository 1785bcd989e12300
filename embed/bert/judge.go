package bert

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/bert/wordpiece"
	"github.com/likewise-go/likewise/internal/simd"
)

// A Judge is a pair model (cross-encoder): it reads two texts together, as
// [CLS] a [SEP] b [SEP], and says how probable it is that they ask for the
// same answer. One linear unit looks at the last state of [CLS] and at the
// mean of all tokens (Nogueira and Cho 2019, arXiv 1901.04085, with the mean
// added). Like an [Encoder] it does not change after it is made, and any
// number of goroutines may use it at once.
type Judge struct {
	model     *model
	tokenizer *wordpiece.Tokenizer
	id        string
	spaces    sync.Pool // of *workspace
}

var _ embed.Judge = (*Judge)(nil)

// LoadJudge reads the folder of a pair model and quantises it in memory:
// config.json (architecture BertForSequenceClassification, num_labels 1,
// "classifier_input": "cls+mean"), model.safetensors with classifier.weight
// (1 x 2 widths) and classifier.bias, and the tokenizer.
func LoadJudge(dir string) (*Judge, error) {
	src, err := readSource(dir, readPairShape)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: load judge %q: %w", dir, err)
	}
	packed, err := packSource(src, nil)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: load judge %q: %w", dir, err)
	}
	j, err := judgeFromBytes(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: load judge %q: %w", dir, err)
	}
	return j, nil
}

// OpenJudge maps a file that [PackJudge] wrote into memory, as [Open] does.
// words is the encoder that the file was packed with, or nil.
func OpenJudge(path string, words *Encoder) (*Judge, error) {
	b, unmap, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: open judge: %w", err)
	}
	j, err := judgeFromBytes(b, words)
	if err != nil {
		unmap()
		return nil, fmt.Errorf("likewise/bert: open judge %q: %w", path, err)
	}
	runtime.AddCleanup(j, func(f func()) { f() }, unmap)
	return j, nil
}

// NewJudge returns a judge over the bytes of a packed file, as [New] does.
// words is the encoder that the file was packed with, or nil; both then share
// one table of words. The error wraps [ErrVersion] when packed is something
// else or for another encoder, and [ErrCorrupt] when it is damaged.
func NewJudge(packed []byte, words *Encoder) (*Judge, error) {
	j, err := judgeFromBytes(packed, words)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: %w", err)
	}
	return j, nil
}

func judgeFromBytes(packed []byte, words *Encoder) (*Judge, error) {
	p, err := readPacked(packed, true, words)
	if err != nil {
		return nil, err
	}
	if p.tokenizer.Size() > p.model.Vocab {
		return nil, fmt.Errorf("tokenizer has %d tokens, the model embeds %d", p.tokenizer.Size(), p.model.Vocab)
	}
	m, hash := p.model, p.tokenizer.Hash()
	j := &Judge{model: m, tokenizer: p.tokenizer, id: fmt.Sprintf("bert-%dx%dx%d-%s-%s-pair",
		m.Layers, m.Width, m.Heads, hex.EncodeToString(p.sum[:8]), hex.EncodeToString(hash[:8]))}
	j.spaces.New = func() any { return new(workspace) }
	return j, nil
}

// ID names the shape and the weights' and the tokenizer's SHA-256, 8 bytes
// each: "bert-6x384x12-0123456789abcdef-0123456789abcdef-pair".
func (j *Judge) ID() string { return j.id }

// Window is the number of tokens that two texts may have together, one [CLS]
// and two [SEP] included.
func (j *Judge) Window() int { return j.model.Window }

// Judge returns P(same) in [0, 1] for the stored text a and the asked text b.
// It allocates nothing once its workspace has grown. The errors are those of
// [Encoder.Embed]: ErrTooLong is about both texts together.
func (j *Judge) Judge(ctx context.Context, a, b string) (float64, error) {
	z, err := j.logit(ctx, a, b)
	if err != nil {
		return 0, fmt.Errorf("likewise/bert: judge: %w", err)
	}
	return 1 / (1 + math.Exp(-float64(z))), nil
}

// logit returns the linear unit's output.
func (j *Judge) logit(ctx context.Context, a, b string) (float32, error) {
	w := j.spaces.Get().(*workspace)
	defer j.spaces.Put(w)
	w.reset()
	if err := j.addPair(w, a, b); err != nil {
		return 0, err
	}
	if err := j.model.forward(ctx, w); err != nil {
		return 0, err
	}
	z := j.model.pairLogit(w)
	runtime.KeepAlive(j) // and with it a mapped file
	if z-z != 0 {
		return 0, fmt.Errorf("the output is %g: the weights are not usable", z)
	}
	return z, nil
}

// addPair makes the batch [CLS] a [SEP] b [SEP], of segments 0 and 1.
func (j *Judge) addPair(w *workspace, a, b string) (err error) {
	if w.ids, err = j.tokenizer.EncodeReadable(w.ids, a); err != nil {
		return err
	}
	first := len(w.ids)
	if w.ids, err = j.tokenizer.EncodeReadable(w.ids, b); err != nil {
		return err
	}
	w.ids = append(w.ids[:first], w.ids[first+1:]...) // b's own [CLS]
	if n := len(w.ids); n > j.model.Window {
		return fmt.Errorf("%w: %d tokens together, at most %d", embed.ErrTooLong, n, j.model.Window)
	}
	grow(&w.types, len(w.ids))
	clear(w.types[:first])
	for i := range w.types[first:] {
		w.types[first+i] = 1
	}
	w.ends = append(w.ends, len(w.ids))
	return nil
}

// pairLogit applies the head to the last layer's state of one pair.
func (m *model) pairLogit(w *workspace) float32 {
	wide, n := m.wide(), len(w.ids)
	cls, mean := m.head[:m.Width], m.head[m.Width:2*m.Width]
	var sum float32
	for t := range n {
		sum += simd.DotF32(w.x[t*wide:][:m.Width], mean)
	}
	return simd.DotF32(w.x[:m.Width], cls) + sum/float32(n) + m.head[2*m.Width]
}

// A JudgeReport says how much a packed pair model lost against the float32
// one.
type JudgeReport struct {
	DifferenceMax  float64 `json:"difference_max"`  // of the probabilities, over all pairs
	DifferenceMean float64 `json:"difference_mean"` // the same, the mean
	Bytes          int64   `json:"bytes"`           // of the packed file
	Pairs          int     `json:"pairs"`           // that were compared
	ID             string  `json:"id"`              // of the judge
}

// PackJudge reads a folder as [LoadJudge] does, writes it to w as one packed
// file and reports how near the file's probabilities are to those of a
// float32 forward pass, on pairs of texts or on neighbours in the built-in
// list of sentences. With an encoder that has the same word embeddings and
// tokenizer the file leaves both out, and [NewJudge] wants that encoder.
func PackJudge(dir string, w io.Writer, words *Encoder, pairs ...[2]string) (JudgeReport, error) {
	r, err := packJudge(dir, w, words, pairs)
	if err != nil {
		return JudgeReport{}, fmt.Errorf("likewise/bert: pack judge %q: %w", dir, err)
	}
	return r, nil
}

func packJudge(dir string, w io.Writer, words *Encoder, pairs [][2]string) (JudgeReport, error) {
	src, err := readSource(dir, readPairShape)
	if err != nil {
		return JudgeReport{}, err
	}
	packed, err := packSource(src, words)
	if err != nil {
		return JudgeReport{}, err
	}
	j, err := judgeFromBytes(packed, words)
	if err != nil {
		return JudgeReport{}, err
	}
	if len(pairs) == 0 {
		pairs = probePairs()
	}
	r, err := j.measure(src, pairs)
	if err != nil {
		return JudgeReport{}, err
	}
	n, err := w.Write(packed)
	r.Bytes, r.ID = int64(n), j.ID()
	return r, err
}

// probePairs returns each of the built-in sentences with the next one, and
// with itself.
func probePairs() (pairs [][2]string) {
	lines := strings.Split(strings.TrimSpace(probes), "\n")
	for i := range lines[1:] {
		pairs = append(pairs, [2]string{lines[i], lines[i+1]}, [2]string{lines[i], lines[i]})
	}
	return pairs
}

// measure compares j with the model that it was made from. Pairs that it
// cannot read are left out.
func (j *Judge) measure(src *source, pairs [][2]string) (r JudgeReport, err error) {
	for _, p := range pairs {
		var w workspace
		if j.addPair(&w, p[0], p[1]) != nil {
			continue
		}
		got, err := j.Judge(context.Background(), p[0], p[1])
		if err != nil {
			return r, err
		}
		want := 1 / (1 + math.Exp(-float64(src.judgeReference(w.ids, w.types))))
		r.DifferenceMax = max(r.DifferenceMax, math.Abs(got-want))
		r.DifferenceMean += math.Abs(got - want)
		r.Pairs++
	}
	if r.Pairs == 0 {
		return r, fmt.Errorf("the model can read none of %d pairs; give some in its language", len(pairs))
	}
	r.DifferenceMean /= float64(r.Pairs)
	return r, nil
}
