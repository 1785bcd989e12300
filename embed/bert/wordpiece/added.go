package wordpiece

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// An addedToken is a token that is looked for in the text itself, before it
// is split into words.
type addedToken struct {
	id         int32
	content    string
	singleWord bool // only where no word character touches it
	lstrip     bool // takes the white space before it along
	rstrip     bool // takes the white space behind it along
	normalized bool // looked for in normalised text, in normalised form
	special    bool // a sign for the model, not a word
}

// A matcher finds added tokens: the leftmost, and of those the longest.
type matcher struct {
	byFirst [256][]pattern // longest first
	some    bool
}

type pattern struct {
	text  string
	token *addedToken
}

// A match is an added token and the part of the text that it takes.
type match struct {
	start, stop int
	next        int // where to look for the next one
	token       *addedToken
}

// makeMatchers fills t.raw and t.folded.
func (t *Tokenizer) makeMatchers() error {
	for i := range t.added {
		a := &t.added[i]
		m, text := &t.raw, a.content
		if a.normalized {
			var s scratch
			t.normalize(&s, text, nil)
			m, text = &t.folded, string(s.norm)
		}
		if text == "" {
			continue // nothing is left of it to look for
		}
		list := &m.byFirst[text[0]]
		for _, p := range *list {
			if p.text == text {
				return fmt.Errorf("added tokens %d (%q) and %d (%q) match the same text", p.token.id, p.token.content, a.id, a.content)
			}
		}
		*list = append(*list, pattern{text, a})
		slices.SortStableFunc(*list, func(a, b pattern) int { return cmp.Compare(len(b.text), len(a.text)) })
		m.some = true
	}
	return nil
}

// nextMatch returns the first added token at or behind text[from]. Without one
// it reports false and a match that starts at the end. A match may begin with
// white space that the one before it has taken.
func nextMatch[T string | []byte](m *matcher, text T, from int) (match, bool) {
	if !m.some {
		return match{start: len(text)}, false
	}
	for i := from; i < len(text); {
		p := longestAt(m, text, i)
		if p == nil {
			i++
			continue
		}
		next := i + len(p.text)
		if p.token.singleWord && (wordBefore(text, i) || wordAt(text, next)) {
			i = next
			continue
		}
		start, stop := i, next
		if p.token.lstrip {
			start = trimLeft(text, start)
		}
		if p.token.rstrip {
			stop = trimRight(text, stop)
		}
		return match{start, stop, next, p.token}, true
	}
	return match{start: len(text)}, false
}

// longestAt returns the longest pattern that begins at text[i], or nil.
func longestAt[T string | []byte](m *matcher, text T, i int) *pattern {
	list := m.byFirst[text[i]]
	for k := range list {
		p := &list[k]
		if n := len(p.text); n <= len(text)-i && string(text[i:i+n]) == p.text {
			return p
		}
	}
	return nil
}

// before decodes the character that ends at text[i]; size 0 at the beginning.
func before[T string | []byte](text T, i int) (r rune, size int) {
	return utf8.DecodeLastRuneInString(string(text[max(0, i-utf8.UTFMax):i]))
}

// after decodes the character that begins at text[i]; size 0 at the end.
func after[T string | []byte](text T, i int) (r rune, size int) {
	return utf8.DecodeRuneInString(string(text[i:min(len(text), i+utf8.UTFMax)]))
}

func wordBefore[T string | []byte](text T, i int) bool {
	r, n := before(text, i)
	return n > 0 && classOf(r)&wordly != 0
}

func wordAt[T string | []byte](text T, i int) bool {
	r, n := after(text, i)
	return n > 0 && classOf(r)&wordly != 0
}

func trimLeft[T string | []byte](text T, i int) int {
	for {
		r, n := before(text, i)
		if n == 0 || classOf(r)&space == 0 {
			return i
		}
		i -= n
	}
}

func trimRight[T string | []byte](text T, i int) int {
	for {
		r, n := after(text, i)
		if n == 0 || classOf(r)&space == 0 {
			return i
		}
		i += n
	}
}
