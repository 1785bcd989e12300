package eval

import "math"

// A HistogramBin counts candidates whose score is in [From, To), the last
// bin's To included.
type HistogramBin struct {
	From, To        float64
	Same, Different int
}

// histogramBins is how many bins a histogram has.
const histogramBins = 24

// histogram counts the scores of the candidates that a threshold decides
// about, by label.
func (ev *Evidence) histogram(cases []Case, rule *Rule) []HistogramBin {
	var scores []float64
	var same []bool
	low, high := math.Inf(1), math.Inf(-1)
	for _, o := range ev.observations(cases) {
		s := rule.score(o.Similarity, o.Judge)
		scores, same = append(scores, s), append(same, o.Same)
		low, high = min(low, s), max(high, s)
	}
	if len(scores) == 0 {
		return nil
	}
	if rule.Name == "probability" {
		low, high = 0, 1
	}
	if high <= low {
		high = low + 1e-6
	}
	out := make([]HistogramBin, histogramBins)
	width := (high - low) / histogramBins
	for i := range out {
		out[i].From, out[i].To = low+float64(i)*width, low+float64(i+1)*width
	}
	for i, s := range scores {
		b := &out[min(histogramBins-1, int((s-low)/width))]
		if same[i] {
			b.Same++
		} else {
			b.Different++
		}
	}
	return out
}
