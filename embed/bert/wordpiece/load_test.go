package wordpiece

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// change returns the JSON of testdata/tokenizer.json.gz after f changed it.
func change(tb testing.TB, f func(map[string]any)) []byte {
	tb.Helper()
	var m map[string]any
	if err := json.Unmarshal(gunzip(tb, "testdata/tokenizer.json.gz"), &m); err != nil {
		tb.Fatal(err)
	}
	f(m)
	data, err := json.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestLoadRefusesOtherKinds(t *testing.T) {
	object := func(m map[string]any, key string) map[string]any { return m[key].(map[string]any) }
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		want   []string
	}{
		{"BPE", func(m map[string]any) { object(m, "model")["type"] = "BPE" }, []string{`"BPE"`, "WordPiece"}},
		{"Unigram", func(m map[string]any) {
			m["model"] = map[string]any{"type": "Unigram", "vocab": []any{[]any{"a", -1.5}}}
		}, []string{`"Unigram"`, "WordPiece"}},
		{"normalizer", func(m map[string]any) { m["normalizer"] = map[string]any{"type": "NFKC"} }, []string{`"NFKC"`, "BertNormalizer"}},
		{"no normalizer", func(m map[string]any) { m["normalizer"] = nil }, []string{"BertNormalizer"}},
		{"splitter", func(m map[string]any) { m["pre_tokenizer"] = map[string]any{"type": "ByteLevel"} }, []string{`"ByteLevel"`, "BertPreTokenizer"}},
		{"no splitter", func(m map[string]any) { m["pre_tokenizer"] = nil }, []string{"BertPreTokenizer"}},
		{"roberta", func(m map[string]any) { m["post_processor"] = map[string]any{"type": "RobertaProcessing"} }, []string{`"RobertaProcessing"`, "TemplateProcessing"}},
		{"no template", func(m map[string]any) { m["post_processor"] = nil }, []string{"TemplateProcessing"}},
		{"two at once", func(m map[string]any) {
			m["normalizer"], m["pre_tokenizer"] = nil, nil
		}, []string{"BertNormalizer", "BertPreTokenizer"}},
		{"no unknown", func(m map[string]any) { object(m, "model")["unk_token"] = "<unk>" }, []string{`"<unk>"`}},
		{"long words", func(m map[string]any) { object(m, "model")["max_input_chars_per_word"] = -1 }, []string{"max_input_chars_per_word is -1"}},
		{"twice the same id", func(m map[string]any) { object(m, "model")["vocab"] = map[string]any{"a": 1, "b": 1} }, []string{"same id 1"}},
		{"huge id", func(m map[string]any) { object(m, "model")["vocab"] = map[string]any{"a": 1 << 40} }, []string{"id 1099511627776"}},
		{"added elsewhere", func(m map[string]any) {
			m["added_tokens"] = []any{map[string]any{"id": 5, "content": "[NEW]"}}
		}, []string{`"[NEW]"`, "5", "30522"}},
		{"special elsewhere", func(m map[string]any) {
			object(object(m, "post_processor"), "special_tokens")["[SEP]"] = map[string]any{"ids": []int{70000}}
		}, []string{"70000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "tokenizer.json", change(t, c.change))
			_, err := Load(dir)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(c.want, "tokenizer.json") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\ndoes not say %s", err, want)
				}
			}
		})
	}
}

func write(tb testing.TB, dir, name string, data []byte) {
	tb.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestLoadVocabTxt(t *testing.T) {
	want := minilm(t)
	dir := t.TempDir()
	write(t, dir, "vocab.txt", []byte(strings.Join(want.tokens, "\n")+"\n"))
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "tokenizer_config.json") {
		t.Errorf("Load without tokenizer_config.json: %v", err)
	}
	write(t, dir, "tokenizer_config.json", []byte(`{"do_lower_case": true, "unk_token": {"content": "[UNK]"}}`))
	got, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Hash() != want.Hash() {
		t.Error("vocab.txt and tokenizer.json give different tokenizers")
	}
	write(t, dir, "tokenizer_config.json", []byte(`{"do_lower_case": false}`))
	cased, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if cased.lowercase || cased.stripAccents || cased.Hash() == want.Hash() {
		t.Error("do_lower_case has no effect")
	}
	write(t, dir, "tokenizer_config.json", []byte(`{"tokenizer_class": "T5Tokenizer"}`))
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "T5Tokenizer") {
		t.Errorf("Load of a T5Tokenizer: %v", err)
	}
	if _, err := Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "vocab.txt") {
		t.Errorf("Load of an empty folder: %v", err)
	}
}

// TestVocabTxtWithEqualLines has a vocabulary in which a token stands twice:
// the last line counts, as in the reference.
func TestVocabTxtWithEqualLines(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "tokenizer_config.json", []byte(`{"do_lower_case": true}`))
	write(t, dir, "vocab.txt", []byte("[UNK]\r\n[CLS]\r\n[SEP]\r\na\r\n\r\na\r\n##b"))
	tok, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tok.Encode(nil, "ab a"), []int32{1, 5, 6, 5, 2}; !slices.Equal(got, want) || tok.Size() != 7 {
		t.Errorf("Encode = %v of %d tokens, want %v of 7", got, tok.Size(), want)
	}
}

// TestAddedTokensTwice follows the reference: an equal entry and an empty one
// are no entries, and a token of which normalisation leaves nothing never
// matches.
func TestAddedTokensTwice(t *testing.T) {
	add := func(list ...any) func(map[string]any) {
		return func(m map[string]any) { m["added_tokens"] = append(m["added_tokens"].([]any), list...) }
	}
	entry := func(id int, content string, normalized bool) any {
		return map[string]any{"id": id, "content": content, "normalized": normalized}
	}
	dir := t.TempDir()
	write(t, dir, "tokenizer.json", change(t, add(entry(30522, "zzfoo", true), entry(30522, "zzfoo", true), entry(0, "", true), entry(30523, "\u0301", true))))
	tok, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tok.Encode(nil, "ZZFOO\u0301"), []int32{101, 30522, 102}; !slices.Equal(got, want) || tok.Size() != 30524 {
		t.Errorf("Encode = %v of %d tokens, want %v of 30524", got, tok.Size(), want)
	}
	for _, list := range [][]any{
		{entry(30522, "zzfoo", true), entry(30522, "zzfoo", false)},
		{entry(30522, "zzFoo", true), entry(30523, "zzfoo", true)}, // which one would "zzfoo" be?
	} {
		write(t, dir, "tokenizer.json", change(t, add(list...)))
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), `"zzfoo"`) {
			t.Errorf("Load with %v: %v, want an error", list, err)
		}
	}
}

func TestReadIsTheInverseOfAppendBinary(t *testing.T) {
	want := minilm(t)
	form := want.AppendBinary([]byte("before"))[len("before"):]
	got, err := Read(form)
	if err != nil {
		t.Fatal(err)
	}
	if got.Hash() != want.Hash() || !bytes.Equal(got.AppendBinary(nil), form) || got.Size() != 30522 || got.Token(101) != "[CLS]" {
		t.Error("Read gives another tokenizer")
	}
	t.Logf("%d bytes for %d tokens", len(form), got.Size())
	for _, bad := range [][]byte{nil, form[:3], form[:len(form)-1], append(bytes.Clone(form), 0), append([]byte("LWWP\x02"), form[5:]...)} {
		if _, err := Read(bad); err == nil {
			t.Errorf("Read of %d damaged bytes: no error", len(bad))
		}
	}
	for i := 0; i < len(form); i += 997 {
		bad := bytes.Clone(form)
		bad[i] ^= 1
		if _, err := Read(bad); err == nil {
			t.Errorf("Read with bit flipped in byte %d: no error", i)
		}
	}
}

func TestHashSeesEverySetting(t *testing.T) {
	base := minilm(t)
	for name, f := range map[string]func(*settings){
		"cleanText":    func(s *settings) { s.cleanText = false },
		"splitHan":     func(s *settings) { s.splitHan = false },
		"stripAccents": func(s *settings) { s.stripAccents = false },
		"lowercase":    func(s *settings) { s.lowercase = false },
		"maxChars":     func(s *settings) { s.maxChars = 99 },
		"prefix":       func(s *settings) { s.prefix = "#" },
		"unknown":      func(s *settings) { s.unknown = "the" },
		"sep":          func(s *settings) { s.sep = 103 },
		"token":        func(s *settings) { s.tokens[30000] += "x" },
		"added":        func(s *settings) { s.added[4].lstrip = true },
	} {
		s := base.settings
		s.tokens, s.added = append([]string(nil), s.tokens...), append([]addedToken(nil), s.added...)
		f(&s)
		tok, err := newTokenizer(s)
		if err != nil {
			t.Fatal(err)
		}
		if tok.Hash() == base.Hash() {
			t.Errorf("%s does not change the hash", name)
		}
	}
}
