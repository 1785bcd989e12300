package onnx_test

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// The toy is a sentence model of six words and four dimensions, written here
// field by field after onnx.proto3 (https://github.com/onnx/onnx, IR version
// 8, opset 13). The vector of a token is its embedding plus the sum of all
// embeddings under the attention mask, so that a wrong mask, padding that
// leaks, or another text in the batch shows in every vector:
//
//	E = Gather(table, input_ids)                      [batch, tokens, 4]
//	M = Unsqueeze(Cast(attention_mask, float), -1)    [batch, tokens, 1]
//	last_hidden_state = E + ReduceSum(E*M, axis 1)    [batch, tokens, 4]
//	sentence_embedding = that sum, without axis 1     [batch, 4]
var (
	toyVocab = map[string]int{"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "where": 4, "is": 5, "my": 6, "card": 7}
	toyTable = [][]float32{
		{100, -90, 80, 70}, // padding must never be seen
		{9, 9, 9, 9},
		{1, 0, 0, 0}, {0, 1, 0, 0}, {0.5, 0, -1, 0}, {0, 0.25, 0, 1}, {-1, 0, 0.5, 0}, {0, -2, 0, 0.125},
	}
)

// toy says how a model differs from the plain one.
type toy struct {
	sentence bool // it has a second output, sentence_embedding
	noMask   bool // it declares no attention_mask
	tokens   int  // fixed length; 0 is any
	files    map[string]any
}

// write makes a folder with the model.
func (o toy) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]any{
		"tokenizer.json":            toyTokenizer(),
		"config.json":               map[string]any{"model_type": "bert", "max_position_embeddings": 512, "pad_token_id": 0},
		"sentence_bert_config.json": map[string]any{"max_seq_length": 40},
		"1_Pooling/config.json":     map[string]any{"word_embedding_dimension": 4, "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false},
		"onnx/model.onnx":           o.model(),
	}
	maps.Copy(files, o.files)
	for name, content := range files {
		b, raw := content.([]byte)
		if content == nil {
			continue
		}
		if !raw {
			var err error
			if b, err = json.Marshal(content); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func toyTokenizer() any {
	special := func(id string) any {
		return map[string]any{"SpecialToken": map[string]any{"id": id, "type_id": 0}}
	}
	added := []any{}
	for _, s := range []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]"} {
		added = append(added, map[string]any{"id": toyVocab[s], "content": s, "special": true, "normalized": false, "single_word": false, "lstrip": false, "rstrip": false})
	}
	return map[string]any{
		"version": "1.0",
		// A model's own truncation, as all-MiniLM-L6-v2 has it, must not hide
		// that a text is too long.
		"truncation":    map[string]any{"max_length": 8, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
		"padding":       nil,
		"added_tokens":  added,
		"normalizer":    map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": true},
		"pre_tokenizer": map[string]any{"type": "BertPreTokenizer"},
		"post_processor": map[string]any{
			"type":   "TemplateProcessing",
			"single": []any{special("[CLS]"), map[string]any{"Sequence": map[string]any{"id": "A", "type_id": 0}}, special("[SEP]")},
			"pair":   []any{},
			"special_tokens": map[string]any{
				"[CLS]": map[string]any{"id": "[CLS]", "ids": []int{2}, "tokens": []string{"[CLS]"}},
				"[SEP]": map[string]any{"id": "[SEP]", "ids": []int{3}, "tokens": []string{"[SEP]"}},
			},
		},
		"decoder": map[string]any{"type": "WordPiece", "prefix": "##", "cleanup": true},
		"model": map[string]any{
			"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": toyVocab,
		},
	}
}

// Element types of TensorProto.
const (
	elemFloat = 1
	elemInt64 = 7
)

func (o toy) model() []byte {
	tokens := dimName("tokens")
	if o.tokens > 0 {
		tokens = dimValue(o.tokens)
	}
	batch, width := dimName("batch"), dimValue(4)
	graph := join(
		str(2, "toy"),
		node("Gather", []string{"table", "input_ids"}, "E"),
		node("Cast", []string{"attention_mask"}, "F", attrInt("to", elemFloat)),
		node("Unsqueeze", []string{"F", "minus_one"}, "M"),
		node("Mul", []string{"E", "M"}, "EM"),
		node("ReduceSum", []string{"EM", "one"}, "S", attrInt("keepdims", 1)),
		node("Add", []string{"E", "S"}, "last_hidden_state"),
		msg(5, floats("table", toyTable)),
		msg(5, ints("one", 1)),
		msg(5, ints("minus_one", -1)),
		msg(11, value("input_ids", elemInt64, batch, tokens)),
		msg(12, value("last_hidden_state", elemFloat, batch, tokens, width)),
	)
	if o.noMask {
		graph = join(graph, msg(5, ints2("attention_mask", [][]int64{{1, 1, 1, 1, 1, 1, 1, 1}})))
	} else {
		graph = join(graph, msg(11, value("attention_mask", elemInt64, batch, tokens)))
	}
	if o.sentence {
		graph = join(graph,
			node("ReduceSum", []string{"EM", "one"}, "sentence_embedding", attrInt("keepdims", 0)),
			msg(12, value("sentence_embedding", elemFloat, batch, width)))
	}
	return join(num(1, 8), msg(7, graph), msg(8, num(2, 13))) // ir_version, graph, opset_import.version
}

// The field numbers below are those of ModelProto's parts in onnx.proto3.

func node(op string, in []string, out string, attrs ...[]byte) []byte {
	var b []byte
	for _, name := range in {
		b = append(b, str(1, name)...)
	}
	b = join(b, str(2, out), str(3, "make_"+out), str(4, op))
	for _, a := range attrs {
		b = append(b, msg(5, a)...)
	}
	return msg(1, b)
}

func attrInt(name string, v int) []byte {
	return join(str(1, name), num(3, v), num(20, 2)) // type INT
}

func floats(name string, rows [][]float32) []byte {
	var raw []byte
	for _, row := range rows {
		raw, _ = binary.Append(raw, binary.LittleEndian, row)
	}
	return join(num(1, len(rows)), num(1, len(rows[0])), num(2, elemFloat), str(8, name), str(9, string(raw)))
}

func ints(name string, v int64) []byte {
	raw, _ := binary.Append(nil, binary.LittleEndian, v)
	return join(num(1, 1), num(2, elemInt64), str(8, name), str(9, string(raw)))
}

func ints2(name string, rows [][]int64) []byte {
	raw, _ := binary.Append(nil, binary.LittleEndian, rows[0])
	return join(num(1, 1), num(1, len(rows[0])), num(2, elemInt64), str(8, name), str(9, string(raw)))
}

func value(name string, elem int, dims ...[]byte) []byte {
	var shape []byte
	for _, d := range dims {
		shape = append(shape, msg(1, d)...)
	}
	return join(str(1, name), msg(2, msg(1, join(num(1, elem), msg(2, shape)))))
}

func dimValue(n int) []byte   { return num(1, n) }
func dimName(s string) []byte { return str(2, s) }

func num(field protowire.Number, v int) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), uint64(v))
}

func str(field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(nil, field, protowire.BytesType), s)
}

func msg(field protowire.Number, b []byte) []byte { return str(field, string(b)) }

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}
