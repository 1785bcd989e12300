package eval_test

import (
	"math"
	"testing"

	"github.com/likewise-go/likewise/eval"
)

// The figures are those of the exact binomial, by hand: n cases without a
// wrong one promise r when (1-r)^n is at most 5%.
func TestNeeded(t *testing.T) {
	for maxWrong, want := range map[float64][3]int{.01: {299, 473, 773}, .02: {149, 236, 386}, .05: {59, 93, 153}} {
		for i, wrong := range []int{0, 1, 3} {
			if got := eval.Needed(wrong, maxWrong, .95); got != want[i] {
				t.Errorf("at most %v with %d wrong: %d cases, want %d", maxWrong, wrong, got, want[i])
			}
		}
	}
}

func TestBounds(t *testing.T) {
	// The bound is where the binomial's tail is what is left of confidence.
	for _, c := range []struct{ wrong, n int }{{0, 1}, {0, 149}, {3, 386}, {20, 100}, {99, 100}} {
		up := eval.UpperBound(c.wrong, c.n, .95)
		if tail := binomialCDF(c.wrong, c.n, up); math.Abs(tail-.05) > 1e-9 {
			t.Errorf("%d of %d: the upper bound %v leaves %v", c.wrong, c.n, up, tail)
		}
		if c.wrong > 0 {
			low := eval.LowerBound(c.wrong, c.n, .95)
			if tail := 1 - binomialCDF(c.wrong-1, c.n, low); math.Abs(tail-.05) > 1e-9 {
				t.Errorf("%d of %d: the lower bound %v leaves %v", c.wrong, c.n, low, tail)
			}
		}
	}
	if eval.UpperBound(0, 0, .95) != 1 || eval.UpperBound(4, 4, .95) != 1 || eval.LowerBound(0, 9, .95) != 0 {
		t.Error("what was never right, or never wrong, is bounded by 1 and 0")
	}
}

func binomialCDF(k, n int, p float64) (sum float64) {
	for i := 0; i <= k; i++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}
