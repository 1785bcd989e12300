package guard

import "unicode"

// Hashes are 32-bit FNV-1a. A mark or a word is compared by its hash alone;
// two different words of two compared questions share one once in some
// hundred million pairs.
const (
	fnvBasis = 2166136261
	fnvPrime = 16777619
)

func hashBytes(b []byte) uint32 {
	h := uint32(fnvBasis)
	for _, c := range b {
		h = (h ^ uint32(c)) * fnvPrime
	}
	return h
}

func hashString(s string) uint32 {
	h := uint32(fnvBasis)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * fnvPrime
	}
	return h
}

// hashOperator hashes an operator; different signs of one operation are one.
func hashOperator(s string) uint32 {
	switch s {
	case "\u00d7", "\u22c5", "\u00b7":
		s = "*"
	case "\u00f7":
		s = "/"
	case "\u2212", "\u2013", "\u2014":
		s = "-"
	case "\u2264":
		s = "<="
	case "\u2265":
		s = ">="
	case "\u2260":
		s = "!="
	case "\u2192", "\u21d2", "=>":
		s = "->"
	}
	return hashString(s)
}

// latin holds the letters U+00C0 to U+017F without their accents.
const latin = "AAAAAA.CEEEEIIIIDNOOOOO*OUUUUYTsaaaaaa.ceeeeiiiidnooooo/ouuuuyty" +
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"

// appendFolded appends r in lower case and without its accent.
func appendFolded(b []byte, r rune) []byte {
	switch {
	case unicode.IsMark(r):
		return b
	case r == '\u00df':
		return append(b, "ss"...)
	case r == '\u00c6' || r == '\u00e6':
		return append(b, "ae"...)
	case r == '\u0152' || r == '\u0153':
		return append(b, "oe"...)
	case r >= 0xc0 && r < 0x180:
		c := latin[r-0xc0]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return append(b, c)
	}
	return append(b, string(unicode.ToLower(r))...)
}

// stem cuts the endings of plurals and of the verb's forms, so that "payment"
// meets "payments" and "stopping" meets "stop". It is cruder than Porter's
// (1980), and need not be right: it has to be the same on both sides.
func stem(w []byte) []byte {
	if n := len(w); n > 2 && w[n-2] == '\'' { // possessive and contracted: 's, 'd, 'm
		w = w[:n-2]
	} else if n > 3 && w[n-3] == '\'' { // 're, 've, 'll
		w = w[:n-3]
	}
	n := len(w)
	switch {
	case n > 4 && ends(w, "ies"):
		w = append(w[:n-3], 'y')
	case n > 4 && ends(w, "sses"), n > 4 && ends(w, "ches"), n > 4 && ends(w, "shes"), n > 4 && ends(w, "xes"), n > 4 && ends(w, "zes"):
		w = w[:n-2]
	case n > 3 && ends(w, "s") && !ends(w, "ss") && !ends(w, "us") && !ends(w, "is"):
		w = w[:n-1]
	}
	n = len(w)
	switch {
	case n > 5 && ends(w, "ing"):
		w = undouble(w[:n-3])
	case n > 4 && ends(w, "ied"):
		w = append(w[:n-3], 'y')
	case n > 4 && ends(w, "ed") && !ends(w, "eed"):
		w = undouble(w[:n-2])
	}
	if n = len(w); n > 3 && w[n-1] == 'e' {
		w = w[:n-1]
	}
	return w
}

func ends(w []byte, s string) bool {
	return len(w) >= len(s) && string(w[len(w)-len(s):]) == s
}

func undouble(w []byte) []byte {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && w[n-1] != 'l' && w[n-1] != 's' && w[n-1] != 'z' && w[n-1] != 'e' {
		return w[:n-1]
	}
	return w
}
