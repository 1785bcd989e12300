package guard

import "math"

// pair is two texts under comparison.
type pair struct {
	a, b   *Facts
	common int // words that both have
	onlyA  int
	onlyB  int
	swaps  [maxSwaps][2]uint16 // see align
	nswaps int
}

func newPair(a, b *Facts) pair {
	p := pair{a: a, b: b}
	i, j := 0, 0
	for i < len(a.set) && j < len(b.set) {
		switch {
		case a.set[i] == b.set[j]:
			p.common++
			i++
			j++
		case a.set[i] < b.set[j]:
			i++
		default:
			j++
		}
	}
	p.onlyA, p.onlyB = len(a.set)-p.common, len(b.set)-p.common
	p.align()
	return p
}

// overlap is the share of all their meaningful words that both texts have.
func (p pair) overlap() float64 {
	n := p.common + p.onlyA + p.onlyB
	if n == 0 {
		return 1
	}
	return float64(p.common) / float64(n)
}

// apart is the overlap that is left when n words, those that differ, are not
// counted.
func (p pair) apart(n int) float64 {
	rest := max(0, p.onlyA+p.onlyB-n)
	if p.common+rest == 0 {
		return 1
	}
	return float64(p.common) / float64(p.common+rest)
}

// of returns the marks of one kind.
func (f *Facts) of(k markKind) []mark {
	lo := 0
	for lo < len(f.marks) && f.marks[lo].kind < k {
		lo++
	}
	hi := lo
	for hi < len(f.marks) && f.marks[hi].kind == k {
		hi++
	}
	return f.marks[lo:hi]
}

// has reports whether a word or number of that hash stands in the text.
func (f *Facts) has(hash uint32) bool {
	for _, w := range f.seq {
		if w&hashMask == hash && w != 0 {
			return true
		}
	}
	return false
}

// hasValue reports whether that number stands in the text.
func (f *Facts) hasValue(v float64) bool { return f.has(hashNumber(v) & hashMask) }

// hasAll reports whether each word of f's tokens from..to stands in g.
func hasAll(f *Facts, m *mark, g *Facts) bool {
	n := 0
	for _, w := range f.seq[m.from:min(int(m.to), len(f.seq))] {
		if w == 0 {
			continue
		}
		n++
		if !g.has(w & hashMask) {
			return false
		}
	}
	return n > 0
}

// unmatched returns the first mark of one kind in f that has no match in g.
func unmatched(f, g *Facts, k markKind, match func(m *mark, f, g *Facts) bool) *mark {
	ms := f.of(k)
	for i := range ms {
		if ms[i].flags&soft == 0 && !match(&ms[i], f, g) {
			return &ms[i]
		}
	}
	return nil
}

// bothUnmatched is what most rules are about: each text has a mark of one
// kind that the other has not. One that a single text has is no disagreement:
// the other may leave it implicit.
func (p pair) bothUnmatched(k markKind, match func(m *mark, f, g *Facts) bool) (a, b *mark, ok bool) {
	if a = unmatched(p.a, p.b, k, match); a == nil {
		return nil, nil, false
	}
	if b = unmatched(p.b, p.a, k, match); b == nil {
		return nil, nil, false
	}
	return a, b, true
}

// sameID matches marks of one kind by their id.
func sameID(m *mark, _, g *Facts) bool {
	ms := g.of(m.kind)
	for i := range ms {
		if ms[i].id == m.id {
			return true
		}
	}
	return false
}

// nearly reports whether two quantities are the same for a reader: within
// 2% if their units differ (30 days and a month), exactly otherwise.
func nearly(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*math.Max(math.Abs(a), math.Abs(b))+1e-9*math.Max(math.Abs(a), 1)
}
