package guard

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxBytes is how much of a text is read for facts: more than any model's
// window holds, so that what lies behind is never compared by meaning.
const maxBytes = 1 << 15

// token is a word, a number or an operator of a text. Tokens live in pooled
// memory while a text is read; what outlives them are marks and hashes.
type token struct {
	lo, hi int32  // its bytes
	raw    uint32 // hash of its letters, folded to lower case without accents
	hash   uint32 // hash of its stem: what two spellings of a word share
	lex    *entry // what the lexicon says about it; never nil
	val    float64
	flags  tokenFlags
	first  byte // first letter, folded
	prev   byte // the byte before it, 0 at the start
	next   byte // the byte after it, 0 at the end
}

type tokenFlags uint32

const (
	isNumber tokenFlags = 1 << iota
	isWord
	isSymbol
	isCapital // begins with a capital
	isUpper   // two or more letters, all capital
	isMixed   // a capital after a small letter
	isStart   // first of a sentence
	isGlued   // no space before it
	inCode    // between backticks
	inQuote   // between quotation marks
	inIdent   // part of an identifier, path, URL, ...
	inPhrase  // spoken for by the phrase that an earlier token begins
	isCommon  // an everyday word
	isTaken   // a number that some reader has read
	isOrdinal // 1st, 2nd, ...
	isRate    // stands after "per", "a", "each" or a slash
	isVersion // 1.2.3
	isClock   // 17:30
	isCited   // within a quotation so long that the text is not about its words
)

func (t *token) is(f tokenFlags) bool { return t.flags&f != 0 }

// span is a stretch of tokens with its bytes.
type span struct {
	kind   markKind
	from   int // first token
	to     int // one behind the last
	lo, hi int32
}

// scanner splits a text. It is pooled.
type scanner struct {
	text  string
	toks  []token
	spans []span // quotes, code, identifiers
	marks []mark
	words []uint32
	start bool // the next word begins a sentence
	code  int  // end of the code span being read, 0: none
	quote int  // end of the quotation being read
	ident int  // end of the identifier being read
	open  [3]int
	close [2]int // where the last quotation's and the last code span's closing marks stand
	fold  []byte
}

var scanners = sync.Pool{New: func() any { return &scanner{fold: make([]byte, 0, 64)} }}

func (s *scanner) reset(text string) {
	*s = scanner{text: text, toks: s.toks[:0], spans: s.spans[:0], marks: s.marks[:0],
		words: s.words[:0], fold: s.fold[:0], start: true, close: [2]int{-1, -1}}
}

// scan fills s.toks and s.spans.
func (s *scanner) scan() {
	for i := 0; i < len(s.text); {
		s.leave(i)
		c := s.text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '\n':
			s.start = true
			i++
		case c == '`':
			i = s.backticks(i)
		case s.opensQuote(i):
			i = s.openQuote(i)
		default:
			i = s.chunk(i)
		}
	}
	s.leave(len(s.text) + 1)
}

// leave ends the spans that end at or before byte i.
func (s *scanner) leave(i int) {
	for _, e := range [...]struct {
		end  *int
		span int
	}{{&s.ident, s.open[0]}, {&s.quote, s.open[1]}, {&s.code, s.open[2]}} {
		if *e.end != 0 && i >= *e.end {
			*e.end = 0
			s.spans[e.span].to = len(s.toks)
		}
	}
}

func (s *scanner) enter(kind markKind, which int, end *int, lo, hi int) {
	s.open[which] = len(s.spans)
	s.spans = append(s.spans, span{kind: kind, from: len(s.toks), lo: int32(lo), hi: int32(hi)})
	*end = hi
}

// backticks begins a code span at a run of backticks, if the same run closes
// it further on.
func (s *scanner) backticks(i int) int {
	n := 1
	for i+n < len(s.text) && s.text[i+n] == '`' {
		n++
	}
	if s.code != 0 || i == s.close[1] {
		return i + n
	}
	run := s.text[i : i+n]
	for j := i + n; j+n <= len(s.text); j++ {
		if s.text[j:j+n] == run {
			s.quote = 0
			s.enter(markCode, 2, &s.code, i+n, j)
			s.close[1] = j
			break
		}
	}
	return i + n
}

// quotes are the pairs of quotation marks.
var quotes = [...]struct{ open, close string }{
	{"\"", "\""}, {"\u201c", "\u201d"}, {"\u201e", "\u201c"}, {"\u00ab", "\u00bb"}, {"\u2018", "\u2019"}, {"'", "'"}, {"``", "''"},
}

func (s *scanner) opensQuote(i int) bool {
	c := s.text[i]
	if c != '"' && c != '\'' && c != 0xe2 && c != 0xc2 || s.quote != 0 || s.code != 0 || i == s.close[0] {
		return false
	}
	_, _, ok := s.quotation(i)
	return ok
}

// quotation returns the bytes within the quotation that opens at byte i. An
// opening mark follows a space or a bracket, a closing one is followed by no
// letter: the apostrophes of "don't" and "James' car" are neither.
func (s *scanner) quotation(i int) (lo, hi int, ok bool) {
	if i > 0 && isWordByte(s.text[i-1]) {
		return 0, 0, false
	}
	for _, q := range quotes {
		if len(s.text)-i < len(q.open) || s.text[i:i+len(q.open)] != q.open {
			continue
		}
		lo = i + len(q.open)
		if lo >= len(s.text) || s.text[lo] == ' ' {
			return 0, 0, false
		}
		for j := lo + 1; j+len(q.close) <= len(s.text); j++ {
			if s.text[j] == '\n' && q.close == "'" {
				break
			}
			if s.text[j:j+len(q.close)] != q.close || s.text[j-1] == ' ' || s.text[j-1] == '\\' {
				continue
			}
			end := j + len(q.close)
			if q.close != "\"" && end < len(s.text) && isWordByte(s.text[end]) {
				continue
			}
			return lo, j, true
		}
	}
	return 0, 0, false
}

func (s *scanner) openQuote(i int) int {
	lo, hi, _ := s.quotation(i)
	s.enter(markQuote, 1, &s.quote, lo, hi)
	s.close[0] = hi
	s.start = true
	return lo
}

// chunk reads one token at byte i, or opens the identifier that begins there.
func (s *scanner) chunk(i int) int {
	if s.ident == 0 && s.atBoundary(i) {
		if end := technical(s.text, i); end > i {
			if s.known(i, end) {
				return end
			}
			s.enter(markIdent, 0, &s.ident, i, end)
		}
	}
	c := s.text[i]
	switch {
	case c >= '0' && c <= '9', c == '.' && i+1 < len(s.text) && isDigit(s.text[i+1]) && s.atBoundary(i):
		return s.number(i)
	case isWordByte(c):
		return s.word(i)
	}
	return s.symbol(i)
}

// known pushes a word with a dot or digit in it that the lexicon has, such as
// Node.js.
func (s *scanner) known(i, end int) bool {
	if end-i > 12 || end > s.limit() {
		return false
	}
	s.fold = s.fold[:0]
	for _, c := range []byte(s.text[i:end]) {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		s.fold = append(s.fold, c)
	}
	if lexicon().table.get(hashBytes(s.fold)) == nil {
		return false
	}
	t := token{lo: int32(i), hi: int32(end), flags: isWord | isCapital}
	if s.start {
		t.flags |= isStart
		s.start = false
	}
	lookUp(&t, s.fold)
	s.push(t)
	return true
}

func (s *scanner) atBoundary(i int) bool {
	if i == 0 {
		return true
	}
	switch s.text[i-1] {
	case ' ', '\t', '\n', '\r', '(', '[', '{', '"', '\'', '`', '<', '=', ',':
		return true
	}
	return s.text[i-1] >= 0x80 && !isWordByte(s.text[i-1])
}

func (s *scanner) limit() int {
	end := len(s.text)
	for _, e := range [...]int{s.code, s.quote, s.ident} {
		if e != 0 {
			end = min(end, e)
		}
	}
	return end
}

func (s *scanner) push(t token) {
	t.prev, t.next = s.byteAt(int(t.lo)-1), s.byteAt(int(t.hi))
	if t.prev != 0 && t.prev != ' ' && t.prev != '\n' && t.prev != '\t' {
		t.flags |= isGlued
	}
	if s.code != 0 {
		t.flags |= inCode
	}
	if s.quote != 0 {
		t.flags |= inQuote
	}
	if s.ident != 0 {
		t.flags |= inIdent
	}
	if t.lex == nil {
		t.lex = &unknown
	}
	s.toks = append(s.toks, t)
}

func (s *scanner) byteAt(i int) byte {
	if i < 0 || i >= len(s.text) {
		return 0
	}
	return s.text[i]
}

// word reads letters, and the digits and apostrophes between them.
func (s *scanner) word(i int) int {
	end := s.limit()
	fold := s.fold[:0]
	t := token{lo: int32(i), flags: isWord}
	upper, lower, letters := 0, 0, 0
	j := i
	for j < end {
		c := s.text[j]
		if c < 0x80 {
			switch {
			case c >= 'a' && c <= 'z':
				lower++
				fold = append(fold, c)
			case c >= 'A' && c <= 'Z':
				if letters == 0 {
					t.flags |= isCapital
				} else if lower > 0 {
					t.flags |= isMixed
				}
				upper++
				fold = append(fold, c+'a'-'A')
			case c == '\'' && j > i && j+1 < end && isLetterByte(s.text[j+1]):
				fold = append(fold, c)
				j++
				continue
			default: // digits too: those of S3 are a number of their own
				goto done
			}
			letters++
			j++
			continue
		}
		r, n := utf8.DecodeRuneInString(s.text[j:end])
		if r == '\u2019' && j > i && j+n < end && isLetterByte(s.text[j+n]) {
			fold = append(fold, '\'')
			j += n
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		if unicode.IsUpper(r) {
			if letters == 0 {
				t.flags |= isCapital
			} else if lower > 0 {
				t.flags |= isMixed
			}
			upper++
		} else {
			lower++
		}
		fold = appendFolded(fold, r)
		letters++
		j += n
	}
done:
	s.fold = fold
	if len(fold) == 0 { // no letter after all, or accents alone
		_, n := utf8.DecodeRuneInString(s.text[i:])
		return max(j, i+n)
	}
	if letters >= 2 && lower == 0 {
		t.flags |= isUpper
	}
	t.hi = int32(j)
	if s.start {
		t.flags |= isStart
		s.start = false
	}
	j = s.special(&t, j, end)
	lookUp(&t, s.fold)
	s.push(t)
	return j
}

// special takes in the signs that belong to a few names: C#, F#, C++.
func (s *scanner) special(t *token, j, end int) int {
	if len(s.fold) != 1 || j >= end {
		return j
	}
	switch {
	case s.text[j] == '#' && (s.fold[0] == 'c' || s.fold[0] == 'f'):
		s.fold = append(s.fold, '#')
		j++
	case s.text[j] == '+' && j+1 < end && s.text[j+1] == '+' && s.fold[0] == 'c':
		s.fold = append(s.fold, '+', '+')
		j += 2
	}
	t.hi = int32(j)
	return j
}

// operators are read as one token each, the longest first.
var operators = [...]string{
	"===", "!==", "<=>", "**=", "//=", "<<=", ">>=", "...", "&&=", "||=", "??=",
	"=>", "->", "<-", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
	"**", "//", "<<", ">>", "::", ":=", "??", "?.", "=~", "!~", "..",
}

// symbol reads an operator, or passes over punctuation.
func (s *scanner) symbol(i int) int {
	end := s.limit()
	rest := s.text[i:end]
	if rest == "" {
		return i + 1
	}
	n := 0
	for _, op := range operators {
		if len(rest) < 2 || rest[1] == ' ' || isWordByte(rest[1]) {
			break // most punctuation
		}
		if len(rest) >= len(op) && rest[:len(op)] == op {
			n = len(op)
			break
		}
	}
	r := rune(rest[0])
	if n == 0 {
		r, n = utf8.DecodeRuneInString(rest)
	}
	switch r {
	case '?', '!', ';':
		if s.code == 0 && n == 1 {
			s.start = true
		}
	case '.', ':':
		if s.code == 0 && (i+1 >= len(s.text) || s.text[i+1] == ' ' || s.text[i+1] == '\n') {
			s.start = true
		}
	case '\u2022':
		s.start = true
	}
	if n > 1 && r < 0x80 || isOperator(r) || s.code != 0 {
		t := token{lo: int32(i), hi: int32(i + n), flags: isSymbol}
		t.raw = hashOperator(rest[:n])
		t.hash = t.raw
		s.push(t)
	}
	return i + n
}

func isOperator(r rune) bool {
	switch r {
	case '+', '-', '*', '/', '=', '<', '>', '^', '%', '&', '|', '~', '$', '#', '\u00a3', '\u20ac', '\u00a5', '\u20b9', '\u00d7', '\u00f7', '\u00b1', '\u2212', '\u2192', '\u2190',
		'\u21d2', '\u221a', '\u222b', '\u2211', '\u2264', '\u2265', '\u2260', '\u2248', '\u00b0', '\u00b2', '\u00b3', '\u00b7', '\u22c5',
		'(', ')', '[', ']', '{', '}', '!', '@', ',', '\u03c0', '\u221e', '\u00bd', '\u00bc', '\u00be', '\u2013', '\u2014':
		return true
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0xc3 && c != 0xe2 }

// isWordByte reports whether c may belong to a word: an ASCII letter or
// digit, or a byte of a letter beyond ASCII (all but general punctuation and
// the signs of Latin-1).
func isWordByte(c byte) bool { return isLetterByte(c) || isDigit(c) }
