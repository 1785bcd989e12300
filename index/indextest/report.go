package indextest

import (
	"fmt"
	"strings"
	"sync"
)

// A Finding says how often one property was tried, and how often it failed.
type Finding struct {
	Property string  // scenario and aspect, such as "clustered vectors: recall@1"
	Trials   int     // how often it was tried
	Failed   int     // how often it failed
	Allowed  float64 // the share of failures that is no defect; 0 except for recall
	First    string  // the first failure, in words
}

// Rate is the share of trials that failed, in [0, 1].
func (f Finding) Rate() float64 { return float64(f.Failed) / float64(max(f.Trials, 1)) }

// Defect reports whether more trials failed than are allowed.
func (f Finding) Defect() bool { return f.Failed > 0 && f.Rate() > f.Allowed }

// String tells the finding on one line.
func (f Finding) String() string {
	s := fmt.Sprintf("%s: %d of %d failed (%.1f%%, %.1f%% allowed)",
		f.Property, f.Failed, f.Trials, 100*f.Rate(), 100*f.Allowed)
	if f.First != "" {
		s += "; first: " + f.First
	}
	return s
}

// A Report holds one finding for each property tried, in the order of the
// suite.
type Report []Finding

// Defects returns the findings that are defects.
func (r Report) Defects() Report {
	var d Report
	for _, f := range r {
		if f.Defect() {
			d = append(d, f)
		}
	}
	return d
}

// String tells the findings, one a line.
func (r Report) String() string {
	var b strings.Builder
	for _, f := range r {
		b.WriteString(f.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// A recorder gathers the findings of one scenario. It is safe for concurrent
// use.
type recorder struct {
	scenario string
	cfg      *config

	mu       sync.Mutex
	at       map[string]int // aspect -> place in findings
	findings Report
}

func newRecorder(scenario string, cfg *config) *recorder {
	return &recorder{scenario: scenario, cfg: cfg, at: map[string]int{}}
}

// trial counts one try of an aspect of the scenario. When it failed, format
// and args say what happened.
func (r *recorder) trial(aspect string, ok bool, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, known := r.at[aspect]
	if !known {
		i = len(r.findings)
		r.at[aspect] = i
		r.findings = append(r.findings, Finding{
			Property: r.scenario + ": " + aspect,
			Allowed:  r.cfg.allowed(aspect),
		})
	}
	f := &r.findings[i]
	f.Trials++
	if ok {
		return
	}
	f.Failed++
	if f.First == "" {
		f.First = fmt.Sprintf(format, args...)
	}
}
