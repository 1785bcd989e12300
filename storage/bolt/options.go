package bolt

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Options say how to open a store. The zero value is the default.
type Options struct {
	// Embedder is the ID of the embedder whose vectors the store holds. It
	// is written into a store that has none yet; a store of another embedder
	// is refused with storage.ErrModelMismatch. Empty opens any store.
	Embedder string

	// Timeout is how long to wait for another process that has the file
	// open, at most; 0 means one second. Then Open fails with
	// storage.ErrInUse.
	Timeout time.Duration

	// ReadOnly opens an existing store for reading. Any number of readers
	// share a file, a writer has it alone.
	ReadOnly bool

	// NoSync leaves it to the system when to write to the disk: an
	// acknowledged write outlives the process, but not the machine. For
	// tests, and for filling a store that can be filled again.
	NoSync bool
}

const (
	defaultTimeout = time.Second
	maxEmbedder    = 512 // bytes: the header must stay within its page
)

// validate reports every problem at once.
func (o *Options) validate() error {
	var errs []error
	if o.Timeout < 0 {
		errs = append(errs, fmt.Errorf("Options.Timeout is %v, allowed: 0 (%v) or more", o.Timeout, defaultTimeout))
	}
	if err := validEmbedder(o.Embedder); err != nil {
		errs = append(errs, fmt.Errorf("Options.Embedder %w", err))
	}
	if o.ReadOnly && o.NoSync {
		errs = append(errs, errors.New("Options.NoSync is true with ReadOnly, allowed: false, there is nothing to write"))
	}
	return errors.Join(errs...)
}

func validEmbedder(id string) error {
	switch {
	case len(id) > maxEmbedder:
		return fmt.Errorf("has %d bytes, allowed: up to %d", len(id), maxEmbedder)
	case !utf8.ValidString(id):
		return fmt.Errorf("is %q, allowed: UTF-8", id)
	}
	return nil
}
