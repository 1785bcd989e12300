package eval

import (
	"io"
	"strings"
)

// A Pair is two questions, and whether a right and complete answer to one is
// one to the other.
type Pair struct {
	A    string `json:"a"` // stored
	B    string `json:"b"` // asked
	Same *bool  `json:"same,omitempty"`
	Src  string `json:"src,omitempty"` // where the pair is from
}

const wantPair = `{"a":TEXT,"b":TEXT} with "same" as true or false, if known`

// ReadPairs reads files of JSON lines {"a","b","same"?,"src"?}. The name "-"
// is stdin. Other fields are ignored. Errors are *InputError.
func ReadPairs(stdin io.Reader, files ...string) ([]Pair, error) {
	var pairs []Pair
	for line, err := range Lines(stdin, files...) {
		if err != nil {
			return nil, err
		}
		var p Pair
		if err := line.Decode(&p, wantPair); err != nil {
			return nil, err
		}
		for _, f := range []struct{ name, text string }{{"a", p.A}, {"b", p.B}} {
			if strings.TrimSpace(f.text) == "" {
				return nil, line.Errorf(wantPair, `%q is missing or empty`, f.name)
			}
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}
