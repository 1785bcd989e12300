package guard

// Rule is one row of the table of rules.
type Rule struct {
	Name   string
	About  string      // one phrase: what it compares
	Vetoes [][2]string // pairs that it keeps apart
	Passes [][2]string // pairs that no rule keeps apart, though they touch this one's subject
}

// rule is a Rule with its code. differ returns the two pieces that disagree.
type rule struct {
	Rule
	differ func(p pair) (a, b piece, ok bool)
	// What stands in one place of texts that are otherwise one differs even if
	// each text has the other's elsewhere: marks of these kinds, by other.
	kinds []markKind
	other func(x, y *mark, f, g *Facts) bool
}

// Rules returns the table of rules, in the order in which they are tried.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for i := range rules {
		out[i] = rules[i].Rule
	}
	return out
}

type differFunc func(p pair) (a, b piece, ok bool)

// mutual is the rule that each text has a mark that the other lacks.
func mutual(k markKind, match func(m *mark, f, g *Facts) bool) differFunc {
	return func(p pair) (piece, piece, bool) {
		a, b, ok := p.bothUnmatched(k, match)
		if !ok {
			return piece{}, piece{}, false
		}
		return a.piece, b.piece, true
	}
}

func sameKey(m *mark, _, g *Facts) bool {
	ms := g.of(m.kind)
	for i := range ms {
		if ms[i].key == m.key {
			return true
		}
	}
	return false
}
