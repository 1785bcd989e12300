package cache_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/minilm"
	"github.com/likewise-go/likewise/index/indextest"
)

// The benchmarks store answers of this size to questions of this kind.
const benchAnswer = "You can reset it in the app: open Settings, choose Security, then Passcode, and follow the steps there. " +
	"If the app does not know your device any more, we send a link to the e-mail address of your account; it is valid for 30 minutes. " +
	"Should neither work, visit a branch with an identity document, or call us on the number that stands on the back of your card."

// seeded is the built-in embedder, except that texts that were given a
// vector keep it: so a benchmark can store 100,000 questions whose vectors
// lie as real ones do (indextest.Perturbed) without computing each.
type seeded struct {
	embed.Embedder
	vecs map[string][]float32
}

func (s *seeded) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	if len(texts) == 1 && s.vecs[texts[0]] != nil {
		return [][]float32{s.vecs[texts[0]]}, nil
	}
	return s.Embedder.Embed(ctx, texts...)
}

// questions that customers of a bank ask, none of them stored.
var benchQuestions = []string{
	"How do I reset the passcode of the app?", "Why was a fee charged for a cash withdrawal?", "Which currencies can the account hold?",
	"How long does a transfer to another country take?", "Is there a limit on top-ups by card?", "How can a card be frozen when it is stolen?",
	"What does it cost to get a second card?", "Why does the balance not show a cheque that was deposited?",
}

func benchCache(b *testing.B, n int, o *cache.Options) *cache.Cache {
	b.Helper()
	m, err := minilm.New()
	if err != nil {
		b.Fatal(err)
	}
	e := &seeded{m, make(map[string][]float32)}
	for i, v := range indextest.Perturbed(n, 1) {
		e.vecs[fmt.Sprintf("stored question %d", i)] = v
	}
	c := open(b, "", e, o)
	for text := range e.vecs {
		put(b, c, ask(text), benchAnswer)
	}
	return c
}

func BenchmarkLookup(b *testing.B) {
	b.Run("exact", func(b *testing.B) {
		c := benchCache(b, 1000, nil)
		q := cache.Query{Scope: cache.Scope{Tenant: "acme", Model: "gpt-5", System: "You are the assistant of a bank."}, Text: benchQuestions[0]}
		put(b, c, q, benchAnswer)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if r, err := c.Lookup(context.Background(), q); err != nil || r.Outcome != cache.HitExact {
					b.Errorf("%v, %v", r.Outcome, err)
					return
				}
			}
		})
	})
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("semantic/n=%d", n), func(b *testing.B) {
			c := benchCache(b, n, &cache.Options{MemoSize: -1})
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := c.Lookup(context.Background(), ask(benchQuestions[i%len(benchQuestions)])); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// Durable puts of a usual entry from 64 writers, vectors given.
func BenchmarkPut(b *testing.B) {
	e := &seeded{vecs: make(map[string][]float32)}
	m, err := minilm.New()
	if err != nil {
		b.Fatal(err)
	}
	e.Embedder = m
	vecs := indextest.Perturbed(4096, 1)
	names := make([]string, len(vecs))
	for i, v := range vecs {
		names[i] = fmt.Sprintf("stored question %d", i)
		e.vecs[names[i]] = v
	}
	c := open(b, filepath.Join(b.TempDir(), "answers.db"), e, nil)
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
				q := cache.Query{Text: names[i%len(names)], Scope: cache.Scope{Tenant: strconv.Itoa(i / len(names))}}
				if _, err := c.Put(context.Background(), q, cache.Answer{Text: benchAnswer}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

// fill stores n questions, vectors given, from many writers.
func fill(b *testing.B, c *cache.Cache, e *seeded, n int) {
	b.Helper()
	names := make([]string, n)
	for i, v := range indextest.Perturbed(n, 1) {
		names[i] = fmt.Sprintf("stored question %d", i)
		e.vecs[names[i]] = v
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 256 {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if _, err := c.Put(context.Background(), ask(names[i-1]), cache.Answer{Text: benchAnswer}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// Opening a file of 100,000 entries, and what each then takes in the heap.
func BenchmarkOpen(b *testing.B) {
	m, err := minilm.New()
	if err != nil {
		b.Fatal(err)
	}
	const n = 100_000
	e := &seeded{m, make(map[string][]float32)}
	open := func(b *testing.B, path string, o *cache.Options) *cache.Cache {
		c, err := cache.Open(path, e, o)
		if err != nil {
			b.Fatal(err)
		}
		if got := c.Stats().Entries; got != 0 && got != n {
			b.Fatalf("%d entries, want %d", got, n)
		}
		return c
	}
	shut := func(b *testing.B, c *cache.Cache) {
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
	bench := func(b *testing.B, path string, o *cache.Options) {
		b.ReportAllocs()
		before := heap()
		for b.Loop() {
			c := open(b, path, o)
			b.StopTimer()
			b.ReportMetric(float64(heap()-before)/n, "B/entry")
			shut(b, c)
			b.StartTimer()
		}
	}
	path := filepath.Join(b.TempDir(), "answers.db")
	c := open(b, path, nil)
	fill(b, c, e, n)
	shut(b, c)
	b.Run("n=100000", func(b *testing.B) { bench(b, path, nil) })
	b.Run("n=100000/index=rebuilt", func(b *testing.B) { bench(b, path, &cache.Options{IndexFile: "-"}) })
}

// Filling a cache, and what each of 100,000 entries then takes in the heap,
// besides the hot answers and the memo.
func BenchmarkFill(b *testing.B) {
	b.Run("n=100000", func(b *testing.B) {
		const n = 100_000
		e := &seeded{vecs: make(map[string][]float32)}
		m, err := minilm.New()
		if err != nil {
			b.Fatal(err)
		}
		e.Embedder = m
		filled := func() int64 { // the heap with the cache in it
			c, err := cache.Open(filepath.Join(b.TempDir(), "answers.db"), e, &cache.Options{HotBytes: 1, MemoSize: -1})
			if err != nil {
				b.Fatal(err)
			}
			fill(b, c, e, n)
			defer func() {
				if err := c.Close(); err != nil {
					b.Error(err)
				}
			}()
			return heap()
		}
		for b.Loop() {
			full := filled()
			b.ReportMetric(float64(full-heap())/n, "B/entry")
		}
	})
}

// heap returns the bytes that are alive.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
