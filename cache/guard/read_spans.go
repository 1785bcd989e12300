package guard

// readSpans marks quotations, code and identifiers.
func (s *scanner) readSpans() {
	for _, sp := range s.spans {
		if sp.from >= sp.to || sp.lo >= sp.hi {
			continue
		}
		m := mark{kind: sp.kind}
		text := s.text[sp.lo:sp.hi]
		switch sp.kind {
		case markIdent:
			m.key = hashFolded(text, foldsCase(text))
		case markCode:
			m.key = hashCode(text)
		}
		s.mark(m, sp.from, sp.to).piece = piece{uint32(sp.lo), uint32(sp.hi)}
	}
	for i := range s.toks {
		t := &s.toks[i]
		if t.is(isSymbol) && !t.is(inCode|inIdent) && t.hi-t.lo > 1 && t.hi-t.lo < 4 && s.isCodeOperator(i) {
			s.mark(mark{kind: markOperator, key: t.hash & hashMask}, i, i+1)
		}
	}
}

// isCodeOperator tells == and && from the arrows, dashes and dots of prose.
func (s *scanner) isCodeOperator(i int) bool {
	t := &s.toks[i]
	switch s.text[t.lo:t.hi] {
	case "->", "=>", "<-", "--", "...", "..", "//", "**", "::", "++":
		return false
	}
	return s.text[t.lo] < 0x80
}

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
