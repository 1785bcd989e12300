//go:build !unix

package index

import (
	"io"
	"os"
	"unsafe"
)

const canMap = false

// fileMemory is the content of a file.
type fileMemory struct{ b []byte }

func mapFile(f *os.File, size int) (*fileMemory, error) {
	words := make([]uint64, (size+7)/8) // for its alignment
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), size)
	if _, err := io.ReadFull(io.NewSectionReader(f, 0, int64(size)), b); err != nil {
		return nil, err
	}
	return &fileMemory{b}, nil
}
