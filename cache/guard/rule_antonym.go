package guard

// antonymDiffers: one text has a word, the other its opposite, and neither
// has both. Negation on one side alone would make them one again, and so does
// a comparison the other way round.
func antonymDiffers(p pair) (a, b piece, ok bool) {
	if len(p.a.of(markPole)) == 0 || len(p.b.of(markPole)) == 0 || p.apart(2) < nearAntonym[2] {
		return a, b, false
	}
	if denials(p.a, p.b)%2 != denials(p.b, p.a)%2 {
		return a, b, false
	}
	if x, y := p.inverted(); x != nil {
		return x.piece, y.piece, true
	}
	x, y := p.opposites()
	if x == nil || p.apart(2) < nearAntonym[p.place(x, y)] || p.turned() || compares(p.a) != compares(p.b) {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// opposites returns a word of a and its opposite in b, the best placed ones.
func (p pair) opposites() (x, y *mark) {
	xs, ys := p.a.of(markPole), p.b.of(markPole)
	best := -1
	for i := range xs {
		if xs[i].flags&quotedMark != 0 || hasPole(xs, -xs[i].id) || hasPole(ys, xs[i].id) || p.b.has(xs[i].key) {
			continue
		}
		for j := range ys {
			if ys[j].id == -xs[i].id && ys[j].flags&quotedMark == 0 && !p.a.has(ys[j].key) && p.place(&xs[i], &ys[j]) > best {
				best = p.place(&xs[i], &ys[j])
				x, y = &xs[i], &ys[j]
			}
		}
	}
	return x, y
}

// compares reports whether a text compares two things by "than".
func compares(f *Facts) bool {
	ms := f.of(markRole)
	for i := range ms {
		if ms[i].id == int16(relThan) {
			return true
		}
	}
	return false
}

// The overlap that it takes when none, one or both neighbours are the same.
var nearAntonym = [3]float64{0.7, 0.65, 0.6}

func hasPole(ms []mark, id int16) bool {
	for i := range ms {
		if ms[i].id == id {
			return true
		}
	}
	return false
}
