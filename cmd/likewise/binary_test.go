package main

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program itself, with the model that is built in, behind a pipe.
func TestBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	exe := filepath.Join(t.TempDir(), "likewise")
	if out, err := exec.Command("go", "build", "-o", exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := func(stdin string, args ...string) (string, string, int) {
		t.Helper()
		var out, errs bytes.Buffer
		cmd := exec.CommandContext(t.Context(), exe, args...)
		cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return out.String(), errs.String(), cmd.ProcessState.ExitCode()
	}

	out, errs, code := run("", "demo", "--questions=200", "--threshold=0.85")
	if code != 0 || errs != "" || !strings.Contains(out, "200 real questions") || strings.ContainsAny(out, "\x1b\r") {
		t.Errorf("demo: exit %d\n%s%s", code, out, errs)
	}
	// The float32 model's cosines of these pairs are 0.9917 and 0.0747
	// (sentence-transformers 5, all-MiniLM-L6-v2).
	out, errs, code = run(`{"a":"How do I reset my password?","b":"How can I reset my password?"}`+"\n"+
		`{"a":"How do I reset my password?","b":"What is the capital of France?"}`, "score", "-", "--json")
	got := objects(t, out)
	if code != 0 || errs != "" || len(got) != 2 || got[0]["decision"] != "hit" || got[1]["decision"] != "miss" ||
		math.Abs(got[0]["similarity"].(float64)-.9917) > .01 || math.Abs(got[1]["similarity"].(float64)-.0747) > .03 {
		t.Errorf("score: exit %d\n%s%s", code, out, errs)
	}
	if _, errs, code := run("", "ls", "--db", "nowhere.db"); code != exitBadInput || strings.Count(errs, "\n") != 1 {
		t.Errorf("ls: exit %d, %q", code, errs)
	}
}
