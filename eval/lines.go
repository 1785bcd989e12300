package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"unicode/utf8"
)

// Stdin is the file name that stands for the standard input.
const Stdin = "-"

// maxLine is the longest line that the readers take, in bytes.
const maxLine = 64 << 20

// InputError reports input that cannot be used.
type InputError struct {
	File     string // as given; "standard input" for Stdin
	Line     int    // from 1; 0: the file as a whole
	Found    string // what is there
	Expected string // what should be; may be ""
	Err      error  // the cause; may be nil
}

// Error says where, what was found and what was expected.
func (e *InputError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": " + e.Found)
	if e.Expected != "" {
		b.WriteString(", expected " + e.Expected)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// Line is one line of a file of JSON lines.
type Line struct {
	File string // as InputError names it
	N    int    // from 1
	JSON []byte // not empty; valid until the next line is read
}

// Errorf returns an InputError about the line.
func (l *Line) Errorf(expected, found string, args ...any) error {
	return &InputError{File: l.File, Line: l.N, Found: fmt.Sprintf(found, args...), Expected: expected}
}

// Decode reads the line, which must be one JSON object, into v. expected
// says what the line should be.
func (l *Line) Decode(v any, expected string) error {
	if l.JSON[0] != '{' {
		return l.Errorf(expected, "%s is no JSON object", clip(l.JSON))
	}
	err := json.Unmarshal(l.JSON, v)
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return &InputError{File: l.File, Line: l.N, Found: fmt.Sprintf("broken JSON at byte %d: %v", syntax.Offset, syntax), Expected: expected, Err: err}
	case errors.As(err, &typ) && typ.Field != "":
		return &InputError{File: l.File, Line: l.N, Found: fmt.Sprintf("%q is a %s", typ.Field, typ.Value), Expected: expected, Err: err}
	}
	return &InputError{File: l.File, Line: l.N, Found: err.Error(), Expected: expected, Err: err}
}

func clip(b []byte) string {
	if len(b) > 40 {
		return fmt.Sprintf("%q...", b[:40])
	}
	return fmt.Sprintf("%q", b)
}

// Lines yields the lines of the files, one after the other. Blank lines are
// passed over, gzip is recognised by its first bytes, and the name "-" is
// stdin. The first error, an *InputError, ends it; a file without a line is
// one.
func Lines(stdin io.Reader, files ...string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, name := range files {
			if !linesOf(stdin, name, yield) {
				return
			}
		}
	}
}

func linesOf(stdin io.Reader, name string, yield func(Line, error) bool) bool {
	r, err := open(stdin, name)
	if err != nil {
		yield(Line{}, err)
		return false
	}
	defer r.Close()
	line := Line{File: r.name}
	some := false
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxLine)
	for s.Scan() {
		line.N++
		line.JSON = bytes.TrimSpace(bytes.TrimPrefix(s.Bytes(), []byte("\ufeff")))
		if len(line.JSON) == 0 {
			continue
		}
		some = true
		if !utf8.Valid(line.JSON) {
			yield(line, line.Errorf("UTF-8 text", "a byte sequence that is not UTF-8"))
			return false
		}
		if !yield(line, nil) {
			return false
		}
	}
	switch err := s.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		yield(line, &InputError{File: r.name, Line: line.N + 1, Found: fmt.Sprintf("a line of more than %d MiB", maxLine>>20), Expected: "shorter ones", Err: err})
		return false
	case err != nil:
		yield(line, &InputError{File: r.name, Line: line.N + 1, Found: "cannot be read: " + plain(err), Err: err})
		return false
	case !some:
		yield(line, &InputError{File: r.name, Found: "the file is empty", Expected: "at least one line"})
		return false
	}
	return true
}

// input is an opened file, unpacked if it was packed.
type input struct {
	io.Reader
	name  string
	close []io.Closer
}

// Close closes what open opened.
func (in *input) Close() {
	for _, c := range in.close {
		_ = c.Close() // it was only read
	}
}

func open(stdin io.Reader, name string) (*input, error) {
	in := &input{name: name}
	var raw io.Reader
	if name == Stdin {
		in.name, raw = "standard input", stdin
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, &InputError{File: name, Found: plain(err), Expected: "a readable file", Err: err}
		}
		in.close = append(in.close, f)
		raw = f
	}
	buf := bufio.NewReader(raw)
	in.Reader = buf
	magic, err := buf.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		in.Close()
		return nil, &InputError{File: in.name, Found: "cannot be read: " + plain(err), Expected: "a file of JSON lines", Err: err}
	}
	packed := len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b
	if !packed && !strings.HasSuffix(name, ".gz") {
		return in, nil
	}
	z, err := gzip.NewReader(buf)
	if err != nil {
		in.Close()
		return nil, &InputError{File: in.name, Found: "is no valid gzip file: " + plain(err), Expected: "gzip, or a name without .gz", Err: err}
	}
	in.close = append(in.close, z)
	in.Reader = z
	return in, nil
}

// plain returns an error's text without the file's name, which the caller
// names itself.
func plain(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return err.Error()
}
