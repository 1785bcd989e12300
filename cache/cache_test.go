package cache_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// compass is an embedder whose geometry a test can choose: a text that
// begins with "12.5 " points to 12.5 degrees, so that the similarity of two
// texts is the cosine of the angle between them. A text without a number
// points nowhere near any of them, and nowhere near another such text.
type compass struct {
	id      string
	calls   atomic.Int64
	fail    atomic.Pointer[error]
	release chan struct{} // if set, Embed waits for it, deaf to its context
}

func (c *compass) ID() string { return "compass:" + c.id }
func (c *compass) Dim() int   { return 64 }

func (c *compass) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	c.calls.Add(1)
	if c.release != nil {
		<-c.release
	}
	if err := c.fail.Load(); err != nil {
		return nil, *err
	}
	var out [][]float32
	for _, t := range texts {
		v := make([]float32, c.Dim())
		deg, _, _ := strings.Cut(t, " ")
		a, err := strconv.ParseFloat(deg, 64)
		switch {
		case strings.Contains(t, "\u4f60"):
			return nil, fmt.Errorf("compass: %w", embed.ErrUnreadable)
		case err == nil:
			v[0], v[1] = float32(math.Cos(a*math.Pi/180)), float32(math.Sin(a*math.Pi/180))
		default:
			var h uint32 = 2166136261
			for i := range len(t) {
				h = (h ^ uint32(t[i])) * 16777619
			}
			v[2+h%62] = 1
		}
		out = append(out, v)
	}
	return out, nil
}

// cosine of an angle in degrees.
func cosine(deg float64) float64 { return math.Cos(deg * math.Pi / 180) }

// blind returns the options without the guard, for which the texts of a
// compass are other numbers, and no English.
func blind(o *cache.Options) *cache.Options {
	var b cache.Options
	if o != nil {
		b = *o
	}
	b.Skip = append(slices.Clip(b.Skip), cache.StepVeto)
	return &b
}

func open(t testing.TB, path string, e embed.Embedder, o *cache.Options) *cache.Cache {
	t.Helper()
	c, err := cache.Open(path, e, blind(o))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return c
}

func ask(text string) cache.Query { return cache.Query{Text: text} }

func put(t testing.TB, c *cache.Cache, q cache.Query, answer string) cache.ID {
	t.Helper()
	id, err := c.Put(t.Context(), q, cache.Answer{Text: answer})
	if err != nil {
		t.Fatalf("put %q: %v", q.Text, err)
	}
	return id
}

// lookup returns the outcome and the answer's text, in one string.
func lookup(t testing.TB, c *cache.Cache, q cache.Query) string {
	t.Helper()
	r, err := c.Lookup(t.Context(), q)
	if err != nil {
		t.Fatalf("lookup %q: %v", q.Text, err)
	}
	return strings.TrimSpace(r.Outcome.String() + " " + r.Answer.Text)
}

func wantLookup(t testing.TB, c *cache.Cache, q cache.Query, want string) {
	t.Helper()
	if got := lookup(t, c, q); got != want {
		t.Errorf("lookup %q = %q, want %q", q.Text, got, want)
	}
}

// stores runs a test on a cache in memory and on one in a file.
func stores(t *testing.T, f func(t *testing.T, path string)) {
	t.Run("memory", func(t *testing.T) { f(t, "") })
	t.Run("bolt", func(t *testing.T) { f(t, filepath.Join(t.TempDir(), "answers.db")) })
}

func TestLookupAfterPut(t *testing.T) {
	stores(t, func(t *testing.T, path string) {
		c := open(t, path, &compass{}, nil)
		wantLookup(t, c, ask("0 how far"), "miss")
		put(t, c, ask("0 how far"), "ten miles")
		wantLookup(t, c, ask("0 how far"), "exact ten miles")
		wantLookup(t, c, ask("20 what distance"), "semantic ten miles") // cos 20 = .940
		wantLookup(t, c, ask("25 what distance"), "miss")               // cos 25 = .906
		put(t, c, ask("0 how far"), "eleven miles")
		wantLookup(t, c, ask("0 how far"), "exact eleven miles")
		wantLookup(t, c, ask("20 what distance"), "semantic eleven miles")
		if s := c.Stats(); s.Entries != 1 {
			t.Errorf("entries = %d after the answer was replaced, want 1", s.Entries)
		}
	})
}

func TestWhy(t *testing.T) {
	c := open(t, "", &compass{}, &cache.Options{Candidates: 3})
	r, err := c.Lookup(t.Context(), ask("10 b"))
	if err != nil || r.Why.Reason == "" {
		t.Fatalf("a miss on an empty cache has no reason: %+v, %v", r, err)
	}
	put(t, c, ask("0 a"), "A")
	put(t, c, ask("40 z"), "Z")
	r, err = c.Lookup(t.Context(), ask("10 b"))
	if err != nil {
		t.Fatal(err)
	}
	w := r.Why
	if math.Abs(w.Similarity-cosine(10)) > 1e-6 || w.Threshold != 0.92 || w.ThresholdFrom != "default" || w.Neighbour != "0 a" {
		t.Errorf("why = %+v", w)
	}
	if w.Took[cache.StepExact] == 0 || w.Took[cache.StepEmbed] == 0 || w.Took[cache.StepPropose] == 0 || w.Took[cache.StepDecide] == 0 {
		t.Errorf("a step that was taken has no time: %v", w.Took)
	}
	// 30 degrees from both: a miss that shows both, the smaller id first.
	r, err = c.Lookup(t.Context(), ask("20 c"))
	if err != nil || r.Outcome != cache.HitSemantic { // cos 20 = .940 to both
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = c.Lookup(t.Context(), cache.Query{Text: "20 c", Threshold: 0.95})
	if err != nil || r.Hit() || len(r.Why.Candidates) != 2 || r.Why.ThresholdFrom != "query" {
		t.Errorf("a query's stricter threshold: %+v, %v", r, err)
	}
	r, err = c.Lookup(t.Context(), cache.Query{Text: "25 c", Threshold: 0.5})
	if err != nil || r.Why.Threshold != 0.92 {
		t.Errorf("a query loosened the threshold to %v, %v", r.Why.Threshold, err)
	}
}

// A first candidate that may not be served must not hide a second one.
func TestSecondCandidate(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	put(t, c, ask("0 wrong"), "W")
	put(t, c, ask("15 right"), "R")
	r, err := c.Lookup(t.Context(), ask("5 q"))
	if err != nil || r.Answer.Text != "W" {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := c.Feedback(t.Context(), r.ID, false); err != nil {
		t.Fatal(err)
	}
	wantLookup(t, c, ask("5 q"), "semantic R")
	wantLookup(t, c, ask("6 other question"), "semantic W")
	wantLookup(t, c, ask("0 wrong"), "exact W")
}

func TestFeedbackSurvivesReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, nil)
	put(t, c, ask("0 a"), "A")
	own := put(t, c, ask("90 b"), "B")
	r, err := c.Lookup(t.Context(), ask("5 q"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := cache.ParseID(r.ID.String())
	if err != nil || id != r.ID {
		t.Fatalf("ParseID(%q) = %v, %v", r.ID, id, err)
	}
	for _, fb := range []struct {
		id    cache.ID
		right bool
	}{{id, false}, {own, false}} {
		if err := c.Feedback(t.Context(), fb.id, fb.right); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, path, &compass{}, nil)
	wantLookup(t, c, ask("5 q"), "miss")
	wantLookup(t, c, ask("6 q"), "semantic A")
	wantLookup(t, c, ask("90 b"), "miss")
	if err := c.Feedback(t.Context(), own, true); !errors.Is(err, cache.ErrNotFound) {
		t.Errorf("feedback on an entry that is gone: %v", err)
	}
}

// Opening must read the vectors, not compute them.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{}, nil)
	want := put(t, c, cache.Query{Scope: cache.Scope{Tenant: "acme"}, Text: "0 a"}, "A")
	wantLookup(t, c, cache.Query{Scope: cache.Scope{Tenant: "acme"}, Text: "0 a"}, "exact A")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	e := &compass{}
	c = open(t, path, e, nil)
	if n := e.calls.Load(); n != 0 {
		t.Errorf("opening embedded %d texts, want 0", n)
	}
	r, err := c.Lookup(t.Context(), cache.Query{Scope: cache.Scope{Tenant: "acme"}, Text: "3 b"})
	if err != nil || r.Outcome != cache.HitSemantic || r.ID.Entry != want.Entry || r.Answer.Text != "A" {
		t.Errorf("after reopening: %+v, %v", r, err)
	}
	en, err := c.Entry(t.Context(), want.Entry)
	if err != nil || en.Hits != 2 || en.Tenant != "acme" || en.Text != "0 a" {
		t.Errorf("entry = %+v, %v; want its use before the reopening kept", en, err)
	}
}

func TestOtherEmbedderIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.db")
	c := open(t, path, &compass{id: "A"}, nil)
	put(t, c, ask("0 a"), "A")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := cache.Open(path, &compass{id: "B"}, nil)
	if err == nil || !strings.Contains(err.Error(), "compass:A") || !strings.Contains(err.Error(), "compass:B") {
		t.Errorf("err = %v, want one that names both embedders", err)
	}
}

func TestOptionsReportEveryProblem(t *testing.T) {
	_, err := cache.Open("", nil, &cache.Options{Threshold: 1.5, Candidates: -1, TTL: -1, Skip: []cache.Step{cache.StepAdmit}, Policies: []cache.Policy{{Threshold: 2}}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"Threshold is 1.5", "Candidates is -1", "TTL is -1ns", "Skip is admit", "Policies[0].Threshold is 2", "(0, 1]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error does not say %q:\n%v", want, err)
		}
	}
}

func TestBadQueries(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	for name, q := range map[string]cache.Query{
		"empty":          {Text: " \n"},
		"not UTF-8":      {Text: "a\xffb"},
		"broken tools":   {Text: "a", Scope: cache.Scope{Tools: []byte(`{"a":`)}},
		"duplicate name": {Text: "a", Scope: cache.Scope{Params: []byte(`{"n":1,"n":2}`)}},
		"bad history":    {Text: "a", Scope: cache.Scope{History: []cache.Turn{{Role: "user", Text: "\xc0"}}}},
	} {
		if _, err := c.Lookup(t.Context(), q); !errors.Is(err, cache.ErrBadQuery) {
			t.Errorf("%s: lookup: %v, want ErrBadQuery", name, err)
		}
		if _, err := c.Put(t.Context(), q, cache.Answer{Text: "x"}); !errors.Is(err, cache.ErrBadQuery) {
			t.Errorf("%s: put: %v, want ErrBadQuery", name, err)
		}
		r, err := c.Do(t.Context(), q, func(context.Context) (cache.Answer, error) { return cache.Answer{Text: "filled"}, nil })
		if err != nil || r.Outcome != cache.Bypass || r.Answer.Text != "filled" {
			t.Errorf("%s: do: %+v, %v; want the fill's answer, past the cache", name, r, err)
		}
	}
	if n := c.Stats().Outcomes["bypass"]; n != 5 {
		t.Errorf("%d bypasses counted, want 5", n)
	}
}

func TestUnreadableTextIsExactOnly(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	put(t, c, ask("\u4f60\u597d"), "hello")
	wantLookup(t, c, ask("\u4f60\u597d"), "exact hello")
	r, err := c.Lookup(t.Context(), ask("\u4f60\u597d\u5417"))
	if err != nil || r.Hit() || !strings.Contains(r.Why.Reason, "exact step only") || r.Why.Fault != "" {
		t.Errorf("%+v, %v", r, err)
	}
	if s := c.Stats(); len(s.Faults) != 0 {
		t.Errorf("an unreadable text counts as a fault: %v", s.Faults)
	}
}

func TestVolatileQuestionsAreNotComparedByMeaning(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	put(t, c, ask("0 weather in Paris"), "mild")
	wantLookup(t, c, ask("1 weather in Paris today"), "miss")
	wantLookup(t, c, ask("1 weather in my town"), "miss")
	wantLookup(t, c, ask("1 weather in Paris, generally"), "semantic mild")
	c = open(t, "", &compass{}, &cache.Options{Admission: cache.AllowVolatile | cache.AllowPersonal})
	put(t, c, ask("0 weather in Paris"), "mild")
	wantLookup(t, c, ask("1 weather in Paris today"), "semantic mild")
	wantLookup(t, c, ask("1 weather in my town"), "semantic mild")
}

// A vote keeps the question that it is about, for calibrations, if the cache
// has just answered it; it survives a restart, and the last vote counts.
func TestFeedbackKeepsTheQuestion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	c := open(t, path, &compass{}, nil)
	id := put(t, c, ask("0 a"), "A")
	vote := func(text string, right bool) {
		t.Helper()
		r, err := c.Lookup(t.Context(), ask(text))
		if err != nil || r.Outcome != cache.HitSemantic {
			t.Fatalf("%s: %v, %v", text, r.Outcome, err)
		}
		if err := c.Feedback(t.Context(), r.ID, right); err != nil {
			t.Fatal(err)
		}
	}
	vote("1 q", true)
	vote("2 q", true)
	vote("2 q", false)
	// An ID that this cache did not give out brings no text.
	if err := c.Feedback(t.Context(), cache.ID{Entry: id.Entry, Asked: 77}, false); err != nil {
		t.Fatal(err)
	}
	want := []cache.Label{{Asked: "1 q", Right: true}, {Asked: "2 q", Right: false}}
	for range 2 {
		e, err := c.Entry(t.Context(), id.Entry)
		slices.SortFunc(e.Labels, func(a, b cache.Label) int { return strings.Compare(a.Asked, b.Asked) })
		if diff := cmp.Diff(want, e.Labels); diff != "" || err != nil || len(e.Rejected) != 2 {
			t.Errorf("%v, rejected %v: %s", err, e.Rejected, diff)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		c = open(t, path, &compass{}, nil)
	}
	// It moves with the entry, and what was rejected stays so.
	e, _ := c.Entry(t.Context(), id.Entry)
	moved := open(t, "", &compass{}, nil)
	at, err := moved.Restore(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	wantLookup(t, moved, ask("1 q"), "semantic A")
	wantLookup(t, moved, ask("2 q"), "miss")
	if m, err := moved.Entry(t.Context(), at.Entry); err != nil || cmp.Diff(e.Labels, m.Labels) != "" {
		t.Errorf("moved with labels %v, %v", m.Labels, err)
	}
	// The oldest of many go.
	for i := range 20 {
		if err := c.Feedback(t.Context(), cache.ID{Entry: id.Entry}, true); err != nil {
			t.Fatal(err)
		}
		vote(fmt.Sprintf("3 q%d", i), true)
	}
	if e, _ := c.Entry(t.Context(), id.Entry); len(e.Labels) != 16 || e.Labels[15].Asked != "3 q19" {
		t.Errorf("labels %v", e.Labels)
	}
}
