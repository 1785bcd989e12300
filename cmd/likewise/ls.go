package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/likewise-go/likewise/cache"
)

type lsCmd struct {
	dbFlag
	filterFlags
	Limit int `help:"At most so many; 0: all." default:"0" short:"n"`
}

// Run lists entries, the oldest first.
func (c *lsCmd) Run(ctx context.Context, a *app) error {
	kept, err := c.look(nil, nil)
	if err != nil {
		return err
	}
	defer kept.Close()
	filter, _ := c.filter()
	n, damaged := 0, 0
	if !a.json {
		a.printf("%s\n", a.paint(dim, fmt.Sprintf("%6s %5s %6s  %-12s %s", "ID", "AGE", "HITS", "SCOPE", "QUESTION")))
	}
	for e, err := range kept.Entries(ctx, filter) {
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			damaged++
			fmt.Fprintf(a.stderr, "likewise: %v\n", err)
			continue
		}
		if a.json {
			err = a.write(&e)
		} else {
			a.printf("%s\n", a.lsRow(&e))
		}
		if n++; err != nil || n == c.Limit {
			return err
		}
	}
	if !a.json {
		a.printf("%s\n", a.paint(dim, plural(n, "entry", "entries")))
	}
	if damaged > 0 {
		return errSilent
	}
	return nil
}

func (a *app) lsRow(e *cache.Entry) string {
	scope := strings.Trim(e.Tenant+"/"+e.Model, "/")
	if scope == "" {
		scope = e.Scope[:8]
	}
	row := fmt.Sprintf("%6d %5s %6d  %-12s ", e.ID, since(e.Created), e.Hits, clip(scope, 12))
	text := clip(e.Text, max(20, a.width-len([]rune(row))))
	if !e.Expires.IsZero() && time.Now().After(e.Expires) {
		text = a.paint(dim, clip("(expired) "+e.Text, max(20, a.width-len([]rune(row)))))
	}
	return row + text
}
