package bolt

import (
	"bytes"
	"os"
	"testing"

	"github.com/likewise-go/likewise/storage"
)

// FuzzWalk patches a small store with anything, mostly behind the meta pages,
// which have a checksum. Whatever the walk lets pass, bbolt is given: so it
// must not pass what makes bbolt panic.
func FuzzWalk(f *testing.F) {
	small, err := os.ReadFile(filled(f, 5))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), small[:3*pageSize], uint32(4), []byte{})
	f.Add(uint32(2*pageSize+8), []byte{1, 0}, uint32(3*pageSize+10), []byte{9})
	f.Add(uint32(4*pageSize+16), []byte{1, 0, 0, 0}, uint32(5*pageSize), []byte{4})
	f.Fuzz(func(t *testing.T, at1 uint32, patch1 []byte, at2 uint32, patch2 []byte) {
		b := bytes.Clone(small)
		copy(b[int(at1)%len(b):], patch1)
		copy(b[int(at2)%len(b):], patch2)
		sh, err := walk(b, pageSize)
		if err != nil {
			return
		}
		if sh.used < 2 || sh.used > int64(len(b)/pageSize) {
			t.Fatalf("found %d pages in use, in %d bytes", sh.used, len(b))
		}
		path := writeFile(t, b)
		s, err := Open(path, &Options{NoSync: true})
		if err != nil {
			return
		}
		defer s.Close()
		if _, err := s.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range s.Scan(t.Context()) {
			continue
		}
		_ = s.Put(t.Context(), benchRecord(1))
		_, _ = s.Delete(t.Context(), 1, 2, 3)
	})
}

// FuzzParts decodes a stored record of any bytes, and one as it is encoded.
func FuzzParts(f *testing.F) {
	f.Add(uint64(1), []byte("head"), []byte("body"), []byte("state"))
	f.Add(uint64(1<<63), make([]byte, 36), []byte{}, []byte{0})
	f.Fuzz(func(t *testing.T, id uint64, head, body, state []byte) {
		k := idKey(id)
		if _, got, err := decodeHead(k[:], head); err == nil && len(got) > len(head) {
			t.Fatal("a head longer than what is stored")
		}
		_, _ = decodePart(k[:], head, partBody, "body", body)
		_, _ = parseID(head)

		e := encode(&storage.Record{Key: storage.Key(append(bytes.Clone(head), make([]byte, keyLen)...)), Head: head, Body: body, State: state})
		e.seal(k[:])
		key, gotHead, err := decodeHead(k[:], e.head)
		if err != nil || !bytes.Equal(key, e.key[:]) || !bytes.Equal(gotHead, head) {
			t.Fatalf("head: got %x, %x, %v", key, gotHead, err)
		}
		got, err := decodePart(k[:], key, partBody, "body", e.body)
		if err != nil || !bytes.Equal(got, body) {
			t.Fatalf("body: got %x, %v", got, err)
		}
		got, err = decodePart(k[:], key, partState, "state", e.state)
		if err != nil || !bytes.Equal(got, state) {
			t.Fatalf("state: got %x, %v", got, err)
		}
		if _, err := decodePart(k[:], key, partBody, "body", e.state); err == nil {
			t.Fatal("a state was taken for a body")
		}
		other := idKey(id + 1)
		if _, _, err := decodeHead(other[:], e.head); err == nil {
			t.Fatal("a head of another record was taken")
		}
	})
}

// FuzzHeader decodes header entries and holder files of any bytes.
func FuzzHeader(f *testing.F) {
	f.Add([]byte(magic + "\x01"))
	f.Add([]byte(`{"pid":1,"program":"x","since":"2026-01-02T03:04:05Z"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = decodeEntry(entryCounts, b)
		if _, err := decodeCounts(b); err == nil && len(b) != 16 {
			t.Fatalf("counts of %d bytes", len(b))
		}
		if checkFormat(b) == nil && !bytes.HasPrefix(b, []byte(magic)) {
			t.Fatalf("format %q", b)
		}
		if h, ok := parseHolder(b); ok && h.PID <= 0 {
			t.Fatalf("holder with pid %d", h.PID)
		}
		_, _ = parseMeta(b)
	})
}
