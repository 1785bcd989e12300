package eval

import "fmt"

// byCost returns the threshold at which serving costs as much as it saves.
// Where isotonic regression tells probabilities better than the logistic
// curve, on data that neither was fitted to, it says where that is.
func (k *calibration) byCost(l *ladder) (step, error) {
	even := k.CostWrong / (k.CostWrong + k.Saving)
	threshold := between(even-1e-9, even)
	obs := k.observations(k.test)
	if byCurve, bySteps := heldOut(obs, k.curve, k.Judge != ""); brier(bySteps) < brier(byCurve) {
		threshold = never
		s := fitSteps(obs, k.curve)
		for i, v := range s.value {
			if v >= even {
				n, _ := l.count(s.from[i])
				threshold = l.cut(n)
				break
			}
		}
	}
	s := step{threshold: threshold}
	s.accepted, s.wrong = l.count(threshold)
	s.bound = UpperBound(s.wrong, s.accepted, k.Confidence)
	if s.accepted == 0 || s.bound >= 1 {
		return s, fmt.Errorf("no threshold: no case has the probability %.4g from which serving pays (a wrong answer costs %v, a right one saves %v): lower the cost, or use a better judge", even, k.CostWrong, k.Saving)
	}
	return s, nil
}
