package guard

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrVersion is wrapped by the error of [Decode] when facts were made by
// another [Version]: extract them from their text again.
var ErrVersion = errors.New("facts of another version")

var errDamaged = errors.New("likewise/guard: decode facts: damaged")

const (
	bitEnglish = 1 << iota
	bitCorrects
	allBits = 1<<iota - 1
)

// AppendBinary appends the facts' encoding to b, the text with some seven bytes
// for each of its words, and returns it. The error is always nil; the method is an
// [encoding.BinaryAppender].
func (f *Facts) AppendBinary(b []byte) ([]byte, error) {
	b = binary.AppendUvarint(b, Version)
	var bits byte
	if f.english {
		bits |= bitEnglish
	}
	if f.corrects {
		bits |= bitCorrects
	}
	b = append(b, bits)
	b = binary.AppendUvarint(b, uint64(len(f.seq)))
	for _, w := range f.seq {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	b = binary.AppendUvarint(b, uint64(len(f.text)))
	b = append(b, f.text...)
	b = f.volatile.append(b)
	b = f.personal.append(b)
	b = binary.AppendUvarint(b, uint64(len(f.marks)))
	for i := range f.marks {
		b = f.marks[i].append(b)
	}
	return b, nil
}

func (p piece) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(p.lo))
	return binary.AppendUvarint(b, uint64(p.hi))
}

func (m *mark) append(b []byte) []byte {
	b = append(b, byte(m.kind), byte(m.flags), byte(m.flags>>8))
	b = binary.AppendVarint(b, int64(m.id))
	b = binary.AppendUvarint(b, uint64(m.key))
	if m.kind.hasValue() {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.val))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.raw))
	}
	b = binary.AppendUvarint(b, uint64(m.from))
	b = binary.AppendUvarint(b, uint64(m.to))
	return m.piece.append(b)
}

// hasValue reports whether marks of the kind hold a number.
func (k markKind) hasValue() bool {
	switch k {
	case markNumber, markOrdinal, markVersion, markYear, markDay, markClock:
		return true
	}
	return false
}

// Decode returns the facts that data encodes. They compare as the extracted
// ones do, and share no memory with data. Facts of another [Version] are an
// error that wraps [ErrVersion].
func Decode(data []byte) (Facts, error) {
	d := decoder{rest: data}
	if v := d.uvarint(); d.bad || v != Version {
		if d.bad {
			return Facts{}, errDamaged
		}
		return Facts{}, fmt.Errorf("likewise/guard: decode facts: %w: made by %d, this is %d", ErrVersion, v, Version)
	}
	bits := d.byte()
	f := Facts{english: bits&bitEnglish != 0, corrects: bits&bitCorrects != 0}
	n := d.count(4)
	f.seq = make([]uint32, 0, 2*n)
	for range n {
		f.seq = append(f.seq, uint32(d.fixed(4)))
	}
	d.text = d.count(1)
	f.text = string(d.rest[:d.text])
	d.rest = d.rest[d.text:]
	f.volatile, f.personal = d.piece(), d.piece()
	marks := d.count(8)
	f.marks = make([]mark, 0, marks)
	for range marks {
		m := d.mark(len(f.seq))
		if k := len(f.marks); k > 0 && f.marks[k-1].kind > m.kind {
			d.bad = true
		}
		f.marks = append(f.marks, m)
	}
	if d.bad || len(d.rest) > 0 || bits > allBits {
		return Facts{}, errDamaged
	}
	f.index()
	return f, nil
}

// decoder reads front to back; once bad, it returns zeros.
type decoder struct {
	rest []byte
	text int // how long it is
	bad  bool
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) fail() {
	d.bad = true
	d.rest = nil
}

// count reads a number of things of at least size bytes each.
func (d *decoder) count(size int) int {
	v := d.uvarint()
	if v > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(v)
}

func (d *decoder) byte() byte { return byte(d.fixed(1)) }

func (d *decoder) fixed(n int) (v uint64) {
	if len(d.rest) < n {
		d.fail()
		return 0
	}
	for i := range n {
		v |= uint64(d.rest[i]) << (8 * i)
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) piece() piece {
	lo, hi := d.uvarint(), d.uvarint()
	if lo > hi || hi > uint64(d.text) {
		d.fail()
		return piece{}
	}
	return piece{uint32(lo), uint32(hi)}
}

func (d *decoder) mark(words int) (m mark) {
	m.kind, m.flags = markKind(d.byte()), markFlags(d.fixed(2))
	id, n := binary.Varint(d.rest)
	if n <= 0 {
		d.fail()
		return m
	}
	d.rest = d.rest[n:]
	key := d.uvarint()
	if m.kind == 0 || m.kind >= lastKind || id != int64(int16(id)) || key != uint64(uint32(key)) {
		d.fail()
		return m
	}
	m.id, m.key = int16(id), uint32(key)
	if m.kind.hasValue() {
		m.val, m.raw = math.Float64frombits(d.fixed(8)), math.Float64frombits(d.fixed(8))
	}
	from, to := d.uvarint(), d.uvarint()
	if from >= to || to > uint64(words) || m.kind == markRole && uint64(m.key) > to-from || !m.hasUnit() || m.val != m.val || m.raw != m.raw {
		d.fail()
		return m
	}
	m.from, m.to = uint16(from), uint16(to)
	m.piece = d.piece()
	return m
}

// hasUnit reports whether the unit of a mark that has one is a unit.
func (m *mark) hasUnit() bool {
	return m.kind != markNumber && m.kind != markUnit || m.id >= 0 && int(m.id) < len(units)
}
