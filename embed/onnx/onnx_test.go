package onnx_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/embedtest"
	"github.com/likewise-go/likewise/embed/onnx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string, o *onnx.Options) *onnx.Embedder {
	t.Helper()
	e, err := onnx.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// wantToy computes what the toy says of some words, in the plainest way.
func wantToy(pooling onnx.Pooling, words ...string) []float32 {
	ids := []int{toyVocab["[CLS]"]}
	for _, w := range words {
		ids = append(ids, toyVocab[w])
	}
	ids = append(ids, toyVocab["[SEP]"])
	v := make([]float64, 4)
	var norm float64
	for d := range v {
		sum := 0.0
		for _, id := range ids {
			sum += float64(toyTable[id][d])
		}
		switch pooling {
		case onnx.PoolMean:
			v[d] = sum/float64(len(ids)) + sum
		case onnx.PoolCLS:
			v[d] = float64(toyTable[ids[0]][d]) + sum
		case onnx.PoolMax:
			v[d] = math.Inf(-1)
			for _, id := range ids {
				v[d] = max(v[d], float64(toyTable[id][d])+sum)
			}
		default: // sentence_embedding
			v[d] = sum
		}
		norm += v[d] * v[d]
	}
	out := make([]float32, len(v))
	for d := range v {
		out[d] = float32(v[d] / math.Sqrt(norm))
	}
	return out
}

func check(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-6 {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

func TestVectorsArePooledUnderTheMask(t *testing.T) {
	for name, c := range map[string]struct {
		toy     toy
		options *onnx.Options
		pooling onnx.Pooling
	}{
		"mean":          {toy{}, nil, onnx.PoolMean},
		"no pooling":    {toy{files: map[string]any{"1_Pooling/config.json": nil}}, nil, onnx.PoolMean},
		"cls":           {toy{files: map[string]any{"1_Pooling/config.json": map[string]any{"pooling_mode_cls_token": true}}}, nil, onnx.PoolCLS},
		"max by option": {toy{}, &onnx.Options{Pooling: onnx.PoolMax}, onnx.PoolMax},
		"sentence":      {toy{sentence: true}, nil, ""},
		"other output":  {toy{sentence: true}, &onnx.Options{Output: "last_hidden_state"}, onnx.PoolMean},
		"fixed length":  {toy{tokens: 16}, nil, onnx.PoolMean},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t, c.toy.write(t), c.options)
			if e.Dim() != 4 {
				t.Errorf("dimension %d", e.Dim())
			}
			texts := []string{"card", "Where is my card", strings.Repeat("card my ", 6), "where is my card"}
			together, err := e.Embed(t.Context(), texts...)
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range texts {
				want := wantToy(c.pooling, strings.Fields(strings.ToLower(text))...)
				check(t, "in a batch: "+text, together[i], want)
				alone, err := e.Embed(t.Context(), text)
				if err != nil {
					t.Fatal(err)
				}
				check(t, "alone: "+text, alone[0], want)
			}
		})
	}
}

func TestConformance(t *testing.T) {
	embedtest.Suite{
		Embedder:   open(t, toy{}.write(t), nil),
		Texts:      []string{"where is my card", "where", "my my card", "is my card where where where where"},
		TooLong:    []string{strings.Repeat("card ", 39)},
		Unreadable: []string{"", "postbox"},
	}.Run(t)
}

func TestEveryLength(t *testing.T) {
	e := open(t, toy{}.write(t), &onnx.Options{WarmUp: -1})
	for n := 1; n <= 38; n++ { // with [CLS] and [SEP] up to the window of 40
		words := strings.Fields(strings.Repeat("where is my card ", 10))[:n]
		vs, err := e.Embed(t.Context(), strings.Join(words, " "))
		if err != nil {
			t.Fatal(err)
		}
		check(t, fmt.Sprint(n, " words"), vs[0], wantToy(onnx.PoolMean, words...))
	}
}

func TestNothingIsTruncated(t *testing.T) {
	for name, c := range map[string]struct {
		toy     toy
		options *onnx.Options
		window  int
	}{
		"max_seq_length":          {toy{}, nil, 40},
		"model_max_length":        {toy{files: map[string]any{"tokenizer_config.json": map[string]any{"model_max_length": 20}}}, nil, 20},
		"model_max_length unset":  {toy{files: map[string]any{"tokenizer_config.json": map[string]any{"model_max_length": 1e30}}}, nil, 40},
		"max_position_embeddings": {toy{files: map[string]any{"sentence_bert_config.json": nil}}, nil, 512},
		"roberta":                 {toy{files: map[string]any{"config.json": map[string]any{"model_type": "xlm-roberta", "max_position_embeddings": 34, "pad_token_id": 1}}}, nil, 32},
		"option":                  {toy{}, &onnx.Options{MaxTokens: 9}, 9},
		"fixed length":            {toy{tokens: 10}, nil, 10},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t, c.toy.write(t), c.options)
			if vs, err := e.Embed(t.Context(), strings.Repeat("card ", c.window-2)); err != nil || len(vs) != 1 {
				t.Errorf("%d tokens: %v", c.window, err)
			}
			_, err := e.Embed(t.Context(), "card", strings.Repeat("card ", c.window-1))
			if !errors.Is(err, embed.ErrTooLong) || !strings.Contains(err.Error(), "text 2") {
				t.Errorf("%d tokens: %v", c.window+1, err)
			}
		})
	}
	e := open(t, toy{}.write(t), nil)
	if _, err := e.Embed(t.Context(), strings.Repeat("x", 1<<20)); !errors.Is(err, embed.ErrTooLong) {
		t.Errorf("a megabyte: %v", err)
	}
}

func TestUnreadable(t *testing.T) {
	e := open(t, toy{}.write(t), nil)
	for _, text := range []string{"", " \t\n", "card 卡", "postbox"} {
		if _, err := e.Embed(t.Context(), text); !errors.Is(err, embed.ErrUnreadable) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if vs, err := e.Embed(t.Context()); vs != nil || err != nil {
		t.Errorf("no texts: %v, %v", vs, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		toy     toy
		options *onnx.Options
		want    string
	}{
		"no model":        {toy{files: map[string]any{"onnx/model.onnx": nil}}, nil, "want one .onnx file"},
		"two models":      {toy{files: map[string]any{"onnx/model_int8.onnx": toy{}.model()}}, nil, `"onnx/model_int8.onnx"`},
		"no such model":   {toy{}, &onnx.Options{File: "x.onnx"}, `no file "x.onnx"`},
		"same name":       {toy{files: map[string]any{"model.onnx": toy{}.model()}}, &onnx.Options{File: "model.onnx"}, "same name"},
		"no model at all": {toy{files: map[string]any{"onnx/model.onnx": []byte("not protobuf")}}, nil, "open"},
		"no tokenizer":    {toy{files: map[string]any{"tokenizer.json": nil}}, nil, "tokenizer.json"},
		"bad JSON":        {toy{files: map[string]any{"config.json": []byte("{")}}, nil, "read config.json"},
		"no window":       {toy{files: map[string]any{"config.json": nil, "sentence_bert_config.json": nil}}, nil, "Options.MaxTokens"},
		"no mask":         {toy{noMask: true, tokens: 8}, nil, "no input attention_mask"},
		"no such output":  {toy{}, &onnx.Options{Output: "logits"}, `no output "logits", there are ["last_hidden_state"]`},
		"odd pooling":     {toy{files: map[string]any{"1_Pooling/config.json": map[string]any{"pooling_mode_lasttoken": true}}}, nil, "lasttoken"},
		"odd option":      {toy{}, &onnx.Options{Pooling: "median"}, "Options.Pooling"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := onnx.Open(c.toy.write(t), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestID(t *testing.T) {
	id := func(o toy, options *onnx.Options) string { return open(t, o.write(t), options).ID() }
	plain := id(toy{}, nil)
	if !strings.HasPrefix(plain, "onnx:last_hidden_state:mean:4:sha256=") || plain != id(toy{}, nil) {
		t.Errorf("ID %q", plain)
	}
	if plain != id(toy{files: map[string]any{"README.md": []byte("x")}}, nil) {
		t.Error("a README changes the ID")
	}
	other := toyTokenizer().(map[string]any)
	other["decoder"] = nil
	for name, got := range map[string]string{
		"tokenizer": id(toy{files: map[string]any{"tokenizer.json": other}}, nil),
		"weights":   id(toy{tokens: 39}, nil),
		"data":      id(toy{files: map[string]any{"onnx/model.onnx_data": []byte("x")}}, nil),
		"pooling":   id(toy{}, &onnx.Options{Pooling: onnx.PoolMax}),
	} {
		if got == plain {
			t.Errorf("another %s keeps the ID", name)
		}
	}
}

func TestCloseAndContext(t *testing.T) {
	e, err := onnx.Open(toy{}.write(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := e.Embed(ctx, "card"); !errors.Is(err, gone) {
		t.Errorf("ended context: %v", err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				vs, err := e.Embed(t.Context(), "where is my card", "card")
				if errors.Is(err, onnx.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				check(t, "while closing", vs[0], wantToy(onnx.PoolMean, "where", "is", "my", "card"))
			}
		})
	}
	_, _ = e.Embed(t.Context(), "card")
	for range 2 {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if _, err := e.Embed(t.Context(), "card"); !errors.Is(err, onnx.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func Example() {
	e, err := onnx.Open("models/all-MiniLM-L6-v2", &onnx.Options{File: "onnx/model.onnx"})
	if err != nil {
		fmt.Println("there is no such folder")
		return
	}
	defer e.Close()
	vectors, err := e.Embed(context.Background(), "where is my card?")
	fmt.Println(len(vectors), err)
	// Output: there is no such folder
}
