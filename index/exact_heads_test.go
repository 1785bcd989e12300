package index

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/likewise-go/likewise/internal/simd"
)

// along returns a random unit vector of the span of some rows.
func along(r *rand.Rand, rows [][]float32) []float32 {
	v := make([]float32, len(rows[0]))
	for _, row := range rows {
		f := float32(r.NormFloat64())
		for i, x := range row {
			v[i] += f * x
		}
	}
	normalised(v)
	return v
}

// mixed returns a unit vector along a + f*b.
func mixed(a []float32, f float32, b []float32) []float32 {
	v := slices.Clone(a)
	for i := range v {
		v[i] += f * b[i]
	}
	normalised(v)
	return v
}

// orthonormal returns n random orthonormal rows.
func orthonormal(r *rand.Rand, n, dim int) [][]float32 {
	rows := make([][]float32, n)
	for i := range rows {
		v := unit(r, dim)
		for range 2 {
			for _, w := range rows[:i] {
				d := simd.DotF32(v, w)
				for l := range v {
					v[l] -= d * w[l]
				}
			}
			normalised(v)
		}
		rows[i] = v
	}
	return rows
}

// hot is the one-hot vector of dimension i.
func hot(dim, i int) []float32 {
	v := make([]float32, dim)
	v[i] = 1
	return v
}

// The bound is the heart of the proof: a head must be let through at a floor
// that is its score, whatever the axes and wherever the energy is.
func TestHeadBoundIsAboveEveryScore(t *testing.T) {
	if raced {
		t.Skip("one goroutine: nothing to race, long to wait for")
	}
	for _, kernel := range simd.Kernels() {
		restore, _ := simd.Force(kernel)
		r := rand.New(rand.NewPCG(31, 1))
		for _, dim := range []int{minHeadDim, 384, 1000} {
			rows := orthonormal(r, 2*headDims, dim)
			inHead, inTail := rows[:headDims], rows[headDims:]
			rot := newRotation(slices.Concat(inHead...), dim)
			if rot == nil {
				t.Fatalf("dim %d: orthonormal axes were refused", dim)
			}
			queries := [][]float32{unit(r, dim), along(r, inHead), along(r, inTail), rows[0], rows[headDims],
				hot(dim, 3), mixed(rows[0], 1, inTail[0]), mixed(along(r, inHead), .5, along(r, inTail))}
			for _, q := range queries {
				var near [][]float32
				for range 40 {
					near = append(near, mixed(q, .3, unit(r, dim)), mixed(q, .7, along(r, inTail)),
						mixed(q, .7, along(r, inHead)), mixed(q, -2, unit(r, dim)), q, mixed(q, 1e-4, unit(r, dim)))
				}
				for _, all := range [][][]float32{near, queries, inHead, inTail} {
					checkBound(t, kernel, rot, q, all)
				}
			}
		}
		restore()
	}
}

// checkBound scans each of all as the only one at the floor of its own score.
func checkBound(t *testing.T, kernel string, rot *rotation, q []float32, all [][]float32) {
	t.Helper()
	slots := (len(all) + 63) / 64 * 64
	hs, at := newHeads(slots), make([]float32, headDims)
	for i, x := range all {
		var h head
		rot.project(at, x)
		rot.code(&h, x, at)
		hs.put(i, &h)
	}
	var p headProbe
	p.prepare(rot, q)
	mask := make([]uint64, slots/64)
	for i, x := range all {
		score := simd.DotF32(q, x)
		if p.scan(mask, hs, score); mask[i/64]>>(i%64)&1 == 0 {
			t.Fatalf("%s, dim %d: vector %d of %d with score %v is not let through at that floor", kernel, rot.dim, i, len(all), score)
		}
	}
}

// pair scans x as the only one, at a floor, and reports whether it is let
// through.
func pair(rot *rotation, q, x []float32, floor float32) bool {
	hs, at := newHeads(64), make([]float32, headDims)
	var h head
	rot.project(at, x)
	rot.code(&h, x, at)
	hs.put(0, &h)
	var p headProbe
	p.prepare(rot, q)
	mask := make([]uint64, 1)
	p.scan(mask, hs, floor)
	return mask[0]&1 == 1
}

// Where all that rounding leaves of x points along the query's codes, the two
// inequalities of the proof are equalities, and next to nothing covers a bound
// that is too small.
func TestHeadBoundHoldsWhereRoundingIsAgainstIt(t *testing.T) {
	const dim = 384
	r := rand.New(rand.NewPCG(40, 1))
	rows := orthonormal(r, headDims, dim)
	rot := newRotation(slices.Concat(rows...), dim)
	q, x := make([]float32, dim), make([]float32, dim)
	for j, row := range rows {
		step := float32(100.49) // a code of 100, and .49 left
		if j == 0 {
			step = 127
		}
		sign := float32(1 - 2*(j%2))
		for l, f := range row {
			q[l] += sign * f
			x[l] += sign * step * f
		}
	}
	normalised(q)
	normalised(x)
	score := simd.DotF32(q, x)
	if !pair(rot, q, x, score) {
		t.Error("not let through at a floor that is its score")
	}
	if pair(rot, q, x, score+.001) { // slip: .0002 for each of the two, .0004 for the tails
		t.Error("let through at .001 above its score: the case is not as hard as it was meant")
	}
}

// A head may be all zeros, of x, of q or of both.
func TestHeadBoundHoldsForEmptyHeads(t *testing.T) {
	const dim = 384
	var rows []float32
	for j := range headDims {
		rows = append(rows, hot(dim, j)...)
	}
	rot := newRotation(rows, dim)
	in, out := hot(dim, 3), hot(dim, 300)
	for _, q := range [][]float32{in, out, mixed(in, 1, out)} {
		for _, x := range [][]float32{in, out, mixed(in, -1, out), hot(dim, 301)} {
			score := simd.DotF32(q, x)
			if !pair(rot, q, x, score) {
				t.Errorf("q.x = %v is not let through at that floor", score)
			}
		}
	}
	for _, q := range [][]float32{in, out} { // side by side in one block
		checkBound(t, simd.Kernel(), rot, q, [][]float32{in, out, mixed(in, 1, out), unit(rand.New(rand.NewPCG(42, 1)), dim)})
	}
	if pair(rot, in, out, .1) || pair(rot, out, in, .1) {
		t.Error("a head and a tail, with score 0, are let through at .1")
	}
}

// Axes may be too long by half of maxDefect, which makes tails look shorter
// than they are.
func TestHeadBoundHoldsForAxesThatAreOff(t *testing.T) {
	const dim = 384
	r := rand.New(rand.NewPCG(41, 1))
	rows := orthonormal(r, headDims+1, dim)
	for _, off := range []float32{1 + .48*maxDefect, 1 - .48*maxDefect} {
		axes := slices.Concat(rows[:headDims]...)
		for l := range dim {
			axes[l] *= off
		}
		rot := newRotation(axes, dim)
		if rot == nil {
			t.Fatal("the axes were refused")
		}
		for _, long := range []float32{.01, .03, .1, .3, 1, 3} {
			for _, short := range []float32{.01, .03, .1, .3, 1, 3} {
				q, x := mixed(rows[0], long, rows[headDims]), mixed(rows[0], short, rows[headDims])
				if score := simd.DotF32(q, x); !pair(rot, q, x, score) {
					t.Errorf("axis of length %v, tails of %v and %v: not let through at a floor that is its score", off, long, short)
				}
			}
		}
	}
}

// Without the tails' energy the bound must be tight, or it prunes nothing.
func TestHeadBoundIsCloseToTheScore(t *testing.T) {
	const dim = 384
	r := rand.New(rand.NewPCG(32, 1))
	rows := orthonormal(r, headDims, dim)
	rot := newRotation(slices.Concat(rows...), dim)
	hs, at := newHeads(64), make([]float32, headDims)
	q := along(r, rows)
	var all [][]float32
	for i := range 64 {
		x := mixed(q, .8, along(r, rows))
		var h head
		rot.project(at, x)
		rot.code(&h, x, at)
		hs.put(i, &h)
		all = append(all, x)
	}
	var p headProbe
	p.prepare(rot, q)
	mask := make([]uint64, 1)
	for i, x := range all {
		if p.scan(mask, hs, simd.DotF32(q, x)+.02); mask[0]>>i&1 == 1 {
			t.Errorf("vector %d is let through at .02 above its score", i)
		}
	}
}

func TestRotationRefusesAxesThatAreNotOrthonormal(t *testing.T) {
	const dim = 200
	r := rand.New(rand.NewPCG(33, 1))
	good := slices.Concat(orthonormal(r, headDims, dim)...)
	for name, spoil := range map[string]func(rows []float32){
		"a row twice": func(rows []float32) { copy(rows[dim:2*dim], rows[:dim]) },
		"a long row":  func(rows []float32) { rows[5] += .1 },
		"NaN":         func(rows []float32) { rows[70] = float32(math.NaN()) },
		"zeros":       func(rows []float32) { clear(rows) },
	} {
		rows := slices.Clone(good)
		spoil(rows)
		if newRotation(rows, dim) != nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if newRotation(good, dim) == nil {
		t.Error("orthonormal rows: refused")
	}
}

// fitOn fits axes to vectors.
func fitOn(t *testing.T, vectors [][]float32, from *rotation) *rotation {
	t.Helper()
	dim := len(vectors[0])
	flat := slices.Concat(vectors...)
	f := newFitting(dim, from)
	for range 10_000 {
		if rot, done := f.step(len(vectors)/headBatch, func(i int) []float32 {
			return flat[i*headBatch*dim:][:headBatch*dim]
		}); done {
			return rot
		}
	}
	t.Fatal("the fit does not end")
	return nil
}

// tail is the mean squared tail of vectors.
func tail(rot *rotation, vectors [][]float32) (mean float64) {
	at := make([]float32, headDims)
	for _, v := range vectors {
		rot.project(at, v)
		n := norm(at)
		mean += (1 - n*n) / float64(len(vectors))
	}
	return mean
}

func TestFitFindsTheVectorsSpace(t *testing.T) {
	const dim = 256
	r := rand.New(rand.NewPCG(34, 1))
	space := orthonormal(r, headDims, dim)
	var vectors, others [][]float32
	for range fitFrom {
		vectors = append(vectors, mixed(along(r, space), .3, unit(r, dim)))
		others = append(others, unit(r, dim))
	}
	best := tail(newRotation(slices.Concat(space...), dim), vectors)
	first := fitOn(t, vectors, nil)
	if got := tail(first, vectors); got > 1.05*best {
		t.Errorf("tails of %.4f, %.4f with the axes that made the vectors", got, best)
	}
	if got := tail(fitOn(t, vectors, fitOn(t, others, nil)), vectors); got > 1.2*best {
		t.Errorf("tails of %.4f from axes of other vectors, %.4f with those that made them", got, best)
	}
	if s := first.slip; s > 3e-4 {
		t.Errorf("slip %v, expected 0.0002 at most from rounding", s)
	}
}

func TestFitOfFewDimensionsIsARotation(t *testing.T) {
	const dim = 300
	r := rand.New(rand.NewPCG(35, 1))
	few := [][]float32{unit(r, dim), hot(dim, 7), unit(r, dim)}
	var vectors [][]float32
	for i := range fitFrom {
		vectors = append(vectors, few[i%3])
	}
	rot := fitOn(t, vectors, nil)
	if rot == nil {
		t.Fatal("no axes")
	}
	if got := tail(rot, few); got > 1e-4 {
		t.Errorf("tails of %v for 3 dimensions", got)
	}
	if fitOn(t, make2(fitFrom, dim), nil) == nil {
		t.Error("no axes for vectors of zeros")
	}
}

func make2(n, dim int) [][]float32 {
	all := make([][]float32, n)
	for i := range all {
		all[i] = make([]float32, dim)
	}
	return all
}

// checkRotation measures the axes anew: what a fit says of them is part of the
// proof.
func checkRotation(t rapid.TB, rot *rotation) {
	t.Helper()
	rows := make([]float32, len(rot.axes))
	for i, v := range rot.axes {
		rows[i%headDims*rot.dim+i/headDims] = v
	}
	if again := newRotation(rows, rot.dim); again == nil || again.slip > rot.slip*(1+1e-9) {
		t.Fatalf("axes are taken for ones with a slip of %v", rot.slip)
	}
}

// An index may grow and shrink while axes are fitted.
func TestFitMeasuresTheAxesThatItReturns(t *testing.T) {
	const dim = minHeadDim
	r := rand.New(rand.NewPCG(43, 1))
	vectors := make([]float32, 0, headBatch*dim)
	for range headBatch {
		vectors = append(vectors, unit(r, dim)...)
	}
	for when := range 70 { // the fit takes as many steps
		for _, change := range []int{1, -1} {
			f, n := newFitting(dim, nil), 20
			for step := 0; ; step++ {
				if step == when {
					n += change
				}
				rot, done := f.step(n, func(i int) []float32 {
					if i < 0 || i >= n {
						t.Fatalf("batch %d of %d", i, n)
					}
					return vectors
				})
				if done {
					if rot == nil {
						t.Fatal("no axes")
					}
					checkRotation(t, rot)
					break
				}
			}
		}
	}
}

// checkHeads compares every head with one made anew.
func checkHeads(t rapid.TB, x *Exact) {
	t.Helper()
	for _, hs := range [...]*headSet{x.heads, x.next} {
		if hs == nil {
			continue
		}
		if hs.n%headBatch != 0 || hs.n >= x.n+headBatch && hs.n > firstHead {
			t.Fatalf("heads up to slot %d of %d entries", hs.n, x.n)
		}
		checkRotation(t, hs.rot)
		at := make([]float32, headDims)
		for slot := firstHead; slot < min(hs.n, x.n); slot++ {
			b, i := locate(slot)
			v := x.blocks[b].vector(i, x.dim)
			var want head
			hs.rot.project(at, v)
			hs.rot.code(&want, v, at)
			got := hs.blocks[b]
			one, same := make([]uint8, 16*headDims), make([]uint8, 16*headDims)
			simd.PutHead(one, 0, &want.codes)
			simd.CopyHead(same, 0, got.codes, i)
			if !slices.Equal(one, same) || got.scale[i] != want.scale || got.rest[i] != want.rest {
				t.Fatalf("slot %d of %d has not its own head", slot, x.n)
			}
			if got.loose < want.looseness() {
				t.Fatalf("slot %d: |e|/s is %v, the block's bound %v", slot, want.looseness(), got.loose)
			}
		}
	}
}

// brute is the answer expected.
func brute(vectors map[uint64][]float32, q []float32, k int, floor float32) []Hit {
	var all []Hit
	for id, v := range vectors {
		if s := simd.DotF32(q, v); s >= floor {
			all = append(all, Hit{ID: id, Score: s})
		}
	}
	slices.SortFunc(all, order)
	return all[:min(k, len(all))]
}

// The head's own law: whatever was added, replaced and deleted, and whichever
// axes are in use or in the making, a search finds what brute force finds.
func TestSearchWithHeadsEqualsBruteForce(t *testing.T) {
	if raced {
		t.Skip("one goroutine: nothing to race, long to wait for")
	}
	const dim = minHeadDim
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		spaces := [][][]float32{orthonormal(r, 40, dim), orthonormal(r, 3, dim)}
		noise := rapid.SampledFrom([]float32{0, .3, 1}).Draw(t, "noise")
		draw := func() []float32 { return mixed(along(r, spaces[r.IntN(len(spaces))]), noise, unit(r, dim)) }
		x, _ := NewExact(dim)
		truth := map[uint64][]float32{}
		add := func(id uint64) {
			v := draw()
			if other := truth[id/2]; other != nil && r.IntN(8) == 0 {
				v = other // a duplicate
			}
			if err := x.Add(id, v); err != nil {
				t.Fatal(err)
			}
			truth[id] = v
		}
		size := rapid.SampledFrom([]int{1000, 1100, 1300, 2200}).Draw(t, "size")
		for id := range size {
			add(uint64(id))
		}
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			switch rapid.SampledFrom([]string{"replace", "delete", "grow", "churn", "refit"}).Draw(t, "what") {
			case "replace":
				for range 50 {
					add(uint64(r.IntN(size)))
				}
			case "delete":
				for range r.IntN(size) {
					id := uint64(r.IntN(size))
					x.Delete(id)
					delete(truth, id)
				}
			case "grow":
				for range r.IntN(300) {
					add(uint64(size))
					size++
				}
			case "churn": // at whatever border the size is at
				for range 200 {
					id := uint64(r.IntN(size))
					x.Delete(id)
					delete(truth, id)
					add(id)
				}
			case "refit":
				x.refit = 0
				for range r.IntN(200) {
					add(uint64(r.IntN(size)))
				}
			}
			checkHeads(t, x)
			for range 5 {
				q := draw()
				floor := []float32{-2, .5, .7, .9, .99}[r.IntN(5)]
				if all := brute(truth, q, len(truth), -2); len(all) > 0 && r.IntN(2) == 0 {
					floor = all[r.IntN(len(all))].Score // on the floor
				}
				for _, k := range []int{1, 4, 5000} {
					if got, want := x.Search(q, k, floor, nil), brute(truth, q, k, floor); !slices.Equal(got, want) {
						t.Fatalf("%d entries, k = %d, floor %v: got %v, expected %v", len(truth), k, floor, got, want)
					}
				}
			}
		}
	})
}

// Sets of vectors that are hard on heads, each after 1,300 that the axes are
// fitted to.
func TestHeadsOnHardVectors(t *testing.T) {
	if raced {
		t.Skip("one goroutine: nothing to race, long to wait for")
	}
	const dim, fitted, n = 384, 1300, 800
	r := rand.New(rand.NewPCG(39, 1))
	rows := orthonormal(r, 2*headDims, dim)
	inHead, inTail := rows[:headDims], rows[headDims:]
	q := mixed(along(r, inHead), 1, along(r, inTail))
	for name, draw := range map[string]func(i int) []float32{
		"all energy in the head": func(int) []float32 { return along(r, inHead) },
		"all energy in the tail": func(int) []float32 { return along(r, inTail) }, // a drift: nothing like what was fitted
		"one-hot":                func(i int) []float32 { return hot(dim, i%dim) },
		"no structure":           func(int) []float32 { return unit(r, dim) },
		"duplicates":             func(i int) []float32 { return rows[i%5] },
		"one cluster":            func(int) []float32 { return mixed(q, .5, unit(r, dim)) },
		"close to the query":     func(int) []float32 { return mixed(q, 1e-3, unit(r, dim)) },
		"against the query":      func(int) []float32 { return mixed(along(r, inTail), -3, q) },
	} {
		t.Run(name, func(t *testing.T) {
			x, _ := NewExact(dim)
			truth := map[uint64][]float32{}
			for i := range fitted + n {
				v := mixed(along(r, inHead), .1, unit(r, dim))
				if i >= fitted {
					v = draw(i)
				}
				id := uint64(i * 7919 % 10007)
				if err := x.Add(id, v); err != nil {
					t.Fatal(err)
				}
				truth[id] = v
			}
			if x.heads == nil || x.heads.n < fitted+n-headBatch {
				t.Fatal("the index has no heads")
			}
			for _, q := range [][]float32{q, draw(1), draw(2), along(r, inHead), along(r, inTail), hot(dim, 1)} {
				all := brute(truth, q, len(truth), -2)
				floors := []float32{.5, .6, .7, .75, .8, .85, .9, .95, .99}
				for range 10 { // exactly on a score, and just above it
					s := all[r.IntN(len(all))].Score
					floors = append(floors, s, math.Nextafter32(s, 2))
				}
				for _, floor := range floors {
					for _, k := range []int{1, 4, len(all)} {
						want := all[:0:0]
						for _, h := range all[:k] {
							if h.Score >= floor {
								want = append(want, h)
							}
						}
						if got := x.Search(q, k, floor, nil); !slices.Equal(got, want) {
							t.Fatalf("k = %d, floor %v: %d hits, expected %d", k, floor, len(got), len(want))
						}
					}
				}
			}
		})
	}
}

// Searches run while heads are made, replaced, moved and dropped: an entry that
// stays is found by each.
func TestSearchesRunWhileHeadsChange(t *testing.T) {
	const dim, stay, come = minHeadDim, 900, 600
	r := rand.New(rand.NewPCG(36, 1))
	space := orthonormal(r, 30, dim)
	var vectors [][]float32
	for range stay + come {
		vectors = append(vectors, mixed(along(r, space), .4, unit(r, dim)))
	}
	x, _ := NewExact(dim)
	for i, v := range vectors { // in turns, so that deletes move the stable ones
		if err := x.Add(uint64(i*7%len(vectors)), v); err != nil {
			t.Fatal(err)
		}
	}
	where := func(id int) []float32 { // i*7 = id modulo their number, which is prime to 7
		for i := range vectors {
			if i*7%len(vectors) == id {
				return vectors[i]
			}
		}
		return nil
	}
	stop := make(chan struct{})
	var searchers sync.WaitGroup
	for hand := range 2 {
		searchers.Go(func() {
			r := rand.New(rand.NewPCG(37, uint64(hand)))
			var dst []Hit
			for {
				select {
				case <-stop:
					return
				default:
				}
				id := r.IntN(stay)
				q := where(id)
				want := Hit{ID: uint64(id), Score: simd.DotF32(q, q)}
				if dst = x.Search(q, 8, .99, dst[:0]); !slices.Contains(dst, want) {
					t.Errorf("%v, there all the time, is not among %v", want, dst)
					return
				}
			}
		})
	}
	for round := range 6 {
		for id := stay; id < stay+come; id++ {
			x.Delete(uint64(id))
		}
		x.writer.Lock()
		x.refit = 100 * round % 300
		x.writer.Unlock()
		for id := stay; id < stay+come; id++ {
			_ = x.Add(uint64(id), vectors[r.IntN(len(vectors))])
		}
	}
	close(stop)
	searchers.Wait()
	if x.heads == nil {
		t.Error("the index has no heads")
	}
	checkHeads(t, x)
}

func TestHeadsComeAndGo(t *testing.T) {
	const dim, n = 128, 3000
	r := rand.New(rand.NewPCG(38, 1))
	x, _ := NewExact(dim)
	for id := range uint64(fitFrom - 1) {
		_ = x.Add(id, unit(r, dim))
	}
	if x.heads != nil || x.next != nil || x.fit != nil {
		t.Error("a small partition has heads, or axes in the making")
	}
	for id := uint64(fitFrom - 1); id < n; id++ {
		_ = x.Add(id, unit(r, dim))
	}
	if x.heads == nil || x.heads.n < n-headBatch {
		t.Fatalf("%d entries have no heads, or few: %+v", n, x.heads)
	}
	full := x.Bytes()
	least := int64(n * (entryBytes(dim) + headBytes))
	if full < least || full > 2*least {
		t.Errorf("%d entries take %d bytes, expected %d to twice as much", n, full, least)
	}
	for i, id := range r.Perm(n) {
		x.Delete(uint64(id))
		if left := n - i - 1; left == dropFrom-1 && x.heads != nil {
			t.Errorf("%d entries left, and the heads are still there", left)
		}
	}
	if got := x.Bytes(); got > 64*32 {
		t.Errorf("empty again, the index takes %d bytes", got)
	}
}
