package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/likewise-go/likewise/cache"
)

type rmCmd struct {
	dbFlag
	filterFlags
	All    bool     `help:"Every entry."`
	DryRun bool     `help:"Count, but remove nothing."`
	IDs    []string `arg:"" optional:"" name:"id" help:"Ids, as ls or a Result shows them."`
}

// Run removes the entries for which every condition holds.
func (c *rmCmd) Run(ctx context.Context, a *app) error {
	filter, some := c.filter()
	ids, err := parseIDs(c.IDs)
	if err != nil {
		return err
	}
	filter.IDs = ids
	switch some = some || len(ids) > 0; {
	case c.All && some:
		return bad("--all is given with ids or conditions, expected one or the other")
	case !c.All && !some:
		return bad("nothing is selected, expected ids, --tenant, --model, --tag, --older-than or --all")
	}
	filter.All = c.All
	remove := c.remove
	if c.DryRun {
		remove = c.count
	}
	n, err := remove(ctx, filter)
	if err != nil {
		return err
	}
	switch {
	case a.json:
		err = a.write(map[string]any{"removed": n, "dry_run": c.DryRun})
	case c.DryRun:
		a.printf("would remove %s\n", plural(n, "entry", "entries"))
	default:
		a.printf("removed %s\n", plural(n, "entry", "entries"))
	}
	if err == nil && n < len(ids) && filter.Tenant+filter.Model+filter.Tag == "" && filter.OlderThan == 0 {
		return fmt.Errorf("%s had only %d of the %d entries", c.DB, n, len(ids))
	}
	return err
}

func (c *rmCmd) remove(ctx context.Context, f cache.Filter) (int, error) {
	if err := c.must(); err != nil {
		return 0, err
	}
	kept, err := c.change(nil, nil)
	if err != nil {
		return 0, err
	}
	n, err := kept.Invalidate(ctx, f)
	return n, errors.Join(err, kept.Close())
}

func (c *rmCmd) count(ctx context.Context, f cache.Filter) (n int, err error) {
	kept, err := c.look(nil, nil)
	if err != nil {
		return 0, err
	}
	defer kept.Close()
	for _, err := range kept.Entries(ctx, f) {
		if err != nil && ctx.Err() != nil {
			return n, err
		}
		n++ // a damaged one would be removed, too
	}
	return n, nil
}
