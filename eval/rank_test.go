package eval_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/likewise-go/likewise/eval"
)

// sample makes n scores of the given number of levels, and labels that grow
// likelier with the score, from x = 48271 x mod 2^31-1.
func sample(n, levels, x int) (scores []float64, same []bool) {
	step := func() int { x = x * 48271 % 2147483647; return x }
	for range n {
		v := step() % levels
		same = append(same, step()%1000 < 200+600*v/levels)
		scores = append(scores, float64(v)/float64(levels))
	}
	return scores, same
}

// The wanted values are scikit-learn 1.9.1's average_precision_score(y, s) and
// roc_auc_score(y, s) for the same numbers, made by sample's lines in Python:
//
//	def sample(n, levels, x):
//	    s, y = [], []
//	    for _ in range(n):
//	        x = x * 48271 % 2147483647; v = x % levels
//	        x = x * 48271 % 2147483647; y.append(x % 1000 < 200 + 600 * v // levels)
//	        s.append(v / levels)
//	    return y, s
func TestAgainstScikitLearn(t *testing.T) {
	for _, c := range []struct {
		n, levels, seed int
		ap, auc         float64
	}{
		{10, 1000, 1, 0.6861904761904761, 0.76},
		{200, 7, 2, 0.6875940154516258, 0.6935742167951156}, // many ties
		{1000, 50, 3, 0.691669111441508, 0.6967689446768944},
		{5000, 1000000, 4, 0.6824390895470054, 0.7021939216439408},
	} {
		t.Run(strconv.Itoa(c.n), func(t *testing.T) {
			scores, same := sample(c.n, c.levels, c.seed)
			near(t, "AP", eval.AP(scores, same), c.ap)
			near(t, "AUC", eval.AUC(scores, same), c.auc)
		})
	}
}

// By hand: at .9 precision 1 for half the recall, at .8 precision 2/3 for the
// other half; of the four true-false pairs three are in order and one is tied.
func TestRankByHand(t *testing.T) {
	scores, same := []float64{.1, .8, .9, .8}, []bool{false, true, true, false}
	near(t, "AP", eval.AP(scores, same), 1./2+1./2*2/3)
	near(t, "AUC", eval.AUC(scores, same), 3.5/4)
}

func TestRankUndefined(t *testing.T) {
	if ap := eval.AP([]float64{1, 2}, []bool{false, false}); !math.IsNaN(ap) {
		t.Errorf("AP without a true pair is %v", ap)
	}
	if ap := eval.AP([]float64{1}, []bool{true, true}); !math.IsNaN(ap) {
		t.Errorf("AP of lengths that differ is %v", ap)
	}
	for _, same := range [][]bool{{false, false}, {true, true}} {
		if auc := eval.AUC([]float64{1, 2}, same); !math.IsNaN(auc) {
			t.Errorf("AUC of one class is %v", auc)
		}
	}
	near(t, "AP of true pairs only", eval.AP([]float64{1, 2}, []bool{true, true}), 1)
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) < 1e-12) {
		t.Errorf("%s is %v, want %v", name, got, want)
	}
}
