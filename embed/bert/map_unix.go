//go:build unix

package bert

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file into memory for reading and returns how to unmap it.
func mapFile(path string) ([]byte, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if size := info.Size(); !info.Mode().IsRegular() || size == 0 || int64(int(size)) != size {
		return nil, nil, fmt.Errorf("%q is %s of %d bytes, want a packed model", path, info.Mode(), size)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map %q: %w", path, err)
	}
	return b, func() { _ = unix.Munmap(b) }, nil
}
