package embed_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is an embedder that notes its calls and does what the test says.
type script struct {
	mu    sync.Mutex
	calls []string // the texts of each call, joined by "|"

	// do decides about a call before the vectors are made; nil lets it pass.
	do func(ctx context.Context, texts []string) error
}

func (s *script) Dim() int   { return 2 }
func (s *script) ID() string { return "script" }

func (s *script) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	s.mu.Lock()
	s.calls = append(s.calls, strings.Join(texts, "|"))
	s.mu.Unlock()
	if s.do != nil {
		if err := s.do(ctx, texts); err != nil {
			return nil, err
		}
	}
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = vector(text)
	}
	return vectors, nil
}

func (s *script) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.calls, " ; ")
}

// vector is what script returns for text: no unit vector, but one that tells
// texts apart.
func vector(text string) []float32 {
	var sum float32
	for _, b := range []byte(text) {
		sum = sum*31 + float32(b)
	}
	return []float32{float32(len(text)), sum}
}

func vectorsOf(texts ...string) [][]float32 {
	vs := make([][]float32, len(texts))
	for i, t := range texts {
		vs[i] = vector(t)
	}
	return vs
}

// result is what one caller of Embed got.
type result struct {
	vectors  [][]float32
	err      error
	panicked any
}

func (r *result) String() string {
	return fmt.Sprintf("%v, %v, panic %v", r.vectors, r.err, r.panicked)
}
