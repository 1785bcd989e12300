package guard

import (
	"math"
	"strings"
)

// read turns tokens into marks.
func (s *scanner) read() {
	s.readSpans()
	s.readDates()
	s.readNumbers()
	s.readWords()
	s.readMath()
	s.readRoles()
}

// numeral is a number as read: its value, and where it ends.
type numeral struct {
	val   float64
	to    int
	flags markFlags
	from  int
}

func (s *scanner) readNumbers() {
	for i := 0; i < len(s.toks); {
		n, ok := s.numeral(i)
		if !ok {
			i++
			continue
		}
		i = s.quantity(n)
	}
}

// numeral reads a number in digits or words at token i.
func (s *scanner) numeral(i int) (n numeral, ok bool) {
	t := &s.toks[i]
	if t.is(isTaken|inPhrase) || t.is(inIdent) && !t.is(isVersion) {
		return n, false
	}
	n = numeral{from: i, to: i + 1}
	switch {
	case t.is(isVersion), t.is(isOrdinal), t.is(isClock):
		return n, true
	case t.is(isWord) && t.lex.class&ordinal != 0 && t.lex.num > 2:
		t.val = t.lex.num // third, but not first and second
		t.flags |= isOrdinal
		t.hash = hashNumber(t.val)
		t.first = 0
		return n, true
	case t.is(isNumber):
		n.val = t.val
		n = s.scaled(n)
		n = s.slashFraction(n)
	case t.is(isWord) && (t.lex.class&(cardinal|scale|fraction) != 0 || t.lex.class&article != 0):
		if n, ok = s.numberWords(i); !ok {
			return s.aUnit(i)
		}
	default:
		return n, false
	}
	return s.andHalf(n), true
}

// aUnit reads "an hour" as one, not asking for a match.
func (s *scanner) aUnit(i int) (n numeral, ok bool) {
	if i+1 >= len(s.toks) || s.toks[i].lex.class&article == 0 {
		return n, false
	}
	u := &s.toks[i+1]
	if u.lex.unit == 0 || u.is(inPhrase|isTaken) || u.lex.class&(afterNum|ambiguous) != 0 || units[u.lex.unit].dim != duration || i > 0 && s.toks[i-1].is(isTaken) {
		return n, false
	}
	return numeral{val: 1, from: i, to: i + 1, flags: soft}, true
}

// scaled takes in "million", "k" and the like behind digits.
func (s *scanner) scaled(n numeral) numeral {
	if n.to >= len(s.toks) {
		return n
	}
	t := &s.toks[n.to]
	if !t.is(isWord) {
		return n
	}
	switch {
	case t.lex.class&scale != 0 && (t.is(isGlued) || int(t.hi-t.lo) > 1):
		if t.hi-t.lo == 1 {
			n.flags |= isScaled
		}
		n.val *= t.lex.num
		n.to++
	case t.is(isGlued) && t.hi-t.lo == 1 && (t.first == 'm' || t.first == 'b') && s.isMoney(n, t):
		if t.first == 'm' {
			n.val *= 1e6
		} else {
			n.val *= 1e9
		}
		n.flags |= isScaled
		n.to++
	}
	return n
}

// isMoney reports whether an m or b behind a number is a million or billion:
// a capital, or money before or behind it.
func (s *scanner) isMoney(n numeral, t *token) bool {
	if t.is(isCapital) || n.from > 0 && isCurrencySign(s, n.from-1) {
		return true
	}
	return n.to+1 < len(s.toks) && (isCurrencySign(s, n.to+1) || units[s.toks[n.to+1].lex.unit].dim >= currency)
}

// slashFraction reads 3/4; a date or a longer chain of slashes is none.
func (s *scanner) slashFraction(n numeral) numeral {
	if n.to+1 >= len(s.toks) {
		return n
	}
	op, d := &s.toks[n.to], &s.toks[n.to+1]
	if !s.symbolIs(n.to, '/') || !op.is(isGlued) || !d.is(isNumber) || !d.is(isGlued) || d.val == 0 || d.is(isOrdinal|isVersion|isClock) {
		return n
	}
	if n.from > 0 && s.symbolIs(n.from-1, '/') || n.to+2 < len(s.toks) && s.symbolIs(n.to+2, '/') {
		return n
	}
	if n.val >= d.val || n.val == d.val-1 && n.val > 9 || n.val >= 1000 || s.text[s.toks[n.from].lo] == '0' {
		return n // 135/85, 24/7, the season 23/24, paper 0580/42
	}
	n.val /= d.val
	n.to += 2
	return n
}

// numberWords reads "two hundred and fifty thousand", "a dozen", "half a
// million", "three quarters", "twenty-five".
func (s *scanner) numberWords(i int) (n numeral, ok bool) {
	n = numeral{from: i, to: i}
	total, group := 0.0, 0.0
	seen, bare := 0, true
	for n.to < len(s.toks) {
		t := &s.toks[n.to]
		if seen > 0 && s.hyphen(n.to) && n.to+1 < len(s.toks) && s.toks[n.to+1].is(isGlued) && s.toks[n.to+1].lex.class&(cardinal|scale|fraction) != 0 && s.toks[n.to+1].is(isWord) {
			n.to++ // twenty-four
			continue
		}
		if t.is(inPhrase|isTaken) || t.is(isSymbol) || t.is(isNumber) {
			break
		}
		c := t.lex.class
		switch {
		case c&article != 0 && seen == 0 && n.to == i:
			// "a hundred", "a dozen", "a quarter", "an hour and a half"
			if i+1 >= len(s.toks) || s.toks[i+1].lex.class&(scale|fraction) == 0 || s.toks[i+1].is(inPhrase) || s.toks[i+1].hi-s.toks[i+1].lo == 1 {
				return n, false
			}
			n.to++
			continue
		case c&cardinal != 0:
			if seen > 0 && !continues(group, t.lex.num) {
				goto done
			}
			group += t.lex.num
			bare = bare && t.lex.num == 1
		case c&fraction != 0:
			f := t.lex.num
			if group > 0 && seen > 0 {
				f *= group
			}
			n.val, n.to = total+f, n.to+1
			n.flags |= soft
			n = s.halfOf(n, t.raw == rawHalf)
			return n, true
		case c&ordinal != 0 && seen > 0 && group >= 20 && t.lex.num < 10:
			return n, false // twenty-first
		case c&scale != 0 && (t.hi-t.lo > 1):
			if group == 0 {
				group = 1
			}
			if t.lex.num >= 1e3 {
				total, group = (total+group)*t.lex.num, 0
			} else {
				group *= t.lex.num
			}
			bare = false
		case seen > 0 && t.raw == rawAnd && group+total >= 100 && n.to+1 < len(s.toks) && s.toks[n.to+1].lex.class&cardinal != 0:
		default:
			goto done
		}
		seen++
		n.to++
	}
done:
	if seen == 0 {
		return n, false
	}
	n.val = total + group
	if bare {
		n.flags |= soft
	}
	return n, true
}

var rawAnd, rawA, rawAn, rawHalf, rawPer, rawEach, rawEvery, rawOf = hashString("and"), hashString("a"), hashString("an"), hashString("half"), hashString("per"), hashString("each"), hashString("every"), hashString("of")

// continues reports whether a cardinal goes on with a number: twenty-five,
// but not "two three".
func continues(group, v float64) bool {
	if group == 0 {
		return true
	}
	tens := int(group) % 100
	return tens >= 20 && tens%10 == 0 && v < 10 && v > 0 || tens == 0 && v < 100
}

// halfOf takes the scale behind a fraction: half a million, half an hour.
func (s *scanner) halfOf(n numeral, half bool) numeral {
	i := n.to
	for i < len(s.toks) && i < n.to+2 && (half && s.toks[i].lex.class&article != 0 || s.toks[i].raw == rawOf) {
		i++
	}
	if i < len(s.toks) {
		t := &s.toks[i]
		if t.is(isWord) && t.lex.class&scale != 0 && t.hi-t.lo > 1 {
			n.val *= t.lex.num
			n.to = i + 1
		} else if i > n.to && t.lex.unit != 0 && (t.lex.class&afterNum == 0 || t.hi-t.lo > 1) && !t.is(inPhrase) {
			n.to = i // half an hour
		}
	}
	return n
}

// andHalf takes in "and a half" behind a number.
func (s *scanner) andHalf(n numeral) numeral {
	if h := s.halfAt(n.to); h > 0 {
		n.val += 0.5
		n.to = h
		n.flags &^= soft
	} else if n.to < len(s.toks) && s.symbolIs(n.to, '\u00bd') {
		n.val += 0.5
		n.to++
	}
	return n
}

// halfAt returns the end of "and a half" at token i, or 0.
func (s *scanner) halfAt(i int) int {
	for _, raw := range [...]uint32{rawAnd, rawA, rawHalf} {
		if s.hyphen(i) {
			i++
		}
		if i >= len(s.toks) || s.toks[i].raw != raw {
			return 0
		}
		i++
	}
	return i
}

// hyphen reports whether token i is one within a word.
func (s *scanner) hyphen(i int) bool { return s.symbolIs(i, '-') && s.toks[i].is(isGlued) }

func (s *scanner) symbolIs(i int, r rune) bool {
	if i < 0 || i >= len(s.toks) || !s.toks[i].is(isSymbol) {
		return false
	}
	t := &s.toks[i]
	if r < 0x80 {
		return t.hi-t.lo == 1 && s.text[t.lo] == byte(r)
	}
	return s.text[t.lo:t.hi] == string(r)
}

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

// quantity reads what stands around a number, marks it, and returns where to
// go on.
func (s *scanner) quantity(n numeral) int {
	t := &s.toks[n.from]
	switch {
	case t.is(isVersion):
		s.mark(mark{kind: markVersion, key: t.hash}, n.from, n.to)
		return n.to
	case t.is(isOrdinal):
		s.take(n.from, n.to)
		s.mark(mark{kind: markOrdinal, val: t.val, raw: t.val}, n.from, n.to)
		return n.to
	case t.is(isClock):
		return s.clock(n, t.val)
	}
	if n.to < len(s.toks) && s.toks[n.to].lex.class&clocked != 0 && n.val <= 24 {
		return s.clock(n, n.val)
	}
	from := n.from
	s.value(n, n.to)
	var u unitID
	if c := currencySign(s, n.from-1); c != 0 {
		u, from = c, n.from-1
	} else {
		u, n.to = s.unitAt(n.to)
		if u == 0 && from > 0 && s.toks[from-1].is(isWord) && units[s.toks[from-1].lex.unit].dim >= currency && s.toks[from-1].is(isUpper) {
			u, from = s.toks[from-1].lex.unit, from-1 // EUR 200
		}
	}
	if u != 0 {
		if h := s.halfAt(n.to); h > 0 { // a year and a half
			n.val, n.to = n.val+0.5, h
			n.flags &^= soft
		}
	}
	m := mark{kind: markNumber, flags: n.flags, id: int16(u), val: n.val * factorOf(u), raw: n.val}
	if t.is(isNumber) && strings.Contains(s.text[t.lo:t.hi], ".") {
		m.flags |= decimal
	}
	if n.flags&isScaled != 0 {
		m.raw = t.val // 7B: a model's name, or billions
	}
	if u == 0 {
		m, n = s.plainNumber(m, n)
	} else {
		n, m = s.compound(n, m)
		if m.raw != 1 {
			m.flags &^= soft
		}
		s.share(from, u)
	}
	if s.bounded(from) {
		m.flags |= atLimit
	}
	s.take(n.from, n.to)
	s.mark(m, from, n.to)
	return n.to
}

// take marks tokens as read. Those of a number count as one word, its value.
func (s *scanner) take(from, to int) {
	for i := from; i < to; i++ {
		s.toks[i].flags |= isTaken
	}
}

// value makes the tokens of a numeral one word of the sequence.
func (s *scanner) value(n numeral, words int) {
	s.toks[n.from].hash = hashNumber(n.val)
	s.toks[n.from].first = 0
	for i := n.from + 1; i < words; i++ {
		s.toks[i].flags |= inPhrase
	}
}

func factorOf(u unitID) float64 {
	if u == 0 {
		return 1
	}
	return units[u].factor
}

// plainNumber tells a year and a version from a mere number.
func (s *scanner) plainNumber(m mark, n numeral) (mark, numeral) {
	t := &s.toks[n.from]
	if m.raw == 1 && n.to+1 < len(s.toks) && s.toks[n.to].raw == rawIn && s.toks[n.to+1].is(isNumber) && s.toks[n.to+1].val > 1 && s.toks[n.to+1].val != 2 {
		m.raw = 1 / s.toks[n.to+1].val // 1 in 1,000
		m.val = m.raw
		n.to += 2
		return m, n
	}
	if m.raw == 1 && n.to < len(s.toks) && s.adjoins(n.to) && s.toks[n.to].is(isWord) {
		m.flags |= soft // 1 sentence: "a sentence"
	}
	digits := int(t.hi - t.lo)
	if t.is(isNumber) && digits == 4 && n.to == n.from+1 && m.raw >= 1200 && m.raw < 2200 && m.raw == float64(int(m.raw)) {
		m.kind = markYear
		return m, n
	}
	if n.from > 0 && t.is(isNumber) {
		p := &s.toks[n.from-1]
		if p.is(isWord) && (p.raw == rawV && t.is(isGlued) || p.raw == rawVersion || !p.is(isStart) && p.is(isCapital) && !p.is(isUpper) && p.lex.class&function == 0 && p.lex.month == 0 || p.lex.terms[0].kind == markProgLang && p.lex.class&ambiguous == 0) {
			m.kind = markVersion
		}
	}
	return m, n
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

// bounded reports whether a number is a limit: under 10, at most nine.
func (s *scanner) bounded(from int) bool {
	for j := from - 1; j >= 0 && j >= from-4; j-- {
		if s.toks[j].lex.class&limit != 0 {
			return true
		}
	}
	return false
}

var rawBy, rawX = hashString("by"), hashString("x")

var rawV, rawVersion = hashString("v"), hashString("version")

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

var rawDegrees, rawDegree = hashString("degrees"), hashString("degree")

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

// clock marks a time of day in hours.
func (s *scanner) clock(n numeral, v float64) int {
	if h := math.Floor(v); s.toks[n.from].hi-s.toks[n.from].lo > 3 && !s.toks[n.from].is(isClock) {
		if m := math.Round((v - h) * 100); m < 60 { // 6.15 am
			v = h + m/60
		}
	}
	m := mark{kind: markClock, val: v, raw: v}
	if n.to < len(s.toks) && s.toks[n.to].lex.class&clocked != 0 {
		switch s.toks[n.to].first {
		case 'p':
			if v < 12 {
				m.val += 12
			}
			m.flags |= hasAmPm
		case 'a':
			if v >= 12 {
				m.val -= 12
			}
			m.flags |= hasAmPm
		}
		n.to++
	}
	if v >= 13 {
		m.flags |= hasAmPm
	}
	s.take(n.from, n.to)
	s.mark(m, n.from, n.to)
	return n.to
}
