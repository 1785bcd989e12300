package eval_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed/minilm"
	"github.com/likewise-go/likewise/eval"
)

// The promise holds on real questions: a bank's stream is gathered once, a
// random part of it is calibrated on, and the rest says what was true. Run it
// with -v for the figures.
func TestSplitsKeepThePromise(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the models about 10,003 questions")
	}
	file := filepath.Join(os.Getenv("LIKEWISE_DATA"), "banking77-train.jsonl.gz")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("LIKEWISE_DATA names no folder with banking77-train.jsonl.gz: %v", err)
	}
	e, err := minilm.New()
	if err != nil {
		t.Fatal(err)
	}
	stream, err := eval.ReadStream(nil, file)
	if err != nil {
		t.Fatal(err)
	}
	var o cache.Options
	ev, err := eval.GatherStream(t.Context(), e, stream, &eval.GatherOptions{Cache: &o})
	if err != nil {
		t.Fatal(err)
	}
	const splits, labels = 50, 500
	for _, maxWrong := range []float64{.02, .05, .10} {
		kept, refused, served, risk := 0, 0, 0., 0.
		for i := range uint64(splits) {
			cases := slices.Clone(ev.Cases)
			rand.New(rand.NewPCG(i, 1)).Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
			known, rest := *ev, *ev
			known.Cases, rest.Cases = cases[:labels], cases[labels:]
			c, err := eval.Calibrate(&known, &eval.CalibrateOptions{MaxWrong: maxWrong})
			var no *eval.RefusedError
			if errors.As(err, &no) {
				refused++
				kept++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			accepted, wrong := rest.Served(c)
			served += float64(accepted) / float64(len(rest.Cases))
			risk += float64(wrong) / float64(max(1, accepted))
			if float64(wrong) <= maxWrong*float64(accepted) {
				kept++
			}
		}
		n := float64(max(1, splits-refused))
		t.Logf("at most %v with %d labels: kept in %d of %d splits, %d of them refused; the others serve %.3f of the rest, of which %.4f is wrong", maxWrong, labels, kept, splits, refused, served/n, risk/n)
		if broken := float64(splits - kept); broken > .05*splits+3*math.Sqrt(.05*.95*splits) {
			t.Errorf("at most %v: broken in %v of %d splits", maxWrong, broken, splits)
		}
	}
}
