package main

import (
	"errors"
	"io/fs"
	"time"

	"github.com/likewise-go/likewise/cache"
)

type statsCmd struct{ dbFlag }

// Run shows what a store holds.
func (c *statsCmd) Run(a *app) error {
	kept, err := c.look(nil, nil)
	if err != nil {
		return err
	}
	defer kept.Close()
	s := kept.Stats()
	s.Path, s.Embedder = c.DB, kept.model
	index := indexBeside(c.DB, kept.created, kept.model)
	if a.json {
		return a.write(storeStats(s, index))
	}
	a.printf("%s\n", a.paint(bold, c.DB))
	row := func(name, value string) { a.printf("  %-12s %s\n", name, value) }
	row("entries", group(s.Entries))
	row("scopes", group(s.Partitions))
	row("embedder", orNone(s.Embedder))
	row("stored", bytesOf(s.Bytes))
	row("file", bytesOf(s.FileBytes)+", "+bytesOf(s.FreeBytes)+" of it unused")
	row("index", index.String())
	if s.Damaged > 0 {
		row("damaged", a.paint(red, group(s.Damaged))+`; run "likewise verify"`)
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "none yet"
	}
	return s
}

// storeStats is the part of cache.Stats that is about a store, and not about
// what a process did with it.
func storeStats(s cache.Stats, index besideStore) any {
	return struct {
		Path      string `json:"path"`
		Entries   int    `json:"entries"`
		Scopes    int    `json:"partitions"`
		Bytes     int64  `json:"bytes"`
		FileBytes int64  `json:"file_bytes"`
		FreeBytes int64  `json:"free_bytes"`
		Damaged   uint64 `json:"damaged"`
		Embedder  string `json:"embedder"`

		Index      string `json:"index"`
		IndexBytes int64  `json:"index_bytes"`
	}{s.Path, s.Entries, s.Partitions, s.Bytes, s.FileBytes, s.FreeBytes, s.Damaged, s.Embedder, index.state, index.bytes}
}

// besideStore is the index in the file beside a store. None, or one of no use,
// is no damage: it is made from the store.
type besideStore struct {
	state string // "sound", "none" or "unusable"
	bytes int64
	why   error // it is unusable
}

func indexBeside(db string, created time.Time, embedder string) besideStore {
	n, err := cache.CheckIndex(db, created, embedder)
	switch {
	case err == nil:
		return besideStore{"sound", n, nil}
	case errors.Is(err, fs.ErrNotExist):
		return besideStore{"none", 0, nil}
	}
	return besideStore{"unusable", 0, err}
}

// String says what stands there, and what follows from it.
func (x besideStore) String() string {
	switch x.state {
	case "sound":
		return bytesOf(x.bytes) + " in the file beside it"
	case "none":
		return "none beside it, made when it is opened"
	}
	return "of no use, made anew when it is opened: " + x.why.Error()
}
