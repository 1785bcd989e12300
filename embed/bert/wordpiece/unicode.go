package wordpiece

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// class says what the reference knows about a character; it is a set.
type class uint8

const (
	drop        class = 1 << iota // clean_text removes it
	space                         // White_Space
	punctuation                   // a word of its own
	mark                          // Mn: removed with the accents
	wordly                        // \w of the regular expressions of added tokens
	decomposes                    // has a canonical decomposition (Hangul syllables aside)
	reorders                      // has a canonical combining class other than 0
	accented                      // its decomposition loses a mark
)

// A span is a run of characters of the same class.
type span struct {
	lo, hi rune
	class  class
}

// classOf looks r up in tables.go.
func classOf(r rune) class {
	lo, hi := 0, len(spans)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		switch s := &spans[mid]; {
		case r < s.lo:
			hi = mid
		case r > s.hi:
			lo = mid + 1
		default:
			return s.class
		}
	}
	return 0
}

// isHan reports whether BERT makes a word of r: the CJK ideographs up to
// extension E, with the gaps of the original, but neither kana nor Hangul.
func isHan(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x4DBF, 0x4E00 <= r && r <= 0x9FFF, 0xF900 <= r && r <= 0xFAFF:
		return true
	case r < 0x20000:
		return false
	}
	return r <= 0x2A6DF || 0x2A700 <= r && r <= 0x2B81F ||
		0x2B920 <= r && r <= 0x2CEAF || 0x2F800 <= r && r <= 0x2FA1F
}

// jamo decomposes a Hangul syllable into two or three letters (Unicode
// Standard, section 3.12); tail is 0 where there are two.
func jamo(r rune) (lead, vowel, tail rune, ok bool) {
	const base, vowels, tails = 0xAC00, 21, 28
	i := r - base
	if i < 0 || i >= 19*vowels*tails {
		return 0, 0, 0, false
	}
	lead = 0x1100 + i/(vowels*tails)
	vowel = 0x1161 + i%(vowels*tails)/tails
	if k := i % tails; k != 0 {
		tail = 0x11A7 + k
	}
	return lead, vowel, tail, true
}

// mappings are the tables of tables.go, ready to look things up.
type mappings struct {
	bare  map[rune]string // canonical decomposition without its marks
	lower map[rune]string
	order map[rune]uint8 // canonical combining class of what is not a mark
}

var unicodeTables = sync.OnceValue(func() *mappings {
	m := &mappings{bare: pairs(bareForms), lower: pairs(lowerForms), order: make(map[rune]uint8)}
	for _, s := range orders {
		for r := s.lo; r <= s.hi; r++ {
			m.order[r] = uint8(s.class)
		}
	}
	return m
})

// pairs reads a list of words, each a character and what it becomes.
func pairs(list string) map[rune]string {
	m := make(map[rune]string, strings.Count(list, " ")+1)
	for w := range strings.SplitSeq(list, " ") {
		r, n := utf8.DecodeRuneInString(w)
		m[r] = w[n:]
	}
	return m
}
