package guard

import "strings"

// technical returns the end of the identifier, path, URL, e-mail address,
// flag or code that begins at byte i, or 0 if an ordinary word or number
// does.
func technical(text string, i int) int {
	end := i
	for end < len(text) && text[end] >= 'a' && text[end] <= 'z' {
		end++
	}
	if end == len(text) || text[end] == ' ' {
		return 0 // most words
	}
	for end < len(text) && !endsChunk(text[end]) {
		end++
	}
	for end > i && strings.IndexByte(".,;:?!)]}'\"*", text[end-1]) >= 0 {
		end--
	}
	// What opens inside and never closes was punctuation: "(see foo)".
	w := text[i:end]
	if len(w) < 2 {
		return 0
	}
	if c := w[0]; c == '-' || c == '/' || c == '~' || c == '.' || c == '@' {
		return prefixed(w, end)
	}
	if !isWordByte(w[0]) {
		return 0
	}
	if isTechnical(w) {
		return end
	}
	return 0
}

func endsChunk(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\r', '"', '`', '<', '>', ',', ';', '(', ')', '|', '{', '}', '[', ']', '=':
		return true
	}
	return false
}

// prefixed reads flags (--force, -rf) and paths (/etc/hosts, ~/x, ./run).
func prefixed(w string, end int) int {
	switch {
	case len(w) > 3 && w[:2] == "--" && isLetterByte(w[2]):
		return end
	case w[0] == '-' && isLetterByte(w[1]) && len(w) <= 4 && allLetters(w[1:]):
		return end
	case w[0] == '/' && isLetterByte(w[1]) && len(w) > 2,
		len(w) > 2 && (w[:2] == "~/" || w[:2] == "./"), len(w) > 3 && w[:3] == "../":
		return end
	case w[0] == '.' && isLetterByte(w[1]) && len(w) > 2 && len(w) <= 12: // .gitignore, .env, .NET
		return end
	}
	return 0
}

func allLetters(s string) bool {
	for i := range len(s) {
		if !isLetterByte(s[i]) {
			return false
		}
	}
	return true
}

// isTechnical reports whether a word has the shape of an identifier.
func isTechnical(w string) bool {
	var letters, digits, under, dots, slashes, colons, at, hyphens, upper int
	shape := false
	for i := range len(w) {
		c := w[i]
		inner := i > 0 && i+1 < len(w)
		switch {
		case isDigit(c):
			digits++
		case c == '_':
			under++
		case c == '@':
			at++
		case c == '/':
			slashes++
		case c == '-':
			hyphens++
		case c == ':' && inner:
			colons++
			if w[i+1] == ':' || w[i+1] == '/' && i+2 < len(w) && w[i+2] == '/' || letters > 0 && isDigit(w[i+1]) && !isDigit(w[0]) {
				shape = true
			}
		case c == '.' && inner:
			dots++
			if dotted(w, i) {
				shape = true
			}
		case isLetterByte(c):
			letters++
			if c >= 'A' && c <= 'Z' {
				upper++
			}
		}
	}
	switch {
	case shape, under > 0 && letters > 0, strings.HasPrefix(w, "www."):
		return true
	case at == 1 && dots > 0 && isWordByte(w[0]):
		return true
	case slashes > 1 && dots > 0 && letters > 0:
		return true
	case slashes > 0 || dots > 0 || at > 0 || colons > 0:
		return dots == 3 && digits > 3 && letters == 0 || // 10.0.0.5
			colons == 1 && dots == 3 && letters == 0
	}
	return digits > 0 && letters > 0 && isCode(w, hyphens, upper)
}

// dotted reports whether the dot at w[i] joins two names, as in file.txt and
// os.path, and not two sentences or the letters of "e.g".
func dotted(w string, i int) bool {
	before, after := w[i-1], w[i+1]
	if !isLetterByte(before) || !isLetterByte(after) {
		return false
	}
	left := i - 1
	for left > 0 && isWordByte(w[left-1]) {
		left--
	}
	right := i + 1
	for right+1 < len(w) && isWordByte(w[right+1]) {
		right++
	}
	if right == i+1 && i-left == 1 {
		return false
	}
	if after >= 'A' && after <= 'Z' && before >= 'a' && before <= 'z' && (w[left] < 'A' || w[left] > 'Z') {
		return false // a full stop without its space
	}
	return true
}

// isCode reports whether a word of letters and digits is a name (S3, TX-9,
// KB5034441, 2FA) and not a number with its unit or ending (5km, 2nd, 10am).
func isCode(w string, hyphens, upper int) bool {
	n := 0
	if isDigit(w[0]) {
		for n < len(w) && (isDigit(w[n]) || w[n] == '-') {
			n++
		}
		if w[n-1] == '-' {
			return false // 12-year-old
		}
		m := n
		for m < len(w) && isLetterByte(w[m]) {
			m++
		}
		if m < len(w) && w[m] == '-' {
			return false
		}
		if len(w) > 2 && w[0] == '0' && w[1]|0x20 == 'x' {
			return false // read as a number
		}
		return m == len(w) && !numberSuffix(w[n:m]) || m < len(w) && isDigit(w[m]) && upper > 0
	}
	for n < len(w) && isLetterByte(w[n]) {
		n++
	}
	if n == 1 && w[0]|0x20 == 'v' && n < len(w) && isDigit(w[n]) {
		return false // v2
	}
	if n < len(w) && w[n] == '-' {
		return n+1 < len(w) && isDigit(w[n+1]) && hyphens == 1 && upper > 0
	}
	if n+1 == len(w) && (w[n] == '2' || w[n] == '3') && n <= 2 && numberSuffix(w[:n]) {
		return false // m2, cm3
	}
	return n < len(w) && isDigit(w[n])
}

// numberSuffix reports whether letters behind digits are a unit or an ending.
func numberSuffix(w string) bool {
	if len(w) > 12 {
		return false
	}
	var buf [16]byte
	b := buf[:0]
	for i := range len(w) {
		c := w[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	switch string(b) {
	case "st", "nd", "rd", "th", "k", "m", "b", "bn", "mn", "x", "am", "pm", "s", "yo", "ish", "pts", "h", "e", "ppl":
		return true
	}
	e := lexicon().table.get(hashBytes(b))
	return e != nil && (e.unit != 0 || e.class&(scale|clocked) != 0)
}
