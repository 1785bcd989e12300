//go:build !unix

package bert

import "os"

// mapFile reads a file; there is nothing to unmap.
func mapFile(path string) ([]byte, func(), error) {
	b, err := os.ReadFile(path)
	return b, func() {}, err
}
