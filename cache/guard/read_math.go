package guard

// readMath marks expressions: numbers and variables with operators between
// them, compared sign by sign.
func (s *scanner) readMath() {
	for i := 0; i < len(s.toks); {
		to, key, ok := s.expression(i)
		if !ok {
			i++
			continue
		}
		s.mark(mark{kind: markMath, key: key}, i, to)
		i = to
	}
}

// expression reads an expression of at least two operands with an operator
// between them.
func (s *scanner) expression(i int) (to int, key uint32, ok bool) {
	h := uint32(fnvBasis)
	operands, binary, signs := 0, 0, 0
	pending := false
	last := i
	open := 0
	for j := i; j < len(s.toks); j++ {
		t := &s.toks[j]
		if t.is(inCode|inIdent) || j > i && s.breaks(j) {
			break
		}
		op := s.mathSign(j)
		switch {
		case op == '(' || op == '[':
			open++
		case op == ')' || op == ']':
			open--
			if open < 0 {
				return last, h, ok
			}
			last = j + 1
		case op == ',':
			if open == 0 {
				return last, h, ok
			}
		case op == '2' || op == '3': // squared
			if operands == 0 {
				return last, h, ok
			}
			h = mix(mix(h, '^'), hashNumber(float64(op-'0')))
			last, signs, ok = j+1, signs+1, ok || binary > 0 || s.toks[j].is(isSymbol)
			continue
		case op != 0:
			if operands > 0 {
				pending = true
			}
		case s.isOperand(j, operands > 0):
			operands++
			if pending {
				binary++
				pending = false
				ok = true
			} else if operands > 1 && !t.is(isGlued) && open == 0 {
				return last, h, ok
			}
			last = j + 1
			if t.is(isNumber) {
				h = mix(h, hashNumber(t.val))
			} else {
				h = mix(h, t.raw)
			}
			continue
		default:
			return last, h, ok
		}
		if op == '(' || op == ')' || op == '[' || op == ']' {
			continue // only what they make of the order of operands shows
		}
		h = mix(h, uint32(op))
	}
	return last, h, ok
}

func mix(h, v uint32) uint32 { return (h ^ v) * fnvPrime }

// breaks reports whether a sentence ends before token j.
func (s *scanner) breaks(j int) bool {
	for _, c := range []byte(s.text[s.toks[j-1].hi:s.toks[j].lo]) {
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

var rawPlus, rawMinus, rawTimes, rawSquared, rawCubed = hashString("plus"), hashString("minus"), hashString("times"), hashString("squared"), hashString("cubed")

// isOperand reports whether token j is a number, a variable or a function of
// mathematics. "a" and "I" are variables only within an expression.
func (s *scanner) isOperand(j int, within bool) bool {
	t := &s.toks[j]
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

var rawSin, rawCos, rawTan, rawLog, rawLn, rawSqrt, rawXY, rawDx = hashString("sin"), hashString("cos"), hashString("tan"), hashString("log"), hashString("ln"), hashString("sqrt"), hashString("xy"), hashString("dx")
