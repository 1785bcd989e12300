package wordpiece

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The golden values are Hugging Face tokenizers' own, written by
// train/golden/tokens.py; its header says what each file holds.

type golden struct {
	Text string  `json:"t"`
	IDs  []int32 `json:"i"`
}

// lines decodes a gzipped file of one JSON value a line.
func lines[T any](tb testing.TB, data []byte) []T {
	tb.Helper()
	var list []T
	for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
		var v T
		if err := d.Decode(&v); err != nil {
			tb.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

func TestGoldenTexts(t *testing.T) {
	tok := minilm(t)
	list := lines[golden](t, gunzip(t, "testdata/texts.jsonl.gz"))
	if len(list) < 5000 {
		t.Fatalf("%d texts, expected at least 5000", len(list))
	}
	for _, g := range list {
		if got := tok.Encode(nil, g.Text); !slices.Equal(got, g.IDs) {
			t.Errorf("Encode(%+q)\n got %v\nwant %v", g.Text, got, g.IDs)
		}
	}
}

func TestGoldenPairs(t *testing.T) {
	tok := minilm(t)
	type pair struct {
		A, B  string
		IDs   []int32 `json:"i"`
		Types []int32 `json:"y"`
	}
	for _, p := range lines[pair](t, gunzip(t, "testdata/pairs.jsonl.gz")) {
		ids, types := tok.EncodePair([]int32{7}, []int32{8}, p.A, p.B)
		if !slices.Equal(ids[1:], p.IDs) || !slices.Equal(types[1:], p.Types) || ids[0] != 7 || types[0] != 8 {
			t.Errorf("EncodePair(%+q, %+q)\n got %v %v\nwant %v %v", p.A, p.B, ids, types, p.IDs, p.Types)
		}
	}
}

// TestGoldenFolded has sequences of combining characters, of which the order
// counts and for which most vocabularies have no token that would show it.
func TestGoldenFolded(t *testing.T) {
	type folded struct {
		Text string `json:"t"`
		Norm string `json:"n"`
	}
	tok := minilm(t)
	var s scratch
	for _, f := range lines[folded](t, gunzip(t, "testdata/folded.jsonl.gz")) {
		if tok.normalize(&s, f.Text, nil); string(s.norm) != f.Norm {
			t.Errorf("normalize(%+q)\n got %+q\nwant %+q", f.Text, s.norm, f.Norm)
		}
	}
}

// TestGoldenVariants has small tokenizers with every setting of the
// normaliser and every flag of an added token.
func TestGoldenVariants(t *testing.T) {
	type file struct {
		Texts    []string
		Variants []struct {
			Tokenizer json.RawMessage
			IDs       [][]int32
		}
	}
	f := lines[file](t, gunzip(t, "testdata/variants.json.gz"))[0]
	for i, v := range f.Variants {
		s, err := parseJSON(v.Tokenizer)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := newTokenizer(s)
		if err != nil {
			t.Fatal(err)
		}
		for k, text := range f.Texts {
			if got := tok.Encode(nil, text); !slices.Equal(got, v.IDs[k]) {
				t.Errorf("variant %d: Encode(%+q)\n got %v\nwant %v", i, text, got, v.IDs[k])
			}
		}
	}
}

type sums struct {
	Chars map[string][]uint32
	IDs   []uint32
	Data  map[string]struct {
		SHA256 string
		Texts  int
		Sums   []uint32
	}
}

func readSums(tb testing.TB) sums {
	tb.Helper()
	return lines[sums](tb, gunzip(tb, "testdata/sums.json.gz"))[0]
}

// chars calls f with every character of a block of 256 code points.
func chars(block int, f func(text string)) {
	for r := rune(block * 256); r < rune(block*256+256); r++ {
		if r < 0xD800 || r > 0xDFFF {
			f("a" + string(r) + "b " + string(r) + "1")
		}
	}
}

// TestGoldenCharacters compares every code point: the words that it makes
// under five settings of the normaliser, and its ids.
func TestGoldenCharacters(t *testing.T) {
	if raced {
		t.Skip("five million texts on one goroutine: nothing to race, long to wait for")
	}
	want := readSums(t)
	settings := map[string][4]bool{ // cleanText, splitHan, stripAccents, lowercase
		"uncased":  {true, true, true, true},
		"cased":    {true, true, false, false},
		"accented": {true, true, false, true},
		"raw":      {},
		"stripped": {false, false, true, false},
	}
	if len(want.Chars) != len(settings) {
		t.Fatalf("%d settings, expected %d", len(want.Chars), len(settings))
	}
	for name, sums := range want.Chars {
		s := minilm(t).settings
		b := settings[name]
		s.cleanText, s.splitHan, s.stripAccents, s.lowercase = b[0], b[1], b[2], b[3]
		tok, err := newTokenizer(s)
		if err != nil {
			t.Fatal(err)
		}
		var sc scratch
		for block, sum := range sums {
			var got uint32
			chars(block, func(text string) {
				tok.normalize(&sc, text, nil)
				for start, stop := tok.nextWord(sc.norm, 0); start < stop; start, stop = tok.nextWord(sc.norm, stop) {
					got = crc32.Update(got, crc32.IEEETable, sc.norm[start:stop])
					got = crc32.Update(got, crc32.IEEETable, []byte{'\n'})
				}
			})
			if got != sum {
				t.Errorf("%s: words of U+%04X to U+%04X differ", name, block*256, block*256+255)
			}
		}
	}
	for block, sum := range want.IDs {
		var got uint32
		chars(block, func(text string) { got = addIDs(got, minilm(t).Encode(nil, text)) })
		if got != sum {
			t.Errorf("ids of U+%04X to U+%04X differ", block*256, block*256+255)
		}
	}
}

func addIDs(sum uint32, ids []int32) uint32 {
	b, err := binary.Append(nil, binary.LittleEndian, ids)
	if err != nil {
		panic(err)
	}
	return crc32.Update(sum, crc32.IEEETable, b)
}

// TestGoldenData encodes every text of the data folder.
func TestGoldenData(t *testing.T) {
	dir := os.Getenv("LIKEWISE_DATA")
	if dir == "" {
		t.Skip("LIKEWISE_DATA is not set")
	}
	for name, want := range readSums(t).Data {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Skip(err)
			}
			if got := sha256.Sum256(data); hex.EncodeToString(got[:]) != want.SHA256 {
				t.Skip("the file is not the one that the ids were made from")
			}
			texts := dataTexts(t, data)
			if len(texts) != want.Texts {
				t.Fatalf("%d texts, expected %d", len(texts), want.Texts)
			}
			var ids []int32
			for i, sum := range want.Sums {
				var got uint32
				for _, text := range texts[i*16 : min(len(texts), i*16+16)] {
					ids = minilm(t).Encode(ids[:0], text)
					got = addIDs(got, ids)
				}
				if got != sum {
					t.Errorf("ids of texts %d to %d differ, the first is %q", i*16, i*16+15, texts[i*16])
				}
			}
		})
	}
}

// dataTexts lists the texts of a data file in order.
func dataTexts(tb testing.TB, data []byte) []string {
	tb.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	var list []string
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var row struct {
			Text, A, B *string
			Diff       *[][]string
			Same       json.RawMessage
		}
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			tb.Fatal(err)
		}
		for _, s := range []*string{row.Text, row.A, row.B} {
			if s != nil {
				list = append(list, *s)
			}
		}
		if row.Diff == nil {
			continue
		}
		var same []string
		if err := json.Unmarshal(row.Same, &same); err != nil {
			tb.Fatal(err)
		}
		list = append(list, same...)
		for _, d := range *row.Diff {
			list = append(list, d[0])
		}
	}
	if err := sc.Err(); err != nil {
		tb.Fatal(err)
	}
	return list
}
