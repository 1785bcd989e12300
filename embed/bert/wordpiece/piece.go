package wordpiece

import "unicode/utf8"

// appendWords splits normalised text into words and appends their ids.
func (t *Tokenizer) appendWords(dst []int32, norm []byte, v *verdict) []int32 {
	for start, stop := t.nextWord(norm, 0); start < stop; start, stop = t.nextWord(norm, stop) {
		dst = t.appendWord(dst, norm[start:stop], v)
	}
	return dst
}

// nextWord returns the bounds of the first word at or behind norm[i]; they are
// equal when there is none. White space separates words, every punctuation
// mark is a word of its own.
func (t *Tokenizer) nextWord(norm []byte, i int) (start, stop int) {
	for start = i; i < len(norm); {
		var cl class
		size := 1
		if c := norm[i]; c < utf8.RuneSelf {
			cl = t.ascii[c].class
		} else {
			var r rune
			r, size = utf8.DecodeRune(norm[i:])
			cl = classOf(r)
		}
		if cl&(space|punctuation) != 0 {
			if start < i {
				return start, i
			}
			if cl&space == 0 {
				return i, i + size
			}
			start = i + size
		}
		i += size
	}
	return start, len(norm)
}

// appendWord appends the ids of one word: the longest token that begins it,
// then the longest that continues it, and so on; or the unknown token.
func (t *Tokenizer) appendWord(dst []int32, word []byte, v *verdict) []int32 {
	if len(word) > t.maxChars && utf8.RuneCount(word) > t.maxChars {
		v.tooLong(word, t.maxChars)
		return append(dst, t.unkID)
	}
	begin := len(dst)
	pieces, longest := t.first, t.maxFirst
	for rest := word; len(rest) > 0; {
		id, n := longestPiece(pieces, rest, longest)
		if n == 0 {
			v.unknown(word)
			return append(dst[:begin], t.unkID)
		}
		dst = append(dst, id)
		rest = rest[n:]
		pieces, longest = t.rest, t.maxRest
	}
	if len(dst) == begin+1 && dst[begin] == t.unkID {
		v.unknown(word)
	}
	return dst
}

// longestPiece returns the id and the length of the longest piece that begins
// word, of at most longest bytes; length 0 when there is none.
func longestPiece(pieces map[string]int32, word []byte, longest int) (id int32, n int) {
	for n = min(len(word), longest); n > 0; n-- {
		if n < len(word) && !utf8.RuneStart(word[n]) {
			continue // inside a character
		}
		if id, ok := pieces[string(word[:n])]; ok {
			return id, n
		}
	}
	return 0, 0
}
