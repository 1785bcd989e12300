package cache_test

import (
	"context"
	"fmt"
	"log"

	"github.com/likewise-go/likewise/cache"
)

func ExampleCache_Do() {
	// Any embed.Embedder; minilm.New() from embed/minilm is the built-in one.
	c, err := cache.Open("", topics{}, nil)
	if err != nil {
		log.Fatal(err)
	}

	scope := cache.Scope{Tenant: "acme", Model: "gpt-5", System: "You are a helpful guide."}
	fill := func(context.Context) (cache.Answer, error) {
		return cache.Answer{Text: "The E6."}, nil // the model call
	}
	for _, text := range []string{
		"Which road goes north from Oslo to Hamar?",
		"Which road goes north from Oslo to Hamar?",
		"Please tell me which road goes north from Oslo to Hamar",
		"Which road goes north from Hamar to Oslo?",
		"Where is the password?",
	} {
		r, err := c.Do(context.Background(), cache.Query{Scope: scope, Text: text}, fill)
		if err != nil {
			log.Fatal(err)
		}
		if err := c.Flush(context.Background()); err != nil { // for the example: Do does not wait
			log.Fatal(err)
		}
		fmt.Printf("%v: %s\n", r.Outcome, r.Why.Reason)
	}
	if err := c.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// miss: nothing is stored in this scope
	// exact: the same question was answered before
	// semantic: similarity 1.000 reaches the threshold 0.920
	// miss: the nearest stored question is no answer: the guard objects: order: "Oslo to Hamar" against "Hamar to Oslo"
	// miss: no stored question reaches a similarity of 0.70
}
