package wordpiece

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many tokens make a vocabulary read a script: see EncodeReadable.
const (
	minWords  = 200  // tokens of two or more letters, in any script
	minHan    = 2000 // tokens of one character
	minHangul = 1000
)

// coverage is the set of scripts that a vocabulary reads. The scripts are
// Go's: they decide no id, and a character that Go does not know yet is in no
// script that is read.
type coverage struct {
	latin  bool
	tables []*unicode.RangeTable // Common and Inherited always; the rest read
}

// coverageOf counts the tokens of every script.
func coverageOf(tokens []string, prefix string) coverage {
	words := make(map[string]int)
	singles := make(map[string]int)
	latin := 0
	for _, tok := range tokens {
		if w := strings.TrimPrefix(tok, prefix); len(w) > 1 && asciiLetters(w) {
			latin++ // the usual case, without a look into the tables
			continue
		}
		if r, size := utf8.DecodeRuneInString(tok); size == len(tok) {
			singles[scriptOf(r)]++
			continue
		}
		if w, ok := strings.CutPrefix(tok, prefix); ok && w != "" {
			tok = w
		}
		if script, n := letters(tok); n > 1 {
			words[script]++
		}
	}
	words["Latin"] += latin
	read := map[string]bool{"Common": true, "Inherited": true}
	for script, n := range words {
		read[script] = read[script] || n >= minWords
	}
	read["Han"] = read["Han"] || singles["Han"] >= minHan
	read["Hangul"] = read["Hangul"] || singles["Hangul"] >= minHangul
	c := coverage{latin: read["Latin"]}
	if c.latin {
		c.tables = append(c.tables, unicode.Latin) // looked up first
	}
	for script, ok := range read {
		if ok && script != "Latin" && unicode.Scripts[script] != nil {
			c.tables = append(c.tables, unicode.Scripts[script])
		}
	}
	return c
}

// asciiLetters reports whether s has only letters from A to Z.
func asciiLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || 'z' < c {
			return false
		}
	}
	return true
}

// letters returns the script of a word and how many letters it has; none when
// it is not all letters and marks of one script.
func letters(word string) (script string, n int) {
	for _, r := range word {
		switch {
		case unicode.IsMark(r):
		case !unicode.IsLetter(r):
			return "", 0
		default:
			s := scriptOf(r)
			if n > 0 && s != script {
				return "", 0
			}
			script = s
			n++
		}
	}
	return script, n
}

// reads reports whether the vocabulary reads the script of r.
func (c *coverage) reads(r rune) bool {
	return unicode.In(r, c.tables...)
}

// scriptOf names the script of r, as in [unicode.Scripts].
func scriptOf(r rune) string {
	switch {
	case 'a' <= r|0x20 && r|0x20 <= 'z', unicode.Is(unicode.Latin, r):
		return "Latin"
	case unicode.Is(unicode.Common, r):
		return "Common"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return "Unknown"
}
