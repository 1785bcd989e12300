package index_test

import (
	"fmt"

	"github.com/likewise-go/likewise/index"
)

// Three vectors, and those of them within a cosine of .80 of a query.
func ExampleExact() {
	ix, err := index.NewExact(2)
	if err != nil {
		panic(err)
	}
	for id, v := range map[uint64][]float32{1: {1, 0}, 2: {.8, .6}, 3: {0, 1}} {
		if err := ix.Add(id, v); err != nil {
			panic(err)
		}
	}
	for _, h := range ix.Search([]float32{.96, .28}, 4, .80, nil) {
		fmt.Printf("%d %.3f\n", h.ID, h.Score)
	}
	// Output:
	// 1 0.960
	// 2 0.936
}
