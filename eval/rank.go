package eval

import (
	"cmp"
	"math"
	"slices"
)

// byScore returns the indexes of scores, the highest first.
func byScore(scores []float64) []int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	return order
}

// AP returns the average precision of scores for the labels, in [0, 1]: the
// sum over the distinct scores, from the highest, of the recall gained there
// times the precision there. That is scikit-learn's average_precision_score:
// pairs of one score enter together, and nothing is interpolated.
// Without a true label, or with lengths that differ, it returns NaN.
func AP(scores []float64, same []bool) float64 {
	total := count(same)
	if total == 0 || len(scores) != len(same) {
		return math.NaN()
	}
	var ap float64
	right, before := 0, 0
	order := byScore(scores)
	for n, i := range order {
		if same[i] {
			right++
		}
		if n+1 < len(order) && scores[order[n+1]] == scores[i] {
			continue
		}
		ap += float64(right-before) / float64(total) * float64(right) / float64(n+1)
		before = right
	}
	return ap
}

// AUC returns the area under the ROC curve, in [0, 1]: the probability that
// a true pair has a higher score than a false one, ties counted as one half
// (the Mann-Whitney statistic; scikit-learn's roc_auc_score).
// With labels of one kind only, or lengths that differ, it returns NaN.
func AUC(scores []float64, same []bool) float64 {
	pos := count(same)
	neg := len(same) - pos
	if pos == 0 || neg == 0 || len(scores) != len(same) {
		return math.NaN()
	}
	var wins float64 // of true pairs over false ones, ties half
	order := byScore(scores)
	above := 0 // true pairs of a higher score
	for n := 0; n < len(order); {
		p, q := 0, 0
		for s := scores[order[n]]; n < len(order) && scores[order[n]] == s; n++ {
			if same[order[n]] {
				p++
			} else {
				q++
			}
		}
		wins += float64(q) * (float64(above) + float64(p)/2)
		above += p
	}
	return wins / float64(pos) / float64(neg)
}

func count(same []bool) (n int) {
	for _, s := range same {
		if s {
			n++
		}
	}
	return n
}
