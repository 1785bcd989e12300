package wordpiece

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Tokenizer turns texts into token ids. It does not change after it is
// made, so it is safe for concurrent use.
type Tokenizer struct {
	settings
	first    map[string]int32 // pieces that may begin a word: every token
	rest     map[string]int32 // pieces that may continue one, without the prefix
	maxFirst int              // bytes of the longest key of first
	maxRest  int              // bytes of the longest key of rest
	unkID    int32
	raw      matcher // added tokens that stand for themselves
	folded   matcher // added tokens that match normalised text
	ascii    [utf8.RuneSelf]asciiByte
	scripts  coverage
	hash     [32]byte
	scratch  sync.Pool // of *scratch
}

// settings is all that decides the ids; the rest of a Tokenizer follows.
type settings struct {
	cleanText    bool
	splitHan     bool
	stripAccents bool
	lowercase    bool
	maxChars     int    // longer words are unknown
	prefix       string // of a token that continues a word
	unknown      string
	cls, sep     int32
	tokens       []string // by id; "" where the vocabulary has a gap
	added        []addedToken
}

// asciiByte is what happens to one ASCII character.
type asciiByte struct {
	to    byte // its normalised form
	class class
}

// limits on a vocabulary, so that a hostile file cannot ask for much memory.
const (
	maxTokens   = 1 << 22
	maxTokenLen = 1 << 12 // bytes
)

// newTokenizer checks s and makes the tables that follow from it.
func newTokenizer(s settings) (*Tokenizer, error) {
	t := &Tokenizer{settings: s, unkID: -1}
	if err := t.check(); err != nil {
		return nil, err
	}
	t.first = make(map[string]int32, len(s.tokens))
	t.rest = make(map[string]int32, len(s.tokens)/4)
	for i, tok := range s.tokens {
		if tok == "" {
			continue
		}
		if j, dup := t.first[tok]; dup {
			return nil, fmt.Errorf("token %q has the ids %d and %d, expected one", tok, j, i)
		}
		t.first[tok] = int32(i)
		t.maxFirst = max(t.maxFirst, len(tok))
		if r, ok := strings.CutPrefix(tok, s.prefix); ok && r != "" {
			t.rest[r] = int32(i)
			t.maxRest = max(t.maxRest, len(r))
		}
	}
	unk, ok := t.first[s.unknown]
	if !ok {
		return nil, fmt.Errorf("the vocabulary of %d tokens lacks its unknown token %q", len(s.tokens), s.unknown)
	}
	t.unkID = unk
	t.makeASCII()
	t.scratch.New = func() any { return new(scratch) }
	if err := t.makeMatchers(); err != nil {
		return nil, err
	}
	t.scripts = coverageOf(s.tokens, s.prefix)
	t.hash = sha256.Sum256(t.AppendBinary(nil))
	return t, nil
}

// check reports every setting that no tokenizer could have.
func (t *Tokenizer) check() error {
	var errs []error
	if n := len(t.tokens); n == 0 || n > maxTokens {
		errs = append(errs, fmt.Errorf("vocabulary of %d tokens, expected 1 to %d", n, maxTokens))
	}
	longest := len(t.prefix)
	for _, tok := range t.tokens {
		longest = max(longest, len(tok))
	}
	for _, a := range t.added {
		longest = max(longest, len(a.content))
	}
	if longest > maxTokenLen {
		errs = append(errs, fmt.Errorf("a token is %d bytes long, expected at most %d", longest, maxTokenLen))
	}
	if len(t.added) > maxTokens {
		errs = append(errs, fmt.Errorf("%d added tokens, expected at most %d", len(t.added), maxTokens))
	}
	if t.maxChars < 1 || t.maxChars > 1<<20 {
		errs = append(errs, fmt.Errorf("max_input_chars_per_word is %d, expected 1 to %d", t.maxChars, 1<<20))
	}
	for _, id := range []int32{t.cls, t.sep} {
		if id < 0 || int(id) >= t.Size() || t.Token(id) == "" {
			errs = append(errs, fmt.Errorf("special token has the id %d, but the vocabulary has %d tokens", id, t.Size()))
		}
	}
	return errors.Join(errs...)
}

// makeASCII tabulates what normalisation does to ASCII characters.
func (t *Tokenizer) makeASCII() {
	for i := range t.ascii {
		c := asciiByte{byte(i), classOf(rune(i)) & (drop | space | punctuation)}
		if t.cleanText {
			if c.class&space != 0 {
				c.to = ' '
			}
		} else {
			c.class &^= drop
		}
		if t.lowercase && 'A' <= i && i <= 'Z' {
			c.to = byte(i) + 'a' - 'A'
		}
		t.ascii[i] = c
	}
}

// Encode appends the ids of text to dst, between those of [CLS] and [SEP],
// and returns the extended slice. It allocates only to grow dst.
func (t *Tokenizer) Encode(dst []int32, text string) []int32 {
	dst = append(dst, t.cls)
	dst = t.appendIDs(dst, text, nil)
	return append(dst, t.sep)
}

// EncodePair appends [CLS] a [SEP] b [SEP] to ids and to types, for each id,
// the segment that it belongs to: 0 up to the first [SEP], 1 behind it.
func (t *Tokenizer) EncodePair(ids, types []int32, a, b string) ([]int32, []int32) {
	start := len(ids)
	ids = t.Encode(ids, a)
	for range ids[start:] {
		types = append(types, 0)
	}
	start = len(ids)
	ids = append(t.appendIDs(ids, b, nil), t.sep)
	for range ids[start:] {
		types = append(types, 1)
	}
	return ids, types
}

// Size is one more than the largest id.
func (t *Tokenizer) Size() int {
	n := len(t.tokens)
	for _, a := range t.added {
		n = max(n, int(a.id)+1)
	}
	return n
}

// Token returns the token with this id, or "" where there is none.
func (t *Tokenizer) Token(id int32) string {
	for _, a := range t.added {
		if a.id == id {
			return a.content
		}
	}
	if id < 0 || int(id) >= len(t.tokens) {
		return ""
	}
	return t.tokens[id]
}

// Hash is the SHA-256 of everything that decides the ids. Tokenizers with the
// same hash give the same ids for every text, whichever files they came from.
func (t *Tokenizer) Hash() [32]byte { return t.hash }
