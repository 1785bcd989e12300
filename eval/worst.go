package eval

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// worst returns the n errors that are the furthest from what they should be:
// half of them wrong hits, the surest first, half of them same questions that
// were not served, the least sure first.
func (m *measured) worst(n int) []Error {
	var hits, misses []Error
	for i := range m.of {
		o := &m.of[i]
		switch {
		case o.served && !o.right:
			hits = append(hits, m.error(i))
		case o.answerable && !o.served && o.by != nil && o.by.Same:
			misses = append(misses, m.error(i))
		}
	}
	slices.SortStableFunc(hits, func(a, b Error) int { return cmp.Compare(b.Score, a.Score) })
	slices.SortStableFunc(misses, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(b.Similarity, a.Similarity))
	})
	h := min(len(hits), max(n/2, n-len(misses)))
	return append(hits[:h:h], misses[:min(len(misses), n-h)]...)
}

func (m *measured) error(i int) Error {
	c, o := &m.cases[i], &m.of[i]
	e := Error{Stored: o.by.Stored, Asked: c.Asked, Source: c.Source, Kind: c.Kind, Same: o.by.Same, Similarity: o.by.Similarity, Score: o.score}
	switch {
	case o.served:
		e.Why = fmt.Sprintf("served: %s %.3f reaches %.3g", m.Rule.Name, o.score, m.Rule.Threshold)
	case o.by.Barred != "":
		e.Why = o.by.Barred
	case math.IsInf(o.score, -1):
		e.Why = fmt.Sprintf("similarity %.3f is below the floor %.2f", o.by.Similarity, m.Evidence.Floor)
	default:
		e.Why = fmt.Sprintf("%s %.3f is below %.3g", m.Rule.Name, o.score, m.Rule.Threshold)
	}
	return e
}
