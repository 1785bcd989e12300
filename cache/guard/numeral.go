package guard

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
