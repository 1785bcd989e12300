package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/cache"
)

// manyPairs are labelled pairs for the bag of words: two orders of the same
// words are the same question, one other word in twelve makes it another.
func manyPairs(n int) string {
	var b strings.Builder
	for i := range n {
		words := strings.Fields(fmt.Sprintf("how does one get from station x%dx to the big hall y%dy there", i, i))
		a := strings.Join(words, " ")
		same := i%3 != 0
		if same {
			words[1], words[2] = words[2], words[1]
			words = append(words[3:], words[:3]...)
		} else {
			words[len(words)-1] = "somewhere"
		}
		fmt.Fprintf(&b, `{"a":%q,"b":%q,"same":%v,"src":"made:%s"}`+"\n", a, strings.Join(words, " "), same, []string{"word", "order", "order"}[i%3])
	}
	return b.String()
}

func TestEval(t *testing.T) {
	sh, _ := newShell(t)
	dir := filepath.Join(t.TempDir(), "r")
	o := sh.run(manyPairs(300), "eval", "-", "--json", "--judge=none", "--threshold=0.97", "--report", dir)
	if o.code != 0 {
		t.Fatalf("%+v", o)
	}
	r := objects(t, o.out)[0]
	wantFields(t, r, "pairs", "same", "servable", "ap", "auc", "threshold", "threshold_of", "threshold_from", "accepted", "wrong", "precision", "recall", "hit_rate", "wrong_hit_rate",
		"upper_bound", "confidence", "intervals", "per_source", "per_kind", "reliability", "curve", "embedder", "judge", "guard", "calibration", "data")
	if r["pairs"] != 300. || r["accepted"] != 200. || r["precision"] != 1. || r["recall"] != 1. || r["wrong_hit_rate"] != 0. || r["ap"] != 1. {
		t.Errorf("got %v", r)
	}
	kinds := r["per_kind"].(map[string]any)
	if k := kinds["order"].(map[string]any); k["accepted"] != 200. || k["wrong"] != 0. || kinds["word"] == nil {
		t.Errorf("by kind: %v", kinds)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", "var(--first)", "Of 200 answers served, 0 are wrong", "By Kind"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q in the report", want)
		}
	}
	if strings.Contains(string(page), "http://www.w3.org/1999/xlink\"\n") || strings.Contains(string(page), "src=") || strings.Contains(string(page), "NaN") {
		t.Error("the report needs something else, or shows NaN")
	}
}

func TestEvalGate(t *testing.T) {
	sh, _ := newShell(t)
	args := []string{"eval", "-", "--judge=none", "--max-wrong=0.02", "--threshold"}
	for _, c := range []struct {
		pairs     int
		threshold string
		code      int
		says      string
	}{
		{300, "0.97", 0, "pass  0 wrong of 200 served, at most 1.5% with 95.0% confidence; allowed is 2.0%"},
		{300, "0.80", 1, "fail  100 wrong of 300 served"},
		{90, "0.97", 1, "too few to say, it takes 149 served ones"},
	} {
		o := sh.run(manyPairs(c.pairs), append(args, c.threshold)...)
		if lines := strings.Split(strings.TrimSpace(o.err), "\n"); o.code != c.code || !strings.Contains(lines[len(lines)-1], c.says) {
			t.Errorf("exit %d, %q, want %d and %q", o.code, o.err, c.code, c.says)
		}
	}
}

func TestCalibrate(t *testing.T) {
	sh, _ := newShell(t)
	file := filepath.Join(t.TempDir(), "cal.json")
	r := objects(t, sh.ok(manyPairs(600), "calibrate", "-", "--judge=none", "-o", file, "--json"))[0]
	wantFields(t, r, "version", "threshold", "max_wrong", "confidence", "bound", "accepted", "wrong", "data", "embedder", "judge", "guard", "probability", "similarities", "eval")
	if r["wrong"] != 0. || r["accepted"] != 400. || r["max_wrong"] != .02 || r["embedder"] != "words" || r["data"].(map[string]any)["pairs"] != 600. {
		t.Errorf("got %v", r)
	}
	// The file rules the other commands, and gives what was promised.
	s := objects(t, sh.ok(manyPairs(50), "score", "-", "--judge=none", "--calibration", file, "--json"))
	for _, p := range s {
		if (p["decision"] == "hit") != p["same"].(bool) {
			t.Errorf("scored %v", p)
		}
	}
	if e := objects(t, sh.ok(manyPairs(600), "eval", "-", "--judge=none", "--calibration", file, "--json"))[0]; e["accepted"] != 400. || e["threshold"] != r["threshold"] || e["threshold_from"] != "calibration" {
		t.Errorf("eval of the calibration: %v", e)
	}
	again := filepath.Join(t.TempDir(), "again.json")
	lines := strings.SplitAfter(manyPairs(600), "\n")
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	sh.ok(strings.Join(lines, "\n"), "calibrate", "-", "--judge=none", "-o", again)
	x, _ := os.ReadFile(file)
	if y, _ := os.ReadFile(again); string(x) != string(y) || len(x) == 0 {
		t.Error("the order of the pairs changes the calibration")
	}
	other := strings.Replace(string(x), `"embedder": "words"`, `"embedder": "letters"`, 1)
	sh.failsWith(manyPairs(3), 2, `it is for the embedder "letters", this cache has "words"`, "eval", "-", "--judge=none", "--calibration", write(t, "other.json", other))
}

func TestCalibrateBadInput(t *testing.T) {
	sh, db := newShell(t)
	pair := `{"a":"what is a b c","b":"a b c what is","same":%s}` + "\n"
	for _, c := range []struct {
		in   string
		code int
		says string
	}{
		{"", 2, "the file is empty"},
		{manyPairs(3), 1, "takes at least 149 labelled cases that can be served, all of them right; of 3 labelled ones 3 can: label about 146 more"},
		{strings.ReplaceAll(manyPairs(30), `,"same":true`, ""), 2, `no label is "same" in 10 given`},
		{strings.ReplaceAll(strings.ReplaceAll(manyPairs(30), `,"same":true`, ""), `,"same":false`, ""), 2, "no labelled pair of two texts in 30 given (30 without a label)"},
		{manyPairs(3) + `{"a":`, 2, "standard input:4: broken JSON"},
		{manyPairs(6) + fmt.Sprintf(pair, "true") + fmt.Sprintf(pair, "false"), 1, "1 pair is labelled both same and different, and counts as different: decide what"},
		{manyPairs(6) + manyPairs(6), 1, "6 pairs were given before and are counted once"},
		{`{"text":"where is it","intent":"i"}` + "\n", 2, "no question that comes near an earlier one"},
	} {
		sh.failsWith(c.in, c.code, c.says, "calibrate", "-", "--judge=none")
	}
	o := sh.run(manyPairs(3), "calibrate", "-", "--judge=none", "--json")
	if no := objects(t, o.out)[0]["refused"].(map[string]any); o.code != 1 || no["more"] != 146. || !strings.Contains(o.err, "label about 146 more") {
		t.Errorf("a refusal in JSON: %+v", o)
	}
	sh.fails(2, "no data is named", "calibrate")
	sh.fails(2, "--max-wrong is 2", "calibrate", "x", "--max-wrong=2")
	sh.fails(2, "expected both more than 0", "calibrate", "x", "--cost-wrong=2")
	sh.fails(2, "calibrate finds it", "calibrate", "x", "--threshold=.9")
	sh.ok("", "put", "--db", db, "where is the card", "In the post.")
	sh.fails(2, "feedback gives no labels", "calibrate", "--judge=none", "--from-store", "--db", db)
}

func TestReplayCompare(t *testing.T) {
	sh, db := newShell(t)
	var log strings.Builder
	for i := range 60 {
		fmt.Fprintf(&log, `{"text":"where is my card today number n%dn","intent":"card"}`+"\n", i%20)
		fmt.Fprintf(&log, `{"text":"where is my card today letter n%dn","intent":"post"}`+"\n", i%20)
	}
	cal := filepath.Join(t.TempDir(), "cal.json")
	sh.ok(manyPairs(600), "calibrate", "-", "--judge=none", "-o", cal)
	args := []string{"replay", "-", "--judge=none", "--threshold=0.95", "--compare"}
	r := objects(t, sh.ok(log.String(), append(args, "cosine@0.99,cosine@0.7,default,guarded@0.8,"+cal, "--json")...))[0]
	list := r["compare"].([]any)
	if len(list) != 5 {
		t.Fatalf("got %v", r)
	}
	loose, strict := list[1].(map[string]any), list[0].(map[string]any)
	wantFields(t, strict, "config", "queries", "attainable", "hits", "right", "wrong", "hit_rate", "wrong_hit_rate", "saved_calls", "lookup_us", "by_outcome", "embedder", "judge", "calibration", "learning")
	if strict["config"] != "cosine@0.99" || strict["wrong"] != 0. || loose["wrong"] == 0. || loose["hits"].(float64) <= strict["hits"].(float64) {
		t.Errorf("strict %v, loose %v", strict, loose)
	}
	if s := list[4].(map[string]any)["calibration"].(string); !strings.Contains(s, "at most 2% wrong hits") {
		t.Errorf("the calibration file's replay says %q", s)
	}
	curve := strict["learning"].([]any)
	if last := curve[len(curve)-1].(map[string]any); len(curve) != 20 || last["queries"] != 120. || last["hits"] != strict["hits"] {
		t.Errorf("learning curve %v", curve)
	}
	out := sh.ok(log.String(), append(args, "cosine@0.99,default")...)
	if !strings.Contains(out, "cosine@0.99") || !strings.Contains(out, "▁") {
		t.Errorf("for people:\n%s", out)
	}
	for _, l := range strings.Split(out, "\n") {
		if n := len([]rune(l)); n > 112 {
			t.Errorf("a line of %d columns: %s", n, l)
		}
	}
	for config, says := range map[string]string{"cosine": "expected default, cosine@T", "cosine@2": "(0, 1]", "nowhere.json": "no such file", "probability@.9": "neither judge nor calibration"} {
		sh.failsWith(log.String(), 2, says, append(args, config)...)
	}
	sh.failsWith(log.String(), 2, "leave --db and --pairs out", append(args, "default", "--db", db)...)
}

func TestReplayWritesPairsToLabel(t *testing.T) {
	sh, _ := newShell(t)
	file := filepath.Join(t.TempDir(), "pairs.jsonl")
	const log = `{"messages":[{"role":"user","content":"where is the card"}],"tenant":"t"}
{"messages":[{"role":"user","content":"where is the <big> card"}],"tenant":"t"}
{"messages":[{"role":"user","content":"something else"}],"tenant":"t"}
`
	sh.ok(log, "replay", "-", "--judge=none", "--pairs", file)
	b, err := os.ReadFile(file)
	if want := `{"a":"where is the card","b":"where is the <big> card","tenant":"t"}` + "\n"; err != nil || string(b) != want {
		t.Errorf("got %s, %v, want %s", b, err, want)
	}
}

func TestCalibrateFromStore(t *testing.T) {
	sh, db := newShell(t)
	c, err := cache.Open(db, words{sh.model}, &cache.Options{Threshold: .7, Skip: []cache.Step{cache.StepVeto}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Put(t.Context(), cache.Query{Text: "where is the red card"}, cache.Answer{Text: "In the post."}); err != nil {
		t.Fatal(err)
	}
	for text, right := range map[string]bool{"the red card where is": true, "where is the blue card": false} {
		r, err := c.Lookup(t.Context(), cache.Query{Text: text})
		if err != nil || !r.Hit() {
			t.Fatalf("%s: %v, %v", text, r.Outcome, err)
		}
		if err := c.Feedback(t.Context(), r.ID, right); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	o := sh.run(manyPairs(600), "calibrate", "-", "--judge=none", "--from-store", "--db", db, "--json")
	if o.code != 0 || !strings.Contains(o.err, "feedback gives 2 labels; 0 votes are without") {
		t.Fatalf("%+v", o)
	}
	r := objects(t, o.out)[0]
	if n := r["data"].(map[string]any)["pairs"]; n != 602. {
		t.Errorf("calibrated on %v pairs, want 602", n)
	}
	if src := r["eval"].(map[string]any)["per_source"].(map[string]any)["feedback"].(map[string]any); src["pairs"] != 2. || src["same"] != 1. {
		t.Errorf("by source: %v", src)
	}
	sh.failsWith("", 1, "of 2 labelled ones", "calibrate", "--judge=none", "--from-store", "--db", db)
}
