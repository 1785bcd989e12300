package cache

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/storage"
)

// Defaults that the zero Options stand for.
const (
	DefaultThreshold    = 0.92 // a cosine: without a judge and a calibration
	DefaultProbability  = 0.95 // with a judge that comes without a calibration
	DefaultFloor        = 0.70 // where the cosine decides
	DefaultJudgedFloor  = 0.45 // where a probability does: paraphrases in other words lie far apart
	DefaultCandidates   = 4
	DefaultMaxEntries   = 1_000_000
	DefaultMaxBytes     = 8 << 30
	DefaultMaxAnswer    = 1 << 20
	DefaultHotBytes     = 64 << 20
	DefaultMemoSize     = 4096
	DefaultEmbedTimeout = 500 * time.Millisecond
	DefaultJudgeTimeout = 250 * time.Millisecond
	DefaultSweepEvery   = 10 * time.Second
	DefaultCompactAt    = 64 << 20
)

// Options of a cache. The zero value, and nil, mean the defaults.
type Options struct {
	// Judge is the model that decides about the candidates. With nil the
	// cosine decides alone.
	Judge embed.Judge

	// Calibration makes one probability of the cosine and the judge's
	// verdict, and says from which one on an answer is served. The default is
	// the one that the judge brings (a method Calibration() []byte), if it is
	// for this embedder. Another model's is refused (ErrCalibration).
	Calibration *Calibration

	// Threshold is what a stored answer needs to be served to another
	// wording, in (0, 1]. With a judge or a calibration it is a probability,
	// and the default is the calibration's threshold, or 0.95. Without both
	// it is the cosine, and the default, 0.92, is a convention and no
	// promise: on labelled question pairs one hit in six is wrong there
	// (docs/guide.md, "What a threshold is worth").
	Threshold float64

	// Floor is the cosine from which a stored question is a candidate at all,
	// in [-1, 1], and at most Threshold if that is a cosine. What lies below
	// is never looked at or shown.
	Floor float64

	// Candidates is how many stored questions a lookup considers, best
	// first: a rejected first one does not hide a good second one.
	Candidates int

	TTL       time.Duration // of an answer that names none; 0: for ever
	KeepStale time.Duration // how long an expired answer stays for Query.MaxStale
	Policies  []Policy      // exceptions by tenant and model; the first that matches counts

	Admission Admission // which admission rules to lift

	MaxEntries int   // over it, the least recently used entries go
	MaxBytes   int64 // the same, counted in stored bytes
	MaxAnswer  int   // the largest answer admitted, in bytes
	HotBytes   int64 // memory for answers that are served without a read

	MemoSize     int           // texts whose vectors are remembered; -1: none
	EmbedTimeout time.Duration // a later vector is a miss, not a wait; -1: no limit
	JudgeTimeout time.Duration // for all candidates of a lookup; a later verdict is a miss; -1: no limit

	SweepEvery time.Duration // how often expired entries are removed
	CompactAt  int64         // unused bytes in the file that are given back once they are half of it; -1: never
	Skip       []Step        // steps switched off: StepExact, StepEmbed, StepVeto, StepJudge, StepFill (no sharing of flights)
	Logger     *slog.Logger  // where faults are told; nil: nowhere

	// NewIndex makes the index of a partition; nil: index.NewAuto, whose
	// answers are certain up to 150,000 entries and those of a graph beyond;
	// with index.NewExact they are certain however many there are. An index
	// that is an io.Closer is closed with its partition.
	NewIndex func(dim int) (index.Index, error)
	// IndexFile is where the index is kept between runs, and the vectors while
	// the cache is open, outside of the heap: some 2 KB an entry. "": the
	// store's path with .index at the end; "-": nowhere. Without an embedder
	// or a path there is none. The file may be removed at any time, and must
	// not be written to.
	IndexFile string

	// Store keeps the entries instead of the one that Open's path names,
	// which must then be "". Close closes it.
	Store storage.Store
}

// A Policy is an exception for some scopes. Fields that are zero change
// nothing.
type Policy struct {
	Tenant    string // "" matches every tenant
	Model     string // "" matches every model
	TTL       time.Duration
	Threshold float64   // as Options.Threshold
	Admission Admission // lifted in addition to Options.Admission
}

// Admission is a set of admission rules to lift. Rules that guard against
// broken answers (unfinished, refused, tool calls, too large) cannot be.
type Admission uint8

// The rules that can be lifted.
const (
	AllowVolatile Admission = 1 << iota // questions about now: today, latest, current, ...
	AllowPersonal                       // questions about the asker: my, mine, our, ...
)

// withDefaults returns a copy of o, checked and with its zero fields filled.
func (o *Options) withDefaults() (Options, error) {
	var r Options
	if o != nil {
		r = *o
		r.Policies = slices.Clone(o.Policies)
	}
	if r.byCosine() {
		setDefault(&r.Threshold, DefaultThreshold)
		setDefault(&r.Floor, min(DefaultFloor, r.Threshold))
	}
	setDefault(&r.Floor, DefaultJudgedFloor)
	setDefault(&r.Candidates, DefaultCandidates)
	setDefault(&r.MaxEntries, DefaultMaxEntries)
	setDefault(&r.MaxBytes, DefaultMaxBytes)
	setDefault(&r.MaxAnswer, DefaultMaxAnswer)
	setDefault(&r.HotBytes, DefaultHotBytes)
	setDefault(&r.MemoSize, DefaultMemoSize)
	setDefault(&r.EmbedTimeout, DefaultEmbedTimeout)
	setDefault(&r.JudgeTimeout, DefaultJudgeTimeout)
	setDefault(&r.SweepEvery, DefaultSweepEvery)
	setDefault(&r.CompactAt, DefaultCompactAt)
	if r.Logger == nil {
		r.Logger = slog.New(slog.DiscardHandler)
	}
	if r.NewIndex == nil {
		r.NewIndex = func(dim int) (index.Index, error) { return index.NewAuto(dim, nil) }
	}
	return r, r.validate()
}

// byCosine reports whether Threshold is a cosine: nothing makes a probability.
func (o *Options) byCosine() bool {
	return o.Calibration == nil && (o.Judge == nil || slices.Contains(o.Skip, StepJudge))
}

func setDefault[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}

// validate reports every problem at once.
func (o *Options) validate() error {
	var errs []error
	want := func(ok bool, field string, value any, allowed string) {
		if !ok {
			errs = append(errs, fmt.Errorf("likewise/cache: option %s is %v, allowed is %s", field, value, allowed))
		}
	}
	if o.byCosine() {
		want(o.Threshold > 0 && o.Threshold <= 1, "Threshold", o.Threshold, "(0, 1]")
		want(o.Floor >= -1 && o.Floor <= o.Threshold, "Floor", o.Floor, fmt.Sprintf("[-1, Threshold], here [-1, %v]", o.Threshold))
	} else {
		want(o.Threshold >= 0 && o.Threshold <= 1, "Threshold", o.Threshold, "0 (the calibration's) or (0, 1]")
		want(o.Floor >= -1 && o.Floor <= 1, "Floor", o.Floor, "[-1, 1]")
	}
	if o.Calibration != nil {
		if err := o.Calibration.validate(); err != nil {
			errs = append(errs, fmt.Errorf("likewise/cache: option Calibration: %w: %w", ErrCalibration, err))
		}
	}
	want(o.Candidates >= 1 && o.Candidates <= 1000, "Candidates", o.Candidates, "[1, 1000]")
	want(o.TTL >= 0, "TTL", o.TTL, "0 (for ever) or a positive duration")
	want(o.KeepStale >= 0, "KeepStale", o.KeepStale, "0 or a positive duration")
	want(o.MaxEntries >= 1, "MaxEntries", o.MaxEntries, "at least 1")
	want(o.MaxBytes >= 1, "MaxBytes", o.MaxBytes, "at least 1")
	want(o.MaxAnswer >= 1, "MaxAnswer", o.MaxAnswer, "at least 1")
	want(o.HotBytes >= 1, "HotBytes", o.HotBytes, "at least 1")
	want(o.MemoSize >= -1, "MemoSize", o.MemoSize, "-1 (none) or a positive number")
	want(o.EmbedTimeout >= -1, "EmbedTimeout", o.EmbedTimeout, "-1 (no limit) or a positive duration")
	want(o.JudgeTimeout >= -1, "JudgeTimeout", o.JudgeTimeout, "-1 (no limit) or a positive duration")
	want(o.CompactAt >= -1, "CompactAt", o.CompactAt, "-1 (never) or a positive number of bytes")
	want(o.SweepEvery > 0, "SweepEvery", o.SweepEvery, "a positive duration")
	for _, s := range o.Skip {
		want(slices.Contains(optional, s), "Skip", s, "exact, embed, veto, judge, fill")
	}
	for i, p := range o.Policies {
		field := func(name string) string { return fmt.Sprintf("Policies[%d].%s", i, name) }
		want(p.TTL >= 0, field("TTL"), p.TTL, "0 (no exception) or a positive duration")
		if o.byCosine() {
			want(p.Threshold == 0 || p.Threshold >= o.Floor && p.Threshold <= 1, field("Threshold"), p.Threshold, "0 (no exception) or [Floor, 1]")
		} else {
			want(p.Threshold >= 0 && p.Threshold <= 1, field("Threshold"), p.Threshold, "0 (no exception) or (0, 1]")
		}
	}
	return errors.Join(errs...)
}

// optional are the steps that can be switched off.
var optional = []Step{StepExact, StepEmbed, StepVeto, StepJudge, StepFill}

// policyFor returns the exceptions for a scope, resolved against the
// options: its TTL, threshold and lifted admission rules are final.
func (o *Options) policyFor(tenant, model string) (p Policy, from string) {
	p = Policy{Tenant: tenant, Model: model, TTL: o.TTL, Threshold: o.Threshold, Admission: o.Admission}
	switch {
	case p.Threshold != 0 && (p.Threshold != DefaultThreshold || !o.byCosine()):
		from = "option"
	case p.Threshold != 0:
		from = "default"
	case o.Calibration != nil:
		p.Threshold, from = o.Calibration.ThresholdFor(tenant, model)
	default:
		p.Threshold, from = DefaultProbability, "default"
	}
	for _, x := range o.Policies {
		if (x.Tenant != "" && x.Tenant != tenant) || (x.Model != "" && x.Model != model) {
			continue
		}
		if x.TTL > 0 {
			p.TTL = x.TTL
		}
		if x.Threshold > 0 {
			p.Threshold, from = x.Threshold, "policy"
		}
		p.Admission |= x.Admission
		break
	}
	return p, from
}
