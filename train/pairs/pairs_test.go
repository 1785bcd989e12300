package pairs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// group is a line of a file: every two of Same ask for the same answer, and
// each of them for another one than each text of Diff does.
type group struct {
	Same   []string    `json:"same"`
	Diff   [][2]string `json:"diff"` // text, kind
	Domain string      `json:"domain"`
}

var kinds = strings.Fields(`antonym arg_order aspect code_operator comparative condition date_year entity format_requested intent
	language_requested long_clause math negation number personal prog_lang quoted_content scope specificity task time_word unit_currency version_id`)

// A line with a text on both sides, or twice, would teach the model noise.
func TestGroupsAreWellFormed(t *testing.T) {
	files, err := filepath.Glob("*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files (%v)", err)
	}
	groups := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(b))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
			d.DisallowUnknownFields()
			var g group
			if err := d.Decode(&g); err != nil {
				t.Errorf("%s:%d: %v", file, n, err)
				continue
			}
			groups++
			texts := slices.Clone(g.Same)
			for _, d := range g.Diff {
				texts = append(texts, d[0])
				if !slices.Contains(kinds, d[1]) {
					t.Errorf("%s:%d: kind %q", file, n, d[1])
				}
			}
			if len(g.Same) < 3 || len(g.Diff) < 3 || g.Domain == "" {
				t.Errorf("%s:%d: %d same, %d different texts, domain %q", file, n, len(g.Same), len(g.Diff), g.Domain)
			}
			slices.Sort(texts)
			if twice := len(texts) - len(slices.Compact(texts)); twice > 0 || strings.TrimSpace(texts[0]) == "" {
				t.Errorf("%s:%d: %d texts are there twice, or one is empty", file, n, twice)
			}
		}
		if err := lines.Err(); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	t.Logf("%d groups", groups)
}
