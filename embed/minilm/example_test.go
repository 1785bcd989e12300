package minilm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/likewise-go/likewise/embed/minilm"
)

func Example() {
	e, err := minilm.New()
	if err != nil {
		log.Fatal(err)
	}
	v, err := e.Embed(context.Background(),
		"How do I reset my password?", "I forgot my password, how can I change it?", "What is the capital of Peru?")
	if err != nil {
		log.Fatal(err)
	}
	dot := func(a, b []float32) (sum float32) {
		for i := range a {
			sum += a[i] * b[i]
		}
		return sum
	}
	fmt.Println("same question:", dot(v[0], v[1]) > .7)
	fmt.Println("another one:  ", dot(v[0], v[2]) > .7)
	// Output:
	// same question: true
	// another one:   false
}
