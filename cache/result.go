package cache

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/likewise-go/likewise/storage"
)

// Outcome is how a question was answered.
type Outcome uint8

// The outcomes. On a Miss and a Bypass of Do the answer comes from the fill.
const (
	Miss        Outcome = iota
	HitExact            // the same question, word for word
	HitSemantic         // another wording of the question
	HitStale            // either, but past its TTL: the query allowed it
	Bypass              // the cache was not asked
)

var outcomes = [...]string{"miss", "exact", "semantic", "stale", "bypass"}

// String returns "miss", "exact", "semantic", "stale" or "bypass".
func (o Outcome) String() string {
	if int(o) < len(outcomes) {
		return outcomes[o]
	}
	return "outcome(" + strconv.Itoa(int(o)) + ")"
}

// MarshalText is String.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(b []byte) error {
	for i, s := range outcomes {
		if s == string(b) {
			*o = Outcome(i)
			return nil
		}
	}
	return fmt.Errorf("likewise/cache: outcome %q, expected one of %s", b, strings.Join(outcomes[:], ", "))
}

// A Result is the cache's answer to a query.
type Result struct {
	Outcome Outcome       `json:"outcome"`
	Answer  Answer        `json:"answer,omitzero"` // zero on a miss of Lookup
	ID      ID            `json:"id,omitzero"`     // what Feedback wants; zero when nothing was served or stored yet
	Age     time.Duration `json:"age_ns,omitempty"`
	Why     Why           `json:"why"`
}

// Hit reports whether the answer came from the cache.
func (r *Result) Hit() bool {
	return r.Outcome == HitExact || r.Outcome == HitSemantic || r.Outcome == HitStale
}

// An ID names a stored entry, or one entry as the answer to another
// question. It stays valid across restarts, and is comparable.
type ID struct {
	Entry uint64 // the entry, from 1
	Asked uint64 // hash of the question that it was served to; 0: the entry itself
}

// String returns "42", or "42-00c0ffee00c0ffee" for a semantic hit.
func (id ID) String() string {
	s := strconv.FormatUint(id.Entry, 10)
	if id.Asked == 0 {
		return s
	}
	return s + "-" + hex.EncodeToString(binary.BigEndian.AppendUint64(nil, id.Asked))
}

// ParseID reads what ID.String wrote.
func ParseID(s string) (ID, error) {
	entry, asked, pair := strings.Cut(s, "-")
	var id ID
	var err error
	if id.Entry, err = strconv.ParseUint(entry, 10, 64); err != nil || id.Entry == 0 {
		return ID{}, fmt.Errorf("likewise/cache: id %q, expected a number from 1, or number-hash", s)
	}
	if pair {
		if id.Asked, err = strconv.ParseUint(asked, 16, 64); err != nil || len(asked) != 16 {
			return ID{}, fmt.Errorf("likewise/cache: id %q, expected 16 hex digits after the dash", s)
		}
	}
	return id, nil
}

// MarshalText is String.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is ParseID.
func (id *ID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseID(string(b))
	return err
}

// askedHash is the part of a question's key that an ID carries.
func askedHash(k storage.Key) uint64 { return binary.BigEndian.Uint64(k[:8]) }

// Step is one step of a request's way through the cache.
type Step uint8

// The steps, in the order of the data.
const (
	StepExact   Step = iota // SHA-256 of scope and text: hot LRU, then store
	StepEmbed               // text to unit vector
	StepPropose             // every stored neighbour above the floor
	StepVeto                // the guard: facts in which two questions differ
	StepJudge               // the pair model: P(the stored answer answers this question too)
	StepDecide              // the threshold
	StepFill                // the caller's function, one flight per question
	StepAdmit               // only good answers get in
	numSteps
)

var stepNames = [numSteps]string{"exact", "embed", "propose", "veto", "judge", "decide", "fill", "admit"}

// String returns the step's name as it stands in metrics and JSON.
func (s Step) String() string {
	if s < numSteps {
		return stepNames[s]
	}
	return "step(" + strconv.Itoa(int(s)) + ")"
}

// Why explains a result: which step decided, and on what grounds.
type Why struct {
	Step   Step   `json:"-"`
	Reason string `json:"reason"` // one sentence

	Similarity    float64     `json:"similarity,omitempty"`     // cosine of the best candidate, or of the one served
	Probability   *float64    `json:"probability,omitempty"`    // that its answer is right, by judge and calibration; nil: not asked
	Veto          string      `json:"veto,omitempty"`           // what the guard objects to in it
	Threshold     float64     `json:"threshold,omitempty"`      // what it had to reach
	ThresholdFrom string      `json:"threshold_from,omitempty"` // default, option, policy, query, calibration, ...
	Neighbour     string      `json:"neighbour,omitempty"`      // the stored question that was served, or that came nearest
	Candidates    []Candidate `json:"candidates,omitempty"`

	Joined  bool                    `json:"joined,omitempty"`  // shared another caller's fill
	Refused string                  `json:"refused,omitempty"` // the admission rule that kept the answer out
	Fault   string                  `json:"fault,omitempty"`   // a step that failed or was late; the request went on without it
	Took    [numSteps]time.Duration `json:"-"`                 // by Step; 0: not reached
}

// A Candidate is a stored question that was near enough to be looked at.
type Candidate struct {
	ID          ID            `json:"id"`
	Text        string        `json:"text"`
	Similarity  float64       `json:"similarity"`
	Probability *float64      `json:"probability,omitempty"` // nil: not asked
	Veto        string        `json:"veto,omitempty"`
	Age         time.Duration `json:"age_ns"`
	Verdict     string        `json:"verdict"` // "served", or why not
}

// MarshalJSON adds the step's name and the times in microseconds by step.
func (w Why) MarshalJSON() ([]byte, error) {
	type plain Why
	took := make(map[string]float64)
	for s, d := range w.Took {
		if d > 0 {
			took[Step(s).String()] = float64(d) / float64(time.Microsecond)
		}
	}
	return json.Marshal(struct {
		Step string `json:"step"`
		plain
		TookUS map[string]float64 `json:"took_us,omitempty"`
	}{w.Step.String(), plain(w), took})
}
