package guard

import "slices"

// nameDiffers: each text names something that the other does not know. What
// stands in the same place, between the same words, is the surest; the less
// so, the nearer the texts must be.
func nameDiffers(p pair) (a, b piece, ok bool) {
	overlap := p.apart(2)
	if overlap < nearName[2] {
		return a, b, false
	}
	xs, ys := p.a.of(markName), p.b.of(markName)
	for i := range xs {
		if nameIn(&xs[i], p.a, p.b) {
			continue
		}
		for j := range ys {
			x, y := &xs[i], &ys[j]
			if overlap >= nearName[p.place(x, y)] && (x.flags|y.flags)&rareName == 0 || overlap >= nearRare[p.place(x, y)] {
				if !nameIn(y, p.b, p.a) {
					return x.piece, y.piece, true
				}
			}
		}
	}
	return a, b, false
}

// The overlap that it takes when none, one or both of two names' neighbours
// are the same, for capitalised names and for rare words.
var (
	nearName = [3]float64{0.8, 0.7, 0.5}
	nearRare = [3]float64{0.9, 0.75, 0.6}
)

// place returns how many neighbours of two marks are the same: 0, 1 or 2.
func (p pair) place(x, y *mark) int {
	n := 0
	if p.a.before(x.from) == p.b.before(y.from) {
		n++
	}
	if p.a.after(x.to) == p.b.after(y.to) {
		n++
	}
	return n
}

// before returns the word before token i, 0 at the start.
func (f *Facts) before(i uint16) uint32 {
	for _, w := range slices.Backward(f.seq[:i]) {
		if w != 0 {
			return w & hashMask
		}
	}
	return 0
}

// after returns the word at or after token i, 0 at the end.
func (f *Facts) after(i uint16) uint32 {
	for _, w := range f.seq[i:] {
		if w != 0 {
			return w & hashMask
		}
	}
	return 0
}

// nameIn reports whether g has the name m, spelled alike or as an acronym.
func nameIn(m *mark, f, g *Facts) bool {
	if g.has(m.key) {
		return true
	}
	w := m.piece.of(f.text)
	ns := g.of(markName)
	for i := range ns {
		if alike(w, ns[i].piece.of(g.text), (m.flags|ns[i].flags)&rareName != 0) {
			return true
		}
	}
	if m.flags&upperName != 0 && len(w) <= 6 && hasInitials(g, w) {
		return true
	}
	return false
}

// hasInitials reports whether words in a row begin with the letters of w.
func hasInitials(g *Facts, w string) bool {
	for i := range g.seq {
		k := 0
		for j := i; j < len(g.seq) && k < len(w); j++ {
			if g.seq[j] == 0 {
				continue
			}
			first := byte(g.seq[j]>>26&31) + 'a' - 1
			if first != w[k]|0x20 {
				break
			}
			k++
		}
		if k == len(w) && k > 1 {
			return true
		}
	}
	return false
}
