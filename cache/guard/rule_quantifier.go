package guard

// The rows of "only" and "except" in the set of quantifiers.
const (
	quantOnly   = 3
	quantExcept = 4
)

func quantifierDiffers(p pair) (a, b piece, ok bool) {
	if p.apart(2) < nearQuantifier {
		return a, b, false
	}
	if x, y, ok := p.bothUnmatched(markQuantifier, sameID); ok {
		return x.piece, y.piece, true
	}
	if x := unmatched(p.a, p.b, markQuantifier, limitIn); x != nil && p.nearFor(x) {
		return x.piece, b, true
	}
	if y := unmatched(p.b, p.a, markQuantifier, limitIn); y != nil && p.nearFor(y) {
		return a, y.piece, true
	}
	return a, b, false
}

// nearFor reports whether the texts are near enough for a limit that one of
// them has to be the difference: nearly one but for "except" and what it takes
// out, and one but for "only", which is often said for emphasis.
func (p pair) nearFor(m *mark) bool {
	if m.id == quantExcept {
		return p.apart(2) >= nearAdded
	}
	return p.apart(1) == 1
}

// limitIn reports whether g has the quantifier m too, or m is none that limits
// what is asked: only and except do.
func limitIn(m *mark, f, g *Facts) bool { return m.id < quantOnly || sameID(m, f, g) }
