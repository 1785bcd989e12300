package index_test

import (
	"testing"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
)

func newGraph(o *index.GraphOptions) func(dim int) index.Index {
	return func(dim int) index.Index {
		g, err := index.NewGraph(dim, o)
		if err != nil {
			panic(err)
		}
		return g
	}
}

// suite is what to run of the suite. The race detector slows all of it down
// twentyfold, and has to say something about these alone.
func suite() []indextest.Option {
	if index.Raced {
		return []indextest.Option{indextest.Only("empty index", "concurrent use")}
	}
	return nil
}

// suiteOptions are the defaults, or cheaper ones where time is short.
func suiteOptions() *index.GraphOptions {
	if index.Raced {
		return &index.GraphOptions{Build: 32, Search: 48}
	}
	return nil
}

func TestGraph(t *testing.T) {
	indextest.Run(t, newGraph(suiteOptions()), append(suite(), indextest.Approximate(.99, .98))...)
}

// Few links and candidates lose neighbours, but never order, scores or ids.
func TestGraphWithFewLinks(t *testing.T) {
	if index.Raced {
		t.Skip("TestGraph is enough for the race detector")
	}
	o := &index.GraphOptions{M: 4, Build: 8, Search: 8, Seed: 5}
	indextest.Run(t, newGraph(o), append(suite(), indextest.Approximate(.3, .2))...)
}
