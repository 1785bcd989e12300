package eval

import (
	"cmp"
	"slices"

	"github.com/likewise-go/likewise/cache"
)

// part is the members of one name.
type part[T any, K comparable] struct {
	name K
	of   []T
}

// parts divides a list by a name, in the order of the first of each.
func parts[T any, K comparable](list []T, of func(*T) K) []part[T, K] {
	at := make(map[K]int)
	var out []part[T, K]
	for i := range list {
		name := of(&list[i])
		j, ok := at[name]
		if !ok {
			j = len(out)
			at[name] = j
			out = append(out, part[T, K]{name: name})
		}
		out[j].of = append(out[j].of, list[i])
	}
	return out
}

// answerable reports whether a candidate has the right answer.
func (c *Case) answerable() bool {
	return slices.ContainsFunc(c.Candidates, func(d Candidate) bool { return d.Same })
}

// scopes gives tenants and models with cases enough a threshold of their own.
func (k *calibration) scopes(threshold float64) []cache.ScopeCalibration {
	type scope struct{ tenant, model string }
	var own []part[Case, scope]
	least := Needed(0, k.MaxWrong, k.Confidence)
	for _, p := range parts(k.test, func(c *Case) scope { return scope{c.Tenant, c.Model} }) {
		if p.name == (scope{}) || len(p.of) == len(k.test) {
			continue
		}
		if len(k.ladder(p.of, k.curve.At).rungs) >= least {
			own = append(own, p)
		}
	}
	var out []cache.ScopeCalibration
	confidence := 1 - (1-k.Confidence)/float64(max(1, len(own)))
	for _, p := range own {
		l := k.ladder(p.of, k.curve.At)
		s, err := k.lowest(l, len(p.of), confidence, "")
		if err != nil {
			s = step{threshold: never, bound: 1}
			accepted, wrong := l.count(threshold)
			if LowerBound(wrong, accepted, confidence) <= k.MaxWrong {
				continue // the threshold of the whole may be good for it
			}
		}
		out = append(out, cache.ScopeCalibration{Tenant: p.name.tenant, Model: p.name.model, Threshold: s.threshold, Bound: s.bound, Accepted: s.accepted, Wrong: s.wrong})
	}
	// A scope of tenant and model stands before those of one of the two, for
	// the first that matches counts.
	slices.SortStableFunc(out, func(a, b cache.ScopeCalibration) int {
		return cmp.Or(cmp.Compare(names(&b), names(&a)), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Model, b.Model))
	})
	return out
}

func names(s *cache.ScopeCalibration) (n int) {
	for _, name := range []string{s.Tenant, s.Model} {
		if name != "" {
			n++
		}
	}
	return n
}
