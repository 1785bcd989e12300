package eval

import (
	"context"
	"fmt"

	"github.com/likewise-go/likewise/cache"
)

// Feedback is what users said about a store's answers, as labels.
type Feedback struct {
	// Pairs are a stored question and another one that it was served to, in
	// their tenant and model: the same if the vote was right.
	Pairs []Pair
	// Lost counts votes whose question is not known: it was asked too long
	// before the vote, or before a restart. A rejected one is known again once
	// it is answered and stored itself.
	Lost int
}

// ReadFeedback collects the feedback in a store. Votes on an answer to the
// very question that it is stored for are no labels.
func ReadFeedback(ctx context.Context, c *cache.Cache) (*Feedback, error) {
	texts := make(map[string]string) // by the first digits of the key
	var voted []cache.Entry
	for e, err := range c.Entries(ctx, cache.Filter{All: true}) {
		if err != nil {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("likewise/eval: feedback: %w", err)
			}
			continue // damaged: there is no text
		}
		texts[e.Key[:16]] = e.Text
		if len(e.Labels) > 0 || len(e.Rejected) > 0 {
			voted = append(voted, e)
		}
	}
	f := new(Feedback)
	for i := range voted {
		f.add(&voted[i], texts)
	}
	return f, nil
}

func (f *Feedback) add(e *cache.Entry, texts map[string]string) {
	wrong := 0
	label := func(asked string, same bool) {
		if asked != e.Text {
			f.Pairs = append(f.Pairs, Pair{A: e.Text, B: asked, Same: &same, Src: "feedback", Tenant: e.Tenant, Model: e.Model})
		}
	}
	known := make(map[string]bool)
	for _, l := range e.Labels {
		label(l.Asked, l.Right)
		known[l.Asked] = true
		if !l.Right {
			wrong++
		}
	}
	found := 0
	for _, hash := range e.Rejected {
		if asked, ok := texts[hash]; ok && !known[asked] {
			label(asked, false)
			found++
		}
	}
	f.Lost += max(0, len(e.Rejected)-wrong-found)
}
