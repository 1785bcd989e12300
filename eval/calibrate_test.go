package eval_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

// evidence has cases with falling similarities; where wrong says so, the
// label is different.
func evidence(n int, wrong func(i int) bool, more ...func(i int, c *eval.Case)) *eval.Evidence {
	ev := &eval.Evidence{Embedder: "words", Floor: .5}
	for i := range n {
		c := eval.Case{Weight: 1, Asked: fmt.Sprint("asked ", i), Candidates: []eval.Candidate{{
			Stored: fmt.Sprint("stored ", i), Same: !wrong(i), Similarity: 1 - float64(i)/float64(n)/2,
		}}}
		for _, f := range more {
			f(i, &c)
		}
		ev.Cases = append(ev.Cases, c)
	}
	return ev
}

func below(k int) func(int) bool { return func(i int) bool { return i >= k } }

func TestCalibrate(t *testing.T) {
	// 300 right ones above 200 wrong ones. The sequence for 2% is 149, 236,
	// 314, ...: of 314 there are 14 wrong, where 2 may be.
	c, err := eval.Calibrate(evidence(500, below(300)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Accepted != 236 || c.Wrong != 0 || c.Bound > .02 || c.Bound != eval.UpperBound(0, 236, .95) || c.MaxWrong != .02 || c.Confidence != .95 {
		t.Errorf("got %d wrong of %d, bound %v, %+v", c.Wrong, c.Accepted, c.Bound, c)
	}
	p := func(i int) float64 { return c.Probability.At(1-float64(i)/1000, 0) }
	if p(235) < c.Threshold || p(236) >= c.Threshold {
		t.Errorf("threshold %v serves another number than 236: %v, %v", c.Threshold, p(235), p(236))
	}
	if len(c.Similarities) != 101 || c.Similarities[0] > c.Similarities[50] || c.Similarities[100] != 1 || c.Judge != "" || c.Probability.Judge != 0 {
		t.Errorf("got %+v", c)
	}
	// A single doubtful label at the top does not end it.
	c, err = eval.Calibrate(evidence(2000, func(i int) bool { return i == 3 || i >= 1500 }), nil)
	if err != nil || c.Accepted < 1400 || c.Accepted > 1540 || c.Bound > .02 {
		t.Errorf("got %d wrong of %d, %v", c.Wrong, c.Accepted, err)
	}
}

// What the guard vetoes counts neither way, and is not served.
func TestCalibrateNeverServesAVeto(t *testing.T) {
	veto := func(i int, c *eval.Case) {
		if i%2 == 1 {
			c.Candidates[0].Barred, c.Candidates[0].Same = "number", false
		}
	}
	c, err := eval.Calibrate(evidence(1000, below(600), veto), nil)
	if err != nil || c.Accepted != 236 || c.Wrong != 0 {
		t.Errorf("got %+v, %v", c, err)
	}
}

// The cache serves the first candidate that reaches the threshold, not the
// best: a right one behind it does not excuse the one that is served.
func TestCalibrateLooksAtWhatIsServed(t *testing.T) {
	second := func(i int, c *eval.Case) {
		c.Candidates[0].Judge, c.Candidates[0].Judged = .999, true
		if i < 300 && i%10 == 0 {
			first := c.Candidates[0]
			first.Same, first.Judge = false, .99899
			c.Candidates = append([]eval.Candidate{first}, c.Candidates...)
		}
	}
	ev := evidence(500, below(300), second)
	ev.Judge = "judge"
	_, err := eval.Calibrate(ev, &eval.CalibrateOptions{Curve: &cache.Curve{Bias: -2, Similarity: 1, Judge: .5}})
	var no *eval.RefusedError
	if !errors.As(err, &no) || no.Wrong == 0 {
		t.Errorf("got %v", err)
	}
}

// A threshold serves all of one probability, or none of it.
func TestCalibrateKeepsTiesTogether(t *testing.T) {
	ev := evidence(600, below(430), func(i int, c *eval.Case) {
		c.Candidates[0].Similarity = []float64{.95, .9, .6}[i/200]
	})
	c, err := eval.Calibrate(ev, nil)
	if err != nil {
		t.Fatal(err)
	}
	if accepted, wrong := ev.Served(c); accepted != c.Accepted || wrong != c.Wrong || accepted != 400 {
		t.Errorf("%d of %d wrong in the calibration, %d of %d by its threshold, want 0 of 400", c.Wrong, c.Accepted, wrong, accepted)
	}
}

// Labels that chose the order do not count for the promise.
func TestCalibrateSetsLabelsAside(t *testing.T) {
	judged := func(_ int, c *eval.Case) {
		c.Candidates[0].Judge, c.Candidates[0].Judged = c.Candidates[0].Similarity, true
	}
	ev := evidence(1000, below(600), judged)
	ev.Judge = "judge"
	c, err := eval.Calibrate(ev, nil)
	if err != nil || c.Accepted < 300 || c.Accepted > 460 {
		t.Errorf("without an order given, the promise rests on %v, %v; want some seven tenths of 600", c, err)
	}
	if c, err = eval.Calibrate(ev, &eval.CalibrateOptions{Curve: &cache.Curve{Similarity: 1}}); err != nil || c.Accepted < 520 {
		t.Errorf("with an order given, it rests on %v, %v; want nearly 600", c, err)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		ev   *eval.Evidence
		more [2]int // estimate from, to
		says string
	}{
		{"three pairs", evidence(3, below(2)), [2]int{146, 146}, "takes at least 149 labelled cases that can be served, all of them right; of 3 labelled ones 3 can: label about 146 more"},
		{"half can be served", evidence(200, below(60), func(i int, c *eval.Case) {
			if i >= 100 {
				c.Candidates[0].Similarity = .1
			}
		}), [2]int{98, 98}, "of 200 labelled ones 100 can"},
		{"too few for one wrong", evidence(160, func(i int) bool { return i == 30 || i > 155 }), [2]int{150, 300}, "of the surest 149 cases 1 are labelled different"},
		{"wrong everywhere", evidence(3000, func(i int) bool { return i%10 == 0 || i > 2500 }), [2]int{0, 0}, "more labels will not help"},
	} {
		_, err := eval.Calibrate(c.ev, nil)
		var no *eval.RefusedError
		if !errors.As(err, &no) || no.More < c.more[0] || no.More > c.more[1] || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, same := range []bool{true, false} {
		_, err := eval.Calibrate(evidence(300, func(int) bool { return !same }), nil)
		var data *eval.DataError
		if !errors.As(err, &data) || !strings.Contains(err.Error(), "add pairs") {
			t.Errorf("one class: %v", err)
		}
	}
	if _, err := eval.Calibrate(evidence(300, below(200)), &eval.CalibrateOptions{MaxWrong: 2, Saving: 1}); err == nil || !strings.Contains(err.Error(), "MaxWrong is 2") || !strings.Contains(err.Error(), "CostWrong") {
		t.Errorf("bad options: %v", err)
	}
}

// The estimate is good: with that many more labels of the same sort the
// promise is met about as often as not.
func TestMoreLabelsAreEnough(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	draw := func(n int) *eval.Evidence {
		return evidence(n, func(i int) bool { return r.Float64() < .008 || i >= n*2/3 })
	}
	met, asked := 0, 0
	for range 200 {
		_, err := eval.Calibrate(draw(250), nil)
		var no *eval.RefusedError
		if !errors.As(err, &no) || no.More == 0 {
			continue
		}
		asked++
		if _, err := eval.Calibrate(draw(250+no.More), nil); err == nil {
			met++
		}
	}
	t.Logf("refused %d of 200, then met %d", asked, met)
	if asked < 20 || met < asked*2/5 {
		t.Errorf("with the labels asked for, %d of %d calibrations passed", met, asked)
	}
}

func TestCalibrateEach(t *testing.T) {
	source := func(i int, c *eval.Case) {
		c.Source = []string{"easy", "hard"}[i%2]
		if c.Source == "hard" && i > 700 && i < 1200 && i%20 == 1 {
			c.Candidates[0].Same = false
		}
	}
	whole, err := eval.Calibrate(evidence(2000, below(1200), source), &eval.CalibrateOptions{MaxWrong: .03})
	if err != nil {
		t.Fatal(err)
	}
	each, err := eval.Calibrate(evidence(2000, below(1200), source), &eval.CalibrateOptions{MaxWrong: .03, Each: eval.BySource})
	if err != nil || each.Threshold <= whole.Threshold || each.Accepted >= whole.Accepted {
		t.Errorf("each source: %+v, the whole: %+v (%v)", each, whole, err)
	}
	few := func(i int, c *eval.Case) {
		if c.Source = "many"; i%50 == 0 {
			c.Source = "few"
		}
	}
	_, err = eval.Calibrate(evidence(2000, below(1200), few), &eval.CalibrateOptions{Each: eval.BySource})
	var no *eval.RefusedError
	if !errors.As(err, &no) || no.Of != `source "few"` || !strings.Contains(err.Error(), `labelled cases of source "few"`) {
		t.Errorf("a source with 40 cases: %v", err)
	}
}

func TestCalibrateScopes(t *testing.T) {
	ev := evidence(4000, below(2400), func(i int, c *eval.Case) {
		switch i % 8 {
		case 0, 1:
			c.Tenant = "good"
		case 2:
			c.Tenant = "bad"
			c.Candidates[0].Same = i >= 2400 // the wrong way round
		case 3:
			if i%40 == 3 {
				c.Tenant, c.Model = "few", "m"
			}
		}
	})
	c, err := eval.Calibrate(ev, &eval.CalibrateOptions{MaxWrong: .2})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]float64)
	for _, s := range c.Scopes {
		got[s.Tenant] = s.Threshold
		if s.Threshold <= 1 && s.Bound > .2 {
			t.Errorf("scope %+v is over the promise", s)
		}
	}
	if got["bad"] <= 1 || got["good"] == 0 || got["good"] > 1 {
		t.Errorf("thresholds by tenant %v, want one for good, and none that can be reached for bad", got)
	}
}

// Two scopes share what confidence leaves: each needs 183 right ones at 2%
// and 97.5%, where one alone needs 149.
func TestCalibrateScopesShareConfidence(t *testing.T) {
	for scopes, want := range map[int]int{1: 1, 2: 0} {
		ev := evidence(2000, below(1200), func(i int, c *eval.Case) {
			if i < 1200 && i%7 < scopes && i/7 < 160 {
				c.Tenant = fmt.Sprint("tenant", i%7)
			}
		})
		if c, err := eval.Calibrate(ev, nil); err != nil || len(c.Scopes) != want {
			t.Errorf("%d scopes with 160 right ones: %v have a threshold, %v, want %d", scopes, c, err, want)
		}
	}
}

func TestCalibrateByCost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ev := evidence(4000, func(i int) bool { return r.Float64() > 1-float64(i)/4000 }) // P(same) falls from 1 to 0
	for _, cost := range []float64{1, 3, 9} {
		c, err := eval.Calibrate(ev, &eval.CalibrateOptions{CostWrong: cost, Saving: 1})
		if err != nil {
			t.Fatal(err)
		}
		want := 4000 * (1 - cost/(cost+1)) // where the odds break even
		if got := float64(c.Accepted); got < want*.8-40 || got > want*1.2+40 {
			t.Errorf("a wrong one costs %v savings: %v served, want about %v", cost, got, want)
		}
	}
}

// Neither the order of the cases nor of the files decides anything, and a
// weight of one half counts as half as many.
func TestCalibrateWeights(t *testing.T) {
	ev := evidence(3000, func(i int) bool { return i >= 1000 || i%8 == 7 }, func(i int, c *eval.Case) {
		if i%8 == 7 {
			c.Weight = .05 // traps are rare
		}
	})
	c, err := eval.Calibrate(ev, nil)
	if err != nil || c.Accepted < 300 {
		t.Fatalf("got %+v, %v", c, err)
	}
	heavy := *ev
	heavy.Cases = slices.Clone(ev.Cases)
	for i := range heavy.Cases {
		heavy.Cases[i].Weight = 1
	}
	if _, err := eval.Calibrate(&heavy, nil); err == nil {
		t.Error("traps at full weight pass")
	}
	again, err := eval.Calibrate(ev, nil)
	if diff := cmp.Diff(c, again); diff != "" || err != nil {
		t.Errorf("a second run differs: %s %v", diff, err)
	}
}
