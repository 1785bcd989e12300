package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/likewise-go/likewise/storage"
)

// The parts of a record are stored as
//
//	head   crc[4] key[32] head
//	body   crc[4] body
//	state  crc[4] state
//
// where crc is the CRC-32C of the key, the part's letter, its content, and
// the id: the id comes last because only the writer knows it.
const (
	crcLen = 4
	keyLen = len(storage.Key{})
)

// The letters of the parts. Slices, because a checksum takes no less, and one
// made on the way would be allocated.
var (
	partHead  = []byte("h")
	partBody  = []byte("b")
	partState = []byte("s")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the checksum of a part, the id excepted.
func sum(key, part, content []byte) uint32 {
	c := crc32.Update(0, castagnoli, key)
	c = crc32.Update(c, castagnoli, part)
	return crc32.Update(c, castagnoli, content)
}

// withID ends a checksum.
func withID(c uint32, id []byte) uint32 { return crc32.Update(c, castagnoli, id) }

// encoded is a record on its way to the disk, complete but for its id.
type encoded struct {
	key               storage.Key
	head, body, state []byte // space for the checksum, content
	sums              [3]uint32
}

func encode(r *storage.Record) encoded {
	e := encoded{key: r.Key}
	buf := make([]byte, 0, 3*crcLen+keyLen+len(r.Head)+len(r.Body)+len(r.State))
	buf = append(buf, make([]byte, crcLen)...)
	buf = append(buf, r.Key[:]...)
	buf = append(buf, r.Head...)
	e.head = buf[:len(buf):len(buf)]
	e.body, buf = appendPart(buf, r.Body)
	e.state, _ = appendPart(buf, r.State)
	e.sums = [3]uint32{sum(r.Key[:], partHead, r.Head), sum(r.Key[:], partBody, r.Body), sum(r.Key[:], partState, r.State)}
	return e
}

// appendPart appends a part and returns it and the buffer.
func appendPart(buf, content []byte) (part, all []byte) {
	start := len(buf)
	buf = append(buf, make([]byte, crcLen)...)
	buf = append(buf, content...)
	return buf[start:len(buf):len(buf)], buf
}

// seal writes the checksums for the id.
func (e *encoded) seal(id []byte) {
	for i, part := range [][]byte{e.head, e.body, e.state} {
		binary.LittleEndian.PutUint32(part, withID(e.sums[i], id))
	}
}

// decodeHead checks a stored head and returns its key and content. They
// point into v.
func decodeHead(id, v []byte) (key, head []byte, err error) {
	if len(v) < crcLen+keyLen {
		return nil, nil, fmt.Errorf("head of %d bytes, expected at least %d: %w", len(v), crcLen+keyLen, storage.ErrCorrupt)
	}
	key, head = v[crcLen:crcLen+keyLen], v[crcLen+keyLen:]
	return key, head, check(id, key, partHead, "head", v, head)
}

// decodePart checks a stored body or state and returns its content, which
// points into v.
func decodePart(id, key, part []byte, name string, v []byte) ([]byte, error) {
	switch {
	case v == nil:
		return nil, fmt.Errorf("%s is missing: %w", name, storage.ErrCorrupt)
	case len(v) < crcLen:
		return nil, fmt.Errorf("%s of %d bytes, expected at least %d: %w", name, len(v), crcLen, storage.ErrCorrupt)
	}
	return v[crcLen:], check(id, key, part, name, v, v[crcLen:])
}

func check(id, key, part []byte, name string, v, content []byte) error {
	want, got := binary.LittleEndian.Uint32(v), withID(sum(key, part, content), id)
	if want != got {
		return fmt.Errorf("%s has checksum %08x, expected %08x: %w", name, got, want, storage.ErrCorrupt)
	}
	return nil
}

var errID = errors.New("id is not of 8 bytes")

func idKey(id uint64) (k [8]byte) {
	binary.BigEndian.PutUint64(k[:], id)
	return k
}

func parseID(k []byte) (uint64, error) {
	if len(k) != 8 {
		return 0, fmt.Errorf("%w: %x: %w", errID, k[:min(len(k), 16)], storage.ErrCorrupt)
	}
	return binary.BigEndian.Uint64(k), nil
}
