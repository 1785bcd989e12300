package guard

import (
	"math"
	"strings"
)

func isCurrencySign(s *scanner, i int) bool { return currencySign(s, i) != 0 }

// currencySign returns the unit that the sign at token i stands for.
func currencySign(s *scanner, i int) unitID {
	if i < 0 || !s.toks[i].is(isSymbol) {
		return 0
	}
	switch s.text[s.toks[i].lo:s.toks[i].hi] {
	case "$":
		return unitDollar
	case "\u00a3":
		return unitSterling
	case "\u20ac":
		return unitEuro
	case "\u00a5":
		return unitYen
	case "\u20b9":
		return unitRupee
	}
	return 0
}

var unitDollar, unitSterling, unitEuro, unitYen, unitRupee, unitPercent, unitHour, unitDay = unitNamed("usd"), unitNamed("gbp"), unitNamed("euro"), unitNamed("yen"), unitNamed("inr"), unitNamed("percent"), unitNamed("hour"), unitNamed("day")

func unitNamed(w string) unitID {
	for id := range units {
		for _, name := range items(units[id].words) {
			if name == w {
				return unitID(id)
			}
		}
	}
	panic("guard: no unit " + w)
}

// share gives the unit of a number to the one before it that it is said of
// too: 120 x 80 cm, 5 to 10 km.
func (s *scanner) share(from int, u unitID) {
	if len(s.marks) == 0 || from == 0 {
		return
	}
	m := &s.marks[len(s.marks)-1]
	if m.kind != markNumber || m.id != 0 || int(m.to) != from-1 {
		return
	}
	switch t := &s.toks[from-1]; {
	case t.raw == rawTo, t.raw == rawBy, t.raw == rawX, t.raw == rawAnd, t.raw == rawOr, s.symbolIs(from-1, '-'), s.symbolIs(from-1, '\u00d7'), s.symbolIs(from-1, '\u2013'), s.symbolIs(from-1, '*'):
		m.id = int16(u)
		m.val = m.raw * factorOf(u)
	}
}

// unitAt reads the unit at token i: km, per cent, %, °C, kB/s.
func (s *scanner) unitAt(i int) (u unitID, to int) {
	if i >= len(s.toks) || !s.adjoins(i) {
		return 0, i
	}
	t := &s.toks[i]
	if t.is(isSymbol) {
		switch {
		case s.symbolIs(i, '%') && t.is(isGlued):
			return unitPercent, i + 1
		case s.symbolIs(i, '\u00b0') && i+1 < len(s.toks):
			if u := s.toks[i+1].lex.unit; u != 0 && units[u].dim >= celsius && units[u].dim <= kelvin {
				return u, i + 2
			}
			return 0, i + 1
		case s.symbolIs(i, '\u20ac'):
			return unitEuro, i + 1
		case s.symbolIs(i, '\u00a3'):
			return unitSterling, i + 1
		case s.symbolIs(i, '$'):
			return unitDollar, i + 1
		case s.symbolIs(i, '-') && t.is(isGlued) && i+1 < len(s.toks) && s.toks[i+1].is(isGlued) && s.toks[i+1].lex.unit != 0:
			return s.unitAt(i + 1)
		}
		return 0, i
	}
	if !t.is(isWord) || t.is(inPhrase) {
		return 0, i
	}
	if (t.raw == rawDegrees || t.raw == rawDegree) && i+1 < len(s.toks) {
		if u := s.toks[i+1].lex.unit; u != 0 && units[u].dim >= celsius && units[u].dim <= kelvin {
			return u, i + 2
		}
		return 0, i
	}
	u = t.lex.unit
	if u == 0 || t.is(isGlued) && t.first == 's' && t.hi-t.lo == 1 && i > 0 && s.toks[i-1].val >= 1000 { // the 1990s
		return 0, i
	}
	if !t.is(isGlued) && !t.standsApart() || t.next == '/' && t.hi-t.lo == 1 && t.first == 'w' {
		return 0, i
	}
	if u, to, ok := s.perTime(u, s.past(i)); ok {
		return u, to
	}
	return s.power(s.caseOf(u, t), s.past(i))
}

// perTime reads km/h and m/s.
func (s *scanner) perTime(u unitID, i int) (unitID, int, bool) {
	if i+1 >= len(s.toks) || !s.symbolIs(i, '/') || !s.toks[i].is(isGlued) || !s.toks[i+1].is(isWord) {
		return 0, 0, false
	}
	switch per := s.toks[i+1].lex.unit; {
	case u == unitKilometer && per == unitHour:
		return unitKmh, i + 2, true
	case u == unitMeter && per == unitSecond:
		return unitKmh - 1, i + 2, true
	}
	return 0, 0, false
}

var unitKilometer, unitKmh, unitSecond = unitNamed("km"), unitNamed("kmh"), unitNamed("second")

// past returns the token behind i, and behind the phrase that begins there.
func (s *scanner) past(i int) int {
	for i++; i < len(s.toks) && s.toks[i].is(inPhrase); {
		i++
	}
	return i
}

// adjoins reports whether nothing but a space or a hyphen stands between
// tokens i-1 and i.
func (s *scanner) adjoins(i int) bool {
	return i == 0 || i < len(s.toks) && !s.toks[i].is(inPhrase) && strings.Trim(s.gap(i), " -\u00a0\n") == ""
}

// standsApart reports whether a unit may stand apart from its number: 5 m,
// but not 4,463 in April.
func (t *token) standsApart() bool {
	if t.lex.class&afterNum == 0 {
		return true
	}
	switch t.first {
	case 'm', 'h', 'g', 'l', 's':
		return t.hi-t.lo == 1
	}
	return false
}

// power reads the exponent of a unit of length: m2, cm³.
func (s *scanner) power(u unitID, i int) (unitID, int) {
	if i >= len(s.toks) || units[u].dim != length || !s.toks[i].is(isGlued) {
		return u, i
	}
	t := &s.toks[i]
	if s.symbolIs(i, '^') && i+1 < len(s.toks) {
		i++
		t = &s.toks[i]
	}
	square, cubic := s.symbolIs(i, '\u00b2'), s.symbolIs(i, '\u00b3')
	if t.is(isNumber) && t.hi-t.lo == 1 {
		square, cubic = t.val == 2, t.val == 3
	}
	for j := range powers {
		if p := &powers[j]; p.of == u && (square && p.square != 0 || cubic && p.cubic != 0) {
			t.flags |= isTaken
			if square {
				return p.square, i + 1
			}
			return p.cubic, i + 1
		}
	}
	return u, i
}

var powers = [...]struct{ of, square, cubic unitID }{
	{unitNamed("meter"), unitNamed("square meter"), unitNamed("cubic meter")},
	{unitNamed("cm"), unitNamed("square cm"), unitNamed("ml")},
	{unitNamed("km"), unitNamed("square km"), 0},
	{unitNamed("ft"), unitNamed("square foot"), unitNamed("cubic foot")},
	{unitNamed("mile"), unitNamed("square mile"), 0},
}

// caseOf tells Mb from MB: a small b is a bit behind a capital prefix.
func (s *scanner) caseOf(u unitID, t *token) unitID {
	if w := s.text[t.lo:t.hi]; len(w) == 2 && w[1] == 'b' && w[0] >= 'A' && w[0] <= 'Z' {
		switch w[0] {
		case 'K':
			return unitKilobit
		case 'M':
			return unitKilobit + 1
		case 'G':
			return unitKilobit + 2
		}
	}
	return u
}

var unitKilobit = unitNamed("kbit")

// compound adds the smaller unit behind a larger one: 3 h 50 min, 5 ft 10.
func (s *scanner) compound(n numeral, m mark) (numeral, mark) {
	if d := units[m.id].dim; d >= currency || d == length {
		return s.smallChange(n, m)
	}
	for n.to < len(s.toks) {
		i := n.to
		if s.toks[i].raw == rawAnd && s.toks[i].is(isWord) {
			i++
		}
		if i >= len(s.toks) || !s.toks[i].is(isNumber) || s.toks[i].is(isOrdinal|isVersion|isClock|inIdent) {
			break
		}
		u, to := s.unitAt(i + 1)
		if u == 0 || units[u].dim != units[m.id].dim || units[u].factor >= units[m.id].factor || units[u].dim > volume || units[u].dim == pure {
			break
		}
		m.val += s.toks[i].val * units[u].factor
		m.raw = m.val
		m.id = int16(u)
		n.to = to
	}
	return n, m
}

// smallChange adds the cents and centimetres that are said without their
// name: 12 dollars 99, one metre seventy-five; and 5 ft 10 in.
func (s *scanner) smallChange(n numeral, m mark) (numeral, mark) {
	if n.to >= len(s.toks) || !s.adjoins(n.to) || s.toks[n.to].is(inPhrase|isTaken|isOrdinal|isVersion|isClock|inIdent) || m.raw != math.Trunc(m.raw) {
		return n, m
	}
	small := numeral{from: n.to, to: n.to + 1, val: s.toks[n.to].val}
	if !s.toks[n.to].is(isNumber) {
		var ok bool
		if small, ok = s.numberWords(n.to); !ok {
			return n, m
		}
	}
	if small.val < 10 && units[m.id].dim >= currency || small.val >= 100 || small.val != math.Trunc(small.val) {
		return n, m
	}
	u, to := s.unitAt(small.to)
	switch {
	case u == 0 && m.id == int16(unitFoot):
		m.val += small.val * units[unitFoot-1].factor
	case u == 0 && (units[m.id].dim >= currency || m.id == int16(unitMeter) && small.val >= 10):
		m.val += small.val / 100 * units[m.id].factor
		to = small.to
	case u != 0 && units[u].dim == length && units[m.id].dim == length && units[u].factor < units[m.id].factor:
		m.val += small.val * units[u].factor
	default:
		return n, m
	}
	m.raw = m.val / units[m.id].factor
	n.to = to
	return n, m
}

var unitFoot, unitMeter = unitNamed("foot"), unitNamed("meter")
