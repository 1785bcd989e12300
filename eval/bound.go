package eval

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// UpperBound returns the one-sided Clopper-Pearson bound: with the given
// confidence the true share is no higher, when wrong of n independent cases
// were wrong (Clopper and Pearson 1934). It is 1 for n = 0, or wrong = n.
func UpperBound(wrong, n int, confidence float64) float64 {
	if wrong >= n {
		return 1
	}
	return distuv.Beta{Alpha: float64(wrong + 1), Beta: float64(n - wrong)}.Quantile(confidence)
}

// LowerBound is the bound on the other side: the true share is no lower.
func LowerBound(wrong, n int, confidence float64) float64 {
	if wrong <= 0 {
		return 0
	}
	return distuv.Beta{Alpha: float64(wrong), Beta: float64(n - wrong + 1)}.Quantile(1 - confidence)
}

// Needed returns the least number of cases, with this many wrong ones among
// them, whose UpperBound is at most maxWrong.
func Needed(wrong int, maxWrong, confidence float64) int {
	if !(maxWrong > 0) {
		return math.MaxInt
	}
	high := wrong + 1
	for UpperBound(wrong, high, confidence) > maxWrong {
		high *= 2
	}
	return sort.Search(high, func(n int) bool { return UpperBound(wrong, n, confidence) <= maxWrong })
}
