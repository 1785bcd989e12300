package wordpiece

import (
	"slices"
	"unicode/utf8"
)

// scratch is what one call needs besides its result.
type scratch struct {
	norm    []byte // the normalised text
	waiting []rune // characters that wait for their canonical order
}

// maxKeep bounds the scratch memory (bytes) that is kept for the next call.
const maxKeep = 1 << 16

// appendIDs appends the ids of text without [CLS] and [SEP]. When v is not
// nil it learns whether the text is readable.
func (t *Tokenizer) appendIDs(dst []int32, text string, v *verdict) []int32 {
	s := t.scratch.Get().(*scratch)
	for from, done := 0, 0; done < len(text); {
		m, ok := nextMatch(&t.raw, text, from)
		if done < m.start {
			dst = t.appendSegment(dst, text[done:m.start], s, v)
		}
		if !ok {
			break
		}
		dst = append(dst, m.token.id)
		v.added(m.token)
		from, done = m.next, m.stop
	}
	if cap(s.norm) <= maxKeep && cap(s.waiting) <= maxKeep/4 {
		t.scratch.Put(s)
	}
	return dst
}

// appendSegment appends the ids of a text without literal added tokens.
func (t *Tokenizer) appendSegment(dst []int32, text string, s *scratch, v *verdict) []int32 {
	t.normalize(s, text, v)
	for from, done := 0, 0; done < len(s.norm); {
		m, ok := nextMatch(&t.folded, s.norm, from)
		if done < m.start {
			dst = t.appendWords(dst, s.norm[done:m.start], v)
		}
		if !ok {
			break
		}
		dst = append(dst, m.token.id)
		v.added(m.token)
		from, done = m.next, m.stop
	}
	return dst
}

// normalize sets s.norm to the normalised form of text.
func (t *Tokenizer) normalize(s *scratch, text string, v *verdict) {
	s.norm, s.waiting = s.norm[:0], s.waiting[:0]
	v.segment()
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			i++
			a := t.ascii[c]
			if a.class&drop != 0 {
				continue
			}
			if len(s.waiting) > 0 {
				t.flush(s)
			}
			s.norm = append(s.norm, a.to)
			v.ascii(c)
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		t.character(s, r, v)
	}
	t.flush(s)
}

// character cleans and folds one character that is not ASCII.
func (t *Tokenizer) character(s *scratch, r rune, v *verdict) {
	cl := classOf(r)
	if t.cleanText {
		if cl&drop != 0 {
			v.dropped(r)
			return
		}
		if cl&space != 0 {
			r, cl = ' ', space
		}
	}
	if v != nil {
		v.character(r, cl, t.stripAccents)
	}
	if t.splitHan && isHan(r) {
		t.emit(s, ' ', 0)
		t.fold(s, r, cl)
		t.emit(s, ' ', 0)
		return
	}
	t.fold(s, r, cl)
}

// fold decomposes r and strips its accents if the model wants that.
func (t *Tokenizer) fold(s *scratch, r rune, cl class) {
	if !t.stripAccents {
		t.emit(s, r, 0)
		return
	}
	if cl&(mark|decomposes) != 0 && cl&reorders == 0 {
		t.flush(s) // it goes, but nothing moves across it
	}
	if cl&mark != 0 {
		return
	}
	if l, v, tail, ok := jamo(r); ok {
		t.emit(s, l, 0)
		t.emit(s, v, 0)
		if tail != 0 {
			t.emit(s, tail, 0)
		}
		return
	}
	if cl&decomposes == 0 {
		t.emit(s, r, cl&reorders)
		return
	}
	for _, d := range unicodeTables().bare[r] {
		t.emit(s, d, classOf(d)&reorders)
	}
}

// emit appends r, lowered if the model wants that. A character with a
// canonical combining class waits for its neighbours of that kind: they are
// sorted by class before they are written.
func (t *Tokenizer) emit(s *scratch, r rune, cl class) {
	if cl != 0 {
		s.waiting = append(s.waiting, r)
		return
	}
	t.flush(s)
	t.write(s, r)
}

func (t *Tokenizer) flush(s *scratch) {
	if len(s.waiting) == 0 {
		return
	}
	if len(s.waiting) > 1 {
		slices.SortStableFunc(s.waiting, func(a, b rune) int {
			return int(unicodeTables().order[a]) - int(unicodeTables().order[b])
		})
	}
	for _, r := range s.waiting {
		t.write(s, r)
	}
	s.waiting = s.waiting[:0]
}

func (t *Tokenizer) write(s *scratch, r rune) {
	if t.lowercase {
		if l, ok := unicodeTables().lower[r]; ok {
			s.norm = append(s.norm, l...)
			return
		}
	}
	s.norm = utf8.AppendRune(s.norm, r)
}
