package bolt

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/likewise-go/likewise/storage"
)

// The sizes of a cached answer: a vector of 384 floats and its facts, and
// some sentences.
const (
	benchHead = 1600
	benchBody = 600
)

func benchRecord(n uint64) *storage.Record {
	rng := rand.New(rand.NewPCG(n, 1))
	rec := &storage.Record{
		Key:   sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)),
		Head:  make([]byte, benchHead),
		Body:  make([]byte, benchBody),
		State: make([]byte, 24),
	}
	for i := 0; i < benchHead; i += 8 {
		binary.LittleEndian.PutUint64(rec.Head[i:], rng.Uint64())
	}
	return rec
}

// filled returns the path of a closed store of n records.
func filled(tb testing.TB, n int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x.db")
	s, err := Open(path, &Options{NoSync: true})
	if err != nil {
		tb.Fatal(err)
	}
	for i := 0; i < n; {
		recs := make([]*storage.Record, 0, 64)
		for ; i < n && len(recs) < 64; i++ {
			recs = append(recs, benchRecord(uint64(i)))
		}
		if err := s.Put(context.Background(), recs...); err != nil {
			tb.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// BenchmarkPut is 64 callers, each of which waits until its record is on the
// disk before it puts the next.
func BenchmarkPut(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "x.db"), nil)
	const writers = 64
	recs := make([]*storage.Record, 1000)
	for i := range recs {
		recs[i] = benchRecord(uint64(i))
	}
	var next atomic.Uint64
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if n > uint64(b.N) {
					return
				}
				rec := *recs[n%1000]
				rec.Key = sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
				if err := s.Put(context.Background(), &rec); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

func BenchmarkPutAlone(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "x.db"), nil)
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		if err := s.Put(context.Background(), benchRecord(n)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetByKey(b *testing.B) {
	const n = 100_000
	s := open(b, filled(b, n), nil)
	keys := make([]storage.Key, 1<<12)
	for i := range keys {
		keys[i] = benchRecord(rand.Uint64N(n)).Key
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.GetByKey(context.Background(), keys[i%len(keys)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetByKeyMissing(b *testing.B) {
	s := open(b, filled(b, 10_000), nil)
	key := benchRecord(1 << 40).Key
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.GetByKey(context.Background(), key); err == nil {
			b.Fatal("found")
		}
	}
}

func BenchmarkScan(b *testing.B) {
	const n = 100_000
	s := open(b, filled(b, n), nil)
	b.ReportAllocs()
	for b.Loop() {
		got := 0
		for _, err := range s.Scan(context.Background()) {
			if err != nil {
				b.Fatal(err)
			}
			got++
		}
		if got != n {
			b.Fatalf("got %d records", got)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path := filled(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		s, err := Open(path, nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompact(b *testing.B) {
	s := open(b, filled(b, 20_000), nil)
	for b.Loop() {
		if err := s.Compact(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
