package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/bolt"
)

type verifyCmd struct{ dbFlag }

// verdict is what verify found.
type verdict struct {
	OK       bool     `json:"ok"`
	Entries  int      `json:"entries"`
	Damaged  int      `json:"damaged"`
	Embedder string   `json:"embedder"`
	Index    string   `json:"index"` // beside the store: sound, none, or unusable, which is no problem
	Problems []string `json:"problems"`

	beside besideStore
}

// Run checks the file's pages, every checksum, that keys and records lead to
// each other, and that every entry can be read. Damage fails the command.
func (c *verifyCmd) Run(ctx context.Context, a *app) error {
	if err := c.must(); err != nil {
		return err
	}
	v := verdict{Problems: []string{}}
	switch err := c.check(ctx, a, &v); {
	case errors.Is(err, storage.ErrCorrupt) && ctx.Err() == nil:
		v.Problems = append(v.Problems, err.Error()) // too damaged to be opened
	case err != nil:
		return err
	}
	v.OK = len(v.Problems) == 0
	if err := a.showVerdict(c.DB, &v); err != nil || v.OK {
		return err
	}
	return errSilent
}

func (a *app) showVerdict(path string, v *verdict) error {
	if a.json {
		return a.write(v)
	}
	if v.beside.why != nil {
		a.printf("index: %s\n", v.beside)
	}
	if v.OK {
		a.printf("%s: %s, %s\n", path, plural(v.Entries, "entry", "entries"), a.paint(green, "all sound"))
		return nil
	}
	for _, p := range v.Problems {
		a.printf("%s\n", p)
	}
	a.printf("%s: %s, %s\n", path, plural(v.Entries, "entry", "entries"), a.paint(red, plural(len(v.Problems), "problem", "problems")))
	return nil
}

func (c *verifyCmd) check(ctx context.Context, a *app, v *verdict) error {
	if err := c.checkStore(ctx, v); err != nil {
		return err
	}
	kept, err := c.look(nil, nil)
	if err != nil {
		return err
	}
	defer kept.Close()
	v.beside = indexBeside(c.DB, kept.created, kept.model)
	v.Index = v.beside.state
	bar := a.progress("reading", v.Entries)
	defer bar.end()
	n := 0
	for e, err := range kept.Entries(ctx, everything) {
		switch {
		case ctx.Err() != nil:
			return err
		case errors.Is(err, storage.ErrCorrupt): // counted by checkStore
		case err != nil:
			v.damage(e.ID, err)
		}
		n++
		bar.at(n)
	}
	if lost := int(kept.Stats().Damaged) - v.Damaged; lost > 0 {
		v.Damaged += lost
		v.Problems = append(v.Problems, plural(lost, "entry", "entries")+" cannot be read by this program")
	}
	return nil
}

func (v *verdict) damage(id uint64, err error) {
	v.Damaged++
	v.Problems = append(v.Problems, fmt.Sprintf("entry %d: %v", id, err))
}

// checkStore notes what the store finds wrong with itself.
func (c *verifyCmd) checkStore(ctx context.Context, v *verdict) error {
	s, err := bolt.Open(c.DB, &bolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	r, err := s.Verify(ctx)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	v.Entries, v.Embedder = r.Records, r.Embedder
	for _, id := range r.Corrupt {
		v.damage(id, storage.ErrCorrupt)
	}
	for _, id := range r.LostStates {
		v.Problems = append(v.Problems, fmt.Sprintf("entry %d: its uses and votes are damaged", id))
	}
	for _, id := range r.Unindexed {
		v.Problems = append(v.Problems, fmt.Sprintf("entry %d: its key does not lead to it", id))
	}
	for _, key := range r.Dangling {
		v.Problems = append(v.Problems, fmt.Sprintf("key %s leads to no entry", key))
	}
	if r.Orphans > 0 {
		v.Problems = append(v.Problems, plural(r.Orphans, "part", "parts")+" of no entry")
	}
	v.Problems = append(v.Problems, r.Problems...)
	return nil
}
