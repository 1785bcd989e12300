package cache

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/likewise-go/likewise/storage"
)

// entry is what memory holds of a stored answer. Its identity and times are
// fixed; what changes is atomic, or guarded by the table's lock.
type entry struct {
	id      uint64
	key     storage.Key
	scope   [32]byte
	tenant  string
	model   string
	tags    []string
	created int64 // Unix nanoseconds
	expires int64 // Unix nanoseconds; 0: never
	bodyLen int64 // bytes of the stored body
	size    int64 // bytes of the stored head and body

	// provisional is 1 + the epoch of an entry whose commit is under way: it
	// has no id yet, and counts only while the epoch lasts.
	provisional uint64

	used  atomic.Int64 // Unix nanoseconds of the last time it was served
	hits  atomic.Uint64
	dirty atomic.Bool // used, hits or votes are newer than the store's
	gone  atomic.Bool // removed or replaced: must not be served

	indexed bool // it has a vector; set when it enters the table

	usedPos, expiryPos int      // places in the table's heaps
	usedKey            int64    // what usedPos was ordered by
	right, wrong       uint32   // votes; guarded by the table's lock
	rejected           []uint64 // askedHash of questions that it must not answer; guarded by the table's lock
	labels             []Label  // the latest votes whose question is known; guarded by the table's lock
}

func (e *entry) age(now time.Time) time.Duration {
	return max(0, time.Duration(now.UnixNano()-e.created))
}

// expired reports how long past its time the entry is, and whether it is.
func (e *entry) expired(now time.Time) (time.Duration, bool) {
	if e.expires == 0 {
		return 0, false
	}
	d := time.Duration(now.UnixNano() - e.expires)
	return d, d >= 0
}

// body is the part of an entry that a hit needs.
type body struct {
	Text   string // the question
	Answer Answer
}

// The stored forms begin with a version, so that a later program reads what
// an earlier one wrote.
const (
	headVersion  = 1
	stateVersion = 2 // 1: without labels
)

var errEntry = errors.New("likewise/cache: stored entry")

// encodeHead returns the part of an entry that a reopen needs: the version,
// scope, times, the body's length, tenant, model, tags, and the vector as
// little-endian float32s. Strings and lists are preceded by their length.
func encodeHead(e *entry, vec []float32) []byte {
	b := make([]byte, 0, 96+len(e.tenant)+len(e.model)+4*len(vec))
	b = append(b, headVersion)
	b = append(b, e.scope[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(e.created))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.expires))
	b = binary.AppendUvarint(b, uint64(e.bodyLen))
	b = appendText(b, e.tenant)
	b = appendText(b, e.model)
	b = binary.AppendUvarint(b, uint64(len(e.tags)))
	for _, t := range e.tags {
		b = appendText(b, t)
	}
	b = binary.AppendUvarint(b, uint64(len(vec)))
	for _, x := range vec {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodeHead reads what encodeHead wrote into e and returns the vector,
// appended to vec.
func decodeHead(b []byte, e *entry, vec []float32) ([]float32, error) {
	r := reader{b: b}
	if v := r.take(1); len(v) == 1 && v[0] != headVersion {
		return vec, fmt.Errorf("%w has a head of version %d, this program reads %d", errEntry, v[0], headVersion)
	}
	copy(e.scope[:], r.take(32))
	e.created = int64(r.uint64())
	e.expires = int64(r.uint64())
	e.bodyLen = int64(r.uvarint())
	e.tenant = string(r.text())
	e.model = string(r.text())
	for n := r.count(1); n > 0; n-- {
		e.tags = append(e.tags, string(r.text()))
	}
	raw := r.take(4 * r.count(4))
	if r.bad || len(r.b) > 0 || e.bodyLen < 0 {
		return vec, fmt.Errorf("%w has a damaged head of %d bytes", errEntry, len(b))
	}
	e.size = int64(len(b)) + e.bodyLen
	return appendVector(vec, raw), nil
}

// appendVector appends little-endian float32s to vec.
func appendVector(vec []float32, raw []byte) []float32 {
	n := len(vec)
	vec = slices.Grow(vec, len(raw)/4)[:n+len(raw)/4]
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 { // as this machine has them
		copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(vec[n:]))), len(raw)), raw)
		return vec
	}
	for i := n; i < len(vec); i, raw = i+1, raw[4:] {
		vec[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw))
	}
	return vec
}

// encodeState returns the part of an entry that changes: the version, last
// use, hits, votes, the questions that it must not answer, and the labels.
func encodeState(e *entry) []byte {
	b := []byte{stateVersion}
	b = binary.LittleEndian.AppendUint64(b, uint64(e.used.Load()))
	b = binary.AppendUvarint(b, e.hits.Load())
	b = binary.AppendUvarint(b, uint64(e.right))
	b = binary.AppendUvarint(b, uint64(e.wrong))
	b = binary.AppendUvarint(b, uint64(len(e.rejected)))
	for _, h := range e.rejected {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	b = binary.AppendUvarint(b, uint64(len(e.labels)))
	for _, l := range e.labels {
		right := byte(0)
		if l.Right {
			right = 1
		}
		b = appendText(append(b, right), l.Asked)
	}
	return b
}

// decodeState reads what encodeState wrote. An empty state is that of an
// entry that was never used.
func decodeState(b []byte, e *entry) error {
	if len(b) == 0 {
		e.used.Store(e.created)
		return nil
	}
	r := reader{b: b}
	v := r.take(1)
	if len(v) == 1 && v[0] != 1 && v[0] != stateVersion {
		return fmt.Errorf("%w has a state of version %d, this program reads 1 to %d", errEntry, v[0], stateVersion)
	}
	e.used.Store(int64(r.uint64()))
	e.hits.Store(r.uvarint())
	e.right = uint32(r.uvarint())
	e.wrong = uint32(r.uvarint())
	for n := r.count(8); n > 0; n-- {
		e.rejected = append(e.rejected, r.uint64())
	}
	if v[0] > 1 {
		for n := r.count(2); n > 0 && !r.bad; n-- {
			right := r.take(1)
			e.labels = append(e.labels, Label{Right: len(right) == 1 && right[0] == 1, Asked: string(r.text())})
		}
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("%w has a damaged state of %d bytes", errEntry, len(b))
	}
	return nil
}

// encodeBody returns the part of an entry that a hit needs: the length of
// the question, the question, and the answer as JSON.
func encodeBody(v *body) ([]byte, error) {
	answer, err := json.Marshal(&v.Answer)
	if err != nil {
		return nil, fmt.Errorf("likewise/cache: %w: answer: %w", ErrBadQuery, err)
	}
	return append(appendText(nil, v.Text), answer...), nil
}

// decodeBody reads what encodeBody wrote.
func decodeBody(b []byte) (*body, error) {
	r := reader{b: b}
	v := &body{Text: string(r.text())}
	if r.bad {
		return nil, fmt.Errorf("%w has a damaged body of %d bytes", errEntry, len(b))
	}
	if err := json.Unmarshal(r.b, &v.Answer); err != nil {
		return nil, fmt.Errorf("%w has a damaged answer: %w", errEntry, err)
	}
	return v, nil
}

// reader takes values off the front of b; after the first that is not
// there it is bad, and yields zeros.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) uint64() uint64 {
	if v := r.take(8); len(v) == 8 {
		return binary.LittleEndian.Uint64(v)
	}
	return 0
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads the length of a list whose elements take at least size bytes.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.b)/size) {
		r.bad, r.b = true, nil
		return 0
	}
	return int(n)
}

func (r *reader) text() []byte { return r.take(r.count(1)) }
