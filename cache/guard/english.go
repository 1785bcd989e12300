package guard

// isEnglish reports whether the words are those of an English text: enough of
// them are known, and words of other languages do not outnumber them.
func isEnglish(toks []token) bool {
	var words, known, strong, other int
	for i := range toks {
		t := &toks[i]
		if !t.is(isWord) || t.is(inIdent|inCode|inQuote) {
			continue
		}
		c := t.lex.class
		if t.is(isCapital) && !t.is(isStart) && !t.is(isCommon) && t.lex == &unknown {
			continue // a name, of any language
		}
		words++
		switch {
		case c&foreign != 0 && c&english == 0 && (!t.is(isCapital) || t.is(isStart)):
			other++
		case c&english != 0 && c&foreign == 0:
			strong++
			known++
		case t.is(isCommon) || t.lex != &unknown:
			known++
		}
	}
	if words == 0 {
		return len(toks) > 0
	}
	if other > 1 && other >= strong {
		return false
	}
	return known*3 >= words
}
