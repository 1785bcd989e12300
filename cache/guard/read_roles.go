package guard

// relation says what a role's two sides are to each other.
type relation int16

const (
	relMove   relation = iota + 1 // left goes to right
	relTime                       // left is earlier than right
	relThan                       // left is compared with right
	relActs                       // left does something to right
	relAmount                     // left per, over or of right
)

// readRoles marks the prepositions around which two things stand that must
// not change places. A mark's flag soft means that they stand the other way
// round: "after", "by".
func (s *scanner) readRoles() {
	for i := range s.toks {
		t := &s.toks[i]
		if !t.is(isWord|isSymbol) || t.is(inPhrase|inIdent|inCode) {
			continue
		}
		switch t.raw {
		case rawTo, rawInto, rawOnto, rawArrow, rawUntil, rawTill:
			if s.hasBefore(i, rawFrom) {
				s.role(relMove, i, false, 2)
			} else if t.raw != rawUntil && t.raw != rawTill && s.between(i) {
				s.role(relMove, i, false, 1)
			}
		case rawFrom:
			// "to Y from X"; "from X to Y" is read at its "to".
			if !s.hasSoon(i+1, rawTo, rawInto, rawArrow, rawUntil, rawTill) {
				s.role(relMove, i, true, 1)
			}
		case rawBefore, rawAfter:
			if s.eitherWay(i) {
				continue
			}
			s.role(relTime, i, t.raw == rawAfter, 2)
		case rawThan:
			s.role(relThan, i, false, 2)
		}
	}
}

// between reports whether words with a meaning stand close on both sides of a
// "to": miles to kilometres, not how to convert.
func (s *scanner) between(i int) bool {
	if i == 0 || !s.toks[i-1].meaning() || s.toks[i-1].lex.class&symmetric != 0 {
		return false
	}
	for i++; i < len(s.toks) && (s.toks[i].lex.class&article != 0 || s.toks[i].raw == rawThe || s.toks[i].raw == rawMy); {
		i++
	}
	return i < len(s.toks) && s.toks[i].meaning()
}

// eitherWay reports whether token i is part of "before or after".
func (s *scanner) eitherWay(i int) bool {
	for j := max(0, i-4); j < len(s.toks) && j <= i+4; j++ {
		if r := s.toks[j].raw; r != s.toks[i].raw && (r == rawBefore || r == rawAfter || r == rawAfterwards) && s.hasOr(min(i, j), max(i, j)) {
			return true
		}
	}
	return false
}

func (s *scanner) hasOr(from, to int) bool {
	for j := from; j < to; j++ {
		if s.toks[j].raw == rawOr {
			return true
		}
	}
	return false
}

func (s *scanner) hasSoon(i int, raws ...uint32) bool {
	for j := i; j < len(s.toks) && j < i+7; j++ {
		for _, r := range raws {
			if s.toks[j].raw == r {
				return true
			}
		}
	}
	return false
}

func (s *scanner) hasBefore(i int, raw uint32) bool {
	for j := i - 1; j >= 0 && j > i-7; j-- {
		if s.toks[j].raw == raw {
			return true
		}
	}
	return false
}

func (s *scanner) role(r relation, i int, turned bool, reach int) {
	from, to := i, i+1
	for n := 0; from > 0 && n < reach && !s.ends(from) && (n == 0 || !s.parts(from-1)); from-- {
		if s.toks[from-1].meaning() {
			n++
		}
	}
	for n := 0; to < len(s.toks) && n < reach && !s.ends(to) && (n == 0 || !s.parts(to)); to++ {
		if s.toks[to].meaning() {
			n++
		}
	}
	if from == i || to == i+1 {
		return
	}
	m := mark{kind: markRole, id: int16(r), key: uint32(i - from)}
	if turned {
		m.flags |= soft
	}
	s.mark(m, from, to)
}

// parts reports whether token i begins another part of the sentence: a small
// word that is no article and no "my".
func (s *scanner) parts(i int) bool {
	t := &s.toks[i]
	return t.lex.class&function != 0 && t.lex.class&article == 0 && !determiners[t.raw]
}

var determiners = rawSet("the, my, your, our, his, her, its, their, this, that, these, those, some, any")

// ends reports whether a sentence ends before token i.
func (s *scanner) ends(i int) bool { return i < len(s.toks) && s.toks[i].is(isStart) }
