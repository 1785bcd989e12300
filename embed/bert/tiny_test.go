package bert

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tiny is a random model with a vocabulary of letters and two-letter words,
// and the ways to write its folder.
type tiny struct {
	shape
	dtype  string
	prefix string
	edit   func(tensors map[string][]int) // changes what is written
}

func tinyModel() tiny {
	return tiny{dtype: "F32", shape: shape{Layers: 2, Width: 32, Heads: 4, Inner: 64, Positions: 40, Types: 2,
		Act: actGELU, Eps: 1e-12, Pooling: poolMean, Window: 20}}
}

// folder writes the model's folder and returns its path.
func (m tiny) folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	vocab := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", "."}
	const letters = "abcdefghijklmnopqrstuvwxyz"
	for _, a := range letters {
		vocab = append(vocab, string(a), "##"+string(a))
		for _, b := range letters[:10] {
			vocab = append(vocab, string(a)+string(b))
		}
	}
	m.Vocab = len(vocab)
	writeFile(t, dir, "vocab.txt", []byte(strings.Join(vocab, "\n")+"\n"))
	writeJSON(t, dir, "tokenizer_config.json", map[string]any{"do_lower_case": true, "tokenizer_class": "BertTokenizer"})
	writeJSON(t, dir, "config.json", map[string]any{
		"model_type": "bert", "num_hidden_layers": m.Layers, "hidden_size": m.Width, "num_attention_heads": m.Heads,
		"intermediate_size": m.Inner, "vocab_size": m.Vocab, "max_position_embeddings": m.Positions,
		"type_vocab_size": m.Types, "hidden_act": m.Act, "layer_norm_eps": m.Eps})
	writeJSON(t, dir, "sentence_bert_config.json", map[string]any{"max_seq_length": m.Window})
	writeJSON(t, dir, "modules.json", []map[string]any{
		{"path": "", "type": "sentence_transformers.models.Transformer"},
		{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}})
	if err := os.Mkdir(filepath.Join(dir, "1_Pooling"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeJSON(t, filepath.Join(dir, "1_Pooling"), "config.json", map[string]any{
		"pooling_mode_mean_tokens": m.Pooling == poolMean, "pooling_mode_cls_token": m.Pooling == poolCLS})
	writeFile(t, dir, "model.safetensors", m.safetensors())
	return dir
}

func (m tiny) tensors() map[string][]int {
	w, s := m.Width, map[string][]int{}
	linear := func(name string, in, out int) { s[name+".weight"], s[name+".bias"] = []int{out, in}, []int{out} }
	norm := func(name string) { s[name+".weight"], s[name+".bias"] = []int{w}, []int{w} }
	s["embeddings.word_embeddings.weight"] = []int{m.Vocab, w}
	s["embeddings.position_embeddings.weight"] = []int{m.Positions, w}
	s["embeddings.token_type_embeddings.weight"] = []int{m.Types, w}
	norm("embeddings.LayerNorm")
	for i := range m.Layers {
		p := fmt.Sprintf("encoder.layer.%d.", i)
		for _, name := range []string{"self.query", "self.key", "self.value", "output.dense"} {
			linear(p+"attention."+name, w, w)
		}
		norm(p + "attention.output.LayerNorm")
		linear(p+"intermediate.dense", w, m.Inner)
		linear(p+"output.dense", m.Inner, w)
		norm(p + "output.LayerNorm")
	}
	return s
}

// safetensors writes random tensors: weights that keep the size of their
// inputs, gains near 1, everything else small.
func (m tiny) safetensors() []byte {
	shapes := m.tensors()
	if m.edit != nil {
		m.edit(shapes)
	}
	header, data := map[string]any{"__metadata__": map[string]string{"format": "pt"}}, []byte(nil)
	for name, dims := range shapes {
		r := rand.New(rand.NewPCG(9, uint64(crc32.ChecksumIEEE([]byte(name)))))
		n, sigma, mean := 1, .1, 0.0
		for _, d := range dims {
			n *= d
		}
		switch {
		case strings.HasSuffix(name, "LayerNorm.weight"):
			mean = 1
		case len(dims) == 2 && strings.HasPrefix(name, "encoder"):
			sigma = 1.5 / math.Sqrt(float64(dims[1]))
		case len(dims) == 2:
			sigma = 1
		}
		start := len(data)
		for range n {
			data = appendFloat(data, float32(r.NormFloat64()*sigma+mean), m.dtype)
		}
		header[m.prefix+name] = map[string]any{"dtype": m.dtype, "shape": dims, "data_offsets": []int{start, len(data)}}
	}
	head, _ := json.Marshal(header)
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(head))), head...), data...)
}

func appendFloat(b []byte, x float32, dtype string) []byte {
	bits := math.Float32bits(x)
	switch dtype {
	case "BF16":
		return binary.LittleEndian.AppendUint16(b, uint16(bits>>16))
	case "F16": // truncated; values under 2^-14 become 0
		e := int(bits>>23&0xff) - 127 + 15
		if e <= 0 {
			return append(b, 0, 0)
		}
		return binary.LittleEndian.AppendUint16(b, uint16(bits>>16&0x8000)|uint16(e)<<10|uint16(bits>>13&0x3ff))
	}
	return binary.LittleEndian.AppendUint32(b, bits)
}

// packed returns the packed file of the model.
func (m tiny) packed(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Pack(m.folder(t), &b, "ab cd ef"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (m tiny) encoder(t testing.TB) *Encoder {
	t.Helper()
	e, err := New(m.packed(t))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func writeJSON(t testing.TB, dir, name string, v any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, name, b)
}

func writeFile(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}
