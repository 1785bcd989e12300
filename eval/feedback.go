package eval

import (
	"context"
	"fmt"

	"github.com/likewise-go/likewise/cache"
)

// Feedback is what users said about a store's answers, as labels.
type Feedback struct {
	// Pairs are the stored question and the one that it was no answer to,
	// labelled different, in their tenant and model.
	Pairs []Pair
	// Lost counts the rejected questions whose text is not known: a store
	// keeps a hash of them, and their text only once they are answered and
	// stored themselves.
	Lost int
	// Right and Wrong count all votes, those on exact hits included. A vote
	// for right names no question, so it is no label.
	Right, Wrong int
}

// ReadFeedback collects the feedback in a store.
func ReadFeedback(ctx context.Context, c *cache.Cache) (*Feedback, error) {
	texts := make(map[string]string) // by the first digits of the key
	var rejecting []cache.Entry
	f := new(Feedback)
	for e, err := range c.Entries(ctx, cache.Filter{All: true}) {
		if err != nil {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("likewise/eval: feedback: %w", err)
			}
			continue // damaged: there is no text
		}
		texts[e.Key[:16]] = e.Text
		f.Right, f.Wrong = f.Right+int(e.Right), f.Wrong+int(e.Wrong)
		if len(e.Rejected) > 0 {
			rejecting = append(rejecting, e)
		}
	}
	for i := range rejecting {
		e := &rejecting[i]
		for _, hash := range e.Rejected {
			asked, ok := texts[hash]
			if !ok {
				f.Lost++
				continue
			}
			different := false
			f.Pairs = append(f.Pairs, Pair{A: e.Text, B: asked, Same: &different, Src: "feedback", Tenant: e.Tenant, Model: e.Model})
		}
	}
	return f, nil
}
