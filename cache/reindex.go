package cache

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/storage"
)

// reindexBatch is how many entries Reindex stores in one commit.
const reindexBatch = 256

// Reindex copies every entry of one store to another, with its vector
// computed anew by the embedder e on all cores, and returns how many it
// copied. Ids are given anew. An entry whose question e cannot read is copied
// without a vector; one that is damaged is passed over. progress, if not nil,
// is called after each batch.
//
// A store file is moved to another embedder by reindexing it into a new file
// and renaming that over it: until then the old one stays as it was.
func Reindex(ctx context.Context, dst, src storage.Store, e embed.Embedder, progress func(done, total int)) (int, error) {
	done, total := 0, src.Info().Records
	var ids []uint64
	flush := func() error {
		recs, err := reindexed(ctx, src, e, ids)
		if err == nil {
			err = dst.Put(ctx, recs...)
		}
		if err != nil {
			return fmt.Errorf("likewise/cache: reindex: %w", err)
		}
		ids = ids[:0]
		if done += len(recs); progress != nil {
			progress(done, total)
		}
		return nil
	}
	for rec, err := range src.Scan(ctx) {
		if errors.Is(err, storage.ErrCorrupt) {
			continue
		}
		if err != nil {
			return done, fmt.Errorf("likewise/cache: reindex: %w", err)
		}
		if ids = append(ids, rec.ID); len(ids) == reindexBatch {
			if err := flush(); err != nil {
				return done, err
			}
		}
	}
	return done, flush()
}

// reindexed returns the records of the ids, in their order and without the
// damaged ones, each with its new vector.
func reindexed(ctx context.Context, src storage.Store, e embed.Embedder, ids []uint64) ([]*storage.Record, error) {
	recs := make([]*storage.Record, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, id := range ids {
		g.Go(func() (err error) {
			recs[i], err = reindexOne(ctx, src, e, id)
			if errors.Is(err, storage.ErrCorrupt) || errors.Is(err, errEntry) {
				return nil
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	sound := recs[:0]
	for _, r := range recs {
		if r != nil {
			sound = append(sound, r)
		}
	}
	return sound, nil
}

// reindexOne returns one record with its new vector, or an error that wraps
// storage.ErrCorrupt or errEntry if it is damaged.
func reindexOne(ctx context.Context, src storage.Store, e embed.Embedder, id uint64) (*storage.Record, error) {
	rec, err := src.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := decodeBody(rec.Body)
	if err != nil {
		return nil, err
	}
	var en entry
	if _, err := decodeHead(rec.Head, &en, nil); err != nil {
		return nil, err
	}
	var vec []float32
	vecs, err := e.Embed(ctx, b.Text)
	switch {
	case err == nil:
		vec = vecs[0]
	case !errors.Is(err, embed.ErrTooLong) && !errors.Is(err, embed.ErrUnreadable):
		return nil, fmt.Errorf("entry %d: %w", id, err)
	}
	rec.Head = encodeHead(&en, vec)
	return &rec, nil
}
