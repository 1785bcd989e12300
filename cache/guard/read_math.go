package guard

// readMath marks expressions: numbers and variables with operators between
// them. Each side of an equation is one.
func (s *scanner) readMath() {
	for i := 0; i < len(s.toks); {
		e := expression{s: s, at: i, end: i}
		e.read()
		if e.plain() {
			i = max(i+1, e.end)
			continue
		}
		s.mark(mark{kind: markMath, key: e.sum + e.sign()*e.term}, i, e.end)
		i = e.end
	}
}

// expression is one as it is being read. What is added may stand in any
// order; within a term, and within brackets, each sign counts.
type expression struct {
	s        *scanner
	at, end  int    // tokens
	sum      uint32 // the terms before this one
	term     uint32 // the term so far
	minus    bool   // the term is subtracted
	depth    int    // of brackets
	operands int
	pending  byte // the operator between the last operand and the next
	spaced   bool // a space before it
	left     bool // what stands before it is a number
	strong   bool // no mere date, range or pair of words
}

func (e *expression) sign() uint32 {
	if e.minus {
		return ^uint32(0)
	}
	return 1
}

// plain reports whether what was read is no expression.
func (e *expression) plain() bool { return !e.strong || e.operands == 0 }

func (e *expression) read() {
	for j := e.at; j < len(e.s.toks); j++ {
		t := &e.s.toks[j]
		if t.is(inCode|inIdent|inPhrase) || j > e.at && e.s.breaks(j) {
			return
		}
		switch op := e.s.mathSign(j); {
		case op == '=' || op == ',' && e.depth == 0:
			return
		case op != 0:
			if !e.operator(op, j) {
				return
			}
		case e.s.isOperand(j, e.operands > 0):
			if !e.operand(j) {
				return
			}
		default:
			return
		}
	}
}

// operator takes a sign in; false means that the expression ended before it.
func (e *expression) operator(op byte, j int) bool {
	t := &e.s.toks[j]
	switch op {
	case '(', '[':
		if e.operands > 0 && !t.is(isGlued) && e.pending == 0 {
			return false
		}
		e.depth++
		e.strong = e.strong || e.depth > 1 && e.operands > 1
		e.mix('(')
	case ')', ']':
		if e.depth--; e.depth < 0 {
			return false
		}
		e.mix(')')
		e.end = j + 1
	case '2', '3': // squared, cubed
		if e.operands == 0 {
			return false
		}
		e.mix('^')
		e.mix(hashNumber(float64(op - '0')))
		e.end, e.strong = j+1, true
	case '%':
		if t.is(isGlued) { // per cent
			e.end = j + 1
			return e.operands > 0
		}
		fallthrough
	default:
		if e.operands == 0 && op != '-' {
			return false
		}
		e.pending, e.spaced, e.left = op, !t.is(isGlued) || t.is(isWord), e.s.toks[max(0, j-1)].is(isNumber)
		e.join(op)
	}
	return true
}

// join begins the next term or goes on with this one.
func (e *expression) join(op byte) {
	switch {
	case e.depth == 0 && (op == '+' || op == '-'):
		e.sum += e.sign() * e.term
		e.term, e.minus = 0, op == '-'
	case op == '<' || op == '>' || op == 'l' || op == 'g' || op == '!':
		e.sum = mix(e.sum+e.sign()*e.term, uint32(op))
		e.term, e.minus = 0, false
	default:
		e.mix(uint32(op))
	}
}

// operand takes in a number or variable; false means that it stands apart.
func (e *expression) operand(j int) bool {
	t := &e.s.toks[j]
	switch {
	case e.pending != 0:
		if e.operands > 0 {
			e.strong = e.strong || e.isStrong(t)
		}
		e.pending = 0
	case e.operands > 0 && e.depth == 0 && !t.is(isGlued):
		return false
	}
	e.operands++
	e.end = j + 1
	if t.is(isNumber) {
		e.mix(hashNumber(t.val))
	} else {
		e.mix(t.raw)
	}
	return true
}

// isStrong reports whether the pending operator makes an expression: a slash
// or hyphen alone does not, in 24/7, 2-3 and A/B, but in 1/x and 5 - 3.
func (e *expression) isStrong(right *token) bool {
	number := right.is(isNumber)
	switch e.pending {
	case '-':
		return e.spaced || number != e.left
	case '/':
		return e.spaced || number != e.left
	}
	return true
}

func (e *expression) mix(v uint32) { e.term = mix(e.term, v) }

func mix(h, v uint32) uint32 { return ((h ^ fnvBasis) ^ v) * fnvPrime }

// gap returns what stands between tokens j-1 and j.
func (s *scanner) gap(j int) string {
	lo, hi := s.toks[j-1].hi, s.toks[j].lo
	if lo > hi { // within a phrase
		return ""
	}
	return s.text[lo:hi]
}

// breaks reports whether a sentence ends before token j.
func (s *scanner) breaks(j int) bool {
	for _, c := range []byte(s.gap(j)) {
		switch c {
		case '.', '?', ';', ':', '\n':
			return true
		}
	}
	return false
}

// mathSign returns the operator that token j is, one byte for each, 0: none.
func (s *scanner) mathSign(j int) byte {
	t := &s.toks[j]
	if t.prev == '_' {
		return 0
	}
	if t.is(isSymbol) {
		switch w := s.text[t.lo:t.hi]; w {
		case "+", "*", "/", "=", "<", ">", "^", "(", ")", "[", "]", ",", "%":
			return w[0]
		case "-", "\u2212", "\u2013":
			return '-'
		case "**":
			return '^'
		case "\u00d7", "\u22c5", "\u00b7":
			return '*'
		case "\u00f7":
			return '/'
		case "<=", "\u2264":
			return 'l'
		case ">=", "\u2265":
			return 'g'
		case "==":
			return '='
		case "!=", "\u2260":
			return '!'
		case "\u00b2":
			return '2'
		case "\u00b3":
			return '3'
		}
		return 0
	}
	switch t.raw {
	case rawPlus:
		return '+'
	case rawMinus:
		return '-'
	case rawTimes:
		return '*'
	case rawSquared:
		return '2'
	case rawCubed:
		return '3'
	}
	return 0
}

// isOperand reports whether token j is a number, a variable or a function of
// mathematics. "a" and "I" are variables only within an expression.
func (s *scanner) isOperand(j int, within bool) bool {
	t := &s.toks[j]
	if t.prev == '_' || t.is(inPhrase) {
		return false
	}
	if t.is(isNumber) {
		return !t.is(isOrdinal | isVersion | isClock)
	}
	if !t.is(isWord) {
		return false
	}
	if n := t.hi - t.lo; n == 1 {
		return within || t.first != 'a' && t.first != 'i' || j+1 < len(s.toks) && s.symbolIs(j+1, '(')
	}
	switch t.raw {
	case rawSin, rawCos, rawTan, rawLog, rawLn, rawSqrt, rawXY, rawDx:
		return true
	}
	return false
}
