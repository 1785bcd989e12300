package main

import (
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
	if a.json {
		return a.write(storeStats(s))
	}
	a.printf("%s\n", a.paint(bold, c.DB))
	row := func(name, value string) { a.printf("  %-12s %s\n", name, value) }
	row("entries", group(s.Entries))
	row("scopes", group(s.Partitions))
	row("embedder", orNone(s.Embedder))
	row("stored", bytesOf(s.Bytes))
	row("file", bytesOf(s.FileBytes)+", "+bytesOf(s.FreeBytes)+" of it unused")
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
func storeStats(s cache.Stats) any {
	return struct {
		Path      string `json:"path"`
		Entries   int    `json:"entries"`
		Scopes    int    `json:"partitions"`
		Bytes     int64  `json:"bytes"`
		FileBytes int64  `json:"file_bytes"`
		FreeBytes int64  `json:"free_bytes"`
		Damaged   uint64 `json:"damaged"`
		Embedder  string `json:"embedder"`
	}{s.Path, s.Entries, s.Partitions, s.Bytes, s.FileBytes, s.FreeBytes, s.Damaged, s.Embedder}
}
