package index

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/internal/simd"
)

// unit returns a random unit vector.
func unit(r *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	n := float32(norm(v))
	for i := range v {
		v[i] /= n
	}
	return v
}

// The bound is the heart of the proof: it must hold for every pair, also where
// all the rounding error points the same way.
func TestBoundIsAboveEveryScore(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, dim := range []int{1, 2, 3, 7, 64, 384, 1024, 5000} {
		tightest := math.Inf(1)
		for trial := range 2000 {
			q := unit(r, dim)
			x := near(r, q, trial%4)
			qc, xc := make([]int8, dim), make([]int8, dim)
			p, b := prepare(q, qc), quantise(x, xc)
			score := simd.DotF32(q, x)
			got := p.scale*b.scale*float32(simd.DotI8(qc, xc)) + p.norm*b.err
			if got < score-p.slack {
				t.Fatalf("dim %d: bound %v is below score %v", dim, got+p.slack, score)
			}
			tightest = min(tightest, float64(got+p.slack-score))
		}
		t.Logf("dim %d: the bound came within %.5f of a score", dim, tightest)
	}
}

// near returns a vector whose error against q's codes is of some kind: none in
// particular, q itself, just above q's rounding steps, or q and a little noise.
func near(r *rand.Rand, q []float32, kind int) []float32 {
	dim := len(q)
	switch kind {
	case 0:
		return unit(r, dim)
	case 1:
		return q
	}
	x := slices.Clone(q)
	codes := make([]int8, dim)
	b := quantise(q, codes)
	for i := range x {
		if kind == 2 {
			x[i] = float32((float64(codes[i]) + .499) * float64(b.scale))
		} else {
			x[i] += float32(r.NormFloat64()) * .01
		}
	}
	n := float32(norm(x))
	if n == 0 {
		return q
	}
	for i := range x {
		x[i] /= n
	}
	return x
}

func TestSlotsFillBlocksInOrder(t *testing.T) {
	next := 0
	for at := range 14 {
		for i := range blockCap(at) {
			if gotAt, gotI := locate(next); gotAt != at || gotI != i {
				t.Fatalf("slot %d is at block %d, place %d; expected %d, %d", next, gotAt, gotI, at, i)
			}
			next++
		}
	}
	if next != 4*blockSlots {
		t.Errorf("14 blocks hold %d slots, expected %d", next, 4*blockSlots)
	}
}

func TestMemoryShrinks(t *testing.T) {
	const dim, n = 16, 5000
	r := rand.New(rand.NewPCG(3, 4))
	x, err := NewExact(dim)
	if err != nil {
		t.Fatal(err)
	}
	for id := range uint64(n) {
		if err := x.Add(id, unit(r, dim)); err != nil {
			t.Fatal(err)
		}
	}
	full := x.Bytes()
	if least := int64(n * entryBytes(dim)); full < least || full > 2*least {
		t.Errorf("%d entries take %d bytes, expected %d to twice as much", n, full, least)
	}
	for i, id := range r.Perm(n) {
		x.Delete(uint64(id))
		if left := n - i - 1; left == n/10 {
			if got := x.Bytes(); got > full/4 {
				t.Errorf("a tenth of the entries takes %d bytes of %d, expected a quarter at most", got, full)
			}
		}
	}
	if got := x.Bytes(); got > 64*32 {
		t.Errorf("empty again, the index takes %d bytes", got)
	}
	if len(x.blocks) != 0 || x.Len() != 0 {
		t.Errorf("empty again, the index has %d blocks and %d entries", len(x.blocks), x.Len())
	}
}

func TestErrorsNameGivenAndExpected(t *testing.T) {
	x, err := NewExact(3)
	if err != nil {
		t.Fatal(err)
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		v    []float32
		want string
	}{
		{[]float32{1, 0}, "likewise/index: add 7: vector of 2 dimensions given, 3 expected"},
		{[]float32{0, nan, 1}, "likewise/index: add 7: vector with NaN at dimension 1 given, finite numbers expected"},
		{[]float32{0, 0, inf}, "likewise/index: add 7: vector with -Inf at dimension 2 given, finite numbers expected"},
		{[]float32{0, 2, 0}, "likewise/index: add 7: vector of norm 2 given, 1 +- 0.001 expected"},
	} {
		if err := x.Add(7, c.v); err == nil || err.Error() != c.want {
			t.Errorf("Add(7, %v): %v; expected %s", c.v, err, c.want)
		}
	}
	for _, dim := range []int{-1, 0, maxDim + 1} {
		if _, err := NewExact(dim); err == nil || !strings.Contains(err.Error(), "1 to 65536 expected") {
			t.Errorf("NewExact(%d): %v", dim, err)
		}
	}
}
