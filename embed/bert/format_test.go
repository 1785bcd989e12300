package bert

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNewRefusesDamage(t *testing.T) {
	packed := tinyModel().packed(t)
	clone := func(change func(b []byte) []byte) []byte { return change(append([]byte(nil), packed...)) }
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"empty":     {nil, ErrVersion},
		"text":      {[]byte(strings.Repeat("hello ", 20)), ErrVersion},
		"version":   {clone(func(b []byte) []byte { b[8] = 2; return b }), ErrVersion},
		"cut off":   {packed[:len(packed)-1], ErrCorrupt},
		"longer":    {append(packed[:len(packed):len(packed)], 0), ErrCorrupt},
		"sections":  {clone(func(b []byte) []byte { b[15] = 255; return b }), ErrCorrupt},
		"table":     {clone(func(b []byte) []byte { b[headerSize+8]++; return b }), ErrCorrupt},
		"last byte": {clone(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), ErrCorrupt},
	} {
		if _, err := New(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: got error %v, want one that wraps %q", name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "model")
	for name, b := range map[string][]byte{"empty": nil, "cut off": packed[:len(packed)/2]} {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Open of a file that is %s: got %v, want an error that names it", name, err)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open of no file: %v", err)
	}
}

// A table may not point outside the file, even when its checksum is right.
func TestParseFileStaysInside(t *testing.T) {
	for name, place := range map[string][2]uint64{
		"past the end": {96, 1 << 20}, "one too long": {96, 33}, "begins outside": {129, 0}, "wraps": {96, math.MaxUint64 - 90},
	} {
		b := appendFile([]section{{"config", make([]byte, 64)}})[:128]
		le := binary.LittleEndian
		le.PutUint64(b[headerSize+8:], place[0])
		le.PutUint64(b[headerSize+16:], place[1])
		le.PutUint32(b[24:], headerSum(b[:24], b[headerSize:headerSize+entrySize]))
		if _, err := parseFile(b); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "the file has 128") {
			t.Errorf("%s: got %v, want an error that says how long the file is", name, err)
		}
	}
}

// Every single changed bit must be noticed, wherever it is, except in the
// zeros between sections.
func TestNewNoticesEveryChangedByte(t *testing.T) {
	packed := tinyModel().packed(t)
	used := make([]bool, len(packed))
	for i := range headerSize + entrySize*6 {
		used[i] = i < 28 || i >= headerSize
	}
	sections, err := parseFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sections {
		at := 0
		for &packed[at] != &s[0] {
			at++
		}
		for i := range s {
			used[at+i] = true
		}
	}
	step := 1
	if testing.Short() {
		step = 31
	}
	for i := 0; i < len(packed); i += step * 7 {
		packed[i] ^= 4
		if _, err := New(packed); (err == nil) == used[i] {
			t.Errorf("byte %d (used: %t) changed: error %v", i, used[i], err)
		}
		packed[i] ^= 4
	}
}

func TestSectionsMustFitTheShape(t *testing.T) {
	sections, err := parseFile(tinyModel().packed(t))
	if err != nil {
		t.Fatal(err)
	}
	rebuild := func(change func(map[string][]byte)) error {
		s := map[string][]byte{}
		for k, v := range sections {
			s[k] = v
		}
		change(s)
		_, err := New(fileOf(s))
		return err
	}
	if err := rebuild(func(s map[string][]byte) { s["later"] = []byte("something new") }); err != nil {
		t.Errorf("a section with another name is not skipped: %v", err)
	}
	editConfig := func(key string, value any) func(map[string][]byte) {
		return func(s map[string][]byte) {
			var c map[string]any
			json.Unmarshal(s["config"], &c)
			c[key] = value
			s["config"], _ = json.Marshal(c)
		}
	}
	for name, change := range map[string]func(map[string][]byte){
		"no config":   func(s map[string][]byte) { delete(s, "config") },
		"no tokens":   func(s map[string][]byte) { delete(s, "tokens") },
		"no words":    func(s map[string][]byte) { delete(s, "words") },
		"few weights": func(s map[string][]byte) { s["weights"] = s["weights"][:len(s["weights"])-1] },
		"many floats": func(s map[string][]byte) {
			s["floats"] = append(s["floats"][:len(s["floats"]):len(s["floats"])], 1, 2, 3, 4)
		},
		"layers":    editConfig("layers", 3),
		"no layers": editConfig("layers", 0),
		"negative":  editConfig("width", -32),
		"huge":      editConfig("vocab", math.MaxInt32),
		"heads":     editConfig("heads", 5),
		"act":       editConfig("act", "swish"),
		"pooling":   editConfig("pooling", "max"),
		"window":    editConfig("window", 41),
		"eps":       editConfig("eps", -1),
		"hash":      editConfig("weights", "abc"),
	} {
		if err := rebuild(change); err == nil {
			t.Errorf("%s: no error", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func fileOf(s map[string][]byte) []byte {
	var list []section
	for name, data := range s {
		list = append(list, section{name, data})
	}
	return appendFile(list)
}

// FuzzNew feeds changed sections past the checksums.
func FuzzNew(f *testing.F) {
	m := tinyModel()
	m.Layers, m.Width, m.Heads, m.Inner, m.Positions, m.Window = 1, 16, 2, 16, 8, 8
	s, err := parseFile(m.packed(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s["config"], s["tokens"], s["floats"], s["offsets"], s["weights"], s["words"])
	f.Add([]byte(`{"layers":1}`), []byte("x"), []byte{1, 2, 3}, []byte{}, []byte{}, []byte{})
	f.Fuzz(func(_ *testing.T, config, tokens, floats, offsets, weights, words []byte) {
		e, err := New(appendFile([]section{{"config", config}, {"tokens", tokens}, {"floats", floats},
			{"offsets", offsets}, {"weights", weights}, {"words", words}}))
		if err == nil {
			e.Embed(context.Background(), "ab cd", "a") // may fail, must not panic
		}
	})
}

// FuzzParseFile changes the header and the table, with their checksum right.
func FuzzParseFile(f *testing.F) {
	small := appendFile([]section{{"config", []byte("{}")}, {"words", []byte("abc")}})
	f.Add(small)
	f.Add(small[:headerSize])
	f.Fuzz(func(_ *testing.T, b []byte) {
		parseFile(b)
		if len(b) > headerSize {
			n := int(binary.LittleEndian.Uint32(b[12:]))
			if end := headerSize + n*entrySize; n < 100 && end <= len(b) {
				binary.LittleEndian.PutUint64(b[16:], uint64(len(b)))
				binary.LittleEndian.PutUint32(b[24:], headerSum(b[:24], b[headerSize:end]))
				for i := headerSize; i < end; i += entrySize {
					at, size := binary.LittleEndian.Uint64(b[i+8:]), binary.LittleEndian.Uint64(b[i+16:])
					if at <= uint64(len(b)) && size <= uint64(len(b))-at {
						binary.LittleEndian.PutUint32(b[i+24:], crc32.Checksum(b[at:at+size], castagnoli))
					}
				}
			}
		}
		parseFile(b)
	})
}
