package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/likewise-go/likewise/embed"
)

// app is what the commands work with: the three streams, and how to write.
type app struct {
	stdin  io.Reader
	stdout *bufio.Writer
	stderr io.Writer
	json   bool
	colour bool // stdout is a terminal that wants it
	width  int  // of the terminal; 80 of anything else
	live   bool // stderr is a terminal: show progress

	// builtin makes the embedder that is used when none is named.
	builtin func() (embed.Embedder, error)
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	a := &app{stdin: stdin, stdout: bufio.NewWriter(stdout), stderr: stderr, width: 80, builtin: builtin}
	dumb := os.Getenv("TERM") == "dumb"
	if fd, ok := terminal(stdout); ok {
		a.colour = os.Getenv("NO_COLOR") == "" && !dumb
		if w, _, err := term.GetSize(fd); err == nil && w > 0 {
			a.width = w
		}
	}
	_, ok := terminal(stderr)
	a.live = ok && !dumb
	return a
}

func terminal(w io.Writer) (fd int, ok bool) {
	f, ok := w.(*os.File)
	if !ok {
		return 0, false
	}
	return int(f.Fd()), term.IsTerminal(int(f.Fd()))
}

func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// printf writes to the standard output.
func (a *app) printf(format string, args ...any) { fmt.Fprintf(a.stdout, format, args...) }

// write writes v as one line of JSON.
func (a *app) write(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// Colours, used sparingly: what is good, what is not, what is secondary.
const (
	bold  = "1"
	dim   = "2"
	green = "32"
	red   = "31"
	cyan  = "36"
)

// paint colours s, on a terminal that wants it.
func (a *app) paint(colour, s string) string {
	if !a.colour || s == "" {
		return s
	}
	return "\x1b[" + colour + "m" + s + "\x1b[0m"
}

// clip shortens a text to one line of n characters.
func clip(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return strings.TrimRight(string(r[:max(0, n-1)]), " ") + "…"
}

// plural counts things: "1 entry", "2,000 entries".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return group(n) + " " + many
}

// group writes a number with commas.
func group[T int | int64 | uint64](n T) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bytesOf writes a size in the unit that fits.
func bytesOf(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}

// since writes how long ago t was.
func since(t time.Time) string {
	d := time.Since(t)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// progress shows how far a piece of work is, on a terminal, once it has
// taken a second.
type progress struct {
	a     *app
	what  string
	total int
	start time.Time
	bar   *progressbar.ProgressBar
}

func (a *app) progress(what string, total int) *progress {
	return &progress{a: a, what: what, total: total, start: time.Now()}
}

// at tells how many are done.
func (p *progress) at(done int) {
	if !p.a.live || p.bar == nil && time.Since(p.start) < time.Second {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(p.total, progressbar.OptionSetWriter(p.a.stderr), progressbar.OptionSetDescription(p.what),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionThrottle(65*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerHead: "━", SaucerPadding: " ", BarStart: " ", BarEnd: " "}))
	}
	_ = p.bar.Set(done) // a terminal that has gone away is no reason to stop
}

// end takes the bar off the screen.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}

// warn writes a line beside the output.
func (a *app) warn(format string, args ...any) {
	_ = a.stdout.Flush() // in the order of what happened
	fmt.Fprintf(a.stderr, format+"\n", args...)
}

// wide writes a line of a summary.
func (a *app) wide(name, format string, args ...any) {
	a.printf("  %s%s %s\n", name, pad(11-len(name)), fmt.Sprintf(format, args...))
}

func pad(n int) string { return strings.Repeat(" ", max(0, n)) }

// trim writes a number with as many digits as it has.
func trim(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
