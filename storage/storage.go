package storage

import (
	"context"
	"errors"
	"iter"
)

// Key finds a record: the SHA-256 of what it answers.
type Key [32]byte

// A Record is one stored entry.
type Record struct {
	ID    uint64 // sequential, from 1; never used again after a delete
	Key   Key    // unique in the store
	Head  []byte // read by Scan; a few hundred bytes to a few KiB
	Body  []byte // read by Get and GetByKey
	State []byte // replaced alone by SetState; a few bytes
}

// State names the new state of one record.
type State struct {
	ID    uint64
	State []byte
}

// A Store keeps records. It is safe for concurrent use.
//
// Slices in a returned Record belong to the caller. Every error of the
// medium (a full disk, a closed store, a corrupt record) is wrapped and
// names the store; a batch that fails leaves nothing of itself behind.
type Store interface {
	// Get returns the whole record, ErrNotFound when there is none, or an
	// error that wraps ErrCorrupt when its checksum does not hold.
	Get(ctx context.Context, id uint64) (Record, error)

	// GetByKey is Get by key.
	GetByKey(ctx context.Context, key Key) (Record, error)

	// Put stores the records, all or none, durable on return. It sets the
	// ID of each: a new one, or the ID of the record that had the same Key,
	// which it replaces whole. Of two records with one Key in a batch the
	// later one stays.
	Put(ctx context.Context, recs ...*Record) error

	// SetState replaces the State of records, all or none, durable on
	// return. An id that is not there (any more) is passed over.
	SetState(ctx context.Context, states ...State) error

	// Delete removes records, all or none, durable on return, and returns
	// how many of the ids were there.
	Delete(ctx context.Context, ids ...uint64) (int, error)

	// Scan yields every record in the order of ids, without its Body. It
	// holds nothing open between two steps, so the caller may take its time,
	// and may write. Records added after the iteration began are not
	// yielded; of one that is replaced or deleted meanwhile, the old or the
	// new state is seen. A corrupt record is yielded with its ID and an
	// error that wraps ErrCorrupt, and the scan goes on; after any other
	// error it ends. The slices are valid until the next step.
	Scan(ctx context.Context) iter.Seq2[Record, error]

	// Info says what the store holds and where.
	Info() Info

	// Close waits for writes under way and releases the store.
	// Every later call returns ErrClosed; a second Close is no error.
	Close() error
}

// Info describes a store.
type Info struct {
	Path    string // "" for a store in memory
	Records int    // records held, corrupt ones included
	Bytes   int64  // bytes on the medium, free pages included
	Free    int64  // of Bytes, those that a Compact would give back, about
	Corrupt int64  // corrupt records met since the store was opened
}

// A Compacter can give unused space back to the medium.
// Reads and writes may wait while it works, and nothing is lost if the
// process dies meanwhile.
type Compacter interface {
	Compact(ctx context.Context) error
}

// Errors that stores return, wrapped. Test with errors.Is.
var (
	ErrNotFound = errors.New("record not found")
	ErrCorrupt  = errors.New("record is corrupt")
	ErrClosed   = errors.New("store is closed")
	ErrInUse    = errors.New("store is in use")
	ErrFormat   = errors.New("not a store of this format")
	// ErrModelMismatch reports a store that belongs to another embedder.
	ErrModelMismatch = errors.New("store was written by another embedder")
)
