package indextest_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/index"
	"github.com/likewise-go/likewise/index/indextest"
	"github.com/likewise-go/likewise/internal/simd"
)

// A planted index is an exact one with one fault.
type planted struct {
	index.Index
	add    func(ix index.Index, id uint64, v []float32) error
	delete func(ix index.Index, id uint64) bool
	search func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit
}

func (p planted) Add(id uint64, v []float32) error {
	if p.add != nil {
		return p.add(p.Index, id, v)
	}
	return p.Index.Add(id, v)
}

func (p planted) Delete(id uint64) bool {
	if p.delete != nil {
		return p.delete(p.Index, id)
	}
	return p.Index.Delete(id)
}

func (p planted) Search(q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
	if p.search != nil {
		return p.search(p.Index, q, k, floor, dst)
	}
	return p.Index.Search(q, k, floor, dst)
}

func exact(dim int) index.Index {
	x, err := index.NewExact(dim)
	if err != nil {
		panic(err)
	}
	return x
}

// Each fault must be found by name.
func TestCheckFindsPlantedFaults(t *testing.T) {
	for property, fault := range map[string]planted{
		"no panic": {delete: func(ix index.Index, id uint64) bool {
			if id == math.MaxUint64 {
				panic("id too large")
			}
			return ix.Delete(id)
		}},
		"only ids that are there":                 {delete: func(index.Index, uint64) bool { return true }},
		"Delete reports whether the id was there": {delete: func(ix index.Index, id uint64) bool { ix.Delete(id); return true }},
		"Add refuses a bad vector": {add: func(ix index.Index, id uint64, v []float32) error {
			_ = ix.Add(id, v)
			return nil
		}},
		"scores are dot products": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			dst = ix.Search(q, k, floor, dst)
			for i := range dst {
				dst[i].Score += 1e-4
			}
			return dst
		}},
		"best first, then smaller id": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			hits := ix.Search(q, k, floor, nil)
			slices.Reverse(hits)
			return append(dst, hits...)
		}},
		"no hit below the floor": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			return ix.Search(q, k, floor-.1, dst)
		}},
		"recall@k": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			return ix.Search(q, min(k, 3), floor, dst)
		}},
		"recall@1": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			if hits := ix.Search(q, min(k, 100)+1, floor, nil); len(hits) > 0 {
				return append(dst, hits[1:]...)
			}
			return dst
		}},
		"at most k hits": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			return ix.Search(q, max(k, k+1), floor, dst)
		}},
		"Search appends to dst": {search: func(ix index.Index, q []float32, k int, floor float32, dst []index.Hit) []index.Hit {
			return ix.Search(q, k, floor, dst[:0])
		}},
	} {
		t.Run(property, func(t *testing.T) {
			report := indextest.Check(func(dim int) index.Index {
				p := fault
				p.Index = exact(dim)
				return p
			}, indextest.Only("bounds of k", "extreme ids", "bad input", "caller's slices", "random operations"))
			defects := report.Defects()
			if !slices.ContainsFunc(defects, func(f indextest.Finding) bool { return strings.HasSuffix(f.Property, ": "+property) }) {
				t.Errorf("the fault was not found; defects:\n%v", defects)
			}
		})
	}
}

func TestCheckFindsNothingWrongWithExact(t *testing.T) {
	report := indextest.Check(exact, indextest.Score(simd.DotF32))
	if d := report.Defects(); len(d) > 0 {
		t.Errorf("defects:\n%v", d)
	}
	if len(report) < 100 {
		t.Errorf("%d properties tried, expected 100 at least", len(report))
	}
}

func TestQuestionsAreUnitVectors(t *testing.T) {
	all := indextest.Questions()
	if len(all) != 2000 {
		t.Fatalf("%d questions, expected 2000", len(all))
	}
	for i, v := range append(all, indextest.Perturbed(100, 1)...) {
		if err := index.CheckVector(384, v); err != nil {
			t.Fatalf("question %d: %v", i, err)
		}
	}
}
