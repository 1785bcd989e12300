package index

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// No file makes the reader panic, or an index that panics in a search, also
// one whose checksums were made to fit.
func FuzzOpenSnapshot(f *testing.F) {
	for _, fresh := range keptKinds {
		x := fresh(f, 8)
		addAll(f, x, perturbed(rand.New(rand.NewPCG(5, 6)), 5, 8))
		b, err := os.ReadFile(written(f, x))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
		f.Add(b, true)
	}
	dir := f.TempDir()
	q := perturbed(rand.New(rand.NewPCG(5, 6)), 1, 8)[0]
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal {
			b = sealed(b)
		}
		path := filepath.Join(dir, "snapshot")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, fresh := range keptKinds {
			if s, err := OpenSnapshot(path, "tag"); err == nil {
				x := fresh(t, 8)
				if _, err := s.Restore([32]byte{7}, x); err == nil {
					x.Search(q, 3, .5, nil)
					x.Holds(1, q)
					x.ids()
				}
			}
		}
	})
}

// sealed gives b the checksums that it should have.
func sealed(b []byte) []byte {
	if len(b) < headerLen {
		return b
	}
	b = append([]byte(nil), b...)
	le := binary.LittleEndian
	at := le.Uint64(b[24:])
	if at < headerLen || at > uint64(len(b)) {
		return b
	}
	dir := b[at:]
	r := dirReader{b: dir}
	r.take(r.count(1))
	for n := r.count(56); n > 0 && !r.bad; n-- {
		s := r.section()
		places := dir[:len(dir)-len(r.b)]
		places = places[max(0, len(places)-24*len(s.arrays)):]
		for i, a := range s.arrays {
			if a.off <= at && a.len <= at-a.off {
				le.PutUint32(places[24*i+20:], crc32.Checksum(b[a.off:][:a.len], castagnoli))
			}
		}
	}
	le.PutUint64(b[32:], uint64(len(dir)))
	le.PutUint64(b[40:], uint64(len(b)))
	le.PutUint32(b[48:], crc32.Checksum(dir, castagnoli))
	le.PutUint32(b[headerLen-4:], crc32.Checksum(b[:headerLen-4], castagnoli))
	return b
}
