package bert

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/embed"
)

// pairFolder writes a tiny pair model whose word embeddings are those of
// tinyModel.
func pairFolder(t testing.TB) string {
	t.Helper()
	m := tinyModel()
	m.prefix = "bert."
	m.Window = 40
	m.edit = func(s map[string][]int) {
		s["classifier.weight"], s["classifier.bias"] = []int{1, 2 * m.Width}, []int{1}
	}
	dir := m.folder(t)
	pairConfig(t, dir, map[string]any{})
	return dir
}

func pairConfig(t testing.TB, dir string, change map[string]any) {
	t.Helper()
	var c map[string]any
	if err := readJSON(filepath.Join(dir, "config.json"), &c); err != nil {
		t.Fatal(err)
	}
	c["architectures"], c["classifier_input"], c["num_labels"] = []string{"BertForSequenceClassification"}, "cls+mean", 1
	for k, v := range change {
		c[k] = v
	}
	writeJSON(t, dir, "config.json", c)
}

func tinyJudge(t testing.TB) *Judge {
	t.Helper()
	j, err := LoadJudge(pairFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

var tinyPairs = [][2]string{
	{"ab cd ef", "ab cd ef"}, {"ab cd ef", "cd ab ef"}, {"a", "ja bb cc dd ee?"}, {"gh ij bb. cc", "gh ij bb"}, {"ab cd ef gg hh ii", "a"},
}

// The reference adds the segments and applies the head on its own.
func TestJudgeIsNearTheFloat32Model(t *testing.T) {
	dir := pairFolder(t)
	src, err := readSource(dir, readPairShape)
	if err != nil {
		t.Fatal(err)
	}
	j, err := LoadJudge(dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[float64]bool{}
	for _, p := range tinyPairs {
		ids, types := j.tokenizer.EncodePair(nil, nil, p[0], p[1])
		want := float64(src.judgeReference(ids, types))
		got, err := j.logit(t.Context(), p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(got)-want) > .2 { // int8 at width 32; the logits span 1.7
			t.Errorf("%q: logit %.4f, in float32 %.4f", p, got, want)
		}
		if prob, err := j.Judge(t.Context(), p[0], p[1]); err != nil || math.Abs(prob-1/(1+math.Exp(-float64(got)))) > 1e-9 {
			t.Errorf("%q: probability %v (%v) of logit %v", p, prob, err, got)
		}
		seen[want] = true
	}
	if len(seen) != len(tinyPairs) {
		t.Errorf("the model tells only %d of %d pairs apart: it tests nothing", len(seen), len(tinyPairs))
	}
	ab, _ := j.logit(t.Context(), "ab cd", "ef")
	ba, _ := j.logit(t.Context(), "ef", "ab cd")
	if ab == ba {
		t.Error("a random model sees no order: the segments are not told apart")
	}
}

func TestJudgeReadsAsTheTokenizerDoes(t *testing.T) {
	j := tinyJudge(t)
	for _, p := range tinyPairs {
		var w workspace
		if err := j.addPair(&w, p[0], p[1]); err != nil {
			t.Fatal(err)
		}
		ids, types := j.tokenizer.EncodePair(nil, nil, p[0], p[1])
		if !slices.Equal(w.ids, ids) || !slices.Equal(w.types, types) {
			t.Errorf("%q: ids %v of segments %v, want %v of %v", p, w.ids, w.types, ids, types)
		}
	}
}

func TestJudgeSharesTheWordsOfAnEncoder(t *testing.T) {
	dir, e, alone := pairFolder(t), tinyModel().encoder(t), tinyJudge(t)
	var small, full bytes.Buffer
	if _, err := PackJudge(dir, &full, nil, [2]string{"☃", "☃"}); err == nil || !strings.Contains(err.Error(), "none of") || full.Len() > 0 {
		t.Errorf("nothing was measured, yet: %v", err)
	}
	pairs := tinyPairs
	if _, err := PackJudge(dir, &full, nil, pairs...); err != nil {
		t.Fatal(err)
	}
	r, err := PackJudge(dir, &small, e, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	if int(r.Bytes) != small.Len() || r.Pairs != len(pairs) || r.DifferenceMax > .05 || r.DifferenceMean > r.DifferenceMax {
		t.Errorf("report %+v of %d bytes", r, small.Len())
	}
	if saved := full.Len() - small.Len(); saved < len(e.model.words) {
		t.Errorf("sharing saves %d bytes, the words alone are %d", saved, len(e.model.words))
	}
	shared, err := NewJudge(small.Bytes(), e)
	if err != nil {
		t.Fatal(err)
	}
	if &shared.model.words[0] != &e.model.words[0] {
		t.Error("the words are a copy")
	}
	if shared.ID() != alone.ID() || r.ID != alone.ID() || !strings.HasSuffix(alone.ID(), "-pair") {
		t.Errorf("ids %q, %q, %q", shared.ID(), r.ID, alone.ID())
	}
	for _, p := range pairs {
		a, errA := alone.Judge(t.Context(), p[0], p[1])
		b, errB := shared.Judge(t.Context(), p[0], p[1])
		if a != b || errA != nil || errB != nil {
			t.Errorf("%q: %v with its own words, %v with shared ones", p, a, b)
		}
	}
	other := tinyModel()
	other.Layers = 3
	for _, words := range []*Encoder{nil, other.encoder(t)} {
		if _, err := NewJudge(small.Bytes(), words); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), e.ID()) {
			t.Errorf("with %q: %v", idOf(words), err)
		}
	}
	other = tinyModel()
	other.dtype = "BF16" // other numbers
	if _, err := PackJudge(dir, &small, other.encoder(t), pairs...); err == nil || !strings.Contains(err.Error(), "word embeddings are not those") {
		t.Errorf("packed for an encoder with other words: %v", err)
	}
}

func TestJudgeFromFile(t *testing.T) {
	dir, e := pairFolder(t), tinyModel().encoder(t)
	path := filepath.Join(t.TempDir(), "pair.bert")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := PackJudge(dir, f, e, tinyPairs...); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	j, err := OpenJudge(path, e)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := tinyJudge(t).Judge(t.Context(), "ab cd", "cd ab")
	if got, err := j.Judge(t.Context(), "ab cd", "cd ab"); err != nil || got != want {
		t.Errorf("from the file %v (%v), from the folder %v", got, err, want)
	}
	if _, err := Open(path); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "pair model") {
		t.Errorf("opened as an encoder: %v", err)
	}
	if _, err := NewJudge(tinyModel().packed(t), nil); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "not a pair model") {
		t.Errorf("an encoder as a judge: %v", err)
	}
	if _, err := OpenJudge(path+".not", e); err == nil {
		t.Error("no error for a file that is not there")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if _, err := NewJudge(b, e); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a flipped bit: %v", err)
	}
}

func TestJudgeRefusesWhatItCannotCompare(t *testing.T) {
	j := tinyJudge(t)
	if j.Window() != 40 {
		t.Errorf("window %d, want 40", j.Window())
	}
	long := strings.Repeat("a ", 19)
	if _, err := j.Judge(t.Context(), long, strings.TrimSuffix(long, "a ")); err != nil {
		t.Errorf("40 tokens: %v", err)
	}
	if _, err := j.Judge(t.Context(), long, long); !errors.Is(err, embed.ErrTooLong) || !strings.Contains(err.Error(), "41 tokens together, at most 40") {
		t.Errorf("41 tokens: %v", err)
	}
	for _, p := range [][2]string{{"ab ☃", "ab"}, {"ab", "ab ☃"}, {"", "ab"}, {"ab", ""}, {"ab [SEP] cd", "ab"}} {
		if _, err := j.Judge(t.Context(), p[0], p[1]); !errors.Is(err, embed.ErrUnreadable) {
			t.Errorf("%q: %v", p, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := j.Judge(ctx, "ab", "cd"); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestJudgeAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools")
	}
	j, ctx := tinyJudge(t), t.Context()
	if n := testing.AllocsPerRun(100, func() {
		if _, err := j.Judge(ctx, "ab cd ef", "cd ab"); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func TestLoadJudgeSaysWhatIsWrong(t *testing.T) {
	for name, change := range map[string]map[string]any{
		`"sum"`:                 {"classifier_input": "sum"},
		"num_labels":            {"num_labels": 2},
		`"BertModel"`:           {"architectures": []string{"BertModel"}},
		"token_type_embeddings": {"type_vocab_size": 3},
	} {
		dir := pairFolder(t)
		pairConfig(t, dir, change)
		if _, err := LoadJudge(dir); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%v: error %v does not say %s", change, err, name)
		}
	}
	dir := tinyModel().folder(t)
	pairConfig(t, dir, nil)
	if _, err := LoadJudge(dir); err == nil || !strings.Contains(err.Error(), "classifier.weight") {
		t.Errorf("without a head: %v", err)
	}
}
