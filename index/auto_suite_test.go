package index_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
)

// newAuto returns a function that opens indexes which move at 60 entries, and
// closes them when the test ends.
func newAuto(t *testing.T) func(dim int) index.Index {
	t.Helper()
	var opened []*index.Auto
	t.Cleanup(func() {
		for _, x := range opened {
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		}
		goleak.VerifyNone(t)
	})
	return func(dim int) index.Index {
		x, err := index.NewAuto(dim, &index.AutoOptions{Crossover: 60, Workers: 2, Graph: suiteOptions()})
		if err != nil {
			panic(err)
		}
		opened = append(opened, x)
		return x
	}
}

// The suite meets it before, while and after it moves. The building of a graph
// allocates, so what a search allocates is tried after the move.
func TestAuto(t *testing.T) {
	opts := suite()
	if opts == nil {
		opts = append(opts, indextest.Only(
			"empty index", "random vectors", "real vectors", "bounds of k", "bounds of floor", "bad input", "replace",
			"delete 40%", "delete and replace 50%", "delete all, add again", "random operations", "concurrent use"))
	}
	indextest.Run(t, newAuto(t), append(opts, indextest.Approximate(.99, .98))...)
}

// A settled index is one that has moved as soon as it may.
type settled struct{ *index.Auto }

func (s settled) Add(id uint64, v []float32) error {
	err := s.Auto.Add(id, v)
	index.Settle(s.Auto)
	return err
}

func TestAutoAfterTheMove(t *testing.T) {
	if index.Raced {
		t.Skip("TestAuto and TestGraph are enough for the race detector")
	}
	open := newAuto(t)
	indextest.Run(t, func(dim int) index.Index { return settled{open(dim).(*index.Auto)} }, append(suite(), indextest.Approximate(.99, .98))...)
}
