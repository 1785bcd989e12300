package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/likewise-go/likewise/storage/bolt"
)

func TestPutGetLsRm(t *testing.T) {
	sh, db := newShell(t)
	if id := objects(t, sh.ok("", "put", "--db", db, "--json", "--tenant=acme", "--tag=t1", "what is a", "A."))[0]["id"]; id != "1" {
		t.Errorf("id is %v", id)
	}
	sh.ok("From the input.\n", "put", "--db", db, "--model=m", "--ttl=30d", "what is b")
	sh.fails(1, "--admission=lenient does", "put", "--db", db, "what is my c", "C.")
	sh.ok("", "put", "--db", db, "--admission=lenient", "what is my c", "C.")
	sh.failsWith(" ", 2, "the answer is empty", "put", "--db", db, "x")

	e := objects(t, sh.ok("", "get", "--db", db, "--json", "2"))[0]
	if e["text"] != "what is b" || e["answer"].(map[string]any)["text"] != "From the input." || e["model"] != "m" || e["expires"] == nil {
		t.Errorf("got %v", e)
	}
	if out := sh.ok("", "get", "--db", db, "1"); !strings.Contains(out, "A.") || !strings.Contains(out, "acme") {
		t.Errorf("got %q", out)
	}
	sh.fails(1, "has no entry 9", "get", "--db", db, "1", "9")
	sh.fails(2, `id "x"`, "get", "--db", db, "x")

	for want, args := range map[string][]string{"123": nil, "1": {"--tenant=acme"}, "2": {"--model=m"}, "": {"--older-than=1d"}, "12": {"-n2"}} {
		var ids strings.Builder
		for _, e := range objects(t, sh.ok("", append([]string{"ls", "--db", db, "--json"}, args...)...)) {
			fmt.Fprint(&ids, e["id"])
		}
		if ids := ids.String(); ids != want {
			t.Errorf("ls %q: %q, want %q", args, ids, want)
		}
	}
	if out := sh.ok("", "ls", "--db", db); strings.Count(out, "\n") != 5 || !strings.Contains(out, "3 entries") {
		t.Errorf("ls:\n%s", out)
	}

	sh.fails(2, "nothing is selected", "rm", "--db", db)
	sh.fails(2, "--all is given with", "rm", "--db", db, "--all", "1")
	if r := objects(t, sh.ok("", "rm", "--db", db, "--json", "--tag=t1", "--dry-run"))[0]; r["removed"] != 1. || r["dry_run"] != true {
		t.Errorf("got %v", r)
	}
	sh.ok("", "get", "--db", db, "1")
	if out := sh.ok("", "rm", "--db", db, "--tag=t1"); out != "removed 1 entry\n" {
		t.Errorf("got %q", out)
	}
	sh.fails(1, "has no entry 1", "get", "--db", db, "1")
	sh.fails(1, "had only 1 of the 2", "rm", "--db", db, "1", "2")
	sh.ok("", "rm", "--db", db, "--all")
	if s := objects(t, sh.ok("", "stats", "--db", db, "--json"))[0]; s["entries"] != 0. || s["embedder"] != "words" {
		t.Errorf("stats %v", s)
	}
}

// fill makes a store with entries of both kinds.
func fill(t *testing.T, sh shell, db string, n int) {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"text":"question number %d about things","answer":"answer %d","tenant":"t%d"}`+"\n", i, i, i%3)
	}
	sh.ok(b.String(), "import", "--db", db, "-")
}

func TestExportImport(t *testing.T) {
	sh, db := newShell(t)
	fill(t, sh, db, 300)
	sh.ok("☃", "put", "--db", db, "--tag=snow", "☃?") // without a vector
	exported := sh.ok("", "export", "--db", db)
	file := filepath.Join(t.TempDir(), "out.jsonl.gz")
	sh.ok("", "export", "--db", db, "-o", file)

	other := shell{t, "other words"}
	copied := filepath.Join(t.TempDir(), "b.db")
	if r := objects(t, other.ok("", "import", "--db", copied, "--json", file))[0]; r["imported"] != 301. {
		t.Errorf("got %v", r)
	}
	again := objects(t, sh.ok("", "export", "--db", copied)) // whichever embedder wrote it
	want := objects(t, exported)
	for _, ms := range [][]map[string]any{want, again} {
		for _, m := range ms {
			delete(m, "id") // given anew
		}
		slices.SortFunc(ms, func(a, b map[string]any) int { return strings.Compare(a["text"].(string), b["text"].(string)) })
	}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Error(diff)
	}
	if r := objects(t, other.ok("", "explain", "--db", copied, "--tenant=t1", "--json", "about things question number 1"))[0]; r["outcome"] != "semantic" {
		t.Errorf("got %v", r)
	}
	sh.fails(2, `likewise reindex`, "explain", "--db", copied, "x")

	twice := `{"text":"q","answer":"one"}` + "\n" + `{"text":"q","answer":{"text":"two","tags":["x"]}}` + "\n" + `{"text":"what now","answer":"x"}`
	if r := objects(t, sh.ok(twice, "import", "--db", db, "--json", "-"))[0]; r["imported"] != 2. || r["refused"].(map[string]any)["volatile"] != 1. {
		t.Errorf("got %v", r)
	}
	if r := objects(t, sh.ok("", "explain", "--db", db, "--json", "q"))[0]; r["answer"].(map[string]any)["text"] != "two" {
		t.Errorf("the later line is not the one that stays: %v", r)
	}
	var same strings.Builder
	for i := range 200 {
		fmt.Fprintf(&same, `{"text":"q","answer":"%d"}`+"\n", i)
	}
	sh.ok(same.String(), "import", "--db", db, "-")
	if r := objects(t, sh.ok("", "explain", "--db", db, "--json", "q"))[0]; r["answer"].(map[string]any)["text"] != "199" {
		t.Errorf("the last line is not the one that stays: %v", r)
	}
	for line, want := range map[string]string{
		`{"text":"q"}`:                                  `"answer" is missing`,
		`{"answer":"q"}`:                                `"text" is missing`,
		`{"text":"q","answer":3}`:                       `expected "answer" as a text`,
		`{"text":"q","answer":"a"`:                      `broken JSON`,
		`{"text":"q","answer":{"text":"a"},"key":"12"}`: `"key" is "12", expected 64 hex digits`,
	} {
		sh.failsWith(line, 2, want, "import", "--db", db, "-")
	}
}

func TestVerify(t *testing.T) {
	sh, db := newShell(t)
	fill(t, sh, db, 50)
	v := objects(t, sh.ok("", "verify", "--db", db, "--json"))[0]
	wantFields(t, v, "ok", "entries", "damaged", "embedder", "index", "problems")
	if v["ok"] != true || v["entries"] != 50. {
		t.Errorf("got %v", v)
	}
	b, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(db, bytes.ReplaceAll(b, []byte("answer 31"), []byte("answer 13")), 0o600); err != nil {
		t.Fatal(err)
	}
	o := sh.run("", "verify", "--db", db, "--json")
	v = objects(t, o.out)[0]
	if o.code != 1 || v["ok"] != false || v["damaged"] != 1. || !strings.Contains(o.out, `"problems":["entry `) {
		t.Errorf("exit %d, %v, %s", o.code, v, o.err)
	}
	if o := sh.run("", "export", "--db", db); o.code != 1 || strings.Count(o.out, "\n") != 49 || !strings.Contains(o.err, "left out") {
		t.Errorf("export of a damaged store: exit %d, %d lines, %s", o.code, strings.Count(o.out, "\n"), o.err)
	}
	clear(b[2*4096:])
	holed := write(t, "holed.db", string(b)) // no page but the two that say where the others are
	if o := sh.run("", "verify", "--db", holed); o.code != 1 || !strings.Contains(o.out, "problem") {
		t.Errorf("a store with a hole: exit %d, %q %q", o.code, o.out, o.err)
	}
}

// The index beside the store is shown, and no damage to it is one to the store.
func TestIndexBesideTheStore(t *testing.T) {
	sh, db := newShell(t)
	fill(t, sh, db, 50)
	if s := objects(t, sh.ok("", "stats", "--db", db, "--json"))[0]; s["index"] != "sound" || s["index_bytes"].(float64) < 1000 {
		t.Errorf("stats %v", s)
	}
	if out := sh.ok("", "stats", "--db", db); !strings.Contains(out, "in the file beside it") {
		t.Errorf("stats: %s", out)
	}
	if err := os.WriteFile(db+".index", []byte("cut short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if v := objects(t, sh.ok("", "verify", "--db", db, "--json"))[0]; v["ok"] != true || v["index"] != "unusable" {
		t.Errorf("verify %v", v)
	}
	if out := sh.ok("", "verify", "--db", db); !strings.Contains(out, "all sound") || !strings.Contains(out, "index: of no use") {
		t.Errorf("verify: %s", out)
	}
	if r := objects(t, sh.ok("", "explain", "--db", db, "--tenant=t1", "--json", "about things question number 1"))[0]; r["outcome"] != "semantic" {
		t.Errorf("explain %v", r)
	}
	sh.ok("", "put", "--db", db, "what mends it", "Whatever opens the store to write.")
	if s := objects(t, sh.ok("", "stats", "--db", db, "--json"))[0]; s["index"] != "sound" {
		t.Errorf("stats %v", s)
	}
	if err := os.Remove(db + ".index"); err != nil {
		t.Fatal(err)
	}
	if s := objects(t, sh.ok("", "stats", "--db", db, "--json"))[0]; s["index"] != "none" {
		t.Errorf("stats %v", s)
	}
}

func TestReindexAndCompact(t *testing.T) {
	sh, db := newShell(t)
	fill(t, sh, db, 100)
	if err := os.WriteFile(db+".reindex", []byte("left by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := shell{t, "other words"}
	r := objects(t, other.ok("", "reindex", "--db", db, "--json"))[0]
	if r["entries"] != 100. || r["from"] != "words" || r["to"] != "other words" || r["lost"] != 0. {
		t.Errorf("got %v", r)
	}
	if left, _ := filepath.Glob(db + "*"); len(left) != 1 {
		t.Errorf("files: %v", left)
	}
	if r := objects(t, other.ok("", "explain", "--db", db, "--tenant=t1", "--json", "about things question number 1"))[0]; r["outcome"] != "semantic" {
		t.Errorf("got %v", r)
	}
	sh.ok("", "rm", "--db", db, "--tenant=t1")
	c := objects(t, sh.ok("", "compact", "--db", db, "--json"))[0]
	wantFields(t, c, "bytes_before", "bytes_after")
	if c["bytes_after"].(float64) > c["bytes_before"].(float64) {
		t.Errorf("got %v", c)
	}
	sh.ok("", "verify", "--db", db)
}

func TestInUse(t *testing.T) {
	sh, db := newShell(t)
	fill(t, sh, db, 1)
	s, err := bolt.Open(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sh.fails(1, "in use", "stats", "--db", db)
}
