package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/bert"
	"github.com/likewise-go/likewise/embed/minilm"
	"github.com/likewise-go/likewise/embed/remote"
	"github.com/likewise-go/likewise/storage/bolt"
)

// embedderFlags choose an embedder.
type embedderFlags struct {
	Embedder   string `help:"minilm (built in), a packed model file, a model folder, or remote:URL of a service with OpenAI's embeddings API." default:"minilm" env:"LIKEWISE_EMBEDDER" placeholder:"NAME"`
	EmbedURL   string `hidden:"" env:"LIKEWISE_EMBED_URL"`
	EmbedModel string `help:"With remote: the model's name." env:"LIKEWISE_EMBED_MODEL" placeholder:"NAME"`
	EmbedKey   string `hidden:"" env:"LIKEWISE_EMBED_KEY"`
}

const embedKeyHelp = "the service's key comes from LIKEWISE_EMBED_KEY"

// builtin opens the model that is part of the program.
func builtin() (embed.Embedder, error) { return minilm.New() }

// open returns the embedder that the flags name.
func (f *embedderFlags) open(ctx context.Context, a *app) (embed.Embedder, error) {
	url, isRemote := strings.CutPrefix(f.Embedder, "remote")
	switch {
	case f.Embedder == "minilm" || f.Embedder == "":
		return a.builtin()
	case isRemote && (url == "" || url[0] == ':'):
		url = strings.TrimPrefix(url, ":")
		if url == "" {
			url = f.EmbedURL
		}
		if url == "" || f.EmbedModel == "" {
			return nil, bad("--embedder %s: the URL or the model is missing, expected remote:URL (or LIKEWISE_EMBED_URL) and --embed-model; %s", f.Embedder, embedKeyHelp)
		}
		return remote.New(ctx, remote.Options{BaseURL: url, Model: f.EmbedModel, APIKey: f.EmbedKey})
	}
	info, err := os.Stat(f.Embedder)
	if err != nil {
		return nil, usageError{fmt.Errorf("--embedder: %w, expected minilm, a packed model file, a model folder or remote:URL", err)}
	}
	if info.IsDir() {
		return wrapBad(bert.Load(f.Embedder))
	}
	return wrapBad(bert.Open(f.Embedder))
}

func wrapBad(e *bert.Encoder, err error) (embed.Embedder, error) {
	if err != nil {
		return nil, usageError{err}
	}
	return e, nil
}

// decisionFlags set where the cache decides.
type decisionFlags struct {
	Judge       string  `help:"Who decides: a packed pair model, a folder of one, or none: guard and cosine alone." default:"none" env:"LIKEWISE_JUDGE" placeholder:"NAME"`
	Calibration string  `help:"A file of calibrate: the threshold that keeps a promise. Without one the judge's own counts." type:"path" env:"LIKEWISE_CALIBRATION" placeholder:"FILE"`
	Threshold   float64 `help:"Probability (without a judge: cosine, 0.92 if not given) from which a stored answer is served, instead of the calibration's." placeholder:"T"`
	Floor       float64 `help:"Cosine similarity from which a stored question is looked at: 0.70 if not given, 0.45 with a judge." placeholder:"F"`
}

func (f *decisionFlags) check() error {
	if !(f.Threshold >= 0 && f.Threshold <= 1) {
		return bad("--threshold is %v, expected more than 0 and at most 1, or 0 for the default", f.Threshold)
	}
	if !(f.Floor >= -1 && f.Floor <= 1) {
		return bad("--floor is %v, expected -1 to 1", f.Floor)
	}
	return nil
}

// options returns the cache's options. A command waits for its models, and
// remembers the vectors of a miss for the fill that follows.
func (f *decisionFlags) options(e embed.Embedder) (*cache.Options, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	o := &cache.Options{Threshold: f.Threshold, Floor: f.Floor, EmbedTimeout: -1, JudgeTimeout: -1}
	var err error
	if o.Judge, err = f.judge(e); err != nil {
		return nil, err
	}
	if o.Calibration, err = f.calibration(); err != nil {
		return nil, err
	}
	if o.Judge == nil && o.Calibration == nil {
		o.Threshold = cmp.Or(f.Threshold, cache.DefaultThreshold)
		o.Floor = min(cmp.Or(f.Floor, cache.DefaultFloor), o.Threshold)
	}
	o.Floor = cmp.Or(o.Floor, cache.DefaultJudgedFloor)
	return o, nil
}

// judge returns the judge that the flags name, nil for none. A packed one may
// have its words from the embedder.
func (f *decisionFlags) judge(e embed.Embedder) (embed.Judge, error) {
	if f.Judge == "none" || f.Judge == "" {
		return nil, nil
	}
	info, err := os.Stat(f.Judge)
	if err != nil {
		return nil, usageError{fmt.Errorf("--judge: %w, expected none, a packed pair model or a folder of one", err)}
	}
	var j *bert.Judge
	if info.IsDir() {
		j, err = bert.LoadJudge(f.Judge)
	} else {
		words, _ := e.(*bert.Encoder)
		j, err = bert.OpenJudge(f.Judge, words)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return j, nil
}

// calibration reads the calibration that the flags name, nil for none.
func (f *decisionFlags) calibration() (*cache.Calibration, error) {
	if f.Calibration == "" {
		return nil, nil
	}
	b, err := os.ReadFile(f.Calibration)
	if err != nil {
		return nil, usageError{fmt.Errorf("--calibration: %w, expected a file that calibrate wrote", err)}
	}
	c, err := cache.ParseCalibration(b)
	if err != nil {
		return nil, usageError{fmt.Errorf("--calibration %s: %w", f.Calibration, err)}
	}
	return c, nil
}

// dbFlag names a store file.
type dbFlag struct {
	DB string `name:"db" help:"The store file." env:"LIKEWISE_DB" placeholder:"FILE"`
}

// must checks that the file is named and there.
func (f *dbFlag) must() error {
	if err := f.named(); err != nil {
		return err
	}
	info, err := os.Stat(f.DB)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return bad("%s: no such file, expected a store made by put, import or a program", f.DB)
	case err != nil:
		return usageError{err}
	case !info.Mode().IsRegular():
		return bad("%s: is no regular file, expected a store", f.DB)
	case info.Size() == 0:
		return bad("%s: is empty, expected a store", f.DB)
	}
	return nil
}

func (f *dbFlag) named() error {
	if f.DB == "" {
		return bad("no store is named, expected --db FILE (or LIKEWISE_DB)")
	}
	return nil
}

// everything selects every entry.
var everything = cache.Filter{All: true}

// forEver is longer than any store is old: expired entries are shown too.
const forEver = 100 * 365 * 24 * time.Hour

// opened is a cache on a store file.
type opened struct {
	*cache.Cache
	model   string    // the ID of the embedder that the store belongs to
	created time.Time // when the store was made
}

// look opens a store that is there, to read it alone: not even the uses of
// entries are written, and Close's error, which says so, means nothing. It
// takes a store of any embedder if e is nil.
func (f *dbFlag) look(e embed.Embedder, o *cache.Options) (*opened, error) {
	if err := f.must(); err != nil {
		return nil, err
	}
	id := ""
	if e != nil {
		id = e.ID()
	}
	s, err := bolt.Open(f.DB, &bolt.Options{Embedder: id, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	opts := keepAll(o)
	opts.Store = s
	c, err := cache.Open("", e, opts)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &opened{c, s.Embedder(), s.Created()}, nil
}

// change opens a store to write it, and makes it if there is none.
func (f *dbFlag) change(e embed.Embedder, o *cache.Options) (*cache.Cache, error) {
	if err := f.named(); err != nil {
		return nil, err
	}
	return cache.Open(f.DB, e, keepAll(o))
}

// keepAll keeps a command from removing what it was not told to: what has
// expired, and what a service with other limits would evict.
func keepAll(o *cache.Options) *cache.Options {
	var r cache.Options
	if o != nil {
		r = *o
	}
	r.KeepStale, r.MaxEntries, r.MaxBytes, r.EmbedTimeout = forEver, math.MaxInt, math.MaxInt64, -1
	return &r
}

// filterFlags select entries.
type filterFlags struct {
	Tenant    string `help:"Of this tenant." placeholder:"T"`
	Model     string `help:"Of this model." placeholder:"M"`
	Tag       string `help:"With this tag." placeholder:"TAG"`
	OlderThan age    `help:"Stored longer ago than this: 90m, 12h, 30d." placeholder:"AGE"`
}

// filter returns the cache's filter, and whether it has a condition.
func (f *filterFlags) filter() (cache.Filter, bool) {
	some := f.Tenant != "" || f.Model != "" || f.Tag != "" || f.OlderThan != 0
	return cache.Filter{All: !some, Tenant: f.Tenant, Model: f.Model, Tag: f.Tag, OlderThan: time.Duration(f.OlderThan)}, some
}

// age is a duration that may be given in days.
type age time.Duration

// UnmarshalText reads "90m", "12h" or "30d".
func (d *age) UnmarshalText(b []byte) error {
	s := string(b)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseFloat(days, 64); err == nil && n > 0 {
			*d = age(n * 24 * float64(time.Hour))
			return nil
		}
	} else if v, err := time.ParseDuration(s); err == nil && v > 0 {
		*d = age(v)
		return nil
	}
	return fmt.Errorf("%q, expected a positive duration such as 90m, 12h or 30d", s)
}
