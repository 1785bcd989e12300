package bert

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"unsafe"
)

// A packed file, little endian, every section at a multiple of 64 bytes:
//
//	0   "LIKEBERT"
//	8   version (4 bytes), number of sections (4)
//	16  length of the file (8)
//	24  CRC-32C of bytes 0 to 24 and of the table (4), zero (4)
//	32  table, 32 bytes a section: name (8, zeros behind it), offset (8),
//	    length (8), CRC-32C (4), zero (4)
//
// Sections: "config" (JSON: shape and the SHA-256 of the numbers), "tokens"
// (wordpiece's own form), "floats" (float32), "offsets" (int32), "weights"
// (int8, as simd.PackI8 lays them out), "words" (int8). The order of the
// numbers is that of model.floats and model.linears. Sections with other
// names are skipped. A pair model that has its words from an encoder has
// neither "tokens" nor "words"; its config names the encoder.
const (
	fileMagic   = "LIKEBERT"
	fileVersion = 1
	headerSize  = 32
	entrySize   = 32
	alignment   = 64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Errors of packed files.
var (
	// ErrCorrupt reports a packed file that is cut off or was changed.
	ErrCorrupt = errors.New("packed model is corrupt")

	// ErrVersion reports bytes that are not a packed model, or one of a
	// format version that this release does not read.
	ErrVersion = errors.New("not a packed model of a known version")
)

type section struct {
	name string
	data []byte
}

// appendFile returns a packed file with these sections.
func appendFile(sections []section) []byte {
	size := headerSize + entrySize*len(sections)
	for _, s := range sections {
		size = align(size) + len(s.data)
	}
	b := make([]byte, size)
	copy(b, fileMagic)
	le := binary.LittleEndian
	le.PutUint32(b[8:], fileVersion)
	le.PutUint32(b[12:], uint32(len(sections)))
	le.PutUint64(b[16:], uint64(size))
	table := b[headerSize : headerSize+entrySize*len(sections)]
	at := headerSize + len(table)
	for i, s := range sections {
		at = align(at)
		entry := table[entrySize*i:]
		copy(entry[:8], s.name)
		le.PutUint64(entry[8:], uint64(at))
		le.PutUint64(entry[16:], uint64(len(s.data)))
		le.PutUint32(entry[24:], crc32.Checksum(s.data, castagnoli))
		at += copy(b[at:], s.data)
	}
	le.PutUint32(b[24:], headerSum(b[:24], table))
	return b
}

func align(n int) int { return (n + alignment - 1) &^ (alignment - 1) }

func headerSum(header, table []byte) uint32 {
	return crc32.Update(crc32.Checksum(header, castagnoli), castagnoli, table)
}

// parseFile returns the sections of a packed file by name, their checksums
// verified. They lie in b.
func parseFile(b []byte) (map[string][]byte, error) {
	if len(b) < headerSize || string(b[:8]) != fileMagic {
		return nil, fmt.Errorf("%w: begins with %q, want %q", ErrVersion, b[:min(8, len(b))], fileMagic)
	}
	le := binary.LittleEndian
	if v := le.Uint32(b[8:]); v != fileVersion {
		return nil, fmt.Errorf("%w: version %d, this release reads version %d", ErrVersion, v, fileVersion)
	}
	if size := le.Uint64(b[16:]); size != uint64(len(b)) {
		return nil, fmt.Errorf("%w: %d bytes, its header says %d", ErrCorrupt, len(b), size)
	}
	count := uint64(le.Uint32(b[12:]))
	if count > uint64(len(b)-headerSize)/entrySize {
		return nil, fmt.Errorf("%w: %d sections do not fit %d bytes", ErrCorrupt, count, len(b))
	}
	table := b[headerSize : headerSize+entrySize*count]
	if headerSum(b[:24], table) != le.Uint32(b[24:]) {
		return nil, fmt.Errorf("%w: checksum of the header differs", ErrCorrupt)
	}
	sections := make(map[string][]byte, count)
	for ; len(table) > 0; table = table[entrySize:] {
		name := string(trimZeros(table[:8]))
		at, size := le.Uint64(table[8:]), le.Uint64(table[16:])
		if at > uint64(len(b)) || size > uint64(len(b))-at {
			return nil, fmt.Errorf("%w: section %q is at %d for %d bytes, the file has %d", ErrCorrupt, name, at, size, len(b))
		}
		data := b[at : at+size : at+size]
		if crc32.Checksum(data, castagnoli) != le.Uint32(table[24:]) {
			return nil, fmt.Errorf("%w: checksum of section %q differs", ErrCorrupt, name)
		}
		sections[name] = data
	}
	return sections, nil
}

func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}

// word is an element of four bytes.
type word interface{ float32 | int32 }

// littleEndian says whether this machine's words are as in the file.
var littleEndian = *(*uint16)(unsafe.Pointer(&[2]byte{1, 0})) == 1

// viewWords returns b as numbers, where they lie if machine and address allow,
// else copied.
func viewWords[T word](b []byte) []T {
	n := len(b) / 4
	if n == 0 {
		return nil
	}
	if littleEndian && uintptr(unsafe.Pointer(unsafe.SliceData(b)))%4 == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
	}
	x := make([]T, n)
	for i := range x {
		bits := binary.LittleEndian.Uint32(b[4*i:])
		x[i] = *(*T)(unsafe.Pointer(&bits))
	}
	return x
}

// viewBytes returns b as signed bytes, where they lie.
func viewBytes(b []byte) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

// viewCodes is the inverse of viewBytes.
func viewCodes(x []int8) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// appendWords appends numbers to b as the file has them.
func appendWords[T word](b []byte, x []T) []byte {
	for i := range x {
		b = binary.LittleEndian.AppendUint32(b, *(*uint32)(unsafe.Pointer(&x[i])))
	}
	return b
}

func appendBytes(b []byte, x []int8) []byte {
	return append(b, viewCodes(x)...)
}
