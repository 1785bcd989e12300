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
		words++
		c := t.lex.class
		switch {
		case c&foreign != 0 && c&english == 0:
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
	return known*4 >= words
}
