package cache

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// CalibrationVersion is the version of the calibration files that this
// release writes and reads.
const CalibrationVersion = 1

// A Calibration is a threshold with a promise: found on labelled pairs so
// that, with the given confidence, no more than MaxWrong of the answers
// served to another wording are wrong on data like those. It belongs to one
// embedder, one judge and one version of the guard. Package eval makes it.
type Calibration struct {
	Version int `json:"version"` // CalibrationVersion

	// Threshold is the least probability, in (0, 1], at which a stored answer
	// is served. Over 1 it is never reached: there was no threshold that
	// keeps the promise.
	Threshold  float64 `json:"threshold"`
	MaxWrong   float64 `json:"max_wrong"`  // the promise: wrong hits among the semantic hits, in (0, 1)
	Confidence float64 `json:"confidence"` // in (0, 1)

	Bound    float64 `json:"bound"`    // the upper bound on the wrong ones that was met, at most MaxWrong
	Accepted int     `json:"accepted"` // pairs of the data at or above Threshold
	Wrong    int     `json:"wrong"`    // of these, the different ones

	Data     CalibrationData `json:"data"`
	Embedder string          `json:"embedder"` // embed.Embedder.ID
	Judge    string          `json:"judge"`    // embed.Judge.ID; "": the similarity alone is looked at
	Guard    int             `json:"guard"`    // guard.Version; 0: calibrated without vetoes

	// Probability makes one probability of all that is known about a pair.
	Probability Curve `json:"probability"`

	// Scopes are the thresholds of tenants and models that had data enough of
	// their own. The first that matches counts; all others have Threshold.
	Scopes []ScopeCalibration `json:"scopes,omitempty"`

	// Similarities are 101 quantiles (0%, 1%, ... 100%) of the similarities
	// of the data's nearest candidates, those above the floor, from which
	// recent lookups must not stray (Stats.Drift); empty: not watched.
	Similarities []float64 `json:"similarities,omitempty"`
}

// CalibrationData names the labelled pairs of a calibration.
type CalibrationData struct {
	SHA256 string `json:"sha256"` // of the pairs, in hex
	Pairs  int    `json:"pairs"`
}

// A ScopeCalibration is the threshold of one tenant, one model, or both.
type ScopeCalibration struct {
	Tenant    string  `json:"tenant,omitempty"` // "": every tenant
	Model     string  `json:"model,omitempty"`  // "": every model
	Threshold float64 `json:"threshold"`
	Bound     float64 `json:"bound"`
	Accepted  int     `json:"accepted"`
	Wrong     int     `json:"wrong"`
}

// A Curve is a logistic regression (Platt scaling with two inputs): the
// probability that two questions have one answer is
//
//	1 / (1 + exp(-(Bias + Similarity*cosine + Judge*logit(p))))
//
// with the cosine of the two vectors and the judge's probability p. Neither
// weight is negative, so more of either is never less.
type Curve struct {
	Bias       float64 `json:"bias"`
	Similarity float64 `json:"similarity"`
	Judge      float64 `json:"judge"`

	// Surest is the highest probability of the judge in the data: a higher
	// one counts as much, because nothing is known of it. So the judge need
	// not be asked where even this would not reach the threshold. 0: not known.
	Surest float64 `json:"surest,omitempty"`
}

// judged bounds a judge's probability away from 0 and 1, so that no single
// verdict is beyond doubt.
const judged = 1e-6

// At returns the probability for a cosine and a judge's probability.
func (c *Curve) At(similarity, judge float64) float64 {
	z := c.Bias + c.Similarity*similarity
	if c.Judge != 0 {
		p := min(max(judge, judged), 1-judged)
		if c.Surest > 0 {
			p = min(p, c.Surest)
		}
		z += c.Judge * math.Log(p/(1-p))
	}
	return 1 / (1 + math.Exp(-z))
}

// ErrCalibration is wrapped by every error about a calibration that cannot
// be used.
var ErrCalibration = errors.New("calibration cannot be used")

// ParseCalibration reads a calibration's JSON and validates it.
func ParseCalibration(b []byte) (*Calibration, error) {
	var c Calibration
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("likewise/cache: %w: no JSON object of a calibration: %w", ErrCalibration, err)
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("likewise/cache: %w: %w", ErrCalibration, err)
	}
	return &c, nil
}

// String says the promise and what it was found on: "at most 2% wrong hits
// with 95% confidence, from probability 0.873 on (1204 pairs, data 1f0e2d3c)".
func (c *Calibration) String() string {
	return fmt.Sprintf("at most %.4g%% wrong hits with %.4g%% confidence, from probability %.3f on (%d pairs, data %.8s)",
		100*c.MaxWrong, 100*c.Confidence, c.Threshold, c.Data.Pairs, c.Data.SHA256)
}

// validate reports every problem at once.
func (c *Calibration) validate() error {
	if c.Version != CalibrationVersion {
		return fmt.Errorf("version is %d, this release reads version %d", c.Version, CalibrationVersion)
	}
	var errs []error
	want := func(ok bool, field string, value any, allowed string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, allowed is %s", field, value, allowed))
		}
	}
	want(c.Threshold > 0, "threshold", c.Threshold, "more than 0")
	want(c.MaxWrong > 0 && c.MaxWrong < 1, "max_wrong", c.MaxWrong, "(0, 1)")
	want(c.Confidence > 0 && c.Confidence < 1, "confidence", c.Confidence, "(0, 1)")
	want(c.Accepted >= 0 && c.Wrong >= 0 && c.Wrong <= c.Accepted, "wrong", c.Wrong, fmt.Sprintf("0 to accepted, here %d", c.Accepted))
	want(c.Embedder != "", "embedder", `""`, "an embedder's ID")
	p := &c.Probability
	want(!math.IsNaN(p.Bias) && p.Similarity >= 0 && p.Judge >= 0 && p.Similarity+p.Judge > 0, "probability", fmt.Sprintf("%+v", *p), "weights that are not negative and not all 0")
	want(p.Surest >= 0 && p.Surest <= 1, "probability.surest", p.Surest, "0 (not known) or (0, 1]")
	want(p.Judge == 0 || c.Judge != "", "judge", `""`, "a judge's ID, for the probability looks at one")
	for i := range c.Scopes {
		s := &c.Scopes[i]
		want(s.Threshold > 0, fmt.Sprintf("scopes[%d].threshold", i), s.Threshold, "more than 0")
		want(s.Tenant != "" || s.Model != "", fmt.Sprintf("scopes[%d]", i), "without a name", "a tenant, a model, or both")
	}
	want(len(c.Similarities) == 0 || len(c.Similarities) == 101, "similarities", fmt.Sprintf("%d numbers", len(c.Similarities)), "101 quantiles, or none")
	return errors.Join(errs...)
}

// Fits returns nil if the calibration is for this embedder, judge and version
// of the guard (0: none), and else an error that names all that are others.
func (c *Calibration) Fits(embedder, judge string, guard int) error {
	var errs []error
	if c.Embedder != embedder {
		errs = append(errs, fmt.Errorf("it is for the embedder %q, this cache has %q", c.Embedder, embedder))
	}
	if c.Judge != judge {
		errs = append(errs, fmt.Errorf("it is for the judge %q, this cache has %q", c.Judge, judge))
	}
	if c.Guard != guard {
		errs = append(errs, fmt.Errorf("it is for version %d of the guard, this cache has version %d", c.Guard, guard))
	}
	return errors.Join(errs...)
}

// ThresholdFor returns the least probability in a scope, and where it is from.
func (c *Calibration) ThresholdFor(tenant, model string) (t float64, from string) {
	for i := range c.Scopes {
		s := &c.Scopes[i]
		if (s.Tenant == "" || s.Tenant == tenant) && (s.Model == "" || s.Model == model) {
			return s.Threshold, "calibration of the scope"
		}
	}
	return c.Threshold, "calibration"
}
