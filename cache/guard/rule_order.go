package guard

// orderDiffers: two things have changed places around a preposition.
func orderDiffers(p pair) (a, b piece, ok bool) {
	xs, ys := p.a.of(markRole), p.b.of(markRole)
	for i := range xs {
		for j := range ys {
			if xs[i].id == ys[j].id && p.swapped(&xs[i], &ys[j]) {
				return xs[i].piece, ys[j].piece, true
			}
		}
	}
	return a, b, false
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
