package eval

import (
	"encoding/json"
	"io"
	"strings"
)

// A Pair is two questions, and whether a right and complete answer to one is
// one to the other.
type Pair struct {
	A    string `json:"a"` // stored
	B    string `json:"b"` // asked
	Same *bool  `json:"same,omitempty"`
	Src  string `json:"src,omitempty"` // where the pair is from: a source, or source:kind

	Kind   string  `json:"kind,omitempty"`   // what sort of pair it is, if Src does not say
	Tenant string  `json:"tenant,omitempty"` // the scope that the pair was asked in
	Model  string  `json:"model,omitempty"`
	Weight float64 `json:"weight,omitempty"` // how often such a pair is met, against others; 0: 1
}

// Source returns where the pair is from, "" if that is not known.
func (p *Pair) Source() string {
	source, _, _ := strings.Cut(p.Src, ":")
	return source
}

// KindName returns what sort of pair it is, "" if that is not known.
func (p *Pair) KindName() string {
	if p.Kind != "" {
		return p.Kind
	}
	_, kind, _ := strings.Cut(p.Src, ":")
	return kind
}

const wantPair = `{"a":TEXT,"b":TEXT} with "same" as true or false, if known`

// ReadPairs reads files of JSON lines {"a","b","same"?} with the optional
// fields of Pair. The name "-" is stdin. Other fields are ignored. Errors are
// *InputError.
func ReadPairs(stdin io.Reader, files ...string) ([]Pair, error) {
	var pairs []Pair
	for line, err := range Lines(stdin, files...) {
		if err != nil {
			return nil, err
		}
		p, err := parsePair(&line)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

func parsePair(line *Line) (p Pair, err error) {
	if err := line.Decode(&p, wantPair); err != nil {
		return p, err
	}
	for _, f := range []struct{ name, text string }{{"a", p.A}, {"b", p.B}} {
		if strings.TrimSpace(f.text) == "" {
			return p, line.Errorf(wantPair, `%q is missing or empty`, f.name)
		}
	}
	if p.Weight < 0 {
		return p, line.Errorf("a number over 0", `"weight" is %v`, p.Weight)
	}
	return p, nil
}

// ReadLabelled reads files of labelled pairs, as ReadPairs does, or of
// questions with their intents, as ReadStream does: the first line says
// which. One of the two that it returns is empty. Errors are *InputError.
func ReadLabelled(stdin io.Reader, files ...string) (pairs []Pair, stream []Question, err error) {
	questions := false
	for line, err := range Lines(stdin, files...) {
		if err != nil {
			return nil, nil, err
		}
		if len(pairs) == 0 && !questions {
			var probe map[string]json.RawMessage
			if err := line.Decode(&probe, wantPair+", or "+wantQuestion); err != nil {
				return nil, nil, err
			}
			questions = probe["text"] != nil || probe["messages"] != nil
		}
		if questions {
			q, err := parseQuestion(&line)
			if err != nil {
				return nil, nil, err
			}
			stream = append(stream, q)
			continue
		}
		p, err := parsePair(&line)
		if err != nil {
			return nil, nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, stream, nil
}
