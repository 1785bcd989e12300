package main

import (
	"strings"
	"testing"
)

func TestExamples(t *testing.T) {
	d := demoRun{hits: []demoHit{
		{asked: "a b c d", stored: "a b c e", intent: "near", similarity: .95, right: true},
		{asked: "a b", stored: "c d", intent: "far", similarity: .93, right: true},
		{asked: "e f", stored: "g h", intent: "far", similarity: .93, right: true}, // the intent had its turn
		{asked: strings.Repeat("long ", 30), stored: "x", intent: "long", similarity: .93, right: true},
		{asked: "a b c", stored: "A, x!", intent: "between", similarity: .94, right: true},
		{asked: "w", stored: "v", similarity: .93},
		{asked: "w", stored: "w w w", similarity: .96},
	}}
	right, wrong := d.examples(2, 60)
	if len(right) != 2 || right[0].intent != "far" || right[1].intent != "between" || wrong == nil || wrong.similarity != .96 {
		t.Errorf("got %+v, %+v", right, wrong)
	}
	if _, wrong := (&demoRun{hits: d.hits[:5]}).examples(2, 60); wrong != nil {
		t.Errorf("a right hit is shown as wrong: %+v", wrong)
	}
}

func TestWriting(t *testing.T) {
	for got, want := range map[string]string{
		group(7):           "7",
		group(-1234567):    "-1,234,567",
		group(1000):        "1,000",
		bytesOf(1023):      "1023 B",
		bytesOf(3 << 19):   "1.5 MiB",
		clip("a\n b", 9):   "a b",
		clip("éèêëàâ", 4):  "éèê…",
		micros(999.4):      "999 µs",
		micros(1500):       "1.5 ms",
		plural(1, "a", ""): "1 a",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
