package guard

import (
	"os"
	"path/filepath"
	"testing"
)

// questions are what the benchmarks read: real questions, if there are any.
func questions(b *testing.B) []labelled {
	b.Helper()
	path := filepath.Join(os.Getenv("LIKEWISE_DATA"), "qqp-dev.jsonl.gz")
	if _, err := os.Stat(path); err == nil {
		return readPairs(b, path)
	}
	var pairs []labelled
	for _, r := range Rules() {
		for _, p := range append(r.Vetoes, r.Passes...) {
			pairs = append(pairs, labelled{a: p[0], b: p[1]})
		}
	}
	return pairs
}

func BenchmarkExtract(b *testing.B) {
	pairs := questions(b)
	Extract("build the lexicon")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		Extract(pairs[i%len(pairs)].a)
		i++
	}
}

func BenchmarkCompare(b *testing.B) {
	pairs := questions(b)
	facts := make([][2]Facts, len(pairs))
	for i, p := range pairs {
		facts[i] = [2]Facts{Extract(p.a), Extract(p.b)}
	}
	dst := make([]Veto, 0, len(rules))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p := &facts[i%len(facts)]
		dst = Compare(&p[0], &p[1], dst[:0])
		i++
	}
}

func BenchmarkDecode(b *testing.B) {
	var encoded [][]byte
	bytes := 0
	for _, p := range questions(b) {
		f := Extract(p.a)
		data, _ := f.AppendBinary(nil)
		encoded = append(encoded, data)
		bytes += len(data)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := Decode(encoded[i%len(encoded)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(bytes)/float64(len(encoded)), "bytes/text")
}
