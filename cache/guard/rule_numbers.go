package guard

import "math"

// numeric are the kinds of marks with a value.
var numeric = [...]markKind{markNumber, markOrdinal, markVersion, markYear, markDay, markClock}

// numberIn reports whether g has the number m, in whatever unit or spelling.
func numberIn(m *mark, _, g *Facts) bool {
	if m.key != 0 {
		return sameKey(m, nil, g)
	}
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
	if m.flags&n.flags&atLimit != 0 && m.id == n.id && math.Abs(m.raw-n.raw) == 1 {
		return true // under 10, at most nine
	}
	du, dv := units[unitOf(m)].dim, units[unitOf(n)].dim
	if du == dv && m.kind == markVersion && n.kind == markVersion && math.Trunc(m.raw) == math.Trunc(n.raw) && m.flags&n.flags&decimal == 0 {
		return true // Python 2, Python 2.7
	}
	if (m.flags|n.flags)&isScaled != 0 && nearly(m.raw, n.raw, 0) {
		return true
	}
	if du != dv && (du == poundDim || dv == poundDim) {
		return exchangeable(du, dv) && nearly(m.raw, n.raw, 0)
	}
	if exchangeable(du, dv) {
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
// mass, cents of any currency.
func exchangeable(a, b dim) bool {
	return a == b || a == poundDim && (b == mass || b >= currency) || b == poundDim && (a == mass || a >= currency) ||
		a == centDim && b >= currency || b == centDim && a >= currency
}

// numberDiffers: each text has a number that the other has not, and the two
// may stand for one another: five and six, not 30 years and 1618. Long texts
// that share few of their words tell the same in other numbers (two groups of
// 30, 60 students), so there it takes near texts.
func numberDiffers(p pair) (a, b piece, ok bool) {
	if min(p.a.numbers(), p.b.numbers()) >= manyNumbers && p.overlap() < nearNumbers {
		return a, b, false
	}
	for _, k := range valued {
		xs := p.a.of(k)
		for i := range xs {
			if x := &xs[i]; p.stands(x) && !numberIn(x, p.a, p.b) {
				if y := p.rival(x); y != nil {
					return x.piece, y.piece, true
				}
			}
		}
	}
	return a, b, false
}

const (
	manyNumbers = 4
	nearSoft    = 0.6
	nearNumbers = 0.5
)

var valued = [...]markKind{markNumber, markYear, markVersion, markOrdinal}

func (f *Facts) numbers() int {
	n := 0
	for _, k := range valued {
		n += len(f.of(k))
	}
	return n
}

// stands reports whether a number says how much: "one hour" does and "one"
// does not.
func (p pair) stands(m *mark) bool { return m.flags&soft == 0 || m.id != 0 }

// rival returns a number of b that a lacks and that may stand for x.
func (p pair) rival(x *mark) *mark {
	for _, k := range valued {
		ys := p.b.of(k)
		for j := range ys {
			y := &ys[j]
			if x.kind == y.kind && x.kind != markNumber {
				continue // other rules' matter
			}
			if !p.stands(y) || !mayReplace(x, y) || numberIn(y, p.b, p.a) {
				continue
			}
			// "An hour" against "three hours", not against "30 minutes".
			if (x.flags|y.flags)&soft == 0 || (x.flags&y.flags)&soft == 0 && x.id == y.id && p.overlap() >= nearSoft {
				return y
			}
		}
	}
	return nil
}

// mayReplace reports whether one of two numbers may stand in the other's
// place: both of one dimension, or one without any.
func mayReplace(x, y *mark) bool {
	d, e := units[unitOf(x)].dim, units[unitOf(y)].dim
	switch {
	case (x.kind == markOrdinal) != (y.kind == markOrdinal) && (d != pure || e != pure || x.kind == markYear || y.kind == markYear):
		return false
	case x.kind == markYear && d != e, y.kind == markYear && d != e:
		return false
	case d == pure || e == pure:
		return true
	}
	return exchangeable(d, e)
}

// unitDiffers: the same number of something else, or other units named.
func unitDiffers(p pair) (a, b piece, ok bool) {
	xs, ys := p.a.of(markNumber), p.b.of(markNumber)
	for i := range xs {
		x := &xs[i]
		if x.id == 0 || x.flags&isScaled != 0 || quantityIn(x, p.b) {
			continue
		}
		for j := range ys {
			y := &ys[j]
			if x.flags&y.flags&soft != 0 && p.overlap() < nearSoft || y.flags&isScaled != 0 {
				continue
			}
			if y.id != 0 && nearly(x.raw, y.raw, 0) && !quantityIn(y, p.a) {
				return x.piece, y.piece, true
			}
		}
	}
	us, vs := p.a.of(markUnit), p.b.of(markUnit)
	for i := range us {
		if unitIn(&us[i], p.a, p.b) {
			continue
		}
		for j := range vs {
			if kindred(units[us[i].id].dim, units[vs[j].id].dim) && !unitIn(&vs[j], p.b, p.a) {
				return us[i].piece, vs[j].piece, true
			}
		}
	}
	return a, b, false
}

// kindred reports whether two units measure the same kind of thing: two
// currencies, two scales of temperature.
func kindred(d, e dim) bool {
	return d == e || d >= currency && e >= currency || d >= celsius && d <= kelvin && e >= celsius && e <= kelvin
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
		if d, e := units[m.id].dim, units[n.id].dim; exchangeable(d, e) && sameNumber(m, n) {
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
			if d, e := units[m.id].dim, units[ms[i].id].dim; ms[i].id == m.id || d != e && exchangeable(d, e) {
				return true
			}
		}
	}
	return false
}

func versionIn(m *mark, f, g *Facts) bool {
	if m.key != 0 {
		return sameKey(m, f, g)
	}
	return numberIn(m, f, g)
}

func dateDiffers(p pair) (a, b piece, ok bool) {
	for _, k := range [...]struct {
		kind  markKind
		match func(m *mark, f, g *Facts) bool
	}{{markYear, numberIn}, {markMonth, sameID}, {markDay, numberIn}, {markWeekday, sameID}} {
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
			if sameTime(m, &ms[i]) {
				return true
			}
		}
	}
	return false
}

func sameTime(m, n *mark) bool {
	if nearly(m.val, n.val, 0) {
		return true
	}
	return m.flags&n.flags&hasAmPm == 0 && (nearly(m.raw, n.raw, 0) || nearly(m.val+12, n.val, 0) || nearly(m.val, n.val+12, 0))
}
