package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

type importCmd struct {
	dbFlag
	embedderFlags
	admissionFlag
	Files []string `arg:"" name:"file" help:"Files of JSON lines: export's, or {\"text\",\"answer\",\"tenant\"?,\"model\"?,\"system\"?}."`
}

// Run stores what the files hold. The store is made if there is none. Every
// line is checked before the first is stored.
func (c *importCmd) Run(ctx context.Context, a *app) error {
	if err := c.named(); err != nil {
		return err
	}
	items, err := readItems(eval.Lines(a.stdin, c.Files...))
	if err != nil {
		return err
	}
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	kept, err := c.change(e, &cache.Options{Admission: c.lifted("strict")})
	if err != nil {
		return err
	}
	refused, err := store(ctx, a, kept, items)
	if err = errors.Join(err, kept.Close()); err != nil {
		return err
	}
	n := len(items)
	for _, k := range refused {
		n -= k
	}
	if a.json {
		return a.write(map[string]any{"imported": n, "refused": refused})
	}
	a.printf("imported %s into %s\n", plural(n, "entry", "entries"), c.DB)
	for rule, k := range refused {
		a.printf("kept out by the rule %q: %d; --admission=lenient lifts the rules volatile and personal\n", rule, k)
	}
	return nil
}

// item is one line to import: an entry as export wrote it, or a question
// with its answer.
type item struct {
	entry  *cache.Entry
	query  cache.Query
	answer cache.Answer
}

const wantItem = `an entry as export writes it, or {"text":TEXT,"answer":TEXT} with "tenant", "model" and "system" if need be`

func readItems(lines func(func(eval.Line, error) bool)) ([]item, error) {
	var items []item
	for line, err := range lines {
		if err != nil {
			return nil, err
		}
		it, err := readItem(&line)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, nil
}

func readItem(line *eval.Line) (item, error) {
	var v struct {
		Key, Text, Tenant, Model, System string
		Answer                           json.RawMessage
	}
	if err := line.Decode(&v, wantItem); err != nil {
		return item{}, err
	}
	for _, f := range []struct {
		name string
		ok   bool
	}{{"text", strings.TrimSpace(v.Text) != ""}, {"answer", len(v.Answer) > 0 && string(v.Answer) != "null"}} {
		if !f.ok {
			return item{}, line.Errorf(wantItem, "%q is missing or empty", f.name)
		}
	}
	if v.Key != "" {
		return readEntry(line)
	}
	it := item{query: cache.Query{Text: v.Text, Scope: cache.Scope{Tenant: v.Tenant, Model: v.Model, System: v.System}}}
	dst := any(&it.answer)
	if bytes.HasPrefix(v.Answer, []byte(`"`)) {
		dst = &it.answer.Text
	}
	if err := json.Unmarshal(v.Answer, dst); err != nil {
		return item{}, line.Errorf(`"answer" as a text, or as an object with "text"`, "%v", err)
	}
	return it, nil
}

func readEntry(line *eval.Line) (item, error) {
	it := item{entry: new(cache.Entry)}
	if err := line.Decode(it.entry, wantItem); err != nil {
		return it, err
	}
	for _, f := range []struct{ name, hash string }{{"key", it.entry.Key}, {"scope", it.entry.Scope}} {
		if len(f.hash) != 64 || strings.Trim(f.hash, "0123456789abcdef") != "" {
			return it, line.Errorf("64 hex digits", "%q is %.80q", f.name, f.hash)
		}
	}
	if it.entry.Created.IsZero() {
		return it, line.Errorf(wantItem, `"created" is missing`)
	}
	return it, nil
}

// key tells items apart that would replace one another.
func (it *item) key() string {
	if it.entry != nil {
		return it.entry.Key
	}
	s := &it.query.Scope
	return strings.Join([]string{s.Tenant, s.Model, s.System, it.query.Text}, "\x00")
}

// importBlock is how many items are stored together, in one commit: about
// in their order, and a later one with the same key always after.
const importBlock = 256

// store stores the items, and counts those that an admission rule keeps out.
func store(ctx context.Context, a *app, c *cache.Cache, items []item) (refused map[string]int, err error) {
	refused = make(map[string]int)
	bar := a.progress("importing", len(items))
	defer bar.end()
	for done := 0; done < len(items); {
		n := distinct(items[done:min(done+importBlock, len(items))])
		errs := make([]error, n)
		var g errgroup.Group
		for i := range n {
			g.Go(func() error { errs[i] = storeOne(ctx, c, &items[done+i]); return nil })
		}
		_ = g.Wait() // the errors are in errs
		for _, err := range errs {
			var no *cache.NotAdmittedError
			switch {
			case errors.As(err, &no):
				refused[no.Rule]++
			case err != nil:
				return refused, fmt.Errorf("after %s: %w", plural(done, "line", "lines"), err)
			}
		}
		done += n
		bar.at(done)
	}
	return refused, nil
}

// distinct returns how many items stand before the first whose key has been.
func distinct(items []item) int {
	seen := make(map[string]bool, len(items))
	for i := range items {
		k := items[i].key()
		if seen[k] {
			return i
		}
		seen[k] = true
	}
	return len(items)
}

func storeOne(ctx context.Context, c *cache.Cache, it *item) error {
	var err error
	if it.entry != nil {
		_, err = c.Restore(ctx, *it.entry)
	} else {
		_, err = c.Put(ctx, it.query, it.answer)
	}
	return err
}
