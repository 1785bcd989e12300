package eval_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
)

func packed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadPairs(t *testing.T) {
	const lines = "\ufeff" + `{"a":"x","b":"y","same":true,"src":"s"}` + "\r\n\n" + `{"a":"é","b":"z","more":1}` // no newline at the end
	yes := true
	want := []eval.Pair{{A: "x", B: "y", Same: &yes, Src: "s"}, {A: "é", B: "z"}}
	for name, read := range map[string]func() ([]eval.Pair, error){
		"plain":        func() ([]eval.Pair, error) { return eval.ReadPairs(nil, file(t, "p.jsonl", lines)) },
		"gzip":         func() ([]eval.Pair, error) { return eval.ReadPairs(nil, file(t, "p.jsonl.gz", packed(lines))) },
		"stdin":        func() ([]eval.Pair, error) { return eval.ReadPairs(strings.NewReader(lines), "-") },
		"packed stdin": func() ([]eval.Pair, error) { return eval.ReadPairs(strings.NewReader(packed(lines)), "-") },
	} {
		got, err := read()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	two, err := eval.ReadPairs(strings.NewReader(lines), file(t, "p.jsonl", lines), "-")
	if len(two) != 4 || err != nil {
		t.Errorf("two files gave %d pairs, %v", len(two), err)
	}
}

func TestReadErrors(t *testing.T) {
	good := `{"a":"x","b":"y"}` + "\n"
	zipped := packed(strings.Repeat(good, 1000))
	for _, c := range []struct {
		name, content string
		line          int
		want          string
	}{
		{"empty.jsonl", "", 0, "the file is empty, expected at least one line"},
		{"blank.jsonl", "\n \n", 0, "the file is empty"},
		{"empty.gz", "", 0, "no valid gzip file"},
		{"plain.jsonl.gz", good, 0, "no valid gzip file"},
		{"cut.jsonl.gz", zipped[:len(zipped)/2], 0, "ends too early"},
		{"broken.jsonl", good + "{\"a\":\"x\",\n", 2, "broken JSON at byte"},
		{"array.jsonl", good + good + `["x","y"]`, 3, "is no JSON object"},
		{"missing.jsonl", `{"a":"x"}`, 1, `"b" is missing or empty, expected {"a":TEXT,"b":TEXT}`},
		{"blanktext.jsonl", `{"a":"  ","b":"y"}`, 1, `"a" is missing or empty`},
		{"number.jsonl", `{"a":"x","b":3}`, 1, `"b" is a number`},
		{"label.jsonl", `{"a":"x","b":"y","same":"yes"}`, 1, `"same" is a string`},
		{"latin1.jsonl", "{\"a\":\"caf\xe9\",\"b\":\"y\"}", 1, "not UTF-8"},
	} {
		_, err := eval.ReadPairs(nil, file(t, c.name, c.content))
		var in *eval.InputError
		if !errors.As(err, &in) || c.line > 0 && in.Line != c.line || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: got %v, want line %d and %q", c.name, err, c.line, c.want)
		}
	}
	if _, err := eval.ReadPairs(nil, "nowhere.jsonl"); err == nil || !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), "nowhere") != 1 {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := eval.ReadPairs(nil, t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a folder: %v", err)
	}
}

func TestReadStream(t *testing.T) {
	got, err := eval.ReadStream(strings.NewReader(strings.Join([]string{
		`{"text":"q","intent":"i"}`,
		`{"messages":[{"role":"system","content":"S"},{"role":"user","content":"one"},{"role":"assistant","content":"two"},{"role":"user","content":"three"},{"role":"assistant","content":"four"}],"model":"m"}`,
		`{"messages":[{"role":"user","content":[{"type":"text","text":"what is"},{"type":"text","text":"this?"}]}],"intent":"i"}`,
		`{"messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"u"}}]}]}`,
		`{"messages":[{"role":"assistant","content":null,"tool_calls":[]},{"role":"user","content":"x"}]}`,
		`{"messages":[{"role":"assistant","content":"t","tool_calls":[]},{"role":"user","content":"x"}]}`,
	}, "\n")), "-")
	want := []eval.Question{
		{Query: cache.Query{Text: "q"}, Intent: "i"},
		{Query: cache.Query{Text: "three", Scope: cache.Scope{Model: "m", System: "S", History: []cache.Turn{{Role: "user", Text: "one"}, {Role: "assistant", Text: "two"}}}}, Answer: "four"},
		{Query: cache.Query{Text: "what is\nthis?"}, Intent: "i"},
		{Query: cache.Query{Text: "see", Exact: true, Scope: cache.Scope{Params: []byte(`[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"u"}}]`)}}},
		{Query: cache.Query{Text: "x", Scope: cache.Scope{History: []cache.Turn{{Role: "assistant", Text: `{"role":"assistant","content":null,"tool_calls":[]}`}}}}},
		{Query: cache.Query{Text: "x", Scope: cache.Scope{History: []cache.Turn{{Role: "assistant", Text: `{"role":"assistant","content":"t","tool_calls":[]}`}}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for line, want := range map[string]string{
		`{"text":"q"}`:              `"intent" is missing or empty`,
		`{"intent":"q"}`:            `"text" is missing or empty`,
		`{}`:                        `"text" is missing or empty`,
		`{"messages":"no"}`:         `"messages" is a string`,
		`{"text":"q","messages":1}`: `"messages" is a number`,
		`{"text":"q","messages":[{"role":"user","content":"x"}]}`: `both "text" and "messages"`,
		`{"messages":[{"role":"system","content":"x"}]}`:          `no user turn in 1 messages`,
		`{"messages":[{"content":"x"}]}`:                          `message 1 has no "role"`,
		`{"messages":[{"role":"user","content":" "}]}`:            `the last user turn, message 1, has no text`,
	} {
		_, err := eval.ReadStream(strings.NewReader(line), "-")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "standard input:1: ") {
			t.Errorf("%s: got %v, want %s", line, err, want)
		}
	}
}
