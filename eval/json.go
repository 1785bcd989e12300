package eval

import (
	"encoding/json"
	"math"
)

// known is null in JSON where a figure is not known: JSON has no NaN.
func known(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// MarshalJSON writes the summary as one object. Each figure stands by its own
// name, its interval under "intervals".
func (s *Summary) MarshalJSON() ([]byte, error) {
	var calibration any
	if c := s.Rule.Calibration; c != nil {
		calibration = c.Data.SHA256
	}
	named := func(list []Stratum) map[string]Stratum {
		m := make(map[string]Stratum, len(list))
		for _, v := range list {
			m[v.Name] = v
		}
		return m
	}
	ev := s.Evidence
	return json.Marshal(struct {
		Pairs         int                 `json:"pairs"`
		Same          int                 `json:"same"`
		Servable      int                 `json:"servable"`
		AP            any                 `json:"ap"`
		AUC           any                 `json:"auc"`
		Threshold     float64             `json:"threshold"`
		ThresholdOf   string              `json:"threshold_of"`
		ThresholdFrom string              `json:"threshold_from"`
		Accepted      int                 `json:"accepted"`
		Wrong         int                 `json:"wrong"`
		Precision     any                 `json:"precision"`
		Recall        any                 `json:"recall"`
		HitRate       any                 `json:"hit_rate"`
		WrongHitRate  any                 `json:"wrong_hit_rate"`
		UpperBound    float64             `json:"upper_bound"`
		Confidence    float64             `json:"confidence"`
		Intervals     map[string]Interval `json:"intervals"`
		PerSource     map[string]Stratum  `json:"per_source"`
		PerKind       map[string]Stratum  `json:"per_kind"`
		Reliability   *Reliability        `json:"reliability"`
		Curve         []Step              `json:"curve"`
		Embedder      string              `json:"embedder"`
		Judge         *string             `json:"judge"`
		Guard         int                 `json:"guard"`
		Calibration   any                 `json:"calibration"` // the hash of its data
		Data          any                 `json:"data"`
		Notes         []string            `json:"notes,omitempty"`
	}{
		s.Cases, s.Same, s.Servable, known(s.AP.Value), known(s.AUC.Value), s.Rule.Threshold, s.Rule.Name, s.Rule.From,
		s.Accepted, s.Wrong, known(1 - s.WrongHitRate.Value), known(s.Recall.Value), known(s.HitRate.Value), known(s.WrongHitRate.Value),
		s.UpperBound, s.Confidence, map[string]Interval{
			"ap": s.AP.CI, "auc": s.AUC.CI, "precision": s.WrongHitRate.CI.complement(), "recall": s.Recall.CI,
			"hit_rate": s.HitRate.CI, "wrong_hit_rate": s.WrongHitRate.CI,
		},
		named(s.PerSource), named(s.PerKind), s.Reliability, s.Steps,
		ev.Embedder, orNull(ev.Judge), ev.Guard, calibration, ev.Data, ev.Notes,
	})
}

// complement is the interval of 1 minus the figure.
func (v Interval) complement() Interval { return Interval{1 - v[1], 1 - v[0]} }

// MarshalJSON writes null for what is not known.
func (s Stratum) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Cases      int     `json:"pairs"`
		Same       int     `json:"same"`
		Accepted   int     `json:"accepted"`
		Wrong      int     `json:"wrong"`
		AP         any     `json:"ap"`
		Precision  any     `json:"precision"`
		Recall     any     `json:"recall"`
		UpperBound float64 `json:"upper_bound"`
	}{s.Cases, s.Same, s.Accepted, s.Wrong, known(s.AP), known(s.Precision), known(s.Recall), s.UpperBound})
}
