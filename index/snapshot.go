package index

import (
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"unsafe"
)

// ErrSnapshot reports a file that is no snapshot, or a damaged one, or one of
// something else than was asked for. Test with errors.Is.
var ErrSnapshot = errors.New("not a snapshot that can be used")

// A Kept index can stand in a snapshot: [Exact], [Graph] and [Auto] do.
type Kept interface {
	Index

	// Holds reports whether v, bit for bit, is the vector of id.
	Holds(id uint64, v []float32) bool

	// Prune deletes every entry whose id keep does not want, and returns how
	// many there were.
	Prune(keep func(id uint64) bool) int

	// ids are the ids of all entries.
	ids() []uint64
	// keeper is who holds the vectors now.
	keeper() keeper
	// restore fills an empty index from a section.
	restore(s *section) error
}

// A keeper writes itself to a section, and can move its vectors into it.
type keeper interface {
	// save may run while others search, add and delete.
	save(w *snapshotWriter) (*section, error)
	// adopt puts what lies mapped in a section that save made in the place
	// of the same in the heap.
	adopt(s *section)
	// abandon says that there will be no adopt.
	abandon()
}

func prune(x Kept, keep func(id uint64) bool) (n int) {
	for _, id := range x.ids() {
		if !keep(id) && x.Delete(id) {
			n++
		}
	}
	return n
}

// The file. Arrays are in the byte order of the machine and lie as in memory,
// so that they can be used where they are:
//
//	header     64 bytes: magic, version, byte order, place and checksum of the directory, checksum
//	arrays     each at a multiple of 64
//	directory  tag, sections: name, kind, numbers, place and checksum of each array
//
// Checksums are CRC-32C. The vectors have none: whoever opens a snapshot
// compares them with the vectors that it was made of, see Snapshot.Restore.
const (
	snapshotMagic   = "likewise index\r\n"
	snapshotVersion = 1
	snapshotOrder   = 0x01020304
	headerLen       = 64
	arrayAlign      = 64
)

// Kinds of sections.
const (
	kindExact = 1
	kindGraph = 2
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A section is one index of a snapshot.
type section struct {
	name   [32]byte
	kind   uint64
	nums   []uint64
	arrays []span
	file   *fileMemory // nil until it is mapped
}

// A span says where an array lies.
type span struct {
	off, len uint64
	sum      uint32
	unsummed bool
}

// bytes is the i-th array.
func (s *section) bytes(i int) []byte {
	a := s.arrays[i]
	return s.file.b[a.off : a.off+a.len : a.off+a.len]
}

// arrayOf is the i-th array of a section as n elements, or nil if there are not
// as many.
func arrayOf[T any](s *section, i, n int) []T {
	var x T
	if i >= len(s.arrays) || s.arrays[i].len != uint64(n)*uint64(unsafe.Sizeof(x)) {
		return nil
	}
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s.bytes(i)))), n)
}

// bytesOf is the memory of x.
func bytesOf[T any](x []T) []byte {
	var t T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(t)))
}

// damaged is an error about a section.
func (s *section) damaged(format string, args ...any) error {
	return fmt.Errorf("section %x: %s: %w", s.name[:4], fmt.Sprintf(format, args...), ErrSnapshot)
}

// WriteSnapshot writes indexes, each under its name, to a file in the place of
// whatever stands at path, by rename: whoever opens the file sees the old one
// or the new one. tag says whose it is, and OpenSnapshot asks for it. It
// returns the length of the file.
//
// Others may search, add and delete meanwhile: searches do not wait, and writers
// do for a block of an Exact (0.3 ms) or the links of a Graph (0.1 s for a
// million entries) at most. The snapshot is then of no single moment, and
// [Snapshot.Restore] says what that means. Only one at a time may be made of an
// index. The file is not synced: after a crash of the machine it may be damaged,
// which OpenSnapshot notices.
func WriteSnapshot(path, tag string, indexes iter.Seq2[[32]byte, Kept]) (int64, error) {
	w, err := writeSnapshot(path, tag, indexes)
	w.abandon()
	return w.end, err
}

// MoveToSnapshot is WriteSnapshot, and moves the vectors and codes out of the
// heap, 5*dim bytes an entry, into the mapped file, which the system reads when
// they are used and can drop when memory is short. What is added or changed
// afterwards is in the heap again. Where files are not mapped, nothing moves.
func MoveToSnapshot(path, tag string, indexes iter.Seq2[[32]byte, Kept]) (int64, error) {
	w, err := writeSnapshot(path, tag, indexes)
	if err != nil || !canMap {
		w.abandon()
		return w.end, err
	}
	return w.end, w.adopt()
}
