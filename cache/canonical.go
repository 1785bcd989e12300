package cache

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/likewise-go/likewise/cache/guard"
	"github.com/likewise-go/likewise/storage"
)

// ErrBadQuery reports a query that cannot be looked up or stored: text that
// is empty or not UTF-8, or a scope field that is not JSON.
var ErrBadQuery = errors.New("bad query")

// question is a query with its identity: key is the SHA-256 of the canonical
// JSON of scope and text.
type question struct {
	Query
	key    storage.Key
	scope  [32]byte // see partition
	policy Policy
	from   string // where the policy's threshold came from
	vec    []float32
	epoch  uint64       // of the cache, when the question came
	facts  *guard.Facts // see look
}

// look returns what the guard sees in the question.
func (q *question) look() *guard.Facts {
	if q.facts == nil {
		f := guard.Extract(q.Text)
		q.facts = &f
	}
	return q.facts
}

var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// newQuestion computes a query's key. It does not allocate unless the scope
// has JSON fields.
func newQuestion(q Query) (question, error) {
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	b, _, err := appendCanonical((*buf)[:0], &q)
	*buf = b[:0]
	if err != nil {
		return question{}, err
	}
	return question{Query: q, key: sha256.Sum256(b)}, nil
}

// partition returns the SHA-256 of the canonical JSON of the scope alone. An
// exact hit does without.
func (q *question) partition() [32]byte {
	if q.scope == ([32]byte{}) {
		q.scope, _ = ScopeHash(q.Scope) // newQuestion has seen that it is sound
	}
	return q.scope
}

// ScopeHash returns the SHA-256 that names the partition of a scope. It fails
// with ErrBadQuery for a scope that is not UTF-8 or not JSON where it must be.
func ScopeHash(s Scope) ([32]byte, error) {
	_, scope, err := appendCanonical(nil, &Query{Scope: s, Text: "x"})
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(scope), nil
}

// appendCanonical appends {"scope":{...},"text":"..."} in the canonical form
// of RFC 8785. Empty scope fields are left out, so that a field added later
// leaves the keys of today's entries as they are. Integers keep all their
// digits (RFC 8785 would round those beyond 2^53, and two seeds would meet).
//
// It returns the part that is the scope, too.
func appendCanonical(b []byte, q *Query) (all, scope []byte, err error) {
	if strings.TrimSpace(q.Text) == "" {
		return b, nil, fmt.Errorf("likewise/cache: %w: the text is empty", ErrBadQuery)
	}
	s := &q.Scope
	b = append(b, `{"scope":{`...)
	n := len(b)
	member := func(name string) {
		if len(b) > n {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, `":`...)
	}
	var errs [4]error
	str := func(name, v string) {
		if v != "" {
			member(name)
			b, errs[0] = appendString(b, name, v, errs[0])
		}
	}
	raw := func(name string, v json.RawMessage, err *error) {
		if len(v) > 0 && *err == nil {
			member(name)
			b, *err = appendRaw(b, name, v)
		}
	}
	raw("format", s.Format, &errs[1])
	if len(s.History) > 0 {
		member("history")
		b, errs[0] = appendHistory(b, s.History, errs[0])
	}
	str("model", s.Model)
	raw("params", s.Params, &errs[2])
	str("system", s.System)
	str("tenant", s.Tenant)
	raw("tools", s.Tools, &errs[3])
	b = append(b, '}')
	end := len(b)
	b = append(b, `,"text":`...)
	b, errs[0] = appendString(b, "text", q.Text, errs[0])
	b = append(b, '}')
	return b, b[n-1 : end], errors.Join(errs[:]...)
}

func appendHistory(b []byte, turns []Turn, err error) ([]byte, error) {
	b = append(b, '[')
	for i, t := range turns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"role":`...)
		b, err = appendString(b, "history.role", t.Role, err)
		b = append(b, `,"text":`...)
		b, err = appendString(b, "history.text", t.Text, err)
		b = append(b, '}')
	}
	return append(b, ']'), err
}

// appendRaw appends the canonical form of a JSON value. Duplicate names,
// which parsers read differently, are refused.
func appendRaw(b []byte, name string, v json.RawMessage) ([]byte, error) {
	c := jsontext.Value(slices.Clone(v))
	if err := c.Canonicalize(jsontext.CanonicalizeRawInts(false)); err != nil {
		return b, fmt.Errorf("likewise/cache: %w: scope %s is no JSON value: %w", ErrBadQuery, name, err)
	}
	return append(b, c...), nil
}

// appendString appends a JSON string as RFC 8785, section 3.2.2.2 writes it.
// It keeps an earlier error.
func appendString(b []byte, name, s string, earlier error) ([]byte, error) {
	if !utf8.ValidString(s) {
		if earlier == nil {
			earlier = fmt.Errorf("likewise/cache: %w: %s is not valid UTF-8", ErrBadQuery, name)
		}
		return b, earlier
	}
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		esc := escapes[c]
		if esc == 0 {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if esc == 'u' {
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&15])
		} else {
			b = append(b, '\\', esc)
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"'), earlier
}

// escapes maps a byte to the letter behind its backslash, 'u' for a \u00xx,
// 0 for none.
var escapes = func() (t [256]byte) {
	for c := range 0x20 {
		t[c] = 'u'
	}
	t['\b'], t['\t'], t['\n'], t['\f'], t['\r'] = 'b', 't', 'n', 'f', 'r'
	t['"'], t['\\'] = '"', '\\'
	return t
}()
