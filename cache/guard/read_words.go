package guard

import "strings"

// readWords marks what single words and phrases say.
func (s *scanner) readWords() {
	title := s.titleCase()
	for i := range s.toks {
		t := &s.toks[i]
		if !t.is(isWord) || t.is(inPhrase) {
			continue
		}
		s.readUnit(i)
		s.readNegation(i)
		s.readPoles(i)
		s.readTerms(i)
		s.readName(i, title)
	}
}

// titleCase reports whether capitals say nothing: Every Word Has One.
func (s *scanner) titleCase() bool {
	capitals, words := 0, 0
	for i := range s.toks {
		t := &s.toks[i]
		if !t.is(isWord) || t.is(isStart|isUpper|inQuote|inCode|inIdent) || t.lex.class&function != 0 {
			continue
		}
		words++
		if t.is(isCapital) {
			capitals++
		}
	}
	return words >= 3 && capitals*10 > words*7
}

// readUnit marks a unit that no number stands before: "in kilometres", "per
// month".
func (s *scanner) readUnit(i int) {
	t := &s.toks[i]
	if t.lex.unit == 0 || t.is(isTaken|inIdent) || t.lex.class&afterNum != 0 && !s.asUnit(i) {
		return
	}
	u := s.caseOf(t.lex.unit, t)
	if v, to, ok := s.perTime(u, s.past(i)); ok {
		s.take(i, to)
		s.mark(mark{kind: markUnit, id: int16(v)}, i, to)
		return
	}
	if v, to := s.power(u, s.past(i)); v != u {
		s.mark(mark{kind: markUnit, id: int16(v)}, i, to)
		return
	}
	if units[u].dim == duration {
		if r := rateOf(u); r != 0 && s.isPer(i) {
			s.mark(mark{kind: markRate, id: r}, i, i+1)
		} else if i == 0 || s.toks[i-1].raw == rawMany || s.toks[i-1].raw == rawIn {
			s.mark(mark{kind: markUnit, id: int16(u)}, i, i+1)
		}
		return
	}
	if t.lex.class&ambiguous == 0 || i > 0 && (s.toks[i-1].raw == rawIn || s.toks[i-1].raw == rawMany || s.toks[i-1].raw == rawTo) {
		s.mark(mark{kind: markUnit, id: int16(u)}, i, i+1)
	}
}

// asUnit reports whether a single letter is what to convert to: "in F".
func (s *scanner) asUnit(i int) bool {
	if i == 0 || s.toks[i].hi-s.toks[i].lo != 1 {
		return false
	}
	switch p := &s.toks[i-1]; p.raw {
	case rawIn, rawTo, rawInto, rawArrow:
		return s.toks[i].is(isCapital) || i+1 < len(s.toks) && s.symbolIs(i+1, '/')
	}
	return s.symbolIs(i-1, '\u00b0')
}

func (s *scanner) isPer(i int) bool {
	if i == 0 {
		return false
	}
	switch p := &s.toks[i-1]; p.raw {
	case rawPer, rawA, rawAn, rawEach, rawEvery:
		return true
	}
	return s.symbolIs(i-1, '/')
}

// rateOf returns the rate of a unit of time: the numbers of the set of rates
// in termSets.
func rateOf(u unitID) int16 {
	switch u {
	case unitHour:
		return 1
	case unitDay:
		return 2
	case unitDay + 1:
		return 3
	case unitMonth:
		return 4
	case unitMonth + 1:
		return 6
	}
	return 0
}

var unitMonth = unitNamed("month")

// readNegation marks a word that denies, with the word that it denies.
func (s *scanner) readNegation(i int) {
	t := &s.toks[i]
	switch {
	case t.is(inIdent | inCode):
	case t.lex.class&undoes != 0:
		s.mark(mark{kind: markNegation, key: t.hash & hashMask}, i, i+1)
	case t.raw == rawFree && i > 0 && t.prev == '-':
		s.mark(mark{kind: markNegation, key: s.toks[i-1].hash & hashMask}, i-1, i+1)
	case t.lex.class&lacking != 0: // dairy free
		s.mark(mark{kind: markNegation, key: t.hash & hashMask}, i, i+1)
	case t.raw == rawNon && i+1 < len(s.toks):
		j := i + 1
		if s.toks[j].is(isSymbol) && j+1 < len(s.toks) {
			j++
		}
		s.mark(mark{kind: markNegation, key: s.toks[j].hash & hashMask}, i, j+1)
	case t.raw == rawNone && t.is(isCapital) && !t.is(isStart): // Python's None
	case t.lex.class&negator != 0 && !s.idle(i):
		to := i + 1
		key := uint32(0)
		for j := i + 1; j < len(s.toks) && j <= i+5; j++ {
			if s.toks[j].meaning() || s.toks[j].lex.class&undoes != 0 {
				key, to = s.toks[j].hash&hashMask, j+1
				break
			}
		}
		m := s.mark(mark{kind: markNegation, key: key}, i, to)
		if t.raw == rawNo {
			m.flags |= bareNo
		}
	}
}

// idle reports whether a negator denies nothing: "or not", "why not", "not
// only", "no matter", "No. 5", "isn't it?".
func (s *scanner) idle(i int) bool {
	t := &s.toks[i]
	var prev, next uint32
	if i > 0 {
		prev = s.toks[i-1].raw
		if s.toks[i-1].is(isSymbol) && i > 1 {
			prev = s.toks[i-2].raw
		}
	}
	if i+1 < len(s.toks) {
		next = s.toks[i+1].raw
	}
	switch t.raw {
	case rawNot:
		return prev == rawOr || prev == rawIf || prev == rawWhy && i == 1 && len(s.toks) < 4 || next == rawOnly || next == rawJust
	case rawNo:
		return next == rawMatter || prev == rawOr || i+1 == len(s.toks) || s.ends(i+1) || !s.toks[i+1].meaning() || t.next == '.' || t.next == ','
	}
	// A tag: ", isn't it?"
	return i > 0 && s.symbolIs(i-1, ',') && i+1 < len(s.toks) && (i+2 == len(s.toks) || s.ends(i+2)) && s.toks[i+1].lex.class&pronoun != 0
}

// readPoles marks the words that have antonyms.
func (s *scanner) readPoles(i int) {
	t := &s.toks[i]
	if t.is(inIdent|isTaken) || t.lex.poles[0] == 0 || t.raw == rawOld && i > 0 && (s.toks[i-1].lex.unit == unitYear || s.toks[i-1].is(isSymbol)) {
		return // a 12-year-old
	}
	for _, p := range t.lex.poles {
		if p != 0 {
			s.mark(mark{kind: markPole, id: p, key: t.hash & hashMask}, i, i+1)
		}
	}
}

var rawOld, unitYear = hashString("old"), unitNamed("year")

// readTerms marks members of closed sets: languages, formats, tones, ...
func (s *scanner) readTerms(i int) {
	t := &s.toks[i]
	if t.is(inIdent) {
		return
	}
	for _, m := range t.lex.terms {
		if m.kind == 0 || !s.means(i, m.kind) {
			continue
		}
		k := mark{kind: m.kind, id: int16(m.id)}
		if s.isAsked(i) {
			k.flags |= asked
		}
		if m.kind == markQuantifier && t.raw == rawSome && i > 1 && s.toks[i-1].raw == rawAre {
			continue // what are some ways
		}
		s.mark(k, i, i+1)
	}
}

// means tells a term from the everyday word that it may be: Go and go, a
// table of contents and a table.
func (s *scanner) means(i int, k markKind) bool {
	t := &s.toks[i]
	if t.lex.class&ambiguous == 0 {
		return true
	}
	switch k {
	case markProgLang, markLanguage:
		if t.hi-t.lo == 1 {
			return t.is(isCapital) && t.next != '\'' && (i == 0 || !s.toks[i-1].is(isSymbol) || t.prev == ' ')
		}
		return t.is(isCapital) && !t.is(isStart) || i > 0 && (s.toks[i-1].raw == rawIn || s.toks[i-1].raw == rawInto)
	}
	return true
}

// isAsked reports whether "in", "into", "to" or "as" stands before, perhaps
// with an article between.
func (s *scanner) isAsked(i int) bool {
	if i+1 < len(s.toks) && s.adjoins(i+1) && s.toks[i+1].meaning() && !strings.HasSuffix(s.text[s.toks[i+1].lo:s.toks[i+1].hi], "ing") {
		return false // in Hindi movies, but: in Hindi saying that
	}
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		switch s.toks[j].raw {
		case rawIn, rawInto, rawTo, rawAs:
			return true
		}
		if s.toks[j].meaning() && !plainWords[s.toks[j].raw] {
			return false
		}
	}
	return false
}

// plainWords may stand before a language or format that is asked for.
var plainWords = rawSet("simple, plain, easy, good, correct, proper, idiomatic, valid, formal, short, brief, clear, small, markdown, numbered")

func rawSet(list string) map[uint32]bool {
	m := make(map[uint32]bool)
	for _, w := range items(list) {
		m[hashString(w)] = true
	}
	return m
}

// humps reports whether a word is written as in code: useEffect, and
// ModuleNotFoundError, but not iPhone and JavaScript.
func humps(w string) bool {
	n := 0
	for i := 2; i < len(w); i++ {
		if w[i] >= 'A' && w[i] <= 'Z' && w[i-1] >= 'a' && w[i-1] <= 'z' {
			n++
		}
	}
	return n > 1 || n == 1 && w[0] >= 'a' && w[0] <= 'z'
}

// nameAfterAll tells the US and World War I from us and I.
func (s *scanner) nameAfterAll(i int) bool {
	t := &s.toks[i]
	if t.raw == rawUS {
		return t.is(isUpper)
	}
	return t.raw == rawI && t.is(isCapital) && i > 0 && s.adjoins(i) && s.toks[i-1].is(isCapital) && s.toks[i-1].meaning()
}

// readName marks names, and words that are neither usual nor known.
func (s *scanner) readName(i int, title bool) {
	t := &s.toks[i]
	if t.is(inIdent|inCode|isTaken) || t.lex.class&function != 0 && !s.nameAfterAll(i) || t.lex.month != 0 || t.lex.weekday != 0 || t.lex.unit != 0 {
		return
	}
	m := mark{kind: markName, key: t.hash & hashMask}
	switch {
	case t.is(isMixed):
		if humps(s.text[t.lo:t.hi]) {
			m.kind = markIdent
		}
	case t.is(isUpper) && !title:
		m.flags |= upperName
	case t.is(isCapital) && !t.is(isStart) && !title:
	case !t.is(isCommon) && t.lex == &unknown && t.hi-t.lo >= 4:
		m.flags |= rareName
	default:
		return
	}
	if t.is(isCommon) {
		m.flags |= everyday
	}
	s.mark(m, i, i+1)
}
