package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/likewise-go/likewise/cache"
)

type getCmd struct {
	dbFlag
	IDs []string `arg:"" name:"id" help:"Ids, as ls or a Result shows them."`
}

// Run shows entries. An id that is not there fails the command, after the
// others are shown.
func (c *getCmd) Run(ctx context.Context, a *app) error {
	ids, err := parseIDs(c.IDs)
	if err != nil {
		return err
	}
	kept, err := c.look(nil, nil)
	if err != nil {
		return err
	}
	defer kept.Close()
	var failed error
	for i, id := range ids {
		e, err := kept.Entry(ctx, id)
		switch {
		case ctx.Err() != nil:
			return err
		case errors.Is(err, cache.ErrNotFound):
			fmt.Fprintf(a.stderr, "likewise: %s has no entry %d\n", c.DB, id)
			failed = errSilent
			continue
		case err != nil:
			fmt.Fprintf(a.stderr, "likewise: %v\n", err)
			failed = errSilent
			continue
		case a.json:
			err = a.write(&e)
		default:
			if i > 0 {
				a.printf("\n")
			}
			a.showEntry(&e)
		}
		if err != nil {
			return err
		}
	}
	return failed
}

func parseIDs(args []string) ([]uint64, error) {
	ids := make([]uint64, len(args))
	for i, s := range args {
		id, err := cache.ParseID(s)
		if err != nil {
			return nil, usageError{err}
		}
		ids[i] = id.Entry
	}
	return ids, nil
}

func (a *app) showEntry(e *cache.Entry) {
	row := func(name, value string) {
		if value != "" {
			a.printf("  %s %s\n", a.paint(dim, fmt.Sprintf("%-9s", name)), value)
		}
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Local().Format(time.DateTime)
	}
	a.printf("%s %s\n", a.paint(dim, strconv.FormatUint(e.ID, 10)), a.paint(bold, e.Text))
	a.printf("%s\n", strings.TrimRight(e.Answer.Text, "\n"))
	row("tenant", e.Tenant)
	row("model", e.Model)
	row("tags", strings.Join(e.Answer.Tags, ", "))
	row("stored", when(e.Created))
	row("expires", when(e.Expires))
	row("hits", strconv.FormatUint(e.Hits, 10))
	if e.Right+e.Wrong > 0 {
		row("votes", fmt.Sprintf("%d right, %d wrong", e.Right, e.Wrong))
	}
	row("size", bytesOf(e.Bytes))
}
