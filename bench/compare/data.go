package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/minilm"
	"github.com/likewise-go/likewise/index/indextest"
)

const (
	dim  = 384
	seed = 7

	cacheDir = ".cache"
	modelDir = ".cache/minilm" // of the ONNX files
)

// texts have these numbers of tokens, [CLS] and [SEP] included. They are those
// of BenchmarkEmbed in embed/minilm.
var texts = []struct {
	tokens int
	text   string
}{
	{8, "How do I reset it?"},
	{16, "How do I reset my password if the email never arrives at all?"},
	{32, "How do I reset my password if the email never arrives, and my phone number has changed since I opened " +
		"the account with you in the early spring?"},
	{128, "I'm writing because the dishwasher that you delivered on the third of May leaks at the door. Your technician " +
		"has been here twice without success: the first time he changed the seal, the second time he brought the " +
		"wrong pump and left again after ten minutes. Since then we have washed everything by hand, and the floor of " +
		"the kitchen has begun to swell in front of the machine. I have called your service line four times and was " +
		"promised that someone would call back, which nobody did. I would now like either a replacement or my money " +
		"back; please do tell me by Friday which of the two it will be."},
}

// A corpus is a file of unit vectors to be stored, one of queries that are not
// among them, and the truth about them.
type corpus struct {
	what            string // for the report
	stored, queries string // files of float32s
	vectors, asked  [][]float32
}

// loadCorpus makes the vectors, or finds them as an earlier run left them.
func loadCorpus(n, queries int) (*corpus, error) {
	questions, err := readQuestions(os.Getenv("LIKEWISE_DATA"))
	if err != nil {
		return nil, err
	}
	what, source := "real questions, embedded by embed/minilm", "questions"
	vectors := func() ([][]float32, error) { return embedAll(questions, n+queries) }
	if len(questions) < n+queries {
		what, source = "perturbed vectors of 2,000 real questions (`indextest.Perturbed`): set `LIKEWISE_DATA` for real ones", "perturbed"
		vectors = func() ([][]float32, error) { return indextest.Perturbed(n+queries, seed), nil }
	}
	base := filepath.Join(cacheDir, fmt.Sprintf("%s-%d-%d-%016x", source, n, queries, fingerprint(questions)))
	c := &corpus{what: what, stored: base + ".stored.f32", queries: base + ".queries.f32"}
	if _, err := os.Stat(c.queries); errors.Is(err, os.ErrNotExist) {
		all, err := vectors()
		if err != nil {
			return nil, err
		}
		if err := writeVectors(c.stored, all[:n]); err != nil {
			return nil, err
		}
		if err := writeVectors(c.queries, all[n:]); err != nil { // last: it says that both are whole
			return nil, err
		}
	}
	if c.vectors, err = readVectors(c.stored, 0); err != nil {
		return nil, err
	}
	c.asked, err = readVectors(c.queries, 0)
	return c, err
}

// readQuestions returns the distinct texts of the data sets in a folder,
// shuffled, so that what is asked comes from where what is stored does. There
// are none without a folder.
func readQuestions(folder string) ([]string, error) {
	if folder == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	var all []string
	seen := map[string]bool{}
	for _, name := range files {
		if err := readTexts(name, func(text string) {
			if text != "" && !seen[text] {
				seen[text] = true
				all = append(all, text)
			}
		}); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	r := rand.New(rand.NewPCG(seed, seed))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, nil
}

// readTexts calls f with the texts of a file of pairs or of single texts.
func readTexts(name string, f func(string)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line struct{ A, B, Text string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return err
		}
		f(line.A)
		f(line.B)
		f(line.Text)
	}
	return lines.Err()
}

func fingerprint(texts []string) uint64 {
	h := fnv.New64a()
	for _, t := range texts {
		h.Write([]byte(t))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// embedAll returns the vectors of the first n texts that the encoder can read,
// from as many goroutines as there are processors.
func embedAll(texts []string, n int) ([][]float32, error) {
	e, err := minilm.New()
	if err != nil {
		return nil, err
	}
	progress("embedding %d questions, once", n)
	vectors := make([][]float32, len(texts))
	var (
		all  sync.WaitGroup
		mu   sync.Mutex
		next int
		errs []error
	)
	cpus, err := processors()
	if err != nil {
		return nil, err
	}
	for range cpus {
		all.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(texts) || i >= n+n/8 { // some are refused
					return
				}
				vs, err := e.Embed(context.Background(), texts[i])
				if err == nil {
					vectors[i] = vs[0]
				} else if !errors.Is(err, embed.ErrTooLong) && !errors.Is(err, embed.ErrUnreadable) {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
					return
				}
			}
		})
	}
	all.Wait()
	found := make([][]float32, 0, n)
	for _, v := range vectors {
		if v != nil && len(found) < n {
			found = append(found, v)
		}
	}
	if len(found) < n {
		errs = append(errs, fmt.Errorf("%d of %d texts can be read, %d are needed", len(found), len(texts), n))
		return nil, errors.Join(errs...)
	}
	return found, nil
}

func writeVectors(name string, vectors [][]float32) error {
	raw := make([]byte, 0, len(vectors)*dim*4)
	for _, v := range vectors {
		for _, f := range v {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
		}
	}
	return os.WriteFile(name, raw, 0o666)
}

// readVectors returns the first n vectors of a file, or all if n is 0.
func readVectors(name string, n int) ([][]float32, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	have := len(raw) / (dim * 4)
	if n == 0 {
		n = have
	}
	if n > have {
		return nil, fmt.Errorf("%s: %d vectors are needed, it has %d", name, n, have)
	}
	flat := make([]float32, n*dim)
	for i := range flat {
		flat[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	vectors := make([][]float32, n)
	for i := range vectors {
		vectors[i] = flat[i*dim : (i+1)*dim : (i+1)*dim]
	}
	return vectors, nil
}

// bestScores returns the highest score of each query among the first n
// vectors, by comparing all of them in float32, or as an earlier run found them.
func (c *corpus) bestScores(n int) ([]float64, error) {
	name := fmt.Sprintf("%s-%d.truth.json", strings.TrimSuffix(c.queries, ".queries.f32"), n)
	var scores []float64
	if raw, err := os.ReadFile(name); err == nil && json.Unmarshal(raw, &scores) == nil && len(scores) == len(c.asked) {
		return scores, nil
	}
	scores = c.scan(n)
	raw, err := json.Marshal(scores)
	if err != nil {
		return nil, err
	}
	return scores, os.WriteFile(name, raw, 0o666)
}

func (c *corpus) scan(n int) []float64 {
	scores := make([]float64, len(c.asked))
	var all sync.WaitGroup
	cpus, _ := processors()
	workers := max(len(cpus), 1)
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(scores); i += workers {
				scores[i] = best(c.asked[i], c.vectors[:n])
			}
		})
	}
	all.Wait()
	return scores
}

func best(q []float32, vectors [][]float32) float64 {
	most, at := float32(-2), 0
	for i, v := range vectors {
		if s := dot32(q, v); s > most {
			most, at = s, i
		}
	}
	return dot64(q, vectors[at])
}

func dot32(a, b []float32) float32 {
	var s [4]float32
	b = b[:len(a)]
	for i := 0; i+4 <= len(a); i += 4 {
		s[0] += a[i] * b[i]
		s[1] += a[i+1] * b[i+1]
		s[2] += a[i+2] * b[i+2]
		s[3] += a[i+3] * b[i+3]
	}
	return s[0] + s[1] + s[2] + s[3]
}

func dot64(a, b []float32) float64 {
	var s float64
	for i, f := range a {
		s += float64(f) * float64(b[i])
	}
	return s
}
