package eval_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

// compass embeds a text that ends in a number of degrees as that direction,
// so that every cosine can be worked out by hand. Others it cannot read.
type compass struct{ texts atomic.Int64 }

func (*compass) Dim() int   { return 2 }
func (*compass) ID() string { return "compass" }
func (c *compass) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	var out [][]float32
	for _, t := range texts {
		var word string
		var deg float64
		if n, _ := fmt.Sscanf(t, "%s %f", &word, &deg); n != 2 {
			return nil, fmt.Errorf("%q: %w", t, embed.ErrUnreadable)
		}
		if word == "broken" {
			return nil, errors.New("no connection")
		}
		sin, cos := math.Sincos(deg * math.Pi / 180)
		out = append(out, []float32{float32(cos), float32(sin)})
	}
	c.texts.Add(int64(len(texts)))
	return out, nil
}

func open(t *testing.T) *cache.Cache {
	t.Helper()
	c, err := cache.Open("", new(compass), &cache.Options{Admission: cache.AllowPersonal, Skip: blind})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func questions(lines ...string) (qs []eval.Question) {
	for _, l := range lines {
		text, intent, _ := strings.Cut(l, "|")
		qs = append(qs, eval.Question{Query: cache.Query{Text: text}, Intent: intent})
	}
	return qs
}

// The threshold 0.92 is an angle of 23 degrees. What each line does is worked
// out by hand.
func TestReplay(t *testing.T) {
	c := open(t)
	stream := questions(
		"a 0|A",                        // miss
		"a 10|A",                       // attainable; 10 degrees from a 0: right
		"b 30|B",                       // miss: 30 degrees
		"b 20|B",                       // attainable; nearest b 30: right
		"c 12|C",                       // not attainable; nearest a 0: wrong
		"a 0|A",                        // attainable; exact: right
		"a 90|A",                       // attainable, but 60 degrees from anything: miss
		"c 180|C",                      // not attainable (the hit stored nothing): miss
		"unreadable|C", "unreadable|C", // attainable: miss, then exact: right
	)
	var verdicts []eval.Verdict
	r, err := eval.Replay(t.Context(), c, stream, &eval.ReplayOptions{
		Observe: func(i int, q *eval.Question, r *cache.Result, v eval.Verdict) {
			if i != len(verdicts) || q.Query.Text != stream[i].Query.Text || r.Answer.Text == "" {
				t.Errorf("observed %d, %q, %q", i, q.Query.Text, r.Answer.Text)
			}
			verdicts = append(verdicts, v)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Latency.P50 <= 0 || r.Latency.P95 < r.Latency.P50 || r.Latency.P99 < r.Latency.P95 {
		t.Errorf("latency %+v", r.Latency)
	}
	r.Latency = eval.Latency{}
	want := eval.Report{
		Queries: 10, Labelled: 10, Attainable: 6, Hits: 5, Right: 4, Wrong: 1, Embedder: "compass",
		ByOutcome: map[string]int{"miss": 5, "semantic": 3, "exact": 2}, Refused: map[string]int{},
		Learning: []eval.Progress{
			{Queries: 1}, {2, 1, 1, 1, 0}, {3, 1, 1, 1, 0}, {4, 2, 2, 2, 0}, {5, 2, 3, 2, 1},
			{6, 3, 4, 3, 1}, {7, 4, 4, 3, 1}, {8, 4, 4, 3, 1}, {9, 5, 4, 3, 1}, {10, 6, 5, 4, 1},
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
	const u, y, n = eval.Unknown, eval.Right, eval.Wrong
	if diff := cmp.Diff([]eval.Verdict{u, y, u, y, n, y, u, u, u, y}, verdicts); diff != "" {
		t.Error(diff)
	}
	if r.HitRate() != .5 || r.WrongHitRate() != .2 {
		t.Errorf("hit rate %v, wrong hit rate %v", r.HitRate(), r.WrongHitRate())
	}

	again, err := eval.Replay(t.Context(), c, stream[:1], nil) // what the first replay stored keeps its intent
	if err != nil || again.Attainable != 1 || again.Right != 1 {
		t.Errorf("second replay: %+v, %v", again, err)
	}
}

func TestReplayScopesAndRefusals(t *testing.T) {
	stream := questions("a 0|A", "a 1|A", "today 2|A", "today 2|A")
	stream[1].Query.Scope.Tenant = "other"
	r, err := eval.Replay(t.Context(), open(t), stream, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Another tenant's answer does not make a question attainable; one that is
	// refused is not stored, and volatile words are not compared by meaning.
	if r.Attainable != 2 || r.Hits != 0 || r.Refused["volatile"] != 2 {
		t.Errorf("got %+v", r)
	}
}

func TestReplayJSON(t *testing.T) {
	r, err := eval.Replay(t.Context(), open(t), questions("a 0|A", "a 1|A"), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := object(t, r)
	if got["hit_rate"] != .5 || got["right"] != 1. || got["judge"] != nil {
		t.Errorf("got %v", got)
	}
	want := []string{"attainable", "by_outcome", "calibration", "embedder", "hit_rate", "hits", "judge", "learning", "lookup_us",
		"queries", "right", "saved_calls", "wrong", "wrong_hit_rate"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"p50", "p95", "p99"}, slices.Sorted(maps.Keys(got["lookup_us"].(map[string]any)))); diff != "" {
		t.Error(diff)
	}

	r, err = eval.Replay(t.Context(), open(t), questions("a 0", "a 1"), nil) // no intents
	if err != nil {
		t.Fatal(err)
	}
	got = object(t, r)
	for _, name := range []string{"attainable", "right", "wrong", "wrong_hit_rate"} {
		if v, ok := got[name]; v != nil || !ok {
			t.Errorf("%s is %v without intents", name, v)
		}
	}
	if got["hits"] != 1. {
		t.Errorf("hits is %v", got["hits"])
	}
}

func object(t *testing.T, v any) (m map[string]any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReplayEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := eval.Replay(ctx, open(t), questions("a 0|A", "a 90|A"), &eval.ReplayOptions{
		Observe: func(int, *eval.Question, *cache.Result, eval.Verdict) { cancel() },
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "question 2") {
		t.Errorf("got %v", err)
	}
}
