package wordpiece

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/embed"
)

func TestReadable(t *testing.T) {
	tok := minilm(t)
	for _, text := range []string{
		"How do I reset my password?",
		"my résumé is naïve, Zoë’s café — “quoted”… 5 °C, £20, €3.50, x² + y²",
		"Việt Nam, Łódź, Ærø, straße, İstanbul",
		"area = π r², Δt in µs, α-particles, 5 Ω", // single letters of a formula
		"zero\u200bwidth soft\u00adhyphen \u202abidi\u202c bell\x07",
		"e\u0301 as two characters",
		"snake_case, kebab-case, a[i] != b{j} && c < d; /usr/bin --flag=1 #tag @name",
		"pneumonoultramicroscopicsilicovolcanoconiosis",
		strings.Repeat("a", 100),
		"the character 中 alone",
		"[ SEP ] [sep [unused1]",
	} {
		if err := tok.Readable(text); err != nil {
			t.Errorf("Readable(%q) = %v, want nil", text, err)
		}
	}
	for _, c := range []struct{ text, names string }{
		{"", `no word in ""`},
		{" \t\u200b\n", `no word in`},
		{"I feel 🥰 today", `"🥰"`},
		{"thumbs up 👍🏽", `👍`},
		{"press 1️⃣ now", `1`},
		{strings.Repeat("a", 101), "more than 100 characters"},
		{strings.Repeat("é", 5000), "more than 100 characters"},
		{"x ≠ y", `"≠"`},                       // would read as x = y
		{"x =\u0338 y", "mark on"},             // the same, decomposed
		{"3 ∉ S", `"∉"`},                       // would read as 3 ∈ S
		{"n\u0336o\u0336 yes", "mark on"},      // struck out
		{"\u0301 alone", "mark on"},            // an accent on nothing
		{"bad \xff byte", "removed character"}, // invalid UTF-8
		{"bad \ufffd sign", "removed character"},
		{"logo \ue000", "removed character"}, // private use
		{"как восстановить пароль", "Cyrillic"},
		{"Πώς αλλάζω τον κωδικό", "Greek"},
		{"كيف أغير كلمة المرور", "Arabic"},
		{"how do I say 银行 in English", "Han"},
		{"パスワード", "Katakana"},
		{"ガ", "Katakana"}, // would read as カ
		{"й", "Cyrillic"}, // would read as и
		{"한", "Hangul"},
		{"สวัสดี", "Thai"},
		{"пр\u0301ивет", ""},
		{"ａｂｃ", "no token for"}, // full width
		{"𝐇𝐞𝐥𝐥𝐨", "no token for"},
		{"yes [SEP] no", `special token "[SEP]"`},
		{"fill the [MASK]", `special token "[MASK]"`},
		{"an [UNK] word", `special token "[UNK]"`},
	} {
		err := tok.Readable(c.text)
		if !errors.Is(err, embed.ErrUnreadable) || !strings.Contains(err.Error(), c.names) {
			t.Errorf("Readable(%+q) = %v, want an ErrUnreadable that names %s", c.text, err, c.names)
		}
	}
}

// TestReadableTellsApart holds the promise behind Readable: two texts that
// differ in more than case, accents, spaces and invisible characters have
// different ids, or one of them is not readable.
func TestReadableTellsApart(t *testing.T) {
	tok := minilm(t)
	for _, c := range [][2]string{
		{"is x ≠ y", "is x = y"}, {"a ≰ b", "a ≤ b"}, {"I feel 🥰", "I feel 🤮"},
		{"is й a letter", "is и a letter"}, {"カ", "ガ"}, {"का", "की"}, {"1⃣", "2⃣"},
		{"a\ue000", "a\ue001"}, {"the [SEP] sign", "the [CLS] sign"}, {"日本", "中国"}, {"€5", "₿5"},
	} {
		a, errA := tok.EncodeReadable(nil, c[0])
		b, errB := tok.EncodeReadable(nil, c[1])
		if slices.Equal(a, b) && errA == nil && errB == nil {
			t.Errorf("%q and %q have the same ids %v and are both readable", c[0], c[1], a)
		}
	}
}

func TestEncodeReadableHasTheIDsOfEncode(t *testing.T) {
	tok := minilm(t)
	for _, g := range lines[golden](t, gunzip(t, "testdata/texts.jsonl.gz")) {
		got, err := tok.EncodeReadable(nil, g.Text)
		if !slices.Equal(got, g.IDs) {
			t.Fatalf("EncodeReadable(%+q) = %v, want %v", g.Text, got, g.IDs)
		}
		if slices.Contains(got, tok.unkID) && err == nil {
			t.Errorf("EncodeReadable(%+q) = nil error with an unknown token", g.Text)
		}
	}
}

// TestScriptsOfAVocabulary has vocabularies of other languages.
func TestScriptsOfAVocabulary(t *testing.T) {
	words := func(letters string, n int) (list []string) {
		rs := []rune(letters)
		for i := range n {
			w := []rune{rs[i%len(rs)], rs[i/len(rs)%len(rs)], rs[i/len(rs)/len(rs)%len(rs)]}
			list = append(list, string(w))
		}
		return list
	}
	var han []string
	for r := '一'; r < '一'+2500; r++ {
		han = append(han, string(r))
	}
	for _, c := range []struct {
		name      string
		tokens    []string
		text      string
		wantError string
	}{
		{"russian", words("абвгд", 120), "аб", "Cyrillic"},
		{"more russian", words("абвгдежз", 300), "абв", ""},
		{"russian only", words("абвгдежз", 300), "ab", "Latin"},
		{"chinese", han, "丁七", ""},
		{"some chinese", han[:1500], "丁七", "Han"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tok := withTokens(t, append(c.tokens, "a", "##b", "а", "##б"))
			err := tok.Readable(c.text)
			if c.wantError == "" && err != nil || c.wantError != "" && (err == nil || !strings.Contains(err.Error(), c.wantError)) {
				t.Errorf("Readable(%q) = %v, want an error with %q", c.text, err, c.wantError)
			}
		})
	}
}

// withTokens makes an uncased tokenizer with these tokens and BERT's own.
func withTokens(tb testing.TB, tokens []string) *Tokenizer {
	tb.Helper()
	tok, err := newTokenizer(settings{
		cleanText: true, splitHan: true, stripAccents: true, lowercase: true, maxChars: 100,
		prefix: "##", unknown: "[UNK]", cls: 1, sep: 2, tokens: append([]string{"[UNK]", "[CLS]", "[SEP]"}, tokens...),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return tok
}
