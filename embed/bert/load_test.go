package bert

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadSaysWhatIsWrong(t *testing.T) {
	edit := func(file string, set map[string]any) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			var c map[string]any
			if err := readJSON(filepath.Join(dir, file), &c); err != nil {
				t.Fatal(err)
			}
			for k, v := range set {
				c[k] = v
			}
			writeJSON(t, dir, file, c)
		}
	}
	remove := func(file string) func(*testing.T, string) {
		return func(_ *testing.T, dir string) { os.Remove(filepath.Join(dir, file)) }
	}
	tensors := func(change func(map[string][]int)) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			m := tinyModel()
			m.Vocab, m.edit = 319, change
			writeFile(t, dir, "model.safetensors", m.safetensors())
		}
	}
	const query = "encoder.layer.1.attention.self.query.weight"
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		says   []string
	}{
		"no config":     {remove("config.json"), []string{"config.json"}},
		"no weights":    {remove("model.safetensors"), []string{"model.safetensors"}},
		"no vocabulary": {remove("vocab.txt"), []string{"vocab.txt"}},
		"other model":   {edit("config.json", map[string]any{"model_type": "roberta"}), []string{"roberta", "only", "bert"}},
		"decoder":       {edit("config.json", map[string]any{"is_decoder": true}), []string{"decoder"}},
		"positions":     {edit("config.json", map[string]any{"position_embedding_type": "relative_key"}), []string{"relative_key", "absolute"}},
		"activation":    {edit("config.json", map[string]any{"hidden_act": "silu"}), []string{"silu", "gelu"}},
		"heads":         {edit("config.json", map[string]any{"num_attention_heads": 5}), []string{"32", "5 heads"}},
		"layers":        {edit("config.json", map[string]any{"num_hidden_layers": 3}), []string{"encoder.layer.2"}},
		"vocabulary":    {edit("config.json", map[string]any{"vocab_size": 5}), []string{"[319 32]", "[5 32]"}},
		"bad json":      {func(t *testing.T, dir string) { writeFile(t, dir, "config.json", []byte("{")) }, []string{"config.json", "JSON"}},
		"max pooling":   {edit("1_Pooling/config.json", map[string]any{"pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": true}), []string{"max_tokens", "mean and cls"}},
		"two poolings":  {edit("1_Pooling/config.json", map[string]any{"pooling_mode_cls_token": true}), []string{"mean_tokens", "cls_token"}},
		"dense module": {func(t *testing.T, dir string) {
			writeJSON(t, dir, "modules.json", []map[string]any{{"path": "2_Dense", "type": "x.Dense"}})
		}, []string{"x.Dense"}},
		"path outside": {func(t *testing.T, dir string) {
			writeJSON(t, dir, "modules.json", []map[string]any{{"path": "../x", "type": "x.Pooling"}})
		}, []string{"../x"}},
		"missing tensor": {tensors(func(s map[string][]int) { delete(s, query) }), []string{"no tensor", query}},
		"tensor's shape": {tensors(func(s map[string][]int) { s[query] = []int{32, 16} }), []string{query, "[32 16]", "[32 32]"}},
		"short file":     {func(t *testing.T, dir string) { writeFile(t, dir, "model.safetensors", []byte("abc")) }, []string{"3 bytes"}},
		"header too large": {func(t *testing.T, dir string) {
			writeFile(t, dir, "model.safetensors", []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"))
		}, []string{"header claims"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tinyModel().folder(t)
			c.change(t, dir)
			_, err := Load(dir)
			if err == nil {
				t.Fatal("no error")
			}
			for _, s := range append(c.says, dir, "likewise/bert: load") {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not say %q", err, s)
				}
			}
		})
	}
}

func TestReadShapeDefaults(t *testing.T) {
	dir := tinyModel().folder(t)
	for _, file := range []string{"modules.json", "sentence_bert_config.json"} {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(pooling string, window int) {
		t.Helper()
		if s, err := readShape(dir); err != nil || s.Pooling != pooling || s.Window != window {
			t.Errorf("pooling %q, window %d (%v); want %q, %d", s.Pooling, s.Window, err, pooling, window)
		}
	}
	check(poolMean, 40)
	writeJSON(t, dir, "tokenizer_config.json", map[string]any{"model_max_length": 1e30})
	check(poolMean, 40)
	writeJSON(t, dir, "tokenizer_config.json", map[string]any{"model_max_length": 30})
	check(poolMean, 30)
	writeJSON(t, dir, "sentence_bert_config.json", map[string]any{"max_seq_length": 100})
	check(poolMean, 40)
	writeJSON(t, dir, "modules.json", []map[string]any{{"path": "1_Pooling", "type": "sentence_transformers.sentence_transformer.modules.Pooling"}})
	writeJSON(t, filepath.Join(dir, "1_Pooling"), "config.json", map[string]any{"pooling_mode": "cls"})
	check(poolCLS, 40)
}

// The values are IEEE 754's own examples of half precision.
func TestHalfToFloat(t *testing.T) {
	for bits, want := range map[uint16]float32{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: 0x1p-24, 0x03ff: 0x3ffp-24, 0x0400: 0x1p-14,
		0x3555: 0.333251953125, 0x8001: -0x1p-24,
	} {
		if got := halfToFloat(bits); got != want {
			t.Errorf("%#04x: got %g, want %g", bits, got, want)
		}
	}
	if got := halfToFloat(0xfc00); !math.IsInf(float64(got), -1) || !math.Signbit(float64(halfToFloat(0x8000))) {
		t.Error("infinity or negative zero is lost")
	}
}

func TestTensorsMustBeFinite(t *testing.T) {
	b := safetensors(map[string]any{"x": map[string]any{"dtype": "F16", "shape": []int{2}, "data_offsets": []int{0, 4}}}, []byte{0, 0, 0, 0x7c})
	ts, err := parseTensors(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ts.floats("x", 2); err == nil || !strings.Contains(err.Error(), "Inf") {
		t.Errorf("got %v, want an error about +Inf", err)
	}
}

func TestParseTensorsRefuses(t *testing.T) {
	entry := func(dtype string, shape []int64, from, to uint64) map[string]any {
		return map[string]any{"x": map[string]any{"dtype": dtype, "shape": shape, "data_offsets": []uint64{from, to}}}
	}
	for name, header := range map[string]map[string]any{
		"behind the end": entry("F32", []int64{2}, 4, 12),
		"backwards":      entry("F32", []int64{1}, 4, 0),
		"overflow":       entry("F32", []int64{1 << 62}, 0, 0),
		"negative":       entry("F32", []int64{-1, -2}, 0, 8),
		"size":           entry("F32", []int64{3}, 0, 8),
		"not an object":  {"x": 1},
	} {
		if _, err := parseTensors(safetensors(header, make([]byte, 8))); err == nil || !strings.Contains(err.Error(), `"x"`) {
			t.Errorf("%s: got %v, want an error that names the tensor", name, err)
		}
	}
}

func safetensors(header map[string]any, data []byte) []byte {
	h, _ := json.Marshal(header)
	return fmt.Appendf(binary.LittleEndian.AppendUint64(nil, uint64(len(h))), "%s%s", h, data)
}

func FuzzParseTensors(f *testing.F) {
	m := tinyModel()
	m.Layers, m.Width, m.Inner, m.Vocab, m.Positions = 1, 4, 4, 4, 4
	f.Add(m.safetensors())
	f.Add(safetensors(map[string]any{"x": map[string]any{"dtype": "BF16", "shape": []int{}, "data_offsets": []int{0, 2}}}, []byte{1, 2}))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		ts, err := parseTensors(b)
		if err != nil {
			return
		}
		for name, one := range ts.byName {
			var shape []int
			for _, n := range one.Shape {
				shape = append(shape, int(n))
			}
			ts.floats(name, shape...)
		}
	})
}
