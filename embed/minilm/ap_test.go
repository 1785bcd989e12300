package minilm_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/internal/simd"
)

// referenceAP is what the float32 model reaches on qqp-dev, printed by
//
//	HF_HUB_OFFLINE=1 python train/golden/vectors.py ap qqp-dev
//
// (sentence-transformers 6.2.0, torch 2.15.0; sklearn's average_precision_score
// says the same).
const referenceAP = .770191

type pair struct {
	A, B string
	Same bool
}

func TestAveragePrecisionIsThatOfTheFloat32Model(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds 13,743 texts")
	}
	if simd.Kernel() == "generic" {
		t.Skip("takes minutes in pure Go")
	}
	pairs := readPairs(t, "qqp-dev.jsonl.gz")
	vectors, refused := embedAll(t, pairs)
	type scored struct {
		score float32
		same  bool
	}
	var list []scored
	for _, p := range pairs {
		if a, b := vectors[p.A], vectors[p.B]; a != nil && b != nil {
			list = append(list, scored{simd.DotF32(a, b), p.Same})
		} else {
			list = append(list, scored{-1, p.Same}) // never a hit
		}
	}
	slices.SortFunc(list, func(x, y scored) int { return cmp.Compare(y.score, x.score) })
	right, ap := 0, 0.0
	for i := 0; i < len(list); {
		end, found := i, 0
		for ; end < len(list) && list[end].score == list[i].score; end++ {
			if list[end].same {
				found++
			}
		}
		right += found
		ap += float64(found) * float64(right) / float64(end)
		i = end
	}
	ap /= float64(right)
	t.Logf("%d pairs, %d of %d texts without a vector: AP %.4f, float32 %.4f", len(pairs), refused, len(vectors), ap, referenceAP)
	if math.Abs(ap-referenceAP) > .004 {
		t.Errorf("average precision %.4f, want %.4f within .004", ap, referenceAP)
	}
}

// embedAll returns the vector of every text, on as many cores as there are.
// Texts that are too long or not readable have none: the cache would
// not compare them.
func embedAll(t *testing.T, pairs []pair) (vectors map[string][]float32, refused int) {
	t.Helper()
	vectors = map[string][]float32{}
	for _, p := range pairs {
		vectors[p.A], vectors[p.B] = nil, nil
	}
	texts := slices.Collect(maps.Keys(vectors))
	found := make([][]float32, len(texts))
	e, n := encoder(t), runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for g := range n {
		wg.Go(func() {
			for i := g; i < len(texts); i += n {
				v, err := e.Embed(context.Background(), texts[i])
				switch {
				case err == nil:
					found[i] = v[0]
				case !errors.Is(err, embed.ErrUnreadable) && !errors.Is(err, embed.ErrTooLong):
					t.Errorf("%q: %v", texts[i], err)
				}
			}
		})
	}
	wg.Wait()
	for i, text := range texts {
		if vectors[text] = found[i]; found[i] == nil {
			refused++
		}
	}
	return vectors, refused
}

// readPairs reads a data set from LIKEWISE_DATA, or from beside the
// repository, and skips the test where there is none.
func readPairs(t *testing.T, name string) (pairs []pair) {
	t.Helper()
	root := os.Getenv("LIKEWISE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(root, name))
	if err != nil {
		t.Skipf("set LIKEWISE_DATA to the folder of the data sets: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(z); lines.Scan(); {
		var p pair
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatalf("%s, line %d: %v", name, len(pairs)+1, err)
		}
		pairs = append(pairs, p)
	}
	return pairs
}
