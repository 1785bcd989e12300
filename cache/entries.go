package cache

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/likewise-go/likewise/storage"
)

// An Entry is a stored answer with all that is known of it. Key and Scope
// are hashes (hex SHA-256): what they were made from is not stored, besides
// tenant, model and question.
type Entry struct {
	ID      uint64    `json:"id"`
	Key     string    `json:"key"`
	Scope   string    `json:"scope"`
	Tenant  string    `json:"tenant,omitempty"`
	Model   string    `json:"model,omitempty"`
	Text    string    `json:"text"` // the question
	Answer  Answer    `json:"answer"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Used    time.Time `json:"used"`
	Hits    uint64    `json:"hits"`
	Right   uint32    `json:"right,omitempty"` // votes
	Wrong   uint32    `json:"wrong,omitempty"`
	Bytes   int64     `json:"bytes"` // as stored

	// Rejected holds the first 16 digits of the Keys of questions that
	// feedback said this is no answer to.
	Rejected []string `json:"rejected,omitempty"`

	Labels []Label `json:"labels,omitempty"` // the latest votes whose question is known
}

// Entry returns one entry, or an error that wraps ErrNotFound.
func (c *Cache) Entry(ctx context.Context, id uint64) (Entry, error) {
	e := c.table.get(id)
	if e == nil {
		return Entry{}, fmt.Errorf("likewise/cache: entry %d: %w", id, ErrNotFound)
	}
	return c.entry(ctx, e)
}

// Entries yields the entries that the filter selects, in the order of their
// ids, expired ones included until they are swept. An entry that cannot be
// read is yielded with its error and without text and answer. Entries that
// come or go meanwhile may or may not be seen.
func (c *Cache) Entries(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		match, err := f.matcher(time.Now())
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for _, e := range c.table.match(match) {
			if ctx.Err() != nil {
				yield(Entry{}, context.Cause(ctx))
				return
			}
			v, err := c.entry(ctx, e)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// entry reads what the store has of e.
func (c *Cache) entry(ctx context.Context, e *entry) (Entry, error) {
	c.table.mu.RLock()
	v := Entry{
		ID: e.id, Key: hex.EncodeToString(e.key[:]), Scope: hex.EncodeToString(e.scope[:]),
		Tenant: e.tenant, Model: e.model, Created: time.Unix(0, e.created).UTC(), Used: time.Unix(0, e.used.Load()).UTC(),
		Hits: e.hits.Load(), Right: e.right, Wrong: e.wrong, Bytes: e.size,
	}
	for _, h := range e.rejected {
		v.Rejected = append(v.Rejected, fmt.Sprintf("%016x", h))
	}
	v.Labels = slices.Clone(e.labels)
	c.table.mu.RUnlock()
	if e.expires != 0 {
		v.Expires = time.Unix(0, e.expires).UTC()
	}
	rec, err := c.store.Get(ctx, e.id)
	if errors.Is(err, storage.ErrNotFound) {
		return v, fmt.Errorf("likewise/cache: entry %d: %w", e.id, ErrNotFound)
	}
	if err != nil {
		return v, fmt.Errorf("likewise/cache: entry %d: %w", e.id, err)
	}
	b, err := decodeBody(rec.Body)
	if err != nil {
		return v, fmt.Errorf("entry %d: %w", e.id, err)
	}
	v.Text, v.Answer = b.Text, b.Answer
	return v, nil
}

// Restore stores an entry as Entries gave it, under its key and in its
// scope, with its times, hits, votes and labels, and returns its new id. Its vector
// is computed anew. Admission rules do not apply: it was admitted before.
// It serves to move entries between stores of different embedders.
func (c *Cache) Restore(ctx context.Context, v Entry) (ID, error) {
	e := &entry{tenant: v.Tenant, model: v.Model, tags: v.Answer.Tags, created: v.Created.UnixNano(), right: v.Right, wrong: v.Wrong}
	if err := decodeHash(e.key[:], "key", v.Key); err != nil {
		return ID{}, err
	}
	if err := decodeHash(e.scope[:], "scope", v.Scope); err != nil {
		return ID{}, err
	}
	for _, hash := range v.Rejected {
		h, err := strconv.ParseUint(hash, 16, 64)
		if err != nil {
			return ID{}, fmt.Errorf("likewise/cache: restore: %w: rejected %q, expected 16 hex digits", ErrBadQuery, hash)
		}
		e.rejected = append(e.rejected, h)
	}
	e.labels = slices.Clone(v.Labels)
	if v.Text == "" || v.Created.IsZero() {
		return ID{}, fmt.Errorf("likewise/cache: restore: %w: text %q, created %v: expected both to be set", ErrBadQuery, v.Text, v.Created)
	}
	if !v.Expires.IsZero() {
		e.expires = v.Expires.UnixNano()
	}
	e.used.Store(max(e.created, v.Used.UnixNano()))
	e.hits.Store(v.Hits)
	q := question{Query: Query{Text: v.Text}}
	if c.embedder != nil {
		c.embed(ctx, &q, new(Result))
	}
	if ctx.Err() != nil {
		return ID{}, fmt.Errorf("likewise/cache: restore: %w", context.Cause(ctx))
	}
	id, err := c.commitEntry(e, &body{Text: v.Text, Answer: v.Answer}, q.vec, anyEpoch)
	if err != nil {
		return ID{}, fmt.Errorf("likewise/cache: restore: %w", err)
	}
	return id, nil
}

func decodeHash(dst []byte, name, s string) error {
	if n, err := hex.Decode(dst, []byte(s[:min(len(s), 2*len(dst))])); err != nil || n != len(dst) || len(s) != 2*len(dst) {
		return fmt.Errorf("likewise/cache: restore: %w: %s is %q, expected %d hex digits", ErrBadQuery, name, s, 2*len(dst))
	}
	return nil
}
