package cache_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
)

// panel is a judge with a script: what it says about a stored text.
type panel struct {
	says  map[string]float64
	err   error
	hang  chan struct{} // if set, Judge waits for it, deaf to its context
	calls atomic.Int64

	mu    sync.Mutex // guards asked
	asked []string
}

func (p *panel) ID() string { return "panel" }

func (p *panel) Judge(_ context.Context, a, b string) (float64, error) {
	p.calls.Add(1)
	p.mu.Lock()
	p.asked = append(p.asked, a+" / "+b)
	p.mu.Unlock()
	if p.hang != nil {
		<-p.hang
	}
	if p.says[a] < 0 {
		panic("out of order")
	}
	return p.says[a], p.err
}

// seasoned is a panel that brings a calibration.
type seasoned struct {
	*panel
	cal string
}

func (s seasoned) Calibration() []byte { return []byte(s.cal) }

func TestJudgeDecides(t *testing.T) {
	p := &panel{says: map[string]float64{"0 a": .2, "5 b": .97, "8 c": .99}}
	c := open(t, "", &compass{}, &cache.Options{Judge: p})
	put(t, c, ask("0 a"), "A")
	put(t, c, ask("5 b"), "B")
	put(t, c, ask("8 c"), "C")
	r, err := c.Lookup(t.Context(), ask("1 q"))
	if err != nil {
		t.Fatal(err)
	}
	// The nearest is rejected and hides nothing; the third is not asked about.
	if r.Outcome != cache.HitSemantic || r.Answer.Text != "B" || r.Why.Probability == nil || *r.Why.Probability != .97 || r.Why.Threshold != .95 {
		t.Errorf("got %v %q, why %+v", r.Outcome, r.Answer.Text, r.Why)
	}
	if got, want := fmt.Sprint(p.asked), "[0 a / 1 q 5 b / 1 q]"; got != want {
		t.Errorf("judged %v, want %v", got, want)
	}
	if v := r.Why.Candidates[0]; v.Probability == nil || *v.Probability != .2 || !strings.Contains(v.Verdict, "probability 0.200 is below the threshold 0.950") {
		t.Errorf("first candidate %+v", v)
	}
	if r.Why.Took[cache.StepJudge] <= 0 {
		t.Error("the judge's time is not booked")
	}
	q := ask("1 q")
	q.Threshold = .98
	wantLookup(t, c, q, "semantic C") // stricter: B does not do any more
	q.Threshold = .5
	wantLookup(t, c, q, "semantic B") // a query cannot loosen it

	// The other way round: without the step, the cosine decides.
	c = open(t, "", &compass{}, &cache.Options{Judge: p, Skip: []cache.Step{cache.StepJudge}})
	put(t, c, ask("0 a"), "A")
	wantLookup(t, c, ask("1 q"), "semantic A")
}

func TestJudgeThatFailsIsAMiss(t *testing.T) {
	for name, p := range map[string]*panel{
		"error": {err: errors.New("no power")}, "panic": {says: map[string]float64{"0 a": -1}},
	} {
		c := open(t, "", &compass{}, &cache.Options{Judge: p})
		put(t, c, ask("0 a"), "A")
		r, err := c.Lookup(t.Context(), ask("1 q"))
		if err != nil || r.Outcome != cache.Miss || r.Why.Fault == "" || !strings.Contains(r.Why.Reason, "the judge failed") || c.Stats().Faults["judge"] != 1 {
			t.Errorf("%s: %v, why %+v, faults %v (%v)", name, r.Outcome, r.Why, c.Stats().Faults, err)
		}
		wantLookup(t, c, ask("0 a"), "exact A")
	}
	p := &panel{err: fmt.Errorf("judge: %w", embed.ErrTooLong)}
	c := open(t, "", &compass{}, &cache.Options{Judge: p})
	put(t, c, ask("0 a"), "A")
	if r, err := c.Lookup(t.Context(), ask("1 q")); err != nil || r.Outcome != cache.Miss || r.Why.Fault != "" || len(c.Stats().Faults) != 0 {
		t.Errorf("too long for the judge: %v, why %+v (%v)", r.Outcome, r.Why, err)
	}
}

// The time is for all candidates together, and a deaf judge cannot stretch it.
func TestJudgeThatIsLateIsAMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &panel{hang: make(chan struct{})}
		c, err := cache.Open("", &compass{}, blind(&cache.Options{Judge: p, JudgeTimeout: 50 * time.Millisecond}))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			put(t, c, ask(fmt.Sprintf("%d a", i)), "A")
		}
		start := time.Now()
		r, err := c.Lookup(t.Context(), ask("1.5 q"))
		if took := time.Since(start); err != nil || r.Outcome != cache.Miss || took != 50*time.Millisecond {
			t.Errorf("%v after %v (%v)", r.Outcome, took, err)
		}
		if c.Stats().Faults["judge"] == 0 || r.Why.Fault == "" {
			t.Errorf("not counted: %v, %+v", c.Stats().Faults, r.Why)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := c.Lookup(ctx, ask("1.5 q")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the caller's own deadline: %v", err)
		}
		close(p.hang)
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

const panelCalibration = `{"version":1,"threshold":0.8,"max_wrong":0.02,"confidence":0.95,"bound":0.019,"accepted":300,"wrong":1,
	"data":{"sha256":"00","pairs":1000},"embedder":"compass:","judge":"panel","guard":%d,
	"probability":{"bias":-4,"similarity":2,"judge":1.5},
	"scopes":[{"tenant":"acme","threshold":0.2},{"model":"large","threshold":0.99}]}`

func TestCalibrationDecides(t *testing.T) {
	cal, err := cache.ParseCalibration(fmt.Appendf(nil, panelCalibration, 0))
	if err != nil {
		t.Fatal(err)
	}
	p := &panel{says: map[string]float64{"0 a": .9}}
	// By hand: 2 cos(5°) - 4 + 1.5 ln 9 = 1.28823, and 1/(1+e^-1.28823) = .78385.
	const want = .78385
	check := func(o *cache.Options, scope cache.Scope, hit bool, threshold float64, from string) {
		t.Helper()
		c := open(t, "", &compass{}, o)
		put(t, c, cache.Query{Scope: scope, Text: "0 a"}, "A")
		r, err := c.Lookup(t.Context(), cache.Query{Scope: scope, Text: "5 q"})
		if err != nil {
			t.Fatal(err)
		}
		if r.Hit() != hit || r.Why.Probability == nil || math.Abs(*r.Why.Probability-want) > 1e-5 || r.Why.Threshold != threshold || r.Why.ThresholdFrom != from {
			t.Errorf("%+v: %v, why %+v", scope, r.Outcome, r.Why)
		}
	}
	given := &cache.Options{Judge: p, Calibration: cal}
	check(given, cache.Scope{}, false, .8, "calibration")
	check(given, cache.Scope{Tenant: "acme"}, true, .2, "calibration of the scope")
	check(given, cache.Scope{Model: "large"}, false, .99, "calibration of the scope")
	check(&cache.Options{Judge: p, Calibration: cal, Threshold: .7}, cache.Scope{}, true, .7, "option")
	brought := seasoned{p, fmt.Sprintf(panelCalibration, 0)}
	check(&cache.Options{Judge: brought}, cache.Scope{}, false, .8, "calibration")
}

// What no verdict could help is not asked about, and a verdict beyond those of
// the data counts as much as the surest of them.
func TestSurestVerdict(t *testing.T) {
	text := strings.Replace(fmt.Sprintf(panelCalibration, 0), `"judge":1.5`, `"judge":1.5,"surest":0.9`, 1)
	cal, err := cache.ParseCalibration([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &panel{says: map[string]float64{"0 a": .999}}
	c := open(t, "", &compass{}, &cache.Options{Judge: p, Calibration: cal, Threshold: .78})
	put(t, c, ask("0 a"), "A")
	// As by hand in TestCalibrationDecides: .78385 at 5 degrees and .9.
	r, err := c.Lookup(t.Context(), ask("5 q"))
	if err != nil || !r.Hit() || math.Abs(*r.Why.Probability-.78385) > 1e-5 {
		t.Errorf("%v, why %+v (%v)", r.Outcome, r.Why, err)
	}
	// At 20 degrees it is .764, whatever the judge says.
	before := p.calls.Load()
	r, err = c.Lookup(t.Context(), ask("20 q"))
	if err != nil || r.Hit() || r.Why.Probability != nil || p.calls.Load() != before || !strings.Contains(r.Why.Reason, "no verdict reaches the threshold") {
		t.Errorf("%v, %d calls, why %+v (%v)", r.Outcome, p.calls.Load()-before, r.Why, err)
	}
}

func TestCalibrationOfAnotherModel(t *testing.T) {
	text := fmt.Sprintf(panelCalibration, 0)
	cal, err := cache.ParseCalibration([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		e    embed.Embedder
		o    cache.Options
		says []string
	}{
		{&compass{id: "other"}, cache.Options{Judge: &panel{}}, []string{`"compass:"`, `"compass:other"`}},
		{&compass{}, cache.Options{}, []string{`judge "panel"`, `has ""`}},
		{&compass{}, cache.Options{Judge: &panel{}, Skip: []cache.Step{cache.StepJudge}}, []string{`judge "panel"`}},
	} {
		c.o.Calibration = cal
		_, err := cache.Open("", c.e, blind(&c.o))
		if !errors.Is(err, cache.ErrCalibration) {
			t.Errorf("%v: not refused: %v", c.says, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%q does not say %s", err, s)
			}
		}
	}
	// One that the judge brings is for its own embedder; with another one the
	// judge's probability stands alone.
	p := &panel{says: map[string]float64{"0 a": .96}}
	c := open(t, "", &compass{id: "other"}, &cache.Options{Judge: seasoned{p, text}})
	put(t, c, ask("0 a"), "A")
	if r, err := c.Lookup(t.Context(), ask("5 q")); err != nil || !r.Hit() || *r.Why.Probability != .96 || r.Why.ThresholdFrom != "default" {
		t.Errorf("%v, why %+v (%v)", r.Outcome, r.Why, err)
	}
	if _, err := cache.Open("", &compass{}, &cache.Options{Judge: seasoned{p, "{"}}); !errors.Is(err, cache.ErrCalibration) {
		t.Errorf("damaged: %v", err)
	}
}

func TestParseCalibrationRefuses(t *testing.T) {
	good := fmt.Sprintf(panelCalibration, 1)
	for _, c := range [][3]string{
		{`"version":1`, `"version":2`, "version is 2"},
		{`"threshold":0.8`, `"threshold":0`, "threshold is 0"},
		{`"max_wrong":0.02`, `"max_wrong":2`, "max_wrong is 2"},
		{`"confidence":0.95`, `"confidence":0`, "confidence is 0"},
		{`"wrong":1`, `"wrong":301`, "wrong is 301"},
		{`"embedder":"compass:"`, `"embedder":""`, "embedder"},
		{`"judge":"panel"`, `"judge":""`, "looks at one"},
		{`"similarity":2`, `"similarity":-2`, "not negative"},
		{`{"tenant":"acme",`, `{`, "without a name"},
		{`"scopes"`, `"similarities":[1,2],"scopes"`, "101 quantiles"},
		{`{"version"`, `[{"version"`, "no JSON object"},
	} {
		_, err := cache.ParseCalibration([]byte(strings.Replace(good, c[0], c[1], 1)))
		if !errors.Is(err, cache.ErrCalibration) || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}
