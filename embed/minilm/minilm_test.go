package minilm_test

import (
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/embed/bert"
	"github.com/likewise-go/likewise/embed/embedtest"
	"github.com/likewise-go/likewise/embed/minilm"
	"github.com/likewise-go/likewise/internal/simd"
)

func encoder(tb testing.TB) *bert.Encoder {
	tb.Helper()
	e, err := minilm.New()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestConformance(t *testing.T) {
	embedtest.Suite{
		Embedder:   encoder(t),
		TooLong:    []string{strings.Repeat("word ", 255)},
		Unreadable: []string{"how do I feel 🎉", "Как мне сменить пароль?", " "},
	}.Run(t)
}

// The texts and their float32 vectors come from sentence-transformers, see
// train/golden/vectors.py.
var (
	//go:embed testdata/golden.json
	goldenTexts []byte

	//go:embed testdata/golden.f32
	goldenVectors []byte
)

func TestVectorsAreNearTheFloat32Model(t *testing.T) {
	e := encoder(t)
	var texts []string
	if err := json.Unmarshal(goldenTexts, &texts); err != nil {
		t.Fatal(err)
	}
	if len(goldenVectors) != len(texts)*e.Dim()*4 || len(texts) != 200 {
		t.Fatalf("%d bytes of vectors for %d texts", len(goldenVectors), len(texts))
	}
	for _, kernel := range simd.Kernels() {
		n := len(texts)
		if kernel == "generic" {
			n /= 10 // it takes 50 ms a text
		}
		if testing.Short() {
			n /= 5
		}
		restore, err := simd.Force(kernel)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Embed(context.Background(), texts[:n]...)
		restore()
		if err != nil {
			t.Fatal(err)
		}
		least, sum := 1.0, 0.0
		for i, v := range got {
			c := cosine(v, goldenVectors[i*len(v)*4:])
			if least, sum = min(least, c), sum+c; c < .997 {
				t.Errorf("%s: cosine %.4f for %q, want at least .997", kernel, c, texts[i])
			}
		}
		t.Logf("%s: %d texts, cosine mean %.5f, least %.5f", kernel, n, sum/float64(n), least)
		if mean := sum / float64(n); !(mean >= .9985) {
			t.Errorf("%s: cosine %.5f on average, want at least .9985", kernel, mean)
		}
	}
}

// cosine of unit vectors, the second one as little-endian float32s.
func cosine(v []float32, raw []byte) (sum float64) {
	for j, x := range v {
		sum += float64(x) * float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*j:])))
	}
	return sum
}
