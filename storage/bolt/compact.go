package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// renameOpen says whether the system lets an open file be replaced. If not,
// the file is closed for a moment. Tests change it.
var renameOpen = runtime.GOOS != "windows"

// compactTx bounds the bytes of one transaction of a compaction.
const compactTx = 16 << 20

func compactPath(path string) string { return path + ".compact" }

// Compact implements [storage.Compacter]: it writes all records into a new
// file, in their order and without holes, and puts that in the place of the
// old one. Reads go on, writes wait. Whatever happens meanwhile, one of the
// two files, each whole, stands at the store's path; a new file that a crash
// left behind is removed by Open.
func (s *Store) Compact(ctx context.Context) error {
	err := ctx.Err()
	if err == nil && s.opts.ReadOnly {
		err = s.write(ctx, 0, nil)
	} else if err == nil {
		err = s.do(ctx, &request{alone: func() error { return s.compact(ctx) }})
	}
	if err != nil {
		return s.fail("compact", err)
	}
	return nil
}

func (s *Store) compact(ctx context.Context) error {
	if s.db == nil {
		return s.gone()
	}
	fi, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	tmp := compactPath(s.path)
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var file os.FileInfo
	dst, err := openBolt(tmp, &Options{NoSync: true}, time.Now().Add(s.opts.Timeout), &file)
	if err != nil {
		return err
	}
	err = guard(func() error { return copyAll(ctx, dst, s.db) })
	if err == nil {
		err = os.Chmod(tmp, fi.Mode().Perm())
	}
	if err == nil && !s.opts.NoSync {
		err = dst.Sync()
	}
	if err != nil {
		return errors.Join(err, dst.Close(), os.Remove(tmp))
	}
	dst.NoSync = s.opts.NoSync
	if renameOpen {
		return s.replace(dst, tmp)
	}
	return s.replaceClosed(dst, tmp)
}

// copyAll copies the buckets of src, sorted and dense.
func copyAll(ctx context.Context, dst, src *bbolt.DB) error {
	return src.View(func(from *bbolt.Tx) error {
		return from.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return copyBucket(ctx, dst, name, b)
		})
	})
}

func copyBucket(ctx context.Context, dst *bbolt.DB, name []byte, from *bbolt.Bucket) error {
	c, k, v := cursor(from)
	for first := true; first || k != nil; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := dst.Update(func(tx *bbolt.Tx) error {
			to, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			if to.FillPercent = 1; string(name) == string(bucketKeys) {
				to.FillPercent = 0.8 // new keys come anywhere
			}
			for n := 0; k != nil && n < compactTx; k, v = c.Next() {
				if err := to.Put(k, v); err != nil {
					return err
				}
				n += len(k) + len(v)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replace puts the new file in the place of the old one. Both are open and
// locked, so nobody comes in between.
func (s *Store) replace(dst *bbolt.DB, tmp string) error {
	if err := os.Rename(tmp, s.path); err != nil {
		return errors.Join(err, dst.Close(), os.Remove(tmp))
	}
	// Until the folder is on the disk, a crash may bring the old file back:
	// no write is acknowledged before that, see try.
	s.dirDirty = true
	err := s.syncDir()
	s.mu.Lock()
	old := s.db
	s.db = dst
	s.mu.Unlock()
	return errors.Join(err, old.Close())
}

// replaceClosed is replace for a system that does not rename open files.
func (s *Store) replaceClosed(dst *bbolt.DB, tmp string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := errors.Join(dst.Close(), s.db.Close())
	s.db = nil
	if err == nil {
		err = os.Rename(tmp, s.path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(tmp))
	}
	s.dirDirty = true
	db, _, again := openChecked(s.path, &s.opts)
	if again != nil {
		s.lost = fmt.Errorf("lost after a compaction: %w", again)
		return errors.Join(err, again)
	}
	s.db = db
	return errors.Join(err, s.syncDir())
}
