package guard

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is fuzzed is what a caller relies on for any two texts: no panic, no
// disagreement of a text with itself, none that depends on the order, and
// facts that survive their encoding.
func FuzzCompare(f *testing.F) {
	for i, a := range corpus {
		f.Add(a, corpus[(i+1)%len(corpus)])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := Extract(a), Extract(b)
		if v := Compare(&x, &x, nil); len(v) > 0 {
			t.Errorf("%q disagrees with itself: %v", a, v)
		}
		spaced := x // the same facts of another text
		spaced.text += " "
		if v := Compare(&x, &spaced, nil); len(v) > 0 {
			t.Errorf("%q disagrees with the same facts: %v", a, v)
		}
		there, back := Compare(&x, &y, nil), Compare(&y, &x, nil)
		if d := cmp.Diff(ruleNames(there), ruleNames(back)); d != "" {
			t.Errorf("%q, %q: the order makes a difference\n%s", a, b, d)
		}
		data, _ := x.AppendBinary(nil)
		z, err := Decode(data)
		if err != nil {
			t.Fatalf("%q: %v", a, err)
		}
		if d := cmp.Diff(there, Compare(&z, &y, nil)); d != "" {
			t.Errorf("%q, %q: decoded facts compare otherwise\n%s", a, b, d)
		}
	})
}

func ruleNames(vs []Veto) (names []string) {
	for _, v := range vs {
		names = append(names, v.Rule)
	}
	return names
}

func FuzzDecode(f *testing.F) {
	for _, text := range corpus {
		x := Extract(text)
		data, _ := x.AppendBinary(nil)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Decode(data)
		if err != nil {
			return
		}
		Compare(&x, &x, nil)
		again, _ := x.AppendBinary(nil)
		y, err := Decode(again)
		if err != nil {
			t.Fatalf("encoded again: %v", err)
		}
		if third, _ := y.AppendBinary(nil); !bytes.Equal(third, again) {
			t.Error("the encoding does not settle")
		}
	})
}
