package bolt

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
	"unsafe"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/likewise-go/likewise/storage"
)

// pageSize is that of new files on every platform, so that they can be moved.
// A key is written into a page of its own in the worst case, so small pages
// are written faster; a head of 1.6 KB still leaves little of one unused.
const pageSize = 4096

// Open opens the store at path, and makes it if there is none or the file is
// empty. The folder must exist. o may be nil.
//
// It fails with storage.ErrInUse when another process has the store open,
// with storage.ErrFormat when the file is something else or of a newer
// format, with storage.ErrModelMismatch when it belongs to another embedder,
// and with storage.ErrCorrupt when its pages are damaged.
func Open(path string, o *Options) (*Store, error) {
	s := &Store{path: path}
	if o != nil {
		s.opts = *o
	}
	if err := s.opts.validate(); err != nil {
		return nil, s.fail("open", err)
	}
	if s.opts.Timeout == 0 {
		s.opts.Timeout = defaultTimeout
	}
	if err := s.open(); err != nil {
		return nil, s.fail("open", err)
	}
	s.queue.init()
	s.writer.Go(s.serve)
	return s, nil
}

func (s *Store) open() error {
	db, sh, err := openChecked(s.path, &s.opts)
	if err != nil {
		return err
	}
	if err := guard(func() error { return s.start(db) }); err != nil {
		return errors.Join(err, db.Close())
	}
	s.db, s.used = db, sh.used*int64(db.Info().PageSize)
	if !s.opts.ReadOnly {
		_ = os.Remove(compactPath(s.path)) // of a compaction that did not end
	}
	writeHolder(s.path)
	return nil
}

// start reads the header, or writes that of a new store.
func (s *Store) start(db *bbolt.DB) error {
	var h header
	fresh := false
	err := db.View(func(tx *bbolt.Tx) (err error) {
		if k, _ := tx.Cursor().First(); k == nil {
			fresh = true
			return nil
		}
		if h, err = readHeader(tx); err != nil {
			return err
		}
		if k, _ := tx.Bucket(bucketHeads).Cursor().Last(); len(k) == 8 {
			id, _ := parseID(k)
			h.counts.last = max(h.counts.last, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	given := s.opts.Embedder
	switch {
	case fresh && s.opts.ReadOnly:
		return fmt.Errorf("is empty, expected a store: %w", storage.ErrFormat)
	case fresh:
		s.dirDirty = true
		h = header{embedder: given, created: time.Now()}
		err = db.Update(func(tx *bbolt.Tx) error { return writeHeader(tx, h) })
	case given == "" || given == h.embedder:
	case h.embedder != "":
		return fmt.Errorf("%w: by %q, opened with %q", storage.ErrModelMismatch, h.embedder, given)
	default:
		h.embedder = given
		if !s.opts.ReadOnly {
			err = db.Update(func(tx *bbolt.Tx) error {
				return putEntry(tx.Bucket(bucketHeader), entryEmbedder, []byte(given))
			})
		}
	}
	s.embedder.Store(&h.embedder)
	s.created, s.counts = h.created, h.counts
	s.records.Store(int64(h.counts.records))
	if err == nil && s.dirDirty {
		err = s.syncDir()
	}
	return err
}

// openChecked opens a file after a walk of its pages.
//
// The walk needs the lock, and bbolt locks only what it opens, so the file is
// opened for reading first, which trusts nothing but the meta pages. Should
// someone else write between the two openings, it starts anew; and also if
// the file was replaced by a compaction while we waited for its lock.
func openChecked(path string, o *Options) (*bbolt.DB, shape, error) {
	deadline := time.Now().Add(o.Timeout)
	for {
		var file os.FileInfo
		db, sh, err := openWalked(path, deadline, o.ReadOnly, &file)
		if err != nil {
			return nil, sh, err
		}
		if o.ReadOnly && isAt(path, file) {
			return db, sh, nil
		}
		if db != nil {
			if err := db.Close(); err != nil {
				return nil, sh, err
			}
		}
		if o.ReadOnly {
			continue
		}
		if db, err = openBolt(path, o, deadline, &file); err != nil {
			return nil, sh, err
		}
		if isAt(path, file) && txid(db) == max(sh.meta.txid, 1) {
			return db, sh, nil
		}
		if err := db.Close(); err != nil {
			return nil, sh, err
		}
	}
}

// isAt says whether a file still stands at path.
func isAt(path string, file os.FileInfo) bool {
	now, err := os.Stat(path)
	return err == nil && os.SameFile(file, now)
}

// openWalked opens an existing file for reading and walks it. Of a file that
// is yet to be made, and need not exist, it returns nothing.
func openWalked(path string, deadline time.Time, must bool, file *os.FileInfo) (*bbolt.DB, shape, error) {
	fi, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
		return nil, shape{}, nil
	case err != nil:
		return nil, shape{}, err
	case fi.IsDir():
		return nil, shape{}, fmt.Errorf("is a folder, expected a file: %w", storage.ErrFormat)
	case fi.Size() == 0 && !must:
		return nil, shape{}, nil
	case fi.Size() == 0:
		return nil, shape{}, fmt.Errorf("is empty, expected a store: %w", storage.ErrFormat)
	}
	db, err := openBolt(path, &Options{ReadOnly: true}, deadline, file)
	if err != nil {
		return nil, shape{}, err
	}
	var sh shape
	err = guard(func() (err error) {
		sh, err = walk(mapped(db, (*file).Size()), db.Info().PageSize)
		return err
	})
	if err != nil {
		return nil, sh, errors.Join(err, db.Close())
	}
	return db, sh, nil
}

// mapped returns the first n bytes of the file as bbolt has mapped it.
func mapped(db *bbolt.DB, n int64) []byte {
	info := db.Info()
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&info.Data)), n)
}

func txid(db *bbolt.DB) uint64 {
	id := 0
	_ = db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil })
	return uint64(id)
}

// openBolt opens a file in bbolt, which locks it until deadline at most, and
// says which file that was.
func openBolt(path string, o *Options, deadline time.Time, file *os.FileInfo) (*bbolt.DB, error) {
	var db *bbolt.DB
	err := guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout:        max(time.Until(deadline), time.Millisecond),
			ReadOnly:       o.ReadOnly,
			NoSync:         o.NoSync,
			NoFreelistSync: true,
			FreelistType:   bbolt.FreelistMapType,
			PageSize:       pageSize,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				f, err := os.OpenFile(name, flag, mode)
				if err == nil {
					*file, err = f.Stat()
				}
				return f, err
			},
		})
		return err
	})
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("in use by %s: %w", describeHolder(path), storage.ErrInUse)
	case errors.Is(err, storage.ErrCorrupt), isSystem(err):
		return nil, err
	}
	return nil, fmt.Errorf("is not a store, %s (%w): %w", sniff(path), err, storage.ErrFormat)
}

// isSystem tells the errors of the system from those of a wrong content.
func isSystem(err error) bool {
	var p *fs.PathError
	var c *os.SyscallError
	return errors.As(err, &p) || errors.As(err, &c)
}

// sniff says what stands in a file that is no store.
func sniff(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return err.Error()
	}
	buf := make([]byte, 16)
	n, _ := io.ReadFull(f, buf)
	return fmt.Sprintf("found %d bytes that begin with %q, expected a bbolt file", fi.Size(), buf[:n])
}

// syncDir makes the file's name durable, where a folder can be synced.
func (s *Store) syncDir() error {
	if runtime.GOOS == "windows" || s.opts.NoSync {
		s.dirDirty = false
		return nil
	}
	d, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return err
	}
	s.dirDirty = false
	return nil
}
