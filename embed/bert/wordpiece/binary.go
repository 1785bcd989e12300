package wordpiece

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// The serialised form, version 1. Integers are unsigned varints, strings have
// their length in front:
//
//	"LWWP" version flags maxChars prefix unknown cls sep
//	tokens, count and strings by id
//	added tokens, count and (id flags content) by id
//	CRC-32C of all that, 4 bytes, little endian
//
// Hash is the SHA-256 of this form; a change of it changes every hash.
const (
	magic   = "LWWP"
	version = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendBinary appends a compact, checksummed form of t to dst and returns
// the extended slice. Read reads it. Equal tokenizers have equal forms.
func (t *Tokenizer) AppendBinary(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, magic...)
	dst = append(dst, version, bits(t.cleanText, t.splitHan, t.stripAccents, t.lowercase))
	dst = binary.AppendUvarint(dst, uint64(t.maxChars))
	dst = appendString(dst, t.prefix)
	dst = appendString(dst, t.unknown)
	dst = binary.AppendUvarint(dst, uint64(t.cls))
	dst = binary.AppendUvarint(dst, uint64(t.sep))
	dst = binary.AppendUvarint(dst, uint64(len(t.tokens)))
	for _, tok := range t.tokens {
		dst = appendString(dst, tok)
	}
	dst = binary.AppendUvarint(dst, uint64(len(t.added)))
	for _, a := range t.added {
		dst = binary.AppendUvarint(dst, uint64(a.id))
		dst = append(dst, bits(a.singleWord, a.lstrip, a.rstrip, a.normalized, a.special))
		dst = appendString(dst, a.content)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func bits(list ...bool) (b byte) {
	for i, v := range list {
		if v {
			b |= 1 << i
		}
	}
	return b
}

// Read reads what AppendBinary wrote, all of b. It copies what it keeps.
func Read(b []byte) (*Tokenizer, error) {
	s, err := parseBinary(b)
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: read tokenizer: %w", err)
	}
	t, err := newTokenizer(s)
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: read tokenizer: %w", err)
	}
	return t, nil
}

// parseBinary checks the frame of b and reads the settings in it.
func parseBinary(b []byte) (settings, error) {
	if len(b) < len(magic)+1+4 || string(b[:len(magic)]) != magic {
		return settings{}, fmt.Errorf("%d bytes that do not begin with %q", len(b), magic)
	}
	if v := b[len(magic)]; v != version {
		return settings{}, fmt.Errorf("format version is %d, expected %d", v, version)
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if got := crc32.Checksum(body, castagnoli); got != sum {
		return settings{}, fmt.Errorf("checksum is %08x, expected %08x", got, sum)
	}
	r := reader{rest: string(body[len(magic)+1:])}
	var s settings
	f := r.flags(4)
	s.cleanText, s.splitHan, s.stripAccents, s.lowercase = f&1 != 0, f&2 != 0, f&4 != 0, f&8 != 0
	s.maxChars = int(r.uint(1 << 20))
	s.prefix, s.unknown = r.string(), r.string()
	s.cls, s.sep = int32(r.uint(2*maxTokens)), int32(r.uint(2*maxTokens))
	s.tokens = make([]string, r.count())
	for i := range s.tokens {
		s.tokens[i] = r.string()
	}
	s.added = make([]addedToken, r.count())
	for i := range s.added {
		a := &s.added[i]
		a.id = int32(r.uint(2 * maxTokens))
		f := r.flags(5)
		a.singleWord, a.lstrip, a.rstrip, a.normalized, a.special = f&1 != 0, f&2 != 0, f&4 != 0, f&8 != 0, f&16 != 0
		a.content = r.string()
		if i > 0 && a.id <= s.added[i-1].id {
			r.bad = true
		}
	}
	if r.bad || r.rest != "" {
		return settings{}, errors.New("checksum is right, but a value is out of range")
	}
	return s, nil
}

// A reader takes values off a string. After the first bad one all are zero.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) byte() byte {
	if r.bad || r.rest == "" {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

// flags reads a byte of which the lowest n bits may be set.
func (r *reader) flags(n int) byte {
	b := r.byte()
	if b>>n != 0 {
		r.bad = true
	}
	return b
}

// uint reads a varint of at most limit, in its shortest form.
func (r *reader) uint(limit uint64) uint64 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if v > limit || b == 0 && shift > 0 {
				break
			}
			return v
		}
	}
	r.bad = true
	return 0
}

func (r *reader) string() string {
	n := int(r.uint(maxTokenLen))
	if n > len(r.rest) {
		r.bad = true
	}
	if r.bad {
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// count reads how many values follow; each takes a byte at least.
func (r *reader) count() int {
	n := int(r.uint(maxTokens))
	if n > len(r.rest) {
		r.bad = true
		return 0
	}
	return n
}
