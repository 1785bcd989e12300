//go:build unix

package index

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

const canMap = true

// fileMemory is the content of a file. It may be written to, which changes the
// memory and not the file. It is unmapped when the garbage collector finds
// that nobody holds the fileMemory: whoever uses b must.
type fileMemory struct{ b []byte }

func mapFile(f *os.File, size int) (*fileMemory, error) {
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	m := &fileMemory{b}
	runtime.AddCleanup(m, func(b []byte) { _ = unix.Munmap(b) }, b)
	return m, nil
}
