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
		case rawTo, rawInto, rawOnto, rawArrow:
			s.role(relMove, i, false)
		case rawFrom:
			// "to Y from X"; "from X to Y" is read at its "to".
			if !s.hasSoon(i+1, rawTo, rawInto, rawArrow) {
				s.role(relMove, i, true)
			}
		case rawBefore:
			s.role(relTime, i, false)
		case rawAfter:
			s.role(relTime, i, true)
		case rawThan:
			s.role(relThan, i, false)
		}
	}
}

var rawOnto, rawArrow, rawFrom, rawBefore, rawAfter, rawThan = hashString("onto"), hashOperator("->"), hashString("from"), hashString("before"), hashString("after"), hashString("than")

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

func (s *scanner) role(r relation, i int, turned bool) {
	from, to := i, i+1
	for n := 0; from > 0 && n < 4 && !s.ends(from); from-- {
		if s.toks[from-1].meaning() {
			n++
		}
	}
	for n := 0; to < len(s.toks) && n < 4 && !s.ends(to); to++ {
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

// ends reports whether a sentence ends before token i.
func (s *scanner) ends(i int) bool { return i < len(s.toks) && s.toks[i].is(isStart) }
