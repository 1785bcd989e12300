package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"

	"github.com/gomlx/go-huggingface/tokenizers/api"
	"github.com/knights-analytics/hugot"
	"github.com/knights-analytics/hugot/backends"
	"github.com/knights-analytics/hugot/pipelines"
)

// model is a loaded session. It is used by one goroutine at a time: hugot
// compiles under a lock of the whole process, and destroying a session while
// it runs is a race.
type model struct {
	config

	session   *hugot.Session
	pipeline  *pipelines.FeatureExtractionPipeline
	tokenizer api.Tokenizer
	unknown   int    // id of the unknown token, or -1
	output    string // name of the output in use
	lengths   []int  // in tokens, to which texts are padded, ascending, up to window
}

// lengths to which texts are padded: at most half as long again, and few
// enough to compile (10 to 25 ms each for a MiniLM, and some memory).
var lengths = []int{8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192}

const sentenceOutput = "sentence_embedding"

func load(f files, c config, output string) (*model, error) {
	// The session's context must never end: hugot would return from a running
	// computation and free what that still uses.
	session, err := hugot.NewGoSession(context.Background())
	if err != nil {
		return nil, err
	}
	m := &model{config: c, session: session, unknown: -1}
	if err := m.open(f, output); err != nil {
		return nil, errors.Join(err, session.Destroy())
	}
	return m, nil
}

func (m *model) open(f files, output string) error {
	p, err := hugot.NewPipeline(m.session, hugot.FeatureExtractionConfig{
		Name: "likewise", ModelPath: f.dir, OnnxFilename: path.Base(f.model),
	})
	if err != nil {
		return err
	}
	m.pipeline = p
	if err := m.choose(output); err != nil {
		return err
	}
	if err := m.checkInputs(); err != nil {
		return err
	}
	m.tokenizer = p.Model.Tokenizer.GoTokenizer.Tokenizer
	// hugot asks it to truncate at max_position_embeddings, which this version
	// of the tokenizer ignores and another may not. Only without truncation can
	// a text that is too long be seen to be.
	if err := m.tokenizer.With(api.EncodeOptions{AddSpecialTokens: true}); err != nil {
		return err
	}
	if id, err := m.tokenizer.SpecialTokenID(api.TokUnknown); err == nil {
		m.unknown = id
	}
	return nil
}

// choose sets the output to use.
func (m *model) choose(name string) error {
	outputs := m.pipeline.Model.OutputsMeta
	at := func(name string) int {
		return slices.IndexFunc(outputs, func(o backends.InputOutputInfo) bool { return o.Name == name })
	}
	i := at(name)
	if name == "" {
		i = max(at(sentenceOutput), 0)
	}
	if i < 0 {
		return fmt.Errorf("no output %q, there are %q", name, backends.GetNames(outputs))
	}
	if d := outputs[i].Dimensions; len(d) != 2 && len(d) != 3 || d[len(d)-1] < 1 {
		return fmt.Errorf("output %q has shape %v, want [batch, dimension] or [batch, tokens, dimension]", outputs[i].Name, d)
	}
	m.pipeline.OutputIndex, m.output = i, outputs[i].Name
	return nil
}

// checkInputs holds that the model takes what hugot can give it, and sets the
// lengths that it can have.
func (m *model) checkInputs() error {
	mask := false
	fixed := 0
	for _, in := range m.pipeline.Model.InputsMeta {
		switch in.Name {
		case "attention_mask":
			mask = true
		case "input_ids", "token_type_ids":
		default:
			return fmt.Errorf("input %q is not supported, only input_ids, attention_mask and token_type_ids", in.Name)
		}
		if len(in.Dimensions) != 2 || in.Dimensions[0] > 1 {
			return fmt.Errorf("input %q has shape %v, want [any or 1, tokens]", in.Name, in.Dimensions)
		}
		fixed = max(fixed, int(in.Dimensions[1]))
	}
	if !mask {
		return errors.New("the model has no input attention_mask: a padded text would get another vector")
	}
	if fixed > 0 {
		m.window = min(m.window, fixed)
		m.lengths = []int{fixed}
		return nil
	}
	n, _ := slices.BinarySearch(lengths, m.window)
	m.lengths = append(slices.Clone(lengths[:n]), m.window)
	return nil
}

func (m *model) encode(text string) []int { return m.tokenizer.Encode(text) }

// warmUp compiles the model for texts up to the given length, at least the
// shortest, and returns the dimension of its vectors.
func (m *model) warmUp(tokens int) (dim int, err error) {
	if tokens == 0 {
		tokens = 64
	}
	for i, n := range m.lengths {
		if i > 0 && n > tokens {
			break
		}
		out, err := m.run(make([]int, min(n, m.window)))
		if err != nil {
			return 0, fmt.Errorf("cannot run the model on %d tokens: %w", n, err)
		}
		dim = len(out[0])
	}
	return dim, nil
}

// embed returns the unit vector of a text's token ids.
func (m *model) embed(ids []int) ([]float32, error) {
	out, err := m.run(ids)
	if err != nil {
		return nil, err
	}
	v := m.pool(out)
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return nil, errors.New("the model's vector is zero or not finite")
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return v, nil
}

// run returns the output of the model for one text: the vectors of its tokens
// without the padding, or its one vector.
func (m *model) run(ids []int) (out [][]float32, err error) {
	batch := backends.NewBatch(1)
	defer func() { err = errors.Join(err, batch.Destroy()) }()
	batch.Input = []backends.TokenizedInput{m.pad(ids)}
	batch.MaxSequenceLength = len(batch.Input[0].TokenIDs)
	if err := backends.CreateInputTensors(batch, m.pipeline.Model, m.pipeline.Runtime); err != nil {
		return nil, err
	}
	// Not the caller's context: see load.
	if err := backends.RunSessionOnBatch(context.Background(), batch, m.pipeline.BasePipeline); err != nil {
		return nil, err
	}
	switch v := batch.OutputValues[m.pipeline.OutputIndex].(type) {
	case [][]float32:
		if len(v) == 1 {
			return v, nil
		}
	case [][][]float32:
		if len(v) == 1 && len(v[0]) >= len(ids) {
			return v[0][:len(ids)], nil
		}
	}
	return nil, fmt.Errorf("output %q has another shape than it says", m.output)
}

// pad returns the model's input for ids, padded to the next length.
func (m *model) pad(ids []int) backends.TokenizedInput {
	i, _ := slices.BinarySearch(m.lengths, len(ids))
	n := m.lengths[i]
	in := backends.TokenizedInput{
		TokenIDs:          make([]uint32, n),
		TypeIDs:           make([]uint32, n),
		AttentionMask:     make([]uint32, n),
		MaxAttentionIndex: len(ids) - 1,
	}
	for i := range n {
		in.TokenIDs[i] = uint32(m.padID)
		if i < len(ids) {
			in.TokenIDs[i] = uint32(ids[i])
			in.AttentionMask[i] = 1
		}
	}
	return in
}

// pool makes one vector of the tokens'. One alone is the text's already.
func (m *model) pool(tokens [][]float32) []float32 {
	v := slices.Clone(tokens[0])
	if m.pooling == PoolCLS {
		return v
	}
	for _, t := range tokens[1:] {
		for i, x := range t {
			if m.pooling == PoolMax {
				v[i] = max(v[i], x)
			} else {
				v[i] += x // a sum, which scaling to unit length makes a mean
			}
		}
	}
	return v
}

func (m *model) close() error { return m.session.Destroy() }
