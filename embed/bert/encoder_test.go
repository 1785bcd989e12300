package bert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/internal/simd"
)

var tinyTexts = []string{
	"ab", "ab cd ef?", "the cat sat on a mat.", "zz", "a b c d e f g h i j k l m n o p q r", "ha ha ha ha ha ha ha ha",
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

// Every shape that the package accepts must come near its float32 model, with
// every kernel, whatever the sizes are multiples of. That the float32 forward
// pass is BERT's is shown in embed/minilm, against sentence-transformers.
func TestEmbedIsNearTheFloat32Model(t *testing.T) {
	for name, change := range map[string]func(*tiny){
		"plain":        func(*tiny) {},
		"cls":          func(m *tiny) { m.Pooling = poolCLS },
		"relu":         func(m *tiny) { m.Act = actReLU },
		"gelu_new":     func(m *tiny) { m.Act = actGELUNew },
		"f16":          func(m *tiny) { m.dtype = "F16" },
		"bf16":         func(m *tiny) { m.dtype, m.prefix = "BF16", "bert." },
		"odd sizes":    func(m *tiny) { m.Width, m.Heads, m.Inner = 39, 3, 70 },
		"one head":     func(m *tiny) { m.Width, m.Heads, m.Layers = 48, 1, 1 },
		"wide heads":   func(m *tiny) { m.Width, m.Heads, m.Eps = 160, 2, 1e-5 },
		"head of four": func(m *tiny) { m.Width, m.Heads, m.Types = 64, 16, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			m := tinyModel()
			change(&m)
			dir := m.folder(t)
			src, err := readSource(dir, readShape)
			if err != nil {
				t.Fatal(err)
			}
			e, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, kernel := range simd.Kernels() {
				restore, _ := simd.Force(kernel)
				got, err := e.Embed(context.Background(), tinyTexts...)
				restore()
				if err != nil {
					t.Fatal(err)
				}
				for i, text := range tinyTexts {
					want := src.embedReference(e.tokenizer.Encode(nil, text))
					if c := cosine(got[i], want); !(c > .995) {
						t.Errorf("%s: %q has cosine %.4f with the float32 model, want over .995", kernel, text, c)
					}
					if norm := simd.DotF32(got[i], got[i]); math.Abs(float64(norm)-1) > 1e-5 || len(got[i]) != m.Width {
						t.Errorf("%s: vector of length %d and squared norm %g", kernel, len(got[i]), norm)
					}
				}
			}
		})
	}
}

func TestEmbedDoesNotDependOnTheBatch(t *testing.T) {
	e := tinyModel().encoder(t)
	texts := slices.Repeat(tinyTexts, 10) // more tokens than one batch takes
	for _, kernel := range simd.Kernels() {
		restore, _ := simd.Force(kernel)
		all, err := e.Embed(context.Background(), texts...)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			one, err := e.Embed(context.Background(), text)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(one[0], all[i]) {
				t.Errorf("%s: text %d differs alone and in a batch", kernel, i)
			}
		}
		restore()
	}
}

func TestEmbedOnManyGoroutines(t *testing.T) {
	e := tinyModel().encoder(t)
	want, err := e.Embed(context.Background(), tinyTexts...)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 40 {
				k := (g + i) % len(tinyTexts)
				got, err := e.Embed(context.Background(), tinyTexts[k])
				if err != nil || !slices.Equal(got[0], want[k]) {
					t.Errorf("text %d differs (%v)", k, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestEmbedNothing(t *testing.T) {
	if v, err := tinyModel().encoder(t).Embed(context.Background()); v != nil || err != nil {
		t.Errorf("got %v, %v; want no vectors and no error", v, err)
	}
}

func TestEmbedRefusesWhatItCannotCompare(t *testing.T) {
	e := tinyModel().encoder(t)
	for _, c := range []struct {
		name, text string
		want       error
		says       string
	}{
		{"window", strings.Repeat("ab ", 19), embed.ErrTooLong, "21 tokens, at most 20"},
		{"emoji", "ab 🎉", embed.ErrUnreadable, "🎉"},
		{"script", "ab слово", embed.ErrUnreadable, "Cyrillic"},
		{"nothing", " ", embed.ErrUnreadable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := e.Embed(context.Background(), "ab cd", c.text)
			if v != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "text 2 of 2") {
				t.Errorf("got %v, %v; want an error about text 2 that wraps %q and says %q", v, err, c.want, c.says)
			}
		})
	}
	if _, err := e.Embed(context.Background(), strings.Repeat("ab ", 18)); err != nil {
		t.Errorf("a text that fills the window: %v", err)
	}
}

func TestEmbedStopsWithItsContext(t *testing.T) {
	e := tinyModel().encoder(t)
	cause := errors.New("caller left")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if v, err := e.Embed(ctx, "ab"); v != nil || !errors.Is(err, cause) {
		t.Errorf("got %v, %v; want the context's cause", v, err)
	}
}

func TestEmbedAllocatesOnlyItsVectors(t *testing.T) {
	e := tinyModel().encoder(t)
	run := func() {
		if _, err := e.Embed(context.Background(), "ab cd ef?"); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if n := testing.AllocsPerRun(100, run); n > 2 && !raceEnabled {
		t.Errorf("%g allocations, want 2: the vector and the slice that holds it", n)
	}
}

func TestIDIsOfWhatDecidesTheVectors(t *testing.T) {
	m := tinyModel()
	dir := m.folder(t)
	fromFolder, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Pack(dir, f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	fromFile, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if fromFolder.ID() != fromFile.ID() || report.ID != fromFile.ID() {
		t.Errorf("IDs differ: folder %s, report %s, file %s", fromFolder.ID(), report.ID, fromFile.ID())
	}
	if info, _ := os.Stat(path); info.Size() != report.Bytes || report.Texts < 20 || !(report.CosineMin > .98) || report.CosineMean < report.CosineMin {
		t.Errorf("report %+v of a file of %d bytes", report, info.Size())
	}
	ids := map[string]string{}
	for name, change := range map[string]func(*tiny){
		"same": func(*tiny) {}, "pooling": func(m *tiny) { m.Pooling = poolCLS },
		"weights": func(m *tiny) { m.dtype = "BF16" }, "eps": func(m *tiny) { m.Eps = 1e-3 },
	} {
		other := tinyModel()
		change(&other)
		id := other.encoder(t).ID()
		if before, ok := ids[id]; ok {
			t.Errorf("%s and %s have the same ID", name, before)
		}
		ids[id] = name
	}
	other := tinyModel()
	other.Window = 10
	if ids[fromFile.ID()] != "same" || other.encoder(t).ID() != fromFile.ID() {
		t.Error("the ID depends on something that decides no vector")
	}
}

// A segment id must reach the state of its token, for models of text pairs.
func TestForwardAddsSegmentTypes(t *testing.T) {
	m := tinyModel().encoder(t).model
	run := func(types ...int32) []float32 {
		w := &workspace{ids: []int32{2, 9, 3, 11, 3}, types: types, ends: []int{5}}
		if err := m.forward(context.Background(), w); err != nil {
			t.Fatal(err)
		}
		return w.x
	}
	none := run()
	if !slices.Equal(none, run(0, 0, 0, 0, 0)) {
		t.Error("segment 0 is not the default")
	}
	if slices.Equal(none, run(0, 0, 0, 1, 1)) {
		t.Error("segment 1 changes nothing")
	}
}

// A go:embed string or a file in an archive may begin at any address.
func TestNewAtAnyAddress(t *testing.T) {
	packed := tinyModel().packed(t)
	var want [][]float32
	for off := range 5 {
		e, err := New(append(make([]byte, off, off+len(packed)), packed...)[off:])
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Embed(context.Background(), tinyTexts...)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d bytes past alignment: other vectors", off)
		}
	}
}

func TestPackIsRepeatable(t *testing.T) {
	dir := tinyModel().folder(t)
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if _, err := Pack(dir, w, "ab"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two files of one folder differ")
	}
	if _, err := Pack(dir, &a, "слово"); err == nil {
		t.Error("no error when no text is readable")
	}
}
