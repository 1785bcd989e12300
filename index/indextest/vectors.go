package indextest

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for the questions
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"sync"
)

// packed is made by train/golden/index_vectors.py, which states the format.
//
//go:embed testdata/questions.i8.gz
var packed []byte

var questions = sync.OnceValue(func() [][]float32 {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(fmt.Errorf("likewise/index/indextest: questions: %w", err))
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Errorf("likewise/index/indextest: questions: %w", err))
	}
	n, dim := int(binary.LittleEndian.Uint32(raw)), int(binary.LittleEndian.Uint32(raw[4:]))
	all := make([][]float32, n)
	for i := range all {
		all[i] = make([]float32, dim)
		for j := range dim {
			all[i][j] = float32(int8(raw[8+i*dim+j]))
		}
		normalise(all[i])
	}
	return all
})

// Questions returns 2,000 unit vectors of 384 float32s: questions of bank
// customers, then hand-written questions on many subjects with their
// paraphrases and near misses side by side, through all-MiniLM-L6-v2. Callers
// share the vectors and must not change them.
func Questions() [][]float32 { return append([][]float32(nil), questions()...) }

// Perturbed returns n unit vectors near real ones: each is a question of
// [Questions], in turn, plus Gaussian noise of norm .5 in the mean, so that two
// made from one question have a cosine of about .8 and others stay as far from
// each other as real questions do. The same n and seed give the same vectors.
func Perturbed(n int, seed uint64) [][]float32 {
	r := rand.New(rand.NewPCG(seed, seed))
	base := questions()
	all := make([][]float32, n)
	for i := range all {
		all[i] = jitter(r, base[i%len(base)], .5)
	}
	return all
}

// jitter returns the unit vector along v plus Gaussian noise of the given norm.
func jitter(r *rand.Rand, v []float32, noise float64) []float32 {
	step := noise / math.Sqrt(float64(len(v)))
	w := make([]float32, len(v))
	for i := range w {
		w[i] = v[i] + float32(r.NormFloat64()*step)
	}
	return normalise(w)
}

// random returns n unit vectors without any structure.
func random(r *rand.Rand, n, dim int) [][]float32 {
	zero := make([]float32, dim)
	all := make([][]float32, n)
	for i := range all {
		all[i] = jitter(r, zero, 1)
	}
	return all
}

// clustered returns groups*each unit vectors, whose cosine is about .8 within
// a group and about 0 between groups.
func clustered(r *rand.Rand, groups, each, dim int) [][]float32 {
	var all [][]float32
	for _, centre := range random(r, groups, dim) {
		for range each {
			all = append(all, jitter(r, centre, .5))
		}
	}
	return all
}

// normalise makes v a unit vector, in place, and returns it.
func normalise(v []float32) []float32 {
	var sum float64
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	if sum == 0 {
		v[0], sum = 1, 1
	}
	n := 1 / math.Sqrt(sum)
	for i := range v {
		v[i] = float32(float64(v[i]) * n)
	}
	return v
}

// dot64 is the dot product, summed in float64.
func dot64(a, b []float32) float32 {
	var sum float64
	for i, f := range a {
		sum += float64(f) * float64(b[i])
	}
	return float32(sum)
}
