package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/storage/bolt"
)

type reindexCmd struct {
	dbFlag
	embedderFlags
}

// reindexed is what reindex did.
type reindexed struct {
	Entries int    `json:"entries"`
	Lost    int    `json:"lost"` // damaged ones
	From    string `json:"from"`
	To      string `json:"to"`
}

// Run computes every vector anew with the chosen embedder.
func (c *reindexCmd) Run(ctx context.Context, a *app) error {
	if err := c.must(); err != nil {
		return err
	}
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	r, err := c.move(ctx, a, e)
	if err != nil {
		return err
	}
	if a.json {
		return a.write(r)
	}
	a.printf("%s: %s moved\n  from %s\n  to   %s\n", c.DB, plural(r.Entries, "entry", "entries"), orNone(r.From), r.To)
	if r.Lost > 0 {
		a.printf("  %s\n", a.paint(red, plural(r.Lost, "damaged entry was", "damaged entries were")+" left behind"))
	}
	return nil
}

// move copies the store into a new file, and puts that in its place. The old
// file is open all the while, so that nobody writes to it; what an earlier
// run left of the new one when it crashed can only be a leftover.
func (c *reindexCmd) move(ctx context.Context, a *app, e embed.Embedder) (r reindexed, err error) {
	src, err := bolt.Open(c.DB, nil)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	r.From, r.To = src.Embedder(), e.ID()
	path := c.DB + ".reindex"
	if err := errors.Join(removeIfThere(path), removeIfThere(path+".holder")); err != nil {
		return r, err
	}
	dst, err := bolt.Open(path, &bolt.Options{Embedder: r.To, NoSync: runtime.GOOS != "windows"}) // synced below, as a whole
	if err != nil {
		return r, err
	}
	bar := a.progress("reindexing", src.Info().Records)
	r.Entries, err = cache.Reindex(ctx, dst, src, e, func(done, _ int) { bar.at(done) })
	r.Lost = src.Info().Records - r.Entries
	bar.end()
	if err = errors.Join(err, dst.Close()); err != nil {
		return r, errors.Join(err, removeIfThere(path))
	}
	// The index beside the old store is not the new one's. Should it stay, it is
	// found to be another's.
	defer func() { _ = removeIfThere(cache.IndexPath(c.DB)) }()
	if runtime.GOOS == "windows" { // which renames over no open file, and syncs no folder
		return r, errors.Join(src.Close(), os.Rename(path, c.DB))
	}
	if err := errors.Join(syncPath(path), os.Rename(path, c.DB), syncPath(filepath.Dir(c.DB))); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// syncPath makes a file, or the names in a folder, durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
