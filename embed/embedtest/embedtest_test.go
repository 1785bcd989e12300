package embedtest_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/embedtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake turns a text into a direction of the plane, with or without a fault.
type fake struct {
	fault string
	calls atomic.Int32
}

func (f *fake) Dim() int {
	if f.fault == "dim" {
		return 3
	}
	return 2
}

func (f *fake) ID() string {
	if f.fault == "id" {
		return strconv.Itoa(int(f.calls.Add(1)))
	}
	return "fake"
}

func (f *fake) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	if ctx.Err() != nil {
		if f.fault == "context" {
			return nil, errors.New("sorry")
		}
		return nil, context.Cause(ctx)
	}
	if len(texts) == 0 && f.fault == "empty" {
		return nil, errors.New("no texts")
	}
	vs := make([][]float32, len(texts))
	for i, text := range texts {
		if len(text) > 100 && f.fault != "truncates" {
			return nil, fmt.Errorf("text %d: %w", i, embed.ErrTooLong)
		}
		if text == "" {
			return nil, embed.ErrUnreadable
		}
		h := fnv.New32a()
		h.Write([]byte(text))
		angle := float64(h.Sum32())
		switch {
		case f.fault == "same":
			angle = 1
		case f.fault == "batch" && len(texts) > 1:
			angle += 0.1
		case f.fault == "neighbour" && f.calls.Add(1) > 10:
			angle += 0.1
		}
		vs[i] = []float32{float32(math.Cos(angle)), float32(math.Sin(angle))}
		if f.fault == "length" {
			vs[i][0] *= 2
		}
		if f.fault == "nan" {
			vs[i][0] = float32(math.NaN())
		}
	}
	switch {
	case f.fault == "order" && len(vs) > 1:
		vs[0], vs[1] = vs[1], vs[0]
	case f.fault == "count" && len(vs) > 1:
		vs = vs[1:]
	case f.fault == "sorts" && len(texts) > 1:
		texts[0] = "changed"
	}
	return vs, nil
}

func suite(e embed.Embedder) embedtest.Suite {
	return embedtest.Suite{Embedder: e, TooLong: []string{strings.Repeat("long ", 30)}, Unreadable: []string{""}}
}

func TestGoodEmbeddersPass(t *testing.T) {
	suite(new(fake)).Run(t)
	m := embed.NewMemo(new(fake), 3)
	suite(m).Run(t)
	suite(embed.WithDeadline(m, 1<<40)).Run(t)
}

func TestEveryFaultIsFound(t *testing.T) {
	for fault, want := range map[string]string{
		"dim":       "Dim says 3",
		"id":        "a name that stays",
		"empty":     "no texts",
		"truncates": "want only",
		"same":      "the same vector",
		"batch":     "with its vector alone",
		"neighbour": "with its vector alone",
		"length":    "has length",
		"nan":       "has length NaN",
		"order":     "with its vector alone",
		"count":     "5 vectors",
		"sorts":     "the caller's slice",
		"context":   "ended context",
	} {
		err := errors.Join(suite(&fake{fault: fault}).Check(t.Context())...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v, want %q", fault, err, want)
		}
	}
}

func Example() {
	problems := embedtest.Suite{Embedder: new(fake)}.Check(context.Background())
	fmt.Println(len(problems), "problems")
	// Output: 0 problems
}
