package eval_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

// opinions is a judge that says what each asked text's last word says, and
// counts how often it is asked about a pair.
type opinions struct {
	mu    sync.Mutex // guards asked
	asked map[string]int
	err   error
}

func (o *opinions) ID() string { return "opinions" }

func (o *opinions) Judge(_ context.Context, a, b string) (p float64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.asked == nil {
		o.asked = make(map[string]int)
	}
	o.asked[a+" / "+b]++
	_, err = fmt.Sscanf(b[strings.LastIndexByte(b, ' ')+1:], "p%g", &p)
	return p, errors.Join(err, o.err)
}

func TestGather(t *testing.T) {
	yes, no := true, false
	pairs := []eval.Pair{
		{A: "How do I boil an egg?", B: "What is the way to cook eggs in water p.9", Same: &yes, Src: "made:order", Tenant: "t"},
		{A: "How do I boil an egg?", B: "What is far away from the sea p.8", Same: &no},
		{A: "How do I pay 500 dollars?", B: "How do I pay the 700 dollars p.7", Same: &no, Weight: .5},
		{A: "no label", B: "at all p.1"},
	}
	judge := new(opinions)
	o := &eval.GatherOptions{Cache: &cache.Options{Judge: judge, Floor: .3}}
	ev, err := eval.Gather(t.Context(), &halfway{}, pairs, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(ev.Cases) != 3 || ev.Data.Pairs != 3 || ev.Judge != "opinions" || ev.Embedder != "halfway" || ev.Guard == 0 || len(ev.Notes) != 1 || !strings.Contains(ev.Notes[0], "1 pair has no label") {
		t.Errorf("got %+v", ev)
	}
	for i := range ev.Cases {
		c := &ev.Cases[i]
		d := &c.Candidates[0]
		switch {
		case strings.HasSuffix(c.Asked, "p.9"):
			if d.Judge != .9 || d.Barred != "" || math.Abs(d.Similarity-.5) > 1e-6 || c.Source != "made" || c.Kind != "order" || c.Tenant != "t" || c.Weight != 1 {
				t.Errorf("the first pair: %+v", c)
			}
		case strings.HasSuffix(c.Asked, "p.8"):
			if d.Similarity > .1 || d.Judged {
				t.Errorf("a pair below the floor: %+v", c)
			}
		default:
			if !strings.HasPrefix(d.Barred, "number") || d.Judged || c.Weight != .5 {
				t.Errorf("a vetoed pair: %+v", c)
			}
		}
	}
	if len(judge.asked) != 1 {
		t.Errorf("asked %v, want the first pair alone", judge.asked)
	}
	o.All = true
	if _, err = eval.Gather(t.Context(), &halfway{}, pairs, o); err != nil || len(judge.asked) != 3 {
		t.Errorf("asked about all: %v, %v", judge.asked, err)
	}
	judge.err = errors.New("no power")
	if _, err = eval.Gather(t.Context(), &halfway{}, pairs, o); !errors.Is(err, judge.err) {
		t.Errorf("a judge that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = eval.Gather(ctx, &halfway{}, pairs, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The ranking of Eval is that of Score's probabilities.
func TestEvalRanksAsScoreDoes(t *testing.T) {
	var pairs []eval.Pair
	for i := range 90 {
		same := i*i%7 < 4
		a := []string{"How do I boil an egg?", "Where is my far parcel?", "How do I pay 500 dollars?"}[i%3]
		b := []string{"What is the way to cook eggs in water", "Where did you send the far parcel", "How do I pay the 700 dollars"}[i%3]
		pairs = append(pairs, eval.Pair{A: a, B: fmt.Sprintf("%s p0.%02d", b, i*37%90+5), Same: &same})
	}
	o := &cache.Options{Judge: new(opinions), Floor: .3, Admission: cache.AllowPersonal}
	var scores []float64
	var same []bool
	for s, err := range eval.Score(t.Context(), &halfway{}, pairs, o) {
		if err != nil {
			t.Fatal(err)
		}
		scores, same = append(scores, *s.Probability), append(same, *s.Same)
	}
	ev, err := eval.Gather(t.Context(), &halfway{}, pairs, &eval.GatherOptions{Cache: o, All: true})
	if err != nil {
		t.Fatal(err)
	}
	rule, err := eval.RuleOf(&halfway{}, o)
	if err != nil {
		t.Fatal(err)
	}
	s := eval.Eval(ev, rule, 0)
	if want := eval.AP(scores, same); math.Abs(s.AP.Value-want) > 1e-9 || s.AP.CI[0] > want || s.AP.CI[1] < want {
		t.Errorf("AP %v, by the scores %v", s.AP, want)
	}
}

// A stream's cases come from a cache that fills as a real one does: with the
// same rule, a replay hits as often, and is wrong as often.
func TestGatherStreamIsAReplay(t *testing.T) {
	var lines []string
	for i := range 300 {
		lines = append(lines, fmt.Sprintf("%c %d|%c", 'a'+i%5, i*53%360, 'A'+i*53%360/40))
	}
	stream := questions(lines...)
	ev, err := eval.GatherStream(t.Context(), &compass{}, stream, &eval.GatherOptions{Cache: &cache.Options{Skip: []cache.Step{cache.StepVeto}}})
	if err != nil {
		t.Fatal(err)
	}
	rule, err := eval.RuleOf(&compass{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := cache.Open("", &compass{}, &cache.Options{Skip: []cache.Step{cache.StepVeto}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := eval.Replay(t.Context(), c, stream, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := eval.Eval(ev, rule, 0)
	if s.Accepted != r.ByOutcome["semantic"] || s.Wrong != r.Wrong || s.Wrong == 0 || s.Accepted < 100 {
		t.Errorf("%d served, %d wrong; a replay has %d, %d", s.Accepted, s.Wrong, r.ByOutcome["semantic"], r.Wrong)
	}
	if !slices.ContainsFunc(ev.Cases, func(c eval.Case) bool { return len(c.Candidates) > 1 }) {
		t.Error("no case has a second candidate")
	}
}
