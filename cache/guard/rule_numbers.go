package guard

// numeric are the kinds of marks with a value.
var numeric = [...]markKind{markNumber, markOrdinal, markVersion, markYear, markDay, markClock}

// numberIn reports whether g has the number m, in whatever unit or spelling.
func numberIn(m *mark, _, g *Facts) bool {
	if g.hasValue(m.raw) {
		return true
	}
	for _, k := range numeric {
		ms := g.of(k)
		for i := range ms {
			if sameNumber(m, &ms[i]) {
				return true
			}
		}
	}
	return false
}

func sameNumber(m, n *mark) bool {
	du, dv := units[unitOf(m)].dim, units[unitOf(n)].dim
	if du == dv || exchangeable(du, dv) {
		tolerance := 0.0
		if m.id != n.id {
			tolerance = 0.02
		}
		return nearly(m.val, n.val, tolerance)
	}
	if du == pure || dv == pure {
		return nearly(m.raw, n.raw, 0) || nearly(m.val, n.val, 0)
	}
	return nearly(m.raw, n.raw, 0)
}

func unitOf(m *mark) unitID {
	if m.kind == markNumber {
		return unitID(m.id)
	}
	return 0
}

// exchangeable reports whether two dimensions may be one: pounds are money or
// mass.
func exchangeable(a, b dim) bool {
	return a == poundDim && (b == mass || b >= currency) || b == poundDim && (a == mass || a >= currency)
}

func numberDiffers(p pair) (a, b piece, ok bool) {
	x, y := leftNumber(p.a, p.b), leftNumber(p.b, p.a)
	if x == nil || y == nil {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// leftNumber returns the first number or year of f that g lacks.
func leftNumber(f, g *Facts) *mark {
	if m := unmatched(f, g, markNumber, numberIn); m != nil {
		return m
	}
	if m := unmatched(f, g, markYear, numberIn); m != nil {
		return m
	}
	return unmatched(f, g, markVersion, versionIn)
}

// unitDiffers: the same number of something else, or other units named.
func unitDiffers(p pair) (a, b piece, ok bool) {
	xs, ys := p.a.of(markNumber), p.b.of(markNumber)
	for i := range xs {
		x := &xs[i]
		if x.id == 0 || quantityIn(x, p.b) {
			continue
		}
		for j := range ys {
			y := &ys[j]
			if y.id != 0 && nearly(x.raw, y.raw, 0) && !quantityIn(y, p.a) {
				return x.piece, y.piece, true
			}
		}
	}
	x, y, ok := p.bothUnmatched(markUnit, unitIn)
	if !ok {
		return a, b, false
	}
	return x.piece, y.piece, true
}

// quantityIn reports whether g has the quantity m, or its number with no
// unit.
func quantityIn(m *mark, g *Facts) bool {
	ms := g.of(markNumber)
	for i := range ms {
		n := &ms[i]
		if n.id == 0 && nearly(m.raw, n.raw, 0) {
			return true
		}
		if d, e := units[m.id].dim, units[n.id].dim; (d == e || exchangeable(d, e)) && sameNumber(m, n) {
			return true
		}
	}
	return false
}

// unitIn reports whether g names the unit m, alone or behind a number.
func unitIn(m *mark, _, g *Facts) bool {
	for _, k := range [...]markKind{markUnit, markNumber} {
		ms := g.of(k)
		for i := range ms {
			if ms[i].id == m.id || exchangeable(units[m.id].dim, units[ms[i].id].dim) {
				return true
			}
		}
	}
	return false
}

func ordinalDiffers(p pair) (a, b piece, ok bool) {
	x, y, ok := p.bothUnmatched(markOrdinal, numberIn)
	if !ok {
		return a, b, false
	}
	return x.piece, y.piece, true
}

func versionIn(m *mark, f, g *Facts) bool {
	if sameKey(m, f, g) && m.key != 0 {
		return true
	}
	return m.key == 0 && numberIn(m, f, g)
}

func dateDiffers(p pair) (a, b piece, ok bool) {
	for _, k := range [...]struct {
		kind  markKind
		match func(m *mark, f, g *Facts) bool
	}{{markMonth, sameID}, {markDay, numberIn}, {markWeekday, sameID}} {
		if x, y, ok := p.bothUnmatched(k.kind, k.match); ok {
			return x.piece, y.piece, true
		}
	}
	return a, b, false
}

// clockIn reports whether g has the time m; 5 o'clock is 17:00 unless one
// says otherwise.
func clockIn(m *mark, _, g *Facts) bool {
	for _, k := range [...]markKind{markClock, markNumber} {
		ms := g.of(k)
		for i := range ms {
			n := &ms[i]
			if nearly(m.val, n.val, 0) || nearly(m.raw, n.raw, 0) && m.flags&n.flags&hasAmPm == 0 {
				return true
			}
			if m.flags&n.flags&hasAmPm == 0 && (nearly(m.val+12, n.val, 0) || nearly(m.val, n.val+12, 0)) {
				return true
			}
		}
	}
	return false
}
