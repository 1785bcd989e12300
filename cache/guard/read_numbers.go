package guard

import "strings"

// read turns tokens into marks.
func (s *scanner) read() {
	s.readSpans()
	s.readDates()
	s.readNumbers()
	s.readWords()
	s.readMath()
	s.readRoles()
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

// bounded reports whether a number is a limit: under 10, at most nine.
func (s *scanner) bounded(from int) bool {
	for j := from - 1; j >= 0 && j >= from-4; j-- {
		if s.toks[j].lex.class&limit != 0 {
			return true
		}
	}
	return false
}
