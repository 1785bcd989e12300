package wordpiece

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/likewise-go/likewise/embed"
)

// A verdict collects the first reason why a text is not readable. A nil
// verdict asks nothing; its methods do nothing.
type verdict struct {
	t      *Tokenizer
	reason string
	piece  string
	run    int  // letters of scripts that the vocabulary spells
	base   rune // what a mark would stand on
}

// Readable reports whether the model can tell text apart from every other:
// nil, or the error that EncodeReadable would return.
func (t *Tokenizer) Readable(text string) error {
	var buf [128]int32
	_, err := t.EncodeReadable(buf[:0], text)
	return err
}

// EncodeReadable is Encode with a judgement of the result. The ids are the
// same; the error is nil, or it wraps [embed.ErrUnreadable] and names the
// first piece of the text that the ids do not stand for:
//
//   - a word that became the unknown token: an emoji, a character without a
//     token, a word of more characters than the model takes;
//   - a character that was removed although it means something: U+FFFD (and
//     invalid UTF-8), private use, an accent that is not on a letter, a
//     stroke through a character (so that "≠" never reads as "=");
//   - two letters in a row of a script that the vocabulary only spells, see
//     below; a single letter, as in a formula, is fine;
//   - a special token such as "[SEP]" in the text, which the model would take
//     for a sign and not for a word;
//   - nothing at all between [CLS] and [SEP].
//
// Letters that lose case or accent, and control and zero-width characters
// that vanish, are the model's own idea of sameness and stay readable.
//
// A script counts as read when the vocabulary has at least 200 tokens of two
// or more letters in it; Han also with 2,000 single characters, Hangul with
// 1,000. For comparison: bert-base-uncased has 26,461 such tokens in Latin,
// 8 in Cyrillic, 4 in Greek, 2 in Arabic and none in any other script, with
// 244 Han characters.
func (t *Tokenizer) EncodeReadable(dst []int32, text string) ([]int32, error) {
	v := verdict{t: t, base: ' '}
	start := len(dst)
	dst = append(dst, t.cls)
	dst = t.appendIDs(dst, text, &v)
	dst = append(dst, t.sep)
	if v.reason == "" && len(dst) == start+2 {
		v.set("no word in", beginning(text))
	}
	if v.reason != "" {
		return dst, fmt.Errorf("likewise/wordpiece: %w: %s %q", embed.ErrUnreadable, v.reason, v.piece)
	}
	return dst, nil
}

func (v *verdict) set(reason, piece string) {
	if v.reason == "" {
		v.reason, v.piece = reason, piece
	}
}

// segment begins a part of the text that is normalised for itself.
func (v *verdict) segment() {
	if v != nil {
		v.run, v.base = 0, ' '
	}
}

func (v *verdict) unknown(word []byte) {
	if v != nil {
		v.set("no token for", string(word))
	}
}

func (v *verdict) tooLong(word []byte, limit int) {
	if v != nil && v.reason == "" {
		v.set(fmt.Sprintf("more than %d characters in the word that begins with", limit), beginning(string(word)))
	}
}

func (v *verdict) added(a *addedToken) {
	if v != nil && a.special {
		v.set("special token", a.content)
	}
}

// dropped is told of a removed character. Control (Cc) and format (Cf)
// characters are nothing to read.
func (v *verdict) dropped(r rune) {
	if v != nil && (r == utf8.RuneError || !unicode.In(r, unicode.Cc, unicode.Cf)) {
		v.set("meaning lost with the removed character", string(r))
	}
}

// ascii is told of an ASCII character that stays.
func (v *verdict) ascii(c byte) {
	if v == nil {
		return
	}
	v.base = rune(c)
	if c|0x20 < 'a' || 'z' < c|0x20 || v.t.scripts.latin {
		v.run = 0
		return
	}
	v.letter(rune(c))
}

// character is told of any other character that stays, before it is folded.
func (v *verdict) character(r rune, cl class, strip bool) {
	if cl&mark != 0 {
		if strip && !unicode.Is(unicode.Variation_Selector, r) && (overlay(r) || !v.keeps(v.base)) {
			v.set("meaning lost with the mark on", string([]rune{v.base, r}))
		}
		return
	}
	if strip && cl&accented != 0 && !v.keeps(r) {
		if unicode.IsLetter(r) {
			v.spelled(r)
		}
		v.set("meaning lost with the mark on", string(r))
	}
	v.base = r
	switch {
	case !unicode.IsLetter(r):
		if !unicode.IsMark(r) {
			v.run = 0
		}
	case v.t.scripts.reads(r):
		v.run = 0
	default:
		v.letter(r)
	}
}

// beginning returns the first characters of a text, for an error message.
func beginning(text string) string {
	n := 0
	for i := range text {
		if n == 20 {
			return text[:i]
		}
		n++
	}
	return text
}

// letter counts a letter of a script that the vocabulary does not read.
func (v *verdict) letter(r rune) {
	v.run++
	if _, _, _, ok := jamo(r); ok {
		v.run++ // a Hangul syllable is two letters at least
	}
	if v.run >= 2 {
		v.spelled(r)
	}
}

// spelled is the verdict on a script of which there are only letters.
func (v *verdict) spelled(r rune) {
	if v.reason == "" {
		v.set("no words, only letters, in the script "+scriptOf(r)+" of", string(r))
	}
}

// keeps reports whether r stays what it is without its accents.
func (v *verdict) keeps(r rune) bool {
	return unicode.IsLetter(r) && v.t.scripts.reads(r)
}

// overlay reports whether r is a mark that strikes its base out.
func overlay(r rune) bool {
	switch {
	case 0x334 <= r && r <= 0x338, r == 0x20D2, r == 0x20D3, 0x20D8 <= r && r <= 0x20DA,
		r == 0x20E5, r == 0x20E6, r == 0x20EA, r == 0x20EB:
		return true
	}
	return false
}
