package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/embed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// words is a bag of words: texts with the same words have cosine 1, texts
// that share none about 0. It cannot read a snowman.
type words struct{ id string }

func (words) Dim() int     { return 512 }
func (w words) ID() string { return w.id }
func (words) Embed(_ context.Context, texts ...string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		if strings.Contains(t, "☃") {
			return nil, fmt.Errorf("%q: %w", t, embed.ErrUnreadable)
		}
		v := make([]float32, 512)
		for _, w := range strings.Fields(strings.ToLower(t)) {
			h := fnv.New32a()
			_, _ = h.Write([]byte(w))
			v[h.Sum32()%512]++
		}
		var sum float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		for j := range v {
			v[j] /= float32(math.Sqrt(sum))
		}
		out[i] = v
	}
	return out, nil
}

// shell runs commands with an embedder that is quick and known.
type shell struct {
	t     *testing.T
	model string
}

type output struct {
	code     int
	out, err string
}

func (s shell) run(stdin string, args ...string) output {
	s.t.Helper()
	var out, err bytes.Buffer
	a := newApp(strings.NewReader(stdin), &out, &err)
	a.builtin = func() (embed.Embedder, error) { return words{s.model}, nil }
	code := run(s.t.Context(), args, a)
	return output{code, out.String(), err.String()}
}

// ok runs a command that must succeed, and returns what it wrote.
func (s shell) ok(stdin string, args ...string) string {
	s.t.Helper()
	o := s.run(stdin, args...)
	if o.code != 0 {
		s.t.Fatalf("likewise %q: exit %d\n%s%s", args, o.code, o.out, o.err)
	}
	return o.out
}

// fails runs a command that must fail with this code and say so.
func (s shell) fails(code int, says string, args ...string) {
	s.t.Helper()
	s.failsWith("", code, says, args...)
}

func (s shell) failsWith(stdin string, code int, says string, args ...string) {
	s.t.Helper()
	if o := s.run(stdin, args...); o.code != code || !strings.Contains(o.err, says) {
		s.t.Errorf("likewise %q: exit %d, %q; want %d, %q", args, o.code, o.err, code, says)
	}
}

func newShell(t *testing.T) (shell, string) {
	for _, name := range []string{"LIKEWISE_DB", "LIKEWISE_EMBEDDER", "LIKEWISE_EMBED_URL", "LIKEWISE_EMBED_MODEL", "LIKEWISE_EMBED_KEY"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	return shell{t, "words"}, filepath.Join(t.TempDir(), "a.db")
}

// objects reads JSON lines.
func objects(t *testing.T, s string) (ms []map[string]any) {
	t.Helper()
	for line := range strings.Lines(s) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		ms = append(ms, m)
	}
	return ms
}

func wantFields(t *testing.T, m map[string]any, fields ...string) {
	t.Helper()
	slices.Sort(fields)
	if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(m))); diff != "" {
		t.Errorf("JSON fields: %s", diff)
	}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsage(t *testing.T) {
	sh, db := newShell(t)
	if out := sh.ok("", "--help"); !strings.Contains(out, "demo") || !strings.Contains(out, "Exit codes") {
		t.Errorf("help is %q", out)
	}
	if out := sh.ok(""); !strings.Contains(out, "Usage: likewise") {
		t.Errorf("without arguments: %q", out)
	}
	wantFields(t, objects(t, sh.ok("", "version", "--json"))[0], "version", "go", "system")
	sh.fails(2, "unexpected argument nonsense", "nonsense")
	sh.fails(2, "unknown flag --nonsense", "stats", "--nonsense")
	sh.fails(2, "no store is named", "stats")
	sh.fails(2, "no such file", "stats", "--db", db)
	sh.fails(2, "no such file", "rm", "--db", db, "--all")
	if _, err := os.Stat(db); err == nil {
		t.Error("a command that reads made a store")
	}
	for _, content := range []string{"", "this is a text, not a store\n"} {
		sh.fails(2, "other.db", "ls", "--db", write(t, "other.db", content))
	}
	sh.fails(2, "--threshold is 2", "explain", "--threshold", "2", "x")
	sh.fails(2, "expected minilm", "explain", "--embedder", "nowhere.bert", "x")
	sh.fails(2, "other.bert", "explain", "--embedder", write(t, "other.bert", "no model"), "x")
	sh.fails(2, "LIKEWISE_EMBED_KEY", "explain", "--embedder", "remote", "x")
	sh.fails(2, `"soon", expected a positive duration`, "ls", "--db", db, "--older-than", "soon")
	sh.fails(2, "config.json", "model", "pack", t.TempDir(), "-o", db)
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	a := newApp(strings.NewReader(`{"text":"a","intent":"i"}`), &out, &err)
	a.builtin = func() (embed.Embedder, error) { return words{"words"}, nil }
	if code := run(ctx, []string{"replay", "-"}, a); code != exitInterrupted || err.String() != "likewise: interrupted\n" {
		t.Errorf("exit %d, %q", code, err.String())
	}
}
