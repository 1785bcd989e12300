package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/likewise-go/likewise/storage"
)

var (
	bucketHeader = []byte("header")
	bucketKeys   = []byte("keys")
	bucketHeads  = []byte("heads")
	bucketBodies = []byte("bodies")
	bucketStates = []byte("states")

	entryFormat   = []byte("format")   // magic, version as uvarint
	entryEmbedder = []byte("embedder") // the ID, or nothing
	entryCreated  = []byte("created")  // Unix nanoseconds, big endian
	entryCounts   = []byte("counts")   // last id, number of records, big endian
)

const (
	magic   = "likewise storage"
	version = 1
)

// counts is what must survive a restart though no record tells it.
type counts struct {
	last    uint64 // the highest id given so far
	records uint64
}

// header is the content of the header bucket.
type header struct {
	embedder string
	created  time.Time
	counts   counts
}

// writeHeader makes the buckets of a new store.
func writeHeader(tx *bbolt.Tx, h header) error {
	for _, name := range [][]byte{bucketHeader, bucketKeys, bucketHeads, bucketBodies, bucketStates} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	b := tx.Bucket(bucketHeader)
	return errors.Join(
		putEntry(b, entryFormat, binary.AppendUvarint([]byte(magic), version)),
		putEntry(b, entryEmbedder, []byte(h.embedder)),
		putEntry(b, entryCreated, binary.BigEndian.AppendUint64(nil, uint64(h.created.UnixNano()))),
		putCounts(b, h.counts),
	)
}

// readHeader reads the header of a store, or says how it is none.
func readHeader(tx *bbolt.Tx) (h header, err error) {
	b := tx.Bucket(bucketHeader)
	if b == nil {
		return h, fmt.Errorf("is a bbolt file without our header: %w", storage.ErrFormat)
	}
	format, err := getEntry(b, entryFormat)
	if err != nil {
		return h, err
	}
	if err := checkFormat(format); err != nil {
		return h, err
	}
	for _, name := range [][]byte{bucketKeys, bucketHeads, bucketBodies, bucketStates} {
		if tx.Bucket(name) == nil {
			return h, fmt.Errorf("has no bucket %q: %w", name, storage.ErrCorrupt)
		}
	}
	embedder, err1 := getEntry(b, entryEmbedder)
	created, err2 := getEntry(b, entryCreated)
	c, err3 := getEntry(b, entryCounts)
	if err := errors.Join(err1, err2, err3); err != nil {
		return h, err
	}
	h.embedder = string(embedder)
	if len(created) == 8 {
		h.created = time.Unix(0, int64(binary.BigEndian.Uint64(created)))
	}
	h.counts, err = decodeCounts(c)
	return h, err
}

// checkFormat decides whether this program reads the format.
func checkFormat(v []byte) error {
	if len(v) < len(magic) || string(v[:len(magic)]) != magic {
		return fmt.Errorf("names the format %.32q, expected %q: %w", v, magic, storage.ErrFormat)
	}
	got, n := binary.Uvarint(v[len(magic):])
	if n <= 0 || got == 0 {
		return fmt.Errorf("names no format version: %w", storage.ErrFormat)
	}
	if got > version {
		return fmt.Errorf("has format version %d, this program reads up to %d: %w", got, version, storage.ErrFormat)
	}
	return nil
}

func putCounts(b *bbolt.Bucket, c counts) error {
	v := binary.BigEndian.AppendUint64(make([]byte, 0, 16), c.last)
	return putEntry(b, entryCounts, binary.BigEndian.AppendUint64(v, c.records))
}

func decodeCounts(v []byte) (counts, error) {
	if len(v) != 16 {
		return counts{}, fmt.Errorf("header entry %q has %d bytes, expected 16: %w", entryCounts, len(v), storage.ErrCorrupt)
	}
	return counts{binary.BigEndian.Uint64(v), binary.BigEndian.Uint64(v[8:])}, nil
}

// An entry of the header is stored with a CRC-32C of its name and itself.
func putEntry(b *bbolt.Bucket, name, v []byte) error {
	buf := make([]byte, crcLen, crcLen+len(v))
	buf = append(buf, v...)
	binary.LittleEndian.PutUint32(buf, entrySum(name, v))
	return b.Put(name, buf)
}

func getEntry(b *bbolt.Bucket, name []byte) ([]byte, error) {
	return decodeEntry(name, b.Get(name))
}

func decodeEntry(name, v []byte) ([]byte, error) {
	if v == nil {
		err := storage.ErrCorrupt
		if string(name) == string(entryFormat) {
			err = storage.ErrFormat
		}
		return nil, fmt.Errorf("header has no entry %q: %w", name, err)
	}
	if len(v) < crcLen || binary.LittleEndian.Uint32(v) != entrySum(name, v[crcLen:]) {
		return nil, fmt.Errorf("header entry %q fails its checksum: %w", name, storage.ErrCorrupt)
	}
	return v[crcLen:], nil
}

func entrySum(name, v []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, name), castagnoli, v)
}
