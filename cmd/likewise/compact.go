package main

import (
	"context"
	"errors"

	"github.com/likewise-go/likewise/storage/bolt"
)

type compactCmd struct{ dbFlag }

// Run gives the store's unused space back to the disk.
func (c *compactCmd) Run(ctx context.Context, a *app) error {
	if err := c.must(); err != nil {
		return err
	}
	s, err := bolt.Open(c.DB, nil)
	if err != nil {
		return err
	}
	before := s.Info().Bytes
	err = s.Compact(ctx)
	after := s.Info().Bytes
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	if a.json {
		return a.write(map[string]any{"bytes_before": before, "bytes_after": after})
	}
	a.printf("%s: %s, was %s\n", c.DB, bytesOf(after), bytesOf(before))
	return nil
}
