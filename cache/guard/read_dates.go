package guard

import "math"

// readDates marks months, days, weekdays and dates in digits.
func (s *scanner) readDates() {
	for i := range s.toks {
		t := &s.toks[i]
		switch {
		case t.is(inPhrase | inIdent | isTaken):
		case t.is(isNumber):
			s.digitDate(i)
			s.season(i)
		case t.lex.month != 0 && s.isMonth(i):
			s.mark(mark{kind: markMonth, id: int16(t.lex.month)}, i, i+1)
			t.flags |= isTaken
			s.daysBefore(i)
			s.dayAfter(i)
		case t.lex.weekday != 0 && (t.lex.class&ambiguous == 0 || t.is(isCapital) && (t.hi-t.lo == 3 || !t.is(isStart))):
			s.mark(mark{kind: markWeekday, id: int16(t.lex.weekday)}, i, i+1)
			t.flags |= isTaken
		}
	}
}

// isMonth tells May and March from may and march.
func (s *scanner) isMonth(i int) bool {
	t := &s.toks[i]
	if t.lex.class&ambiguous == 0 {
		return true
	}
	if s.isDay(i-1) || s.isDay(i+1) || i+1 < len(s.toks) && s.toks[i+1].is(isNumber) && s.toks[i+1].val >= 1900 {
		return true
	}
	return t.is(isCapital) && !t.is(isStart) && !t.is(isUpper)
}

// isDay reports whether token i may be the day of a month.
func (s *scanner) isDay(i int) bool {
	if i < 0 || i >= len(s.toks) {
		return false
	}
	t := &s.toks[i]
	if t.is(isTaken | inIdent | isVersion | isClock) {
		return false
	}
	if t.is(isNumber) {
		return t.val >= 1 && t.val <= 31 && t.hi-t.lo <= 4 && t.val == float64(int(t.val))
	}
	return t.lex.class&ordinal != 0
}

func (s *scanner) day(i int) {
	t := &s.toks[i]
	v := t.val
	if !t.is(isNumber) {
		v = t.lex.num
	}
	t.flags |= isTaken
	t.hash = hashNumber(v)
	t.first = 0
	s.mark(mark{kind: markDay, val: v, raw: v}, i, i+1)
}

// daysBefore reads "3 May", "the third of May", "3 to 6 May", "3-6 May".
func (s *scanner) daysBefore(i int) {
	i--
	if i >= 0 && s.toks[i].raw == rawOf {
		i--
	}
	if !s.isDay(i) {
		return
	}
	s.day(i)
	if i >= 2 && (s.toks[i-1].raw == rawTo || s.toks[i-1].raw == rawAnd || s.symbolIs(i-1, '-') || s.symbolIs(i-1, '\u2013')) && s.isDay(i-2) {
		s.day(i - 2)
	}
}

// dayAfter reads "May 3", "May the 3rd", "May 3 to 6".
func (s *scanner) dayAfter(i int) {
	i++
	if i < len(s.toks) && s.toks[i].raw == rawThe {
		i++
	}
	if !s.isDay(i) || i+1 < len(s.toks) && s.toks[i+1].lex.class&clocked != 0 {
		return
	}
	if !s.toks[i].is(isNumber) && s.toks[i-1].raw != rawThe {
		return
	}
	s.day(i)
	if i+2 < len(s.toks) && (s.toks[i+1].raw == rawTo || s.symbolIs(i+1, '-') || s.symbolIs(i+1, '\u2013')) && s.isDay(i+2) &&
		(i+3 >= len(s.toks) || s.toks[i+3].lex.unit == 0) {
		s.day(i + 2)
	}
}

// season reads two years in a row: 2023/24, 2023-2024, 23/24.
func (s *scanner) season(i int) {
	if i+2 >= len(s.toks) || s.toks[i].is(isTaken) || !s.symbolIs(i+1, '/') && !s.symbolIs(i+1, '-') && !s.symbolIs(i+1, '\u2013') {
		return
	}
	a, b := &s.toks[i], &s.toks[i+2]
	if !b.is(isNumber) || !b.is(isGlued) || (a.flags|b.flags)&(isOrdinal|isVersion|isClock) != 0 || i+3 < len(s.toks) && s.toks[i+3].is(isGlued) {
		return
	}
	x, y := a.val, b.val
	if x >= 10 && y == x+1 && y < 100 && s.symbolIs(i+1, '/') {
		x, y = x+2000, y+2000
	}
	if x < 1900 || x > 2200 || y != x+1 && y != math.Mod(x+1, 100) {
		return
	}
	s.mark(mark{kind: markYear, val: x, raw: x}, i, i+1)
	s.mark(mark{kind: markYear, val: x + 1, raw: x + 1}, i+2, i+3)
	s.take(i, i+3)
}

// digitDate reads 2025-03-04 and 4/3/2025, whose day and month are not told
// apart: both count as days.
func (s *scanner) digitDate(i int) {
	if i+4 >= len(s.toks) || s.toks[i].is(isOrdinal|isVersion|isClock) {
		return
	}
	a, b, c := &s.toks[i], &s.toks[i+2], &s.toks[i+4]
	sep := byte('/')
	if s.symbolIs(i+1, '-') {
		sep = '-'
	}
	if !s.symbolIs(i+1, rune(sep)) || !s.symbolIs(i+3, rune(sep)) || !b.is(isNumber) || !c.is(isNumber) || !b.is(isGlued) || !c.is(isGlued) {
		return
	}
	switch {
	case a.val >= 1900 && a.val < 2200 && b.val >= 1 && b.val <= 12 && c.val >= 1 && c.val <= 31:
		s.mark(mark{kind: markYear, val: a.val, raw: a.val}, i, i+1)
		s.mark(mark{kind: markMonth, id: int16(b.val)}, i+2, i+3)
		s.mark(mark{kind: markDay, val: c.val, raw: c.val}, i+4, i+5)
	case c.val >= 1900 && c.val < 2200 && a.val >= 1 && b.val >= 1 && a.val <= 31 && b.val <= 31:
		s.mark(mark{kind: markYear, val: c.val, raw: c.val}, i+4, i+5)
		s.mark(mark{kind: markDay, val: a.val, raw: a.val}, i, i+1)
		s.mark(mark{kind: markDay, val: b.val, raw: b.val}, i+2, i+3)
	default:
		return
	}
	s.take(i, i+5)
}
