package onnx_test

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/likewise-go/likewise/embed/embedtest"
	"github.com/likewise-go/likewise/embed/onnx"
)

// realModel is the folder of an ONNX export of all-MiniLM-L6-v2.
func realModel(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("LIKEWISE_ONNX")
	if dir == "" {
		tb.Skip("set LIKEWISE_ONNX to a folder with an ONNX export of all-MiniLM-L6-v2 and its tokenizer.json")
	}
	return dir
}

var realTexts = []string{
	"How do I reset my card PIN?",
	"I forgot the PIN of my card, how can I change it?",
	"What is the exchange rate for euros today?",
	"Türkiye",
	"Perú",
	"My card has not arrived yet. It was ordered two weeks ago and the app still says that it is on its way; what should I do now?",
}

// realCosines are those of sentence-transformers 6.2.0 with the float32
// weights of all-MiniLM-L6-v2.
var realCosines = [][]float64{
	{1, .8805, .1006, .0136, .0219, .5139},
	{.8805, 1, .0918, .0007, .0125, .4747},
	{.1006, .0918, 1, .2252, .0693, -.0081},
	{.0136, .0007, .2252, 1, .3349, -.0001},
	{.0219, .0125, .0693, .3349, 1, .0036},
	{.5139, .4747, -.0081, -.0001, .0036, 1},
}

func TestMiniLM(t *testing.T) {
	e := open(t, realModel(t), nil)
	vs, err := e.Embed(t.Context(), realTexts...)
	if err != nil {
		t.Fatal(err)
	}
	const tolerance = 0.03 // an export with int8 weights and activations is off by .013 here
	worst := 0.0
	for i, row := range realCosines {
		for j, want := range row {
			off := math.Abs(dot(vs[i], vs[j]) - want)
			worst = max(worst, off)
			if off > tolerance {
				t.Errorf("cosine of texts %d and %d is %.4f, want %.4f", i, j, dot(vs[i], vs[j]), want)
			}
		}
	}
	t.Logf("worst difference of a cosine: %.4f", worst)
	embedtest.Suite{
		Embedder:   e,
		TooLong:    []string{strings.Repeat("card ", 255), strings.Repeat("card ", 600)},
		Unreadable: []string{"", "ᚠᛇᚻ"},
	}.Run(t)
}

func dot(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func BenchmarkEmbed(b *testing.B) {
	began := time.Now()
	e, err := onnx.Open(realModel(b), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	b.Logf("Open took %v", time.Since(began))
	for name, text := range map[string]string{"tokens=11": realTexts[2], "tokens=33": realTexts[5]} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Embed(b.Context(), text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
