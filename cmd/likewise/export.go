package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

type exportCmd struct {
	dbFlag
	filterFlags
	Output string `help:"Write to this file (packed, if its name ends in .gz) and not to the standard output." short:"o" placeholder:"FILE"`
}

// Run writes entries, one a line, as import reads them.
func (c *exportCmd) Run(ctx context.Context, a *app) error {
	kept, err := c.look(nil, nil)
	if err != nil {
		return err
	}
	defer kept.Close()
	n, damaged := 0, 0
	bar := a.progress("exporting", kept.Stats().Entries)
	defer bar.end()
	err = writeFile(c.Output, a.stdout, func(w io.Writer) error {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		filter, _ := c.filter()
		for e, err := range kept.Entries(ctx, filter) {
			if ctx.Err() != nil {
				return err
			}
			if err != nil {
				damaged++
				fmt.Fprintf(a.stderr, "likewise: left out: %v\n", err)
				continue
			}
			if err := out.Encode(&e); err != nil {
				return err
			}
			n++
			bar.at(n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.Output != "" {
		fmt.Fprintf(a.stderr, "exported %s\n", plural(n, "entry", "entries"))
	}
	if damaged += int(kept.Stats().Damaged); damaged > 0 {
		return fmt.Errorf("%s: %s could not be read and were left out", c.DB, plural(damaged, "damaged entry", "damaged entries"))
	}
	return nil
}

// writeFile lets f write to stdout if path is "" or "-", or else to a file
// that appears at path only when it is whole and on the disk.
func writeFile(path string, stdout io.Writer, f func(io.Writer) error) error {
	if path == "" || path == "-" {
		return f(stdout)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return usageError{err}
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	err = writePacked(tmp, strings.HasSuffix(path, ".gz"), f)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func writePacked(file io.Writer, pack bool, f func(io.Writer) error) error {
	buf := bufio.NewWriterSize(file, 1<<16)
	if !pack {
		return errors.Join(f(buf), buf.Flush())
	}
	z := gzip.NewWriter(buf)
	return errors.Join(f(z), z.Close(), buf.Flush())
}
