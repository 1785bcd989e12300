package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// An encoder embeds one text. modelUS is what of it was neither tokenising nor
// pooling, in microseconds, or 0 if it cannot tell.
type encoder interface {
	embed(text string) ([]float32, error)
	tokens(text string) int
	tokeniseUS(text string) float64
}

// An index is what the comparison needs of one. best returns the id of the
// nearest neighbour among k, or -1 if none is at or above floor.
type vectorIndex interface {
	add(ids []int, vectors [][]float32, threads int) error
	best(q []float32, k int, floor float32) int
	says() int64
}

// A worker answers the requests of one process with one peer.
type worker struct {
	name    string
	encoder encoder
	index   vectorIndex
	queries map[string][][]float32
}

// work is the main function of a worker process.
func work(name string) error {
	answers := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr // what a library prints must not stand between the answers
	w := worker{name: name, queries: map[string][][]float32{}}
	for requests := json.NewDecoder(os.Stdin); requests.More(); {
		var r request
		if err := requests.Decode(&r); err != nil {
			return err
		}
		answer, err := w.do(r)
		if err != nil {
			answer = response{Error: err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) do(r request) (response, error) {
	runtime.GOMAXPROCS(r.Threads)
	switch r.Op {
	case "open":
		return w.open(r)
	case "embed":
		return w.embed(r)
	case "vectors":
		return w.vectors(r)
	case "build":
		return w.build(r)
	case "search":
		return w.search(r)
	}
	return response{}, fmt.Errorf("no operation %q", r.Op)
}

func (w *worker) open(r request) (a response, err error) {
	if open, ok := encoders[w.name]; ok {
		w.encoder, err = open(r.Folder)
	} else if open, ok := indexes[w.name]; ok {
		w.index, err = open()
	} else {
		err = fmt.Errorf("no Go peer %q", w.name)
	}
	return response{Version: moduleVersion(modules[w.name])}, err
}

// modules names the module behind a peer, for its version.
var modules = map[string]string{
	"hugot": "github.com/knights-analytics/hugot", "coder-hnsw": "github.com/coder/hnsw",
	"chromem": "github.com/philippgille/chromem-go",
}

func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok || path == "" {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == path {
			return path[strings.LastIndexByte(path, '/')+1:] + " " + m.Version
		}
	}
	return ""
}

func (w *worker) embed(r request) (response, error) {
	call := func() error { _, err := w.encoder.embed(r.Text); return err }
	if err := call(); err != nil {
		return response{}, err
	}
	a := response{Tokens: w.encoder.tokens(r.Text)}
	tokenising := w.encoder.tokeniseUS(r.Text)
	for end := time.Now().Add(time.Duration(r.BudgetMS) * time.Millisecond); len(a.US) < 1000; {
		begin := time.Now()
		if err := call(); err != nil {
			return response{}, err
		}
		us := since(begin)
		a.US = append(a.US, us)
		if tokenising > 0 {
			a.ModelUS = append(a.ModelUS, us-tokenising)
		}
		if time.Now().After(end) {
			break
		}
	}
	return a, nil
}

func since(begin time.Time) float64 { return float64(time.Since(begin).Nanoseconds()) / 1e3 }

func (w *worker) vectors(r request) (a response, err error) {
	a.Vectors = make([][]float32, len(r.Texts))
	for i, text := range r.Texts {
		if a.Vectors[i], err = w.encoder.embed(text); err != nil {
			return response{}, err
		}
	}
	return a, nil
}

func (w *worker) build(r request) (a response, err error) {
	vectors, err := readVectors(r.Vectors, r.N)
	if err != nil {
		return a, err
	}
	if a.CallUS, err = w.overhead(vectors[0]); err != nil {
		return a, err
	}
	if w.index, err = indexes[w.name](); err != nil {
		return a, err
	}
	ids := make([]int, len(vectors))
	for i := range ids {
		ids[i] = i
	}
	before, begin := memory(), time.Now()
	if err := w.index.add(ids, vectors, r.Threads); err != nil {
		return a, err
	}
	a.Seconds = time.Since(begin).Seconds()
	a.Bytes, a.Says = memory()-before, w.index.says()
	runtime.KeepAlive(vectors)
	return a, nil
}

// overhead times the search of an index of one entry.
func (w *worker) overhead(v []float32) (float64, error) {
	ix, err := indexes[w.name]()
	if err != nil {
		return 0, err
	}
	if err := ix.add([]int{0}, [][]float32{v}, 1); err != nil {
		return 0, err
	}
	var us []float64
	for range 1000 {
		begin := time.Now()
		ix.best(v, 1, .8)
		us = append(us, since(begin))
	}
	return median(us), nil
}

// memory is the number of bytes of this process that no file is behind, after
// a collection, or 0 where nothing tells.
func memory() int64 {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kb int64
	if _, rest, ok := strings.Cut(string(status), "RssAnon:"); ok {
		_, _ = fmt.Sscan(rest, &kb) // 0 if it is no number
	}
	return kb * 1024
}

func (w *worker) search(r request) (a response, err error) {
	queries, ok := w.queries[r.Queries]
	if !ok {
		if queries, err = readVectors(r.Queries, 0); err != nil {
			return a, err
		}
		w.queries[r.Queries] = queries
	}
	for i := range 3 {
		w.index.best(queries[len(queries)-1-i], r.K, r.Floor)
	}
	end := time.Now().Add(time.Duration(r.BudgetMS) * time.Millisecond)
	for _, q := range queries[r.From : r.From+r.Count] {
		begin := time.Now()
		id := w.index.best(q, r.K, r.Floor)
		a.US = append(a.US, since(begin))
		a.IDs = append(a.IDs, id)
		if time.Now().After(end) {
			break
		}
	}
	return a, nil
}

// median returns the middle of v, or 0 of none. It leaves v as it is.
func median(v []float64) float64 { return quantile(v, .5) }

// quantile returns the value that a share q of v is at or below.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
