package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/eval"
	"github.com/likewise-go/likewise/eval/report"
)

// summary is of n cases, every fifth different, below more, by the cosine.
func summary(t *testing.T, n int) *eval.Summary {
	t.Helper()
	ev := &eval.Evidence{Embedder: "words", Floor: .7, Notes: []string{"a note <b>"}}
	for i := range n {
		ev.Cases = append(ev.Cases, eval.Case{Weight: 1, Source: fmt.Sprint("src", i%3), Kind: "kind", Asked: "asked <script>", Candidates: []eval.Candidate{
			{Stored: "stored & more", Same: i%5 != 0 && (i < n/2 || i%3 != 0), Similarity: 1 - .4*float64(i)/float64(n)},
		}})
	}
	rule, err := eval.RuleOf(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return eval.Eval(ev, rule, .95)
}

func TestReport(t *testing.T) {
	path, err := report.Write(t.TempDir()+"/new/folder", summary(t, 500))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	if n := strings.Count(page, "<svg"); n != 4 {
		t.Errorf("%d plots, want 4", n)
	}
	for _, want := range []string{"By Source", "By Kind", "src2", "Wrong answers served", "Same questions that were not served", "prefers-color-scheme: dark", "width=device-width", "a note &lt;b&gt;", "stored &amp; more", "below the floor 0.70"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the report", want)
		}
	}
	for _, never := range []string{"<script", "src=", "href=\"http", "NaN", ">-0", "#01010", "#00000", "url("} {
		if strings.Contains(page, never) {
			t.Errorf("%q in the report", never)
		}
	}
	for _, svg := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1) {
		if err := wellFormed(svg); err != nil {
			t.Errorf("a plot is no XML: %v", err)
		}
		if strings.Count(svg, "<text") < 4 {
			t.Error("a plot has no ticks")
		}
	}
}

func wellFormed(s string) error {
	for d := xml.NewDecoder(strings.NewReader(s)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Little data, nothing served, and one class make a report too.
func TestReportOfLittle(t *testing.T) {
	for _, n := range []int{1, 2, 7} {
		s := summary(t, n)
		if n == 7 {
			s.Rule.Threshold, s.Accepted, s.WrongHitRate.Value = 2, 0, math.NaN()
		}
		var b bytes.Buffer
		if err := report.Render(&b, s); err != nil || strings.Contains(b.String(), "NaN") {
			t.Errorf("%d cases: %v, or NaN in the page", n, err)
		}
	}
}
