package index

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"
	"os"
)

// A snapshotWriter writes a snapshot from its beginning to its end.
type snapshotWriter struct {
	file     *os.File
	buf      *bufio.Writer
	end      int64 // bytes written so far
	sections []*section
	keepers  []keeper // of the sections
	scratch  []byte   // what a keeper copies before it writes it
}

// tmpPath is the file that becomes the snapshot when it is complete. Its name
// is fixed, so that one left behind by a crash is overwritten by the next.
func tmpPath(path string) string { return path + ".tmp" }

func writeSnapshot(path, tag string, indexes iter.Seq2[[32]byte, Kept]) (*snapshotWriter, error) {
	w := &snapshotWriter{}
	err := w.write(path, tag, indexes)
	if err != nil {
		w.end = 0
		if w.file != nil {
			_ = w.file.Close()
			_ = os.Remove(tmpPath(path))
		}
		return w, fmt.Errorf("likewise/index: write snapshot: %w", err)
	}
	return w, nil
}

func (w *snapshotWriter) write(path, tag string, indexes iter.Seq2[[32]byte, Kept]) (err error) {
	tmp := tmpPath(path)
	_ = os.Remove(tmp) // not to be written into, should somebody have it mapped
	if w.file, err = os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return err
	}
	w.buf = bufio.NewWriterSize(w.file, 1<<20)
	w.pad(headerLen)
	for name, x := range indexes {
		k := x.keeper()
		s, err := k.save(w)
		if err != nil {
			return err
		}
		if s != nil {
			s.name = name
			w.sections, w.keepers = append(w.sections, s), append(w.keepers, k)
		}
	}
	dir := encodeDirectory(tag, w.sections)
	at := w.end
	w.bytes(dir)
	if err := w.buf.Flush(); err != nil {
		return err
	}
	if _, err := w.file.WriteAt(encodeHeader(dir, at, w.end), 0); err != nil {
		return err
	}
	if !canMap { // else adopt needs it
		if err := w.file.Close(); err != nil {
			return err
		}
	}
	return os.Rename(tmp, path)
}

// encodeHeader returns the header of a file of a length whose directory stands
// at a place.
func encodeHeader(dir []byte, at, length int64) []byte {
	h := append(make([]byte, 0, headerLen), snapshotMagic...)
	h = binary.LittleEndian.AppendUint32(h, snapshotVersion)
	h = binary.NativeEndian.AppendUint32(h, snapshotOrder)
	h = binary.LittleEndian.AppendUint64(h, uint64(at))
	h = binary.LittleEndian.AppendUint64(h, uint64(len(dir)))
	h = binary.LittleEndian.AppendUint64(h, uint64(length))
	h = binary.LittleEndian.AppendUint32(h, crc32.Checksum(dir, castagnoli))
	h = h[:headerLen-4]
	return binary.LittleEndian.AppendUint32(h, crc32.Checksum(h, castagnoli))
}

func encodeDirectory(tag string, sections []*section) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(tag)))
	b = append(b, tag...)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(sections)))
	for _, s := range sections {
		b = append(b, s.name[:]...)
		b = binary.LittleEndian.AppendUint64(b, s.kind)
		b = binary.LittleEndian.AppendUint64(b, uint64(len(s.nums)))
		for _, n := range s.nums {
			b = binary.LittleEndian.AppendUint64(b, n)
		}
		b = binary.LittleEndian.AppendUint64(b, uint64(len(s.arrays)))
		for _, a := range s.arrays {
			b = binary.LittleEndian.AppendUint64(b, a.off)
			b = binary.LittleEndian.AppendUint64(b, a.len)
			summed := uint32(1)
			if a.unsummed {
				summed = 0
			}
			b = binary.LittleEndian.AppendUint32(b, summed)
			b = binary.LittleEndian.AppendUint32(b, a.sum)
		}
	}
	return b
}

// bytes writes b. Its error comes back from the flush.
func (w *snapshotWriter) bytes(b []byte) {
	n, _ := w.buf.Write(b)
	w.end += int64(n)
}

var zeros [arrayAlign]byte

// pad writes zeros up to a multiple of n, at least one array's alignment.
func (w *snapshotWriter) pad(n int64) {
	if w.end == 0 || w.end%n != 0 {
		w.bytes(zeros[:n-w.end%n])
	}
}

// vectors and array write an array and note it in the section.
func (w *snapshotWriter) vectors(s *section, b []byte) { w.place(s, b, span{unsummed: true}) }

func (w *snapshotWriter) array(s *section, b []byte) {
	w.place(s, b, span{sum: crc32.Checksum(b, castagnoli)})
}

func (w *snapshotWriter) place(s *section, b []byte, a span) {
	w.pad(arrayAlign)
	a.off, a.len = uint64(w.end), uint64(len(b))
	w.bytes(b)
	s.arrays = append(s.arrays, a)
}

// room returns n bytes to copy into, valid until the next call.
func (w *snapshotWriter) room(n int) []byte {
	if cap(w.scratch) < n {
		w.scratch = make([]byte, n)
	}
	return w.scratch[:n]
}

// copyOf returns a copy of x in the first bytes of room, and the rest of it.
func copyOf[T any](room []byte, x []T) (c, rest []byte) {
	n := copy(room, bytesOf(x))
	return room[:n:n], room[n:]
}

// adopt maps the file and lets every index move into it.
func (w *snapshotWriter) adopt() error {
	mem, err := mapFile(w.file, int(w.end))
	if err = firstError(err, w.file.Close()); err != nil {
		w.file = nil
		w.abandon()
		return fmt.Errorf("likewise/index: map snapshot: %w", err)
	}
	for i, s := range w.sections {
		s.file = mem
		w.keepers[i].adopt(s)
	}
	return nil
}

func (w *snapshotWriter) abandon() {
	for _, k := range w.keepers {
		k.abandon()
	}
	if w.file != nil {
		_ = w.file.Close() // written and renamed, or removed
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
