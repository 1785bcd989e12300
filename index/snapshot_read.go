package index

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"runtime/debug"
)

// A Snapshot is an opened file of indexes.
type Snapshot struct {
	Bytes    int64 // of the file
	sections map[[32]byte]*section
}

// OpenSnapshot maps a snapshot that was written with the same tag, and checks
// everything in it but the vectors, see [Snapshot.Restore]. Where files are not
// mapped, it reads it. The error wraps fs.ErrNotExist when there is no file, and
// ErrSnapshot when it is of no use: another tag or version, cut short, damaged.
//
// The file may be replaced or removed while it is mapped. It must not be
// written to, nor cut.
func OpenSnapshot(path, tag string) (*Snapshot, error) {
	s, err := openSnapshot(path, tag)
	if err != nil {
		return nil, fmt.Errorf("likewise/index: open snapshot %q: %w", path, err)
	}
	return s, nil
}

func openSnapshot(path, tag string) (*Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if !info.Mode().IsRegular() || size < headerLen || int64(int(size)) != size {
		return nil, fmt.Errorf("%s of %d bytes, a file of at least %d expected: %w", info.Mode(), size, headerLen, ErrSnapshot)
	}
	mem, err := mapFile(f, int(size))
	if err != nil {
		return nil, err
	}
	s := &Snapshot{Bytes: size}
	return s, guardFaults(func() error { return s.parse(mem, tag) })
}

// guardFaults turns a fault in a mapping into an error: the disk cannot read
// it, or somebody cut the file.
func guardFaults(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			fault, ok := p.(interface{ Addr() uintptr })
			if !ok {
				panic(p)
			}
			err = fmt.Errorf("cannot be read at %#x: %w", fault.Addr(), ErrSnapshot)
		}
	}()
	return fn()
}

func (s *Snapshot) parse(mem *fileMemory, tag string) error {
	dir, err := directory(mem.b)
	if err != nil {
		return err
	}
	r := dirReader{b: dir}
	if got := string(r.take(r.count(1))); got != tag {
		return fmt.Errorf("is of %q, %q expected: %w", got, tag, ErrSnapshot)
	}
	s.sections = map[[32]byte]*section{}
	for n := r.count(56); n > 0 && !r.bad; n-- {
		x := r.section()
		x.file = mem
		s.sections[x.name] = x
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("has a directory of %d bytes that ends in the wrong place: %w", len(dir), ErrSnapshot)
	}
	for _, x := range s.sections {
		if err := x.check(); err != nil {
			return err
		}
	}
	return nil
}

// directory checks the header of a file and returns its directory.
func directory(b []byte) ([]byte, error) {
	h := b[:headerLen]
	le := binary.LittleEndian
	version, order := le.Uint32(h[16:]), binary.NativeEndian.Uint32(h[20:])
	at, n, length := le.Uint64(h[24:]), le.Uint64(h[32:]), le.Uint64(h[40:])
	switch size := uint64(len(b)); {
	case string(h[:16]) != snapshotMagic:
		return nil, fmt.Errorf("begins with %q, %q expected: %w", h[:16], snapshotMagic, ErrSnapshot)
	case version != snapshotVersion:
		return nil, fmt.Errorf("has version %d, %d expected: %w", version, snapshotVersion, ErrSnapshot)
	case le.Uint32(h[headerLen-4:]) != crc32.Checksum(h[:headerLen-4], castagnoli):
		return nil, fmt.Errorf("has a damaged header: %w", ErrSnapshot)
	case order != snapshotOrder:
		return nil, fmt.Errorf("has the byte order of another machine: %w", ErrSnapshot)
	case length != size || at > size || n != size-at:
		return nil, fmt.Errorf("has %d bytes, %d expected: %w", size, length, ErrSnapshot)
	}
	dir := b[at:]
	if got, want := crc32.Checksum(dir, castagnoli), le.Uint32(h[48:]); got != want {
		return nil, fmt.Errorf("has a directory of checksum %08x, %08x expected: %w", got, want, ErrSnapshot)
	}
	return dir, nil
}

// dirReader takes values off the front of b; after the first that is not there
// it is bad, and yields zeros.
type dirReader struct {
	b   []byte
	bad bool
}

func (r *dirReader) take(n int) []byte {
	if n > len(r.b) {
		r.b, r.bad = nil, true
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *dirReader) uint64() uint64 {
	if v := r.take(8); v != nil {
		return binary.LittleEndian.Uint64(v)
	}
	return 0
}

func (r *dirReader) uint32() uint32 {
	if v := r.take(4); v != nil {
		return binary.LittleEndian.Uint32(v)
	}
	return 0
}

// count reads the length of a list whose elements take at least size bytes.
func (r *dirReader) count(size int) int {
	n := r.uint64()
	if n > uint64(len(r.b)/size) {
		r.b, r.bad = nil, true
		return 0
	}
	return int(n)
}

func (r *dirReader) section() *section {
	s := &section{}
	copy(s.name[:], r.take(32))
	s.kind = r.uint64()
	for n := r.count(8); n > 0; n-- {
		s.nums = append(s.nums, r.uint64())
	}
	for n := r.count(24); n > 0; n-- {
		a := span{off: r.uint64(), len: r.uint64(), unsummed: r.uint32() == 0}
		a.sum = r.uint32()
		s.arrays = append(s.arrays, a)
	}
	return s
}

// check checks where the arrays lie, and their checksums.
func (s *section) check() error {
	size := uint64(len(s.file.b))
	for i, a := range s.arrays {
		if a.off%arrayAlign != 0 || a.off > size || a.len > size-a.off {
			return s.damaged("array %d of %d bytes at %d, a place within %d expected", i, a.len, a.off, size)
		}
		if a.unsummed {
			continue
		}
		if sum := crc32.Checksum(s.bytes(i), castagnoli); sum != a.sum {
			return s.damaged("array %d has checksum %08x, %08x expected", i, sum, a.sum)
		}
	}
	return nil
}

// Restore fills x, which must be empty, with the entries that stand under a
// name, and reports whether any do. On error, which wraps ErrSnapshot, x is
// still empty. x must be of the kind and dimension that was written; an Auto
// takes those of an Exact and of a Graph.
//
// What x holds then is not proved yet: its vectors have no checksums, and if
// others added or deleted while the snapshot was written, it may have what was
// deleted and lack what was added. So ask [Kept] whether x Holds the vector of
// each entry that there is, add those that it does not, and Prune the rest.
func (s *Snapshot) Restore(name [32]byte, x Kept) (bool, error) {
	sec := s.sections[name]
	if sec == nil {
		return false, nil
	}
	delete(s.sections, name) // its arrays belong to x now
	if err := x.restore(sec); err != nil {
		return false, fmt.Errorf("likewise/index: restore: %w", err)
	}
	return true, nil
}
