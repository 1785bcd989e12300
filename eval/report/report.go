package report

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/likewise-go/likewise/eval"
)

// Name is the file's name in its folder.
const Name = "report.html"

// Write writes the report into a folder, which it makes if there is none, and
// returns the file's path. It replaces an earlier report.
func Write(dir string, s *eval.Summary) (path string, err error) {
	var b bytes.Buffer
	if err := Render(&b, s); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // for everyone to read
		return "", fmt.Errorf("likewise/report: %w", err)
	}
	path = filepath.Join(dir, Name)
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil { //nolint:gosec // for everyone to read
		return "", fmt.Errorf("likewise/report: %w", err)
	}
	return path, nil
}

//go:embed page.html
var source string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent": percent, "number": number, "group": group, "interval": interval, "score": score, "bar": bar,
	"share": func(v float64) string { return strconv.FormatFloat(100*v, 'g', 4, 64) + "%" },
}).Parse(source))

// Render writes the report to w.
func Render(w io.Writer, s *eval.Summary) error {
	figures, err := plots(s)
	if err != nil {
		return fmt.Errorf("likewise/report: %w", err)
	}
	if err := page.Execute(w, map[string]any{
		"S": s, "Figures": figures, "Parts": []part{{"Source", s.PerSource}, {"Kind", s.PerKind}},
		"Hits": errorsOf(s, true), "Misses": errorsOf(s, false),
	}); err != nil {
		return fmt.Errorf("likewise/report: %w", err)
	}
	return nil
}

// part is a breakdown: its name and its rows.
type part struct {
	By   string
	Rows []eval.Stratum
}

// errorsOf returns the wrong hits, or the same questions that were not served.
func errorsOf(s *eval.Summary, hits bool) (out []eval.Error) {
	for _, e := range s.Worst {
		if e.Same != hits {
			out = append(out, e)
		}
	}
	return out
}

const unknown = "–"

func percent(v float64) string {
	if math.IsNaN(v) {
		return unknown
	}
	return strconv.FormatFloat(100*v, 'f', 1, 64) + "%"
}

func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return unknown
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

func interval(e eval.Estimate, share bool) string {
	if math.IsNaN(e.CI[0]) {
		return ""
	}
	if share {
		return fmt.Sprintf("%.1f to %.1f", 100*e.CI[0], 100*e.CI[1])
	}
	return fmt.Sprintf("%.3f to %.3f", e.CI[0], e.CI[1])
}

func score(v float64) string {
	if math.IsInf(v, 0) {
		return "barred"
	}
	return number(v)
}

func group(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bar is the width of a bar in percent.
func bar(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64)
}
