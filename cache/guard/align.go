package guard

// maxSwaps is in how many words two texts may differ to count as one sentence
// with other words in it.
const maxSwaps = 3

// align finds the words in which texts of one length differ, if they are few:
// swaps holds their tokens in a and b.
func (p *pair) align() {
	a, b := p.a.seq, p.b.seq
	i, j, n := 0, 0, 0
	for {
		for i < len(a) && a[i] == 0 {
			i++
		}
		for j < len(b) && b[j] == 0 {
			j++
		}
		if i == len(a) || j == len(b) {
			break
		}
		if a[i]&hashMask != b[j]&hashMask {
			if n == maxSwaps {
				return
			}
			p.swaps[n] = [2]uint16{clampTok(i), clampTok(j)}
			n++
		}
		i, j = i+1, j+1
	}
	if i == len(a) && j == len(b) && len(p.a.set)+len(p.b.set) > 0 {
		if p.nswaps = n; p.moved() {
			p.nswaps = 0
		}
	}
}

// replaced returns two marks of one of the kinds that stand in each other's
// place in texts that are otherwise one, and say different things.
func (p *pair) replaced(kinds []markKind, differ func(x, y *mark, f, g *Facts) bool) (a, b piece, ok bool) {
	for _, s := range p.swaps[:p.nswaps] {
		for _, k := range kinds {
			x, y := p.a.markAt(k, s[0]), p.b.markAt(k, s[1])
			if x != nil && y != nil && differ(x, y, p.a, p.b) {
				return x.piece, y.piece, true
			}
		}
	}
	return a, b, false
}

// moved reports whether a differing word stands among the other text's
// differing words too: it has only changed its place.
func (p *pair) moved() bool {
	for _, s := range p.swaps[:p.nswaps] {
		for _, o := range p.swaps[:p.nswaps] {
			if p.a.seq[s[0]]&hashMask == p.b.seq[o[1]]&hashMask {
				return true
			}
		}
	}
	return false
}

// inverted returns a word and the opposite in its place, unless there are two
// of them: more cheerful, less sad.
func (p *pair) inverted() (x, y *mark) {
	n := 0
	for _, s := range p.swaps[:p.nswaps] {
		u, v := p.a.markAt(markPole, s[0]), p.b.markAt(markPole, s[1])
		if u != nil && v != nil && opposite(u, v, p.a, p.b) {
			x, y = u, v
			n++
		}
	}
	if n%2 == 0 {
		return nil, nil
	}
	return x, y
}

// markAt returns the mark of a kind that covers token i, or nil.
func (f *Facts) markAt(k markKind, i uint16) *mark {
	ms := f.of(k)
	for j := range ms {
		if ms[j].from <= i && i < ms[j].to {
			return &ms[j]
		}
	}
	return nil
}

// What makes two marks in one place differ.

func otherID(x, y *mark, _, _ *Facts) bool { return x.id != y.id }

func otherNumber(x, y *mark, _, _ *Facts) bool {
	return !nearly(x.raw, y.raw, 0) && !sameNumber(x, y)
}

func otherUnit(x, y *mark, _, _ *Facts) bool {
	return x.id != y.id && x.id != 0 && y.id != 0 && (x.kind != markNumber || nearly(x.raw, y.raw, 0) && !sameNumber(x, y))
}

func otherVersion(x, y *mark, f, g *Facts) bool {
	if x.key != 0 || y.key != 0 {
		return x.key != y.key
	}
	return otherNumber(x, y, f, g)
}

func otherTime(x, y *mark, _, _ *Facts) bool { return !sameTime(x, y) }

func opposite(x, y *mark, f, g *Facts) bool {
	xs, ys := f.of(markPole), g.of(markPole)
	for i := range xs {
		for j := range ys {
			if xs[i].from == x.from && ys[j].from == y.from && xs[i].id == -ys[j].id {
				return true
			}
		}
	}
	return false
}

func otherName(x, y *mark, f, g *Facts) bool {
	if (x.flags|y.flags)&rareName != 0 {
		return false
	}
	return !nameIn(x, f, g) && !nameIn(y, g, f) || x.key != y.key && x.flags&y.flags&everyday == 0 && !alike(x.piece.of(f.text), y.piece.of(g.text), false)
}
