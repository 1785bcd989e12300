package indextest

import (
	"slices"
	"testing"

	"github.com/likewise-go/likewise/index"
)

// An Option says what the index promises, where that is not the default: every
// neighbour that brute force finds, scores within 0.00001.
type Option func(*config)

type config struct {
	recall1, recallK float64
	score            func(a, b []float32) float32
	tolerance        float32
	only             []string
}

// Approximate requires only these shares, each in [0, 1], of what brute force
// finds: of the first neighbours, and of all neighbours.
func Approximate(recall1, recallK float64) Option {
	return func(c *config) { c.recall1, c.recallK = recall1, recallK }
}

// Score requires answers equal to brute force with this float32 dot product,
// bit for bit: the same scores, the same order, the same side of the floor.
func Score(dot func(a, b []float32) float32) Option {
	return func(c *config) { c.score, c.tolerance = dot, 0 }
}

// Only runs these scenarios of the suite, named as in the report before the
// colon.
func Only(scenarios ...string) Option {
	return func(c *config) { c.only = append(c.only, scenarios...) }
}

func newConfig(opts []Option) *config {
	c := &config{recall1: 1, recallK: 1, score: dot64, tolerance: 1e-5}
	for _, o := range opts {
		o(c)
	}
	return c
}

// allowed is the share of failed trials of an aspect that is no defect.
func (c *config) allowed(aspect string) float64 {
	switch aspect {
	case recallAt1:
		return 1 - c.recall1
	case recallAtK:
		return 1 - c.recallK
	}
	return 0
}

// chosen returns the scenarios to run.
func (c *config) chosen() []scenario {
	if c.only == nil {
		return scenarios
	}
	return slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool { return !slices.Contains(c.only, s.name) })
}

// Run runs the suite on indexes that open makes, empty and for vectors of dim
// float32s, and fails t for every defect.
func Run(t *testing.T, open func(dim int) index.Index, opts ...Option) {
	t.Helper()
	cfg := newConfig(opts)
	for _, s := range cfg.chosen() {
		t.Run(s.name, func(t *testing.T) {
			for _, f := range s.try(open, cfg) {
				switch {
				case f.Defect():
					t.Error(f)
				case f.Allowed > 0:
					t.Log(f)
				}
			}
		})
	}
	if cfg.only != nil {
		return
	}
	t.Run("random operations, shrunk", func(t *testing.T) { runModel(t, open, cfg) })
}

// Check runs the suite as [Run] does, except for the shrinking of random
// operations, and returns all findings. A panic of the index is a finding too.
func Check(open func(dim int) index.Index, opts ...Option) Report {
	cfg := newConfig(opts)
	var r Report
	for _, s := range cfg.chosen() {
		r = append(r, s.try(open, cfg)...)
	}
	return r
}

// A scenario is one situation that an index gets into.
type scenario struct {
	name string
	run  func(w *world)
}

// try runs the scenario.
func (s scenario) try(open func(dim int) index.Index, cfg *config) Report {
	w := &world{open: open, cfg: cfg, rec: newRecorder(s.name, cfg)}
	s.run(w)
	return w.rec.findings
}

// scenarios in the order of the report.
var scenarios = []scenario{
	{"empty index", emptyIndex},
	{"random vectors", randomVectors},
	{"real vectors", realVectors},
	{"clustered vectors", clusteredVectors},
	{"duplicate vectors", duplicateVectors},
	{"bounds of k", boundsOfK},
	{"bounds of floor", boundsOfFloor},
	{"extreme ids", extremeIDs},
	{"bad input", badInput},
	{"caller's slices", callersSlices},
	{"replace", replaceVectors},
	{"delete 40%", deleteSome},
	{"delete and replace 50%", churn},
	{"delete all, add again", deleteAll},
	{"random operations", randomOperations},
	{"concurrent use", concurrentUse},
	{"memory", noAllocation},
}
