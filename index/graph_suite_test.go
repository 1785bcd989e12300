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

func TestGraph(t *testing.T) {
	indextest.Run(t, newGraph(nil), indextest.Approximate(.99, .98))
}

// Few links and candidates lose neighbours, but never order, scores or ids.
func TestGraphWithFewLinks(t *testing.T) {
	o := &index.GraphOptions{M: 4, Build: 8, Search: 8, Seed: 5}
	indextest.Run(t, newGraph(o), indextest.Approximate(.3, .2))
}
