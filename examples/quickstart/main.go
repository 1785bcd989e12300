// Command quickstart is the README's first program: it answers the second
// question from the cache, although it is worded otherwise.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed/minilm"
)

func main() {
	embedder, err := minilm.New() // built in: no network, no cgo
	if err != nil {
		log.Fatal(err)
	}
	c, err := cache.Open("", embedder, nil) // a path keeps it on disk; "" in memory
	if err != nil {
		log.Fatal(err)
	}
	for _, text := range []string{"How do I reset a forgotten password?", "How can I reset a forgotten password?"} {
		r, err := c.Do(context.Background(), cache.Query{Text: text}, askModel)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %s\n", r.Outcome, r.Answer.Text)
		_ = c.Flush(context.Background()) // only so that the second question finds the first one's answer at once
	}
	_ = c.Close()
}

// askModel stands for the call that costs money.
func askModel(context.Context) (cache.Answer, error) {
	return cache.Answer{Text: "Open Settings, choose Security, then Reset."}, nil
}
