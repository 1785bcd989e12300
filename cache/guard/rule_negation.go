package guard

// How much two texts must share before a word that one of them has counts as
// the difference between them: the share of all their words, measured on
// labelled pairs (see TestData).
const (
	nearNegation   = 0.65
	nearAdded      = 0.85
	nearWith       = 0.2
	nearQuantifier = 0.75
	nearAsked      = 0.3
)

// negationDiffers: one text denies a word that the other affirms, or texts
// that are nearly one differ by a negation alone. An even number of them on
// each side is no difference: two denials affirm.
func negationDiffers(p pair) (a, b piece, ok bool) {
	if p.a.corrects || p.b.corrects {
		return a, b, false
	}
	x, y := denials(p.a, p.b), denials(p.b, p.a)
	overlap := p.overlap()
	if m := withheld(p.a, p.b); m != nil && overlap >= nearWith {
		return m.piece, b, true
	}
	if m := withheld(p.b, p.a); m != nil && overlap >= nearWith {
		return a, m.piece, true
	}
	if x%2 == y%2 || overlap < nearNegation || excepts(p.a) || excepts(p.b) {
		return a, b, false
	}
	if x > y {
		if m := denied(p.a, p.b, overlap); m != nil {
			return m.piece, b, true
		}
		return a, b, false
	}
	if m := denied(p.b, p.a, overlap); m != nil {
		return a, m.piece, true
	}
	return a, b, false
}

// withheld returns a negation of f, such as "without sugar", whose word g
// wants: "with sugar".
func withheld(f, g *Facts) *mark {
	ms := f.of(markNegation)
	for i := range ms {
		m := &ms[i]
		if !counts(m, f, g) || m.key == 0 || sameKey(m, f, g) {
			continue
		}
		for j, w := range g.seq {
			if w&hashMask == m.key && w != 0 && g.before(uint16(j)) == rawWith&hashMask {
				return m
			}
		}
	}
	return nil
}

// denials returns how many negations f has that count against g.
func denials(f, g *Facts) int {
	n := 0
	ms := f.of(markNegation)
	for i := range ms {
		if counts(&ms[i], f, g) {
			n++
		}
	}
	return n
}

// counts reports whether a negation is one: none within a quotation, and no
// "no" with which a speaker takes back a word that g does not even have, as
// in "what causes rain no snow".
func counts(m *mark, f, g *Facts) bool {
	if m.flags&quotedMark != 0 {
		return false
	}
	if m.flags&bareNo == 0 || m.from == 0 {
		return true
	}
	w := f.seq[m.from-1]
	return w&meaningBit == 0 || g.has(w&hashMask)
}

// denied returns a negation of f whose word g affirms, or any one that g does
// not have if the texts are near enough.
func denied(f, g *Facts, overlap float64) *mark {
	ms := f.of(markNegation)
	for i := range ms {
		m := &ms[i]
		if counts(m, f, g) && (m.key == 0 || !sameKey(m, f, g)) && (overlap >= nearAdded || g.has(m.key)) {
			return m
		}
	}
	return nil
}

// excepts reports whether a text leaves something out by "except": another
// way to deny.
func excepts(f *Facts) bool {
	ms := f.of(markQuantifier)
	for i := range ms {
		if ms[i].id == quantExcept {
			return true
		}
	}
	return false
}
