package eval_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

func TestReadFeedback(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	again := func() *cache.Cache {
		t.Helper()
		c, err := cache.Open(path, new(compass), &cache.Options{Skip: blind})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := again()
	in := cache.Scope{Tenant: "acme", Model: "m"}
	put := func(text string) {
		t.Helper()
		if _, err := c.Put(t.Context(), cache.Query{Scope: in, Text: text}, cache.Answer{Text: "A"}); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(text string) cache.ID {
		t.Helper()
		r, err := c.Lookup(t.Context(), cache.Query{Scope: in, Text: text})
		if err != nil || !r.Hit() {
			t.Fatalf("%s: %v, %v", text, r.Outcome, err)
		}
		return r.ID
	}
	vote := func(id cache.ID, right bool) {
		t.Helper()
		if err := c.Feedback(t.Context(), id, right); err != nil {
			t.Fatal(err)
		}
	}
	put("a 0")
	vote(ask("b 1"), true)
	vote(ask("c 2"), false)
	vote(ask("a 0"), true) // its own question: no label
	late := []cache.ID{ask("d 3"), ask("e 4")}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = again()
	defer func() { _ = c.Close() }()
	for _, id := range late { // the text is forgotten by now
		vote(id, false)
	}
	put("d 3") // and known again
	f, err := eval.ReadFeedback(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range f.Pairs {
		got = append(got, fmt.Sprintf("%s / %s %v %s %s %s", p.A, p.B, *p.Same, p.Tenant, p.Model, p.Src))
	}
	slices.Sort(got)
	want := "a 0 / b 1 true acme m feedback, a 0 / c 2 false acme m feedback, a 0 / d 3 false acme m feedback"
	if strings.Join(got, ", ") != want || f.Lost != 1 {
		t.Errorf("got %v and %d lost, want %s and 1", got, f.Lost, want)
	}
}
