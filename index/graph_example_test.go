package index_test

import (
	"fmt"
	"math"

	"github.com/likewise-go/likewise/index"
)

// A thousand directions of the plane, and those nearest to one of them.
func ExampleGraph() {
	g, err := index.NewGraph(2, nil)
	if err != nil {
		panic(err)
	}
	for id := range 1000 {
		sin, cos := math.Sincos(float64(id) * 2 * math.Pi / 1000)
		if err := g.Add(uint64(id), []float32{float32(cos), float32(sin)}); err != nil {
			panic(err)
		}
	}
	g.Delete(250)
	for _, h := range g.Search([]float32{0, 1}, 2, .99, nil) {
		fmt.Printf("%d %.5f\n", h.ID, h.Score)
	}
	// Output:
	// 249 0.99998
	// 251 0.99998
}

// An index for a partition that may grow: it scans, and from 1,000 entries on
// it follows links.
func ExampleAuto() {
	x, err := index.NewAuto(2, &index.AutoOptions{Crossover: 1000})
	if err != nil {
		panic(err)
	}
	defer x.Close()
	if err := x.Add(7, []float32{.6, .8}); err != nil {
		panic(err)
	}
	fmt.Println(x.Search([]float32{.6, .8}, 4, .80, nil))
	// Output: [{7 1}]
}
