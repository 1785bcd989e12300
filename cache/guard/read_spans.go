package guard

// readSpans marks quotations, code and identifiers.
func (s *scanner) readSpans() {
	for _, sp := range s.spans {
		if sp.from >= sp.to || sp.lo >= sp.hi {
			continue
		}
		m := mark{kind: sp.kind}
		if sp.kind == markQuote && sp.to-sp.from >= longQuote {
			for i := sp.from; i < sp.to; i++ {
				s.toks[i].flags |= isCited
			}
		}
		for i := sp.from; i < sp.to; i++ {
			if s.toks[i].lex.class&undoes != 0 { // "unhappy" is another word than "happy"
				s.toks[i].hash = s.toks[i].raw
			}
		}
		text := s.text[sp.lo:sp.hi]
		switch sp.kind {
		case markIdent:
			m.key = hashFolded(text, foldsCase(text))
		case markCode:
			m.key = hashCode(text)
		}
		s.mark(m, sp.from, sp.to).piece = piece{uint32(sp.lo), uint32(sp.hi)}
	}
	s.readOperators()
}

// readOperators marks each operator with the words on its two sides.
func (s *scanner) readOperators() {
	left := -1 // the last word or number
	for i := 0; i < len(s.toks); i++ {
		if !s.toks[i].is(isSymbol) {
			left = i
			continue
		}
		from := i
		h, kind := uint32(fnvBasis), opBracket
		for ; i < len(s.toks) && s.toks[i].is(isSymbol); i++ {
			if k := s.operatorKind(i); k != opBracket {
				h = mix(h, s.toks[i].hash)
				kind = max(kind, k)
			}
		}
		if i == len(s.toks) {
			return
		}
		if left == from-1 && left >= 0 && s.joined(left, i) && (kind == opCode || kind == opMath && (s.isValue(left) || s.isValue(i))) {
			s.mark(mark{kind: markOperator, key: h}, left, i+1)
		}
		left = i
	}
}

// What an operator says about its surroundings.
const (
	opBracket = iota // a bracket or quotation mark: says nothing
	opNone
	opMath  // - + / [ between values, punctuation elsewhere
	opCode  // == && <=
	opProse // a comma or a bracket of prose: no operator at all
)

func (s *scanner) operatorKind(i int) int {
	t := &s.toks[i]
	switch w := s.text[t.lo:t.hi]; w {
	case "(", ")", "{", "}", "\"", "'", "`":
		return opBracket
	case ",", "$", "\u00a3", "\u20ac", "#", "@", "!", "\u2014", "...", "..", "->", "=>", "<-", "\u2192", "--":
		return opProse
	case "-", "/":
		if t.is(isGlued) && i > 0 && i+1 < len(s.toks) && s.toks[i-1].is(isNumber) && s.toks[i+1].is(isNumber) {
			return opProse // 50/30/20, 9-5
		}
		return opMath
	case "+", "[", "]", "%", "&", "\u2013", "\u2212", "\u00b0", "\u00b2", "\u00b3":
		return opMath
	default:
		return opCode
	}
}

// isValue reports whether a token is a number or a variable of one letter.
func (s *scanner) isValue(i int) bool {
	return s.toks[i].is(isNumber) || s.toks[i].hi-s.toks[i].lo == 1
}

// joined reports whether nothing but operators and spaces stands between two
// tokens: no full stop, question mark or line break.
func (s *scanner) joined(i, j int) bool {
	for k := i + 1; k <= j; k++ {
		if s.breaks(k) {
			return false
		}
	}
	return true
}

// longQuote is how many words of a quotation say less about the question than
// about what it is asked of.
const longQuote = 6

// foldsCase reports whether capitals make no difference in an identifier:
// they do in a flag, -d and -D.
func foldsCase(w string) bool { return w[0] != '-' || len(w) > 3 }

func hashFolded(w string, fold bool) uint32 {
	h := uint32(fnvBasis)
	for i := range len(w) {
		c := w[i]
		if c >= 'A' && c <= 'Z' && fold {
			c += 'a' - 'A'
		}
		if c == '-' && i > 0 || c == '/' && i+1 == len(w) {
			continue // TX-9, TX9
		}
		h = (h ^ uint32(c)) * fnvPrime
	}
	return h
}

// hashCode hashes code without its white space and closing semicolon.
func hashCode(w string) uint32 {
	h := uint32(fnvBasis)
	for i := range len(w) {
		switch c := w[i]; c {
		case ' ', '\t', '\n', '\r', ';':
		case '\'':
			h = (h ^ '"') * fnvPrime
		default:
			h = (h ^ uint32(c)) * fnvPrime
		}
	}
	return h
}
