package embed_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/likewise-go/likewise/embed"
)

// The order in which the two wrappers are composed matters: with the deadline
// outside, a vector that comes too late for one caller is there for the next.
func Example() {
	var model embed.Embedder = new(script) // embed/minilm, embed/remote, ...
	e := embed.WithDeadline(embed.NewMemo(model, 10_000), 50*time.Millisecond)

	vectors, err := e.Embed(context.Background(), "where is my card?")
	switch {
	case errors.Is(err, embed.ErrTooLong), errors.Is(err, embed.ErrUnreadable):
		fmt.Println("compare this text by its exact wording only")
	case err != nil:
		fmt.Println("do without:", err)
	default:
		fmt.Println(len(vectors), "vector of", len(vectors[0]))
	}
	// Output: 1 vector of 2
}
