package guard

import "slices"

// orderDiffers: two things have changed places around a preposition.
func orderDiffers(p pair) (a, b piece, ok bool) {
	if from, to, ok := p.exchanged(); ok && !p.mirrored(relMove) {
		return p.a.stretch(from, to), p.b.stretch(from, to), true
	}
	xs, ys := p.a.of(markRole), p.b.of(markRole)
	for i := range xs {
		for j := range ys {
			if xs[i].id == ys[j].id && p.swapped(&xs[i], &ys[j]) && !p.mirrored(relation(xs[i].id)) && !p.bothWays(xs, ys) {
				return xs[i].piece, ys[j].piece, true
			}
		}
	}
	return a, b, false
}

// exchanged reports whether the texts are one but for two things that have
// changed places around the words between them: how trade affects peace, how
// peace affects trade. Words around which order is idle (and, versus) do not
// count, and neither do articles and auxiliaries.
func (p pair) exchanged() (from, to int, ok bool) {
	var bufA, bufB [maxExchange]uint32
	a, b := p.a.line(bufA[:0]), p.b.line(bufB[:0])
	if len(a) != len(b) || len(a) < 3 || len(a) == maxExchange {
		return 0, 0, false
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
		from++
	}
	for len(a) > 0 && a[len(a)-1] == b[len(a)-1] {
		a, b = a[:len(a)-1], b[:len(a)-1]
	}
	// What is left must be X M Y against Y M X.
	for x := 1; x < len(a); x++ {
		for y := 1; x+y < len(a); y++ {
			m := len(a) - x - y
			if slices.Equal(a[:x], b[y+m:]) && slices.Equal(a[x:x+m], b[y:y+m]) && slices.Equal(a[x+m:], b[:y]) {
				ok = slices.ContainsFunc(a[:x], isThing) && slices.ContainsFunc(a[x+m:], isThing) && !slices.ContainsFunc(a[x:x+m], idleBetween)
				return from, from + len(a), ok
			}
		}
	}
	return 0, 0, false
}

// maxExchange is how many words are looked at for an exchange.
const maxExchange = 32

// line appends the words and numbers of f but articles and auxiliaries, with
// their meaning bits, to dst, which it does not outgrow.
func (f *Facts) line(dst []uint32) []uint32 {
	for _, w := range f.seq {
		if w == 0 || idleWords[w&hashMask] {
			continue
		}
		if len(dst) == cap(dst) {
			break
		}
		dst = append(dst, w)
	}
	return dst
}

// isThing reports whether a word is a meaningful one or a number.
func isThing(w uint32) bool { return w&meaningBit != 0 || w>>26 == 0 }

// idleBetween reports whether what stands on its two sides may change places.
func idleBetween(w uint32) bool { return symmetricWords[w&hashMask] }

var (
	idleWords      = wordSet("a, an, the, do, does, did, is, are, was, were, be, been, has, have, had, please, also")
	symmetricWords = wordSet(symmetricList)
)

func wordSet(list string) map[uint32]bool {
	m := make(map[uint32]bool)
	for _, w := range items(list) {
		m[stemHash(w)&hashMask] = true
	}
	return m
}

// stretch returns the piece from the from-th word of f's line up to the to-th.
// It reads the text again, which only a veto has to pay for.
func (f *Facts) stretch(from, to int) (out piece) {
	s := scanners.Get().(*scanner)
	s.reset(f.text)
	s.scan()
	n := 0
	for i, w := range f.seq {
		if w == 0 || idleWords[w&hashMask] || i >= len(s.toks) {
			continue
		}
		if n == from {
			out.lo = uint32(s.toks[i].lo)
		}
		if n++; n == to {
			out.hi = uint32(s.toks[i].hi)
			break
		}
	}
	s.text = ""
	scanners.Put(s)
	return out
}

// bothWays reports whether two words stand on the same sides of some role in
// both texts, as in "live to work, not work to live".
func (p pair) bothWays(xs, ys []mark) bool {
	for i := range xs {
		for j := range ys {
			if xs[i].id != ys[j].id {
				continue
			}
			l1, r1 := p.a.sides(&xs[i])
			l2, r2 := p.b.sides(&ys[j])
			if crosses(l1, r1, r2, l2) && crosses(r1, l1, l2, r2) {
				return true
			}
		}
	}
	return false
}

// mirrored reports whether the texts say the same in spite of the swap: A is
// bigger than B, B is smaller than A; from A to B is as far as from B to A.
func (p pair) mirrored(r relation) bool {
	switch r {
	case relThan:
		x, _ := p.opposites()
		return x != nil
	case relMove:
		return (p.a.has(rawFar&hashMask) || p.a.has(rawDistance&hashMask)) && (p.b.has(rawFar&hashMask) || p.b.has(rawDistance&hashMask))
	}
	return false
}

// turned reports whether two things are compared in both texts, the other way
// round in one of them.
func (p pair) turned() bool {
	xs, ys := p.a.of(markRole), p.b.of(markRole)
	for i := range xs {
		for j := range ys {
			if xs[i].id == int16(relThan) && ys[j].id == int16(relThan) && p.swapped(&xs[i], &ys[j]) {
				return true
			}
		}
	}
	return false
}

// sides returns the words left and right of a role, turned into its usual
// order.
func (f *Facts) sides(m *mark) (left, right []uint32) {
	at := int(m.from) + int(m.key)
	left, right = f.seq[m.from:at], f.seq[at:min(int(m.to), len(f.seq))]
	if m.flags&soft != 0 {
		left, right = right, left
	}
	return left, right
}

// swapped reports whether a word left in m is right in n, a word right in m
// left in n, and neither stands on its own side in the other text too.
func (p pair) swapped(m, n *mark) bool {
	l1, r1 := p.a.sides(m)
	l2, r2 := p.b.sides(n)
	return crosses(l1, r1, l2, r2) && crosses(r1, l1, r2, l2)
}

// crosses reports whether a meaningful word of from stands in to, and neither
// in other nor in same.
func crosses(from, other, same, to []uint32) bool {
	for _, w := range from {
		if w&meaningBit != 0 && holds(to, w) && !holds(other, w) && !holds(same, w) {
			return true
		}
	}
	return false
}

func holds(ws []uint32, w uint32) bool {
	for _, v := range ws {
		if v&hashMask == w&hashMask {
			return true
		}
	}
	return false
}
