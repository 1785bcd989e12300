package guard

import (
	"slices"
	"strings"
)

// Version changes whenever a rule, a word list or the encoding of [Facts]
// changes. A calibration is bound to it, and [Decode] refuses another one's
// facts.
const Version = 4

// Facts are what two texts are compared by: their words as hashes, and their
// marks, the pieces that a paraphrase may not change. The zero value is that
// of an empty text.
type Facts struct {
	text     string   // the marks' pieces are slices of it
	seq      []uint32 // every word and number in order: see packWord
	set      []uint32 // the words that carry meaning, sorted, each once
	marks    []mark   // by kind, in order
	english  bool
	corrects bool // a spoken text that takes words back: "in May, no, in June"
	volatile piece
	personal piece
}

// Veto is a disagreement of two texts that no paraphrase would make.
type Veto struct {
	Rule string // a name from Rules
	A, B string // the pieces of the first and the second text; "" where one has none
}

// String returns one readable phrase, as: number: "five" against "10".
func (v Veto) String() string {
	switch {
	case v.A == "":
		return v.Rule + ": " + quoted(v.B) + " in the second text alone"
	case v.B == "":
		return v.Rule + ": " + quoted(v.A) + " in the first text alone"
	}
	return v.Rule + ": " + quoted(v.A) + " against " + quoted(v.B)
}

func quoted(s string) string {
	if strings.ContainsRune(s, '"') {
		return "`" + s + "`"
	}
	return `"` + s + `"`
}

// Extract returns the facts of a text. They hold on to the text's memory.
func Extract(text string) Facts {
	s := scanners.Get().(*scanner)
	f := Facts{text: text}
	if len(text) > maxBytes {
		text = text[:maxBytes]
	}
	s.reset(text)
	s.scan()
	f.english = isEnglish(s.toks)
	f.volatile, f.personal = moment(s.toks) // before a phrase takes words together
	f.corrects = corrects(s.toks)
	findPhrases(s.toks)
	s.read()
	f.seq = make([]uint32, 0, len(s.toks)*2)
	for i := range s.toks {
		f.seq = append(f.seq, packWord(&s.toks[i]))
	}
	f.index()
	slices.SortStableFunc(s.marks, func(a, b mark) int { return int(a.kind) - int(b.kind) })
	f.marks = slices.Clone(s.marks)
	f.readOn(s)
	s.text = ""
	scanners.Put(s)
	return f
}

// readOn looks for what makes a very long text one of the moment or of the
// asker behind what is read for the rest, in stretches that overlap.
func (f *Facts) readOn(s *scanner) {
	for at := maxBytes; at < len(f.text) && (f.volatile == (piece{}) || f.personal == (piece{})); at += maxBytes {
		from := strings.LastIndexByte(f.text[at-64:at], ' ') + at - 64 + 1
		s.reset(f.text[from:min(len(f.text), at+maxBytes)])
		s.scan()
		volatile, personal := moment(s.toks)
		if f.volatile == (piece{}) {
			f.volatile = volatile.shift(from)
		}
		if f.personal == (piece{}) {
			f.personal = personal.shift(from)
		}
	}
}

// A word of a sequence: a bit that says whether it carries meaning, its first
// letter (5 bits) for acronyms, and 26 bits of its stem's hash. An operator,
// and what an earlier word's phrase speaks for, is 0.
const (
	meaningBit = 1 << 31
	hashMask   = 1<<26 - 1
)

func packWord(t *token) uint32 {
	if t.is(isSymbol | inPhrase) {
		return 0
	}
	w := t.hash & hashMask
	if t.first >= 'a' && t.first <= 'z' {
		w |= uint32(t.first-'a'+1) << 26
	}
	if t.meaning() && !t.is(isCited) {
		w |= meaningBit
	}
	return w
}

// meaning reports whether a token says what the text is about.
func (t *token) meaning() bool {
	return t.is(isWord) && !t.is(inPhrase|isTaken) && t.lex.class&(function|negator) == 0
}

// index fills set from seq, in the second half of the same memory.
func (f *Facts) index() {
	n := len(f.seq)
	all := f.seq
	for _, w := range f.seq {
		if w&meaningBit != 0 {
			all = append(all, w&hashMask)
		}
	}
	set := all[n:]
	slices.Sort(set)
	f.seq, f.set = all[:n:n], slices.Compact(set)
}

// English reports whether the text is recognisably English. The rules read no
// other language: a text that is not is to be served by the exact step alone.
func (f *Facts) English() bool { return f.english }

// Volatile returns the words that make the text a question of the moment at
// which it is asked ("today", "latest"), or "".
func (f *Facts) Volatile() string { return f.volatile.of(f.text) }

// Personal returns the word that makes the text a question of its asker
// ("my", "our"), or "".
func (f *Facts) Personal() string { return f.personal.of(f.text) }

// Compare appends to dst what keeps a text with facts b from being a
// paraphrase of one with facts a, at most one veto for each rule in the order
// of [Rules], and returns it. The order of a and b decides only which piece
// stands in A.
func Compare(a, b *Facts, dst []Veto) []Veto {
	if a.text == b.text {
		return dst
	}
	p := newPair(a, b)
	for i := range rules {
		r := &rules[i]
		if disabled != nil && disabled[r.Name] {
			continue
		}
		x, y, differ := r.differ(p)
		if !differ && p.nswaps > 0 && r.other != nil {
			x, y, differ = p.replaced(r.kinds, r.other)
		}
		if differ {
			dst = append(dst, Veto{r.Name, x.of(a.text), y.of(b.text)})
		}
	}
	return dst
}

// disabled names the rules that a mutation test has switched off.
var disabled map[string]bool
