package eval

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/cache/guard"
	"github.com/likewise-go/likewise/embed"
)

// Evidence is what a cache knows when it decides about labelled questions,
// gathered once and then looked at as often as needed.
type Evidence struct {
	Embedder string  // its ID
	Judge    string  // its ID; "": there is none
	Guard    int     // guard.Version; 0: nothing is vetoed
	Floor    float64 // cosine below which nothing is a candidate

	Data  cache.CalibrationData // names the labelled data
	Cases []Case                // in an order that does not depend on that of the data
	Notes []string              // what was odd about the data, each with what to do
}

// A Case is one question with the stored ones that were looked at, the
// nearest first. A labelled pair is a case with one candidate, a question of
// a stream has up to Options.Candidates of them.
type Case struct {
	Source, Kind  string // "": not known
	Tenant, Model string
	Weight        float64 // more than 0
	Asked         string
	Candidates    []Candidate // at least one
}

// A Candidate is a stored question with a label.
type Candidate struct {
	Stored     string
	Same       bool    // the label: its answer answers the question
	Similarity float64 // cosine
	Judge      float64 // P(same) by the judge
	Judged     bool    // the judge was asked, or there is none
	Barred     string  // why it may never be served; "": the threshold decides
}

// GatherOptions of Gather and GatherStream. nil means the defaults.
type GatherOptions struct {
	// Cache holds the judge, the floor, the number of candidates and the
	// skipped steps of the cache that the evidence is for; nil: its defaults.
	Cache *cache.Options
	// All has the judge asked where the cache does not need it, too: below the
	// floor, and after a veto. It costs time, changes no decision, and ranks
	// such cases as Score does.
	All bool
	// Progress, if not nil, is told how many of how many cases are done.
	Progress func(done, total int)
}

// gatherer asks the models about pairs.
type gatherer struct {
	GatherOptions
	embedder   embed.Embedder
	judge      embed.Judge
	guard      bool
	floor      float64
	candidates int
	known      *vectors

	mu     sync.Mutex // guards judged
	judged map[[2]string]verdict
}

// verdict is what the judge said of a pair.
type verdict struct {
	p          float64
	unreadable bool
}

func newGatherer(e embed.Embedder, o *GatherOptions) *gatherer {
	g := &gatherer{embedder: e, guard: true, floor: cache.DefaultFloor, candidates: cache.DefaultCandidates}
	if o != nil {
		g.GatherOptions = *o
	}
	if c := g.Cache; c != nil {
		g.judge = c.Judge
		if slices.Contains(c.Skip, cache.StepJudge) {
			g.judge = nil
		}
		g.guard = !slices.Contains(c.Skip, cache.StepVeto)
		if g.judge != nil || c.Calibration != nil {
			g.floor = cache.DefaultJudgedFloor
		}
		g.floor = cmp.Or(c.Floor, g.floor)
		g.candidates = cmp.Or(c.Candidates, g.candidates)
	}
	return g
}

// evidence returns the frame that the cases go into.
func (g *gatherer) evidence() *Evidence {
	ev := &Evidence{Embedder: g.embedder.ID(), Floor: g.floor}
	if g.judge != nil {
		ev.Judge = g.judge.ID()
	}
	if g.guard {
		ev.Guard = guard.Version
	}
	return ev
}

// Gather asks embedder, guard and judge about labelled pairs, on all cores,
// each text embedded once and each pair judged once. Pairs without a label,
// of one text twice (the exact step answers those) and repeated ones are left
// out, and Notes says so; one that is labelled both ways counts as different.
// It fails with a *DataError when no labelled pair is left, when ctx ends and
// when a model fails.
func Gather(ctx context.Context, e embed.Embedder, pairs []Pair, o *GatherOptions) (*Evidence, error) {
	g := newGatherer(e, o)
	ev := g.evidence()
	pairs, err := ev.clean(pairs)
	if err != nil {
		return nil, err
	}
	ev.Cases = make([]Case, len(pairs))
	var done atomic.Int64
	for from := 0; from < len(pairs); from += scoreBlock {
		block := pairs[from:min(from+scoreBlock, len(pairs))]
		if g.known, err = embedAll(ctx, e, block); err != nil {
			return nil, fmt.Errorf("likewise/eval: gather: %w", err)
		}
		errs := make([]error, len(block))
		parallel(len(block), func(i int) {
			p := &block[i]
			c := Case{Source: p.Source(), Kind: p.KindName(), Tenant: p.Tenant, Model: p.Model, Weight: cmp.Or(p.Weight, 1), Asked: p.B}
			cand := Candidate{Stored: p.A, Same: *p.Same}
			errs[i] = g.look(ctx, &cand, p.B)
			c.Candidates = []Candidate{cand}
			ev.Cases[from+i] = c
			n := done.Add(1)
			if g.Progress != nil && n%16 == 0 {
				g.Progress(int(n), len(pairs))
			}
		})
		if err := errors.Join(errs...); err != nil {
			return nil, fmt.Errorf("likewise/eval: gather: %w", err)
		}
	}
	return ev, nil
}

// look fills in what the models say of a candidate.
func (g *gatherer) look(ctx context.Context, c *Candidate, asked string) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	a, b := g.known.of[c.Stored], g.known.of[asked]
	if unread := cmp.Or(a.err, b.err); unread != nil {
		c.Similarity, c.Barred = -1, unread.Error()
		return ctx.Err()
	}
	c.Similarity = rounded(dot(a.vec, b.vec))
	return g.weigh(ctx, c, asked)
}

// rounded is a cosine to as many digits as are the same wherever it is
// computed: a threshold must not fall between two that differ by less.
func rounded(cosine float64) float64 { return math.Round(cosine*1e6) / 1e6 }

// weigh asks guard and judge about a candidate whose similarity is known.
func (g *gatherer) weigh(ctx context.Context, c *Candidate, asked string) error {
	if g.guard {
		c.Barred = veto(c.Stored, asked)
	}
	c.Judged = g.judge == nil
	if c.Judged || !g.All && (c.Similarity < g.floor || c.Barred != "") {
		return nil
	}
	v, err := g.ask(ctx, c.Stored, asked)
	if v.unreadable && c.Barred == "" {
		c.Barred = "the judge cannot read the two together"
	}
	c.Judge, c.Judged = v.p, err == nil && !v.unreadable
	return err
}

// ask asks the judge about a pair, once.
func (g *gatherer) ask(ctx context.Context, stored, asked string) (verdict, error) {
	key := [2]string{stored, asked}
	g.mu.Lock()
	v, ok := g.judged[key]
	g.mu.Unlock()
	if ok {
		return v, nil
	}
	var err error
	v.p, err = g.judge.Judge(ctx, stored, asked)
	switch {
	case errors.Is(err, embed.ErrTooLong), errors.Is(err, embed.ErrUnreadable):
		v = verdict{unreadable: true}
	case err != nil:
		return verdict{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.judged == nil {
		g.judged = make(map[[2]string]verdict)
	}
	g.judged[key] = v
	return v, nil
}

// veto returns what the guard objects to, or "".
func veto(stored, asked string) string {
	a, b := guard.Extract(stored), guard.Extract(asked)
	if !b.English() { // as in the cache, which compares no such question by meaning
		return "not recognisably English"
	}
	if vetoes := guard.Compare(&a, &b, nil); len(vetoes) > 0 {
		return vetoes[0].String()
	}
	return ""
}

// clean leaves out what is no evidence, says so in the notes, and names the
// data by its hash. What it returns is sorted, so that the order of the files
// and of their lines changes nothing that is found on them.
func (ev *Evidence) clean(pairs []Pair) ([]Pair, error) {
	type key struct{ a, b, tenant, model string }
	first := make(map[key]int, len(pairs))
	out := make([]Pair, 0, len(pairs))
	var unlabelled, identical, repeated, contradictory int
	var example Pair
	for _, p := range pairs {
		if p.Same == nil {
			unlabelled++
			continue
		}
		if p.A == p.B {
			identical++
			continue
		}
		k := key{min(p.A, p.B), max(p.A, p.B), p.Tenant, p.Model}
		at, seen := first[k]
		switch {
		case !seen:
			first[k] = len(out)
			out = append(out, p)
		case *out[at].Same == *p.Same:
			repeated++
		default:
			if contradictory == 0 {
				example = p
			}
			contradictory++
			different := false
			out[at].Same = &different
		}
	}
	ev.note(unlabelled, "pair has no label and is left out", "pairs have no label and are left out", `add "same": true or false`)
	ev.note(identical, "pair is of one text twice and is left out: the exact step answers it", "pairs are of one text twice and are left out: the exact step answers them", "give two wordings")
	ev.note(repeated, "pair was given before and is counted once", "pairs were given before and are counted once", "give each pair once, or a weight")
	ev.note(contradictory, "pair is labelled both same and different, and counts as different", "pairs are labelled both same and different, and count as different", fmt.Sprintf("decide what %.60q and %.60q are", example.A, example.B))
	if len(out) == 0 {
		return nil, &DataError{Given: len(pairs), Unlabelled: unlabelled, Found: "no labelled pair of two texts", Do: `give lines of {"a":TEXT,"b":TEXT,"same":true or false}`}
	}
	lines := make(map[string]Pair, len(out))
	for _, p := range out {
		b, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("likewise/eval: gather: %w", err)
		}
		lines[string(b)] = p
	}
	return ev.ordered(lines), nil
}

// ordered returns the pairs in the order of their hashes, and names them by
// the hash of all.
func (ev *Evidence) ordered(lines map[string]Pair) []Pair {
	type hashed struct {
		sum  [sha256.Size]byte
		pair Pair
	}
	all := make([]hashed, 0, len(lines))
	for line, p := range lines {
		all = append(all, hashed{sha256.Sum256([]byte(line)), p})
	}
	slices.SortFunc(all, func(a, b hashed) int { return slices.Compare(a.sum[:], b.sum[:]) })
	h := sha256.New()
	out := make([]Pair, len(all))
	for i := range all {
		h.Write(all[i].sum[:])
		out[i] = all[i].pair
	}
	ev.Data = cache.CalibrationData{SHA256: hex.EncodeToString(h.Sum(nil)), Pairs: len(out)}
	return out
}

func (ev *Evidence) note(n int, one, many, do string) {
	switch {
	case n == 1:
		ev.Notes = append(ev.Notes, fmt.Sprintf("1 %s: %s", one, do))
	case n > 1:
		ev.Notes = append(ev.Notes, fmt.Sprintf("%d %s: %s", n, many, do))
	}
}

// A DataError reports labelled data that nothing can be learnt from.
type DataError struct {
	Given      int // pairs, or questions
	Unlabelled int // of them, without a label
	Found      string
	Do         string // what to do about it
}

// Error says what was found and what to do.
func (e *DataError) Error() string {
	s := fmt.Sprintf("%s in %d given", e.Found, e.Given)
	if e.Unlabelled > 0 {
		s += fmt.Sprintf(" (%d without a label)", e.Unlabelled)
	}
	return s + ": " + e.Do
}

// observations are the labelled candidates that a threshold decides about.
func (ev *Evidence) observations(cases []Case) []Observation {
	var obs []Observation
	for i := range cases {
		c := &cases[i]
		for j := range c.Candidates {
			if d := &c.Candidates[j]; ev.open(d) {
				obs = append(obs, Observation{d.Similarity, d.Judge, d.Same, c.Weight})
			}
		}
	}
	return obs
}

// open reports whether the threshold decides about a candidate.
func (ev *Evidence) open(c *Candidate) bool { return c.Barred == "" && c.Similarity >= ev.Floor }

// Served returns how many cases a calibration serves, and how many of them
// wrong. Its thresholds of scopes count.
func (ev *Evidence) Served(c *cache.Calibration) (accepted, wrong int) {
	l := ev.ladder(ev.Cases, c.Probability.At)
	for i := range l.rungs {
		r := &l.rungs[i]
		threshold, _ := c.ThresholdFor(r.c.Tenant, r.c.Model)
		if d := r.served(threshold); d != nil {
			accepted++
			wrong += int(1 - number(d.Same))
		}
	}
	return accepted, wrong
}
