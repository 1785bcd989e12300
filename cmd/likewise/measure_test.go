package main

import (
	"strings"
	"testing"
)

const pairs = `{"a":"how do I pay","b":"how do I pay","same":true}
{"a":"alpha beta gamma delta epsilon zeta eta theta iota gently","b":"alpha beta gamma delta epsilon zeta eta theta iota quickly","same":false}
{"a":"up","b":"down"}
{"a":"☃","b":"down"}
`

func TestScore(t *testing.T) {
	sh, _ := newShell(t)
	got := objects(t, sh.ok(pairs, "score", "-", "--json", "--threshold=0.85"))
	if len(got) != 4 {
		t.Fatalf("%d lines", len(got))
	}
	wantFields(t, got[0], "a", "b", "same", "similarity", "probability", "veto", "decision", "why")
	wantFields(t, got[2], "a", "b", "similarity", "probability", "veto", "decision", "why")
	for i, want := range []struct {
		decision string
		sim      any
		why      string
	}{{"hit", 1., "the same question"}, {"hit", .9, "reaches the threshold 0.850"}, {"miss", 0., "no stored question"}, {"miss", nil, "exact step only"}} {
		sim, ok := got[i]["similarity"].(float64)
		wsim, wok := want.sim.(float64)
		if got[i]["decision"] != want.decision || ok != wok || sim-wsim > 1e-6 || wsim-sim > 1e-6 || !strings.Contains(got[i]["why"].(string), want.why) {
			t.Errorf("pair %d: %v, want %v", i, got[i], want)
		}
	}
	if out := sh.ok(pairs, "score", "-"); strings.Count(out, "\n") != 4 || strings.Contains(out, "\x1b") {
		t.Errorf("for people: %q", out)
	}
	sh.fails(2, "pairs.jsonl:2: \"b\" is missing", "score", write(t, "pairs.jsonl", `{"a":"x","b":"y"}`+"\n"+`{"a":"x"}`))
	sh.fails(2, "no such file", "score", "nowhere.jsonl")
}

func TestReplay(t *testing.T) {
	sh, db := newShell(t)
	const log = `{"text":"where is my card today","intent":"card"}
{"text":"where is my card today","intent":"card"}
{"text":"something else","intent":"other"}
`
	r := objects(t, sh.ok(log, "replay", "-", "--json"))[0]
	wantFields(t, r, "queries", "attainable", "hits", "right", "wrong", "hit_rate", "wrong_hit_rate", "saved_calls", "lookup_us", "by_outcome", "embedder", "judge", "calibration", "learning")
	wantFields(t, r["lookup_us"].(map[string]any), "p50", "p95", "p99")
	if r["queries"] != 3. || r["attainable"] != 1. || r["right"] != 1. || r["saved_calls"] != 1. || r["embedder"] != "words" {
		t.Errorf("got %v", r)
	}
	if r = objects(t, sh.ok(log, "replay", "-", "--json", "--admission=strict"))[0]; r["hits"] != 0. {
		t.Errorf("strict: %v", r)
	}
	sh.ok(log, "replay", "--db", db, "-")
	if out := sh.ok(log, "replay", "--db", db, "-"); !strings.Contains(out, "100.0% of them hit") {
		t.Errorf("second replay: %s", out)
	}
	if out := sh.ok(`{"messages":[{"role":"user","content":"x"}]}`, "replay", "-"); !strings.Contains(out, "not known") {
		t.Errorf("a chat: %s", out)
	}
	sh.failsWith(`{"text":"x"}`, 2, `standard input:1: "intent" is missing`, "replay", "-")
}

func TestExplain(t *testing.T) {
	sh, db := newShell(t)
	r := objects(t, sh.ok("", "explain", "--json", "How tall is the Eiffel tower?"))[0]
	wantFields(t, r, "outcome", "why")
	if r["outcome"] != "miss" || r["why"].(map[string]any)["took_us"] == nil {
		t.Errorf("got %v", r)
	}
	sh.ok("", "put", "--db", db, "where is the card", "In the post.")
	r = objects(t, sh.ok("", "explain", "--db", db, "--json", "the card where is"))[0]
	if r["outcome"] != "semantic" || r["answer"].(map[string]any)["text"] != "In the post." {
		t.Errorf("got %v", r)
	}
	out := sh.ok("", "explain", "--db", db, "the card where is")
	for _, want := range []string{"exact", "embed", "propose", "decide", "threshold 0.920 (default)", "✓ 1.000  where is the card", "In the post."} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if e := objects(t, sh.ok("", "get", "--db", db, "1", "--json"))[0]; e["hits"] != 0. {
		t.Errorf("explain left its mark: %v", e)
	}
}

func TestDemo(t *testing.T) {
	sh, _ := newShell(t)
	r := objects(t, sh.ok("", "demo", "--questions=60", "--json"))[0]
	if r["queries"] != 60. || r["judge"] != nil {
		t.Errorf("got %v", r)
	}
	out := sh.ok("", "demo", "--questions=200", "--threshold=0.75")
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	if len(lines) > 24 || strings.Contains(out, "\x1b") {
		t.Errorf("%d lines, or colour, in\n%s", len(lines), out)
	}
	for _, l := range lines {
		if n := len([]rune(l)); n > 80 {
			t.Errorf("a line of %d columns: %s", n, l)
		}
	}
	sh.fails(2, "expected 1 to 2000", "demo", "--questions=3000")
}

// Every intent has an answer of its own.
func TestBank(t *testing.T) {
	b, stream, err := openBank()
	if err != nil {
		t.Fatal(err)
	}
	used := make(map[string]string)
	for i := range stream {
		text := b.answer(&stream[i]).Text
		if other, ok := used[text]; text == "" || ok && other != stream[i].Intent {
			t.Errorf("%s: answer %q, used by %s too", stream[i].Intent, text, other)
		}
		used[text] = stream[i].Intent
	}
	if len(stream) != 2000 || len(used) != 77 || len(b.answers) != 77 {
		t.Errorf("%d questions, %d answers used, %d there", len(stream), len(used), len(b.answers))
	}
}
