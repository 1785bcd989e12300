package embed

import (
	"context"
	"testing"
)

type letters struct{ asked []string }

func (l *letters) Dim() int   { return 1 }
func (l *letters) ID() string { return "letters" }

func (l *letters) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	l.asked = append(l.asked, texts...)
	vs := make([][]float32, len(texts))
	for i, t := range texts {
		vs[i] = []float32{float32(t[0])}
	}
	return vs, nil
}

// A flight may end between a caller's look into the memory and its own flight.
// Only the second look, in the flight, sees what the first flight left.
func TestMemoLooksAgainInTheFlight(t *testing.T) {
	l := new(letters)
	m := NewMemo(l, 0)
	m.remember("b", []float32{'b'})
	vs, err := m.compute(t.Context(), []string{"a", "b", "c"})
	if err != nil || len(vs) != 3 || vs[0][0] != 'a' || vs[1][0] != 'b' || vs[2][0] != 'c' {
		t.Errorf("got %v, %v", vs, err)
	}
	if len(l.asked) != 2 {
		t.Errorf("asked for %q, want only what was missing", l.asked)
	}
}
