package guard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// harmless are changes of wording that change nothing.
var harmless = []struct {
	name string
	edit func(s string) string
}{
	{"small letters", strings.ToLower},
	{"no punctuation at the end", func(s string) string { return strings.TrimRight(s, "?.! ") }},
	{"polite", func(s string) string { return "Hi there! Could you please tell me: " + s + " Thanks!" }},
	{"please at the end", func(s string) string { return strings.TrimRight(s, "?.! ") + ", please?" }},
	{"spaces", func(s string) string { return "  " + strings.ReplaceAll(s, " ", "  ") + "\n" }},
	{"curly quotes", func(s string) string { return strings.ReplaceAll(s, "'", "\u2019") }},
	{"contracted", strings.NewReplacer("is not ", "isn't ", "do not ", "don't ", "What is ", "What's ", "can not ", "can't ", "cannot ", "can't ", "I am ", "I'm ").Replace},
	{"spelled out", strings.NewReplacer("isn't ", "is not ", "don't ", "do not ", "What's ", "What is ", "can't ", "cannot ", "I'm ", "I am ").Replace},
	{"numbers in words", strings.NewReplacer(" 2 ", " two ", " 3 ", " three ", " 5 ", " five ", " 10 ", " ten ", " 12 ", " twelve ").Replace},
	{"two letters swapped", swapLetters},
}

// swapLetters mistypes the longest word, unless that is a name.
func swapLetters(s string) string {
	longest := ""
	for w := range strings.FieldsSeq(s) {
		if len(w) > len(longest) && strings.ToLower(w) == w && utf8.RuneCountInString(w) == len(w) {
			longest = w
		}
	}
	if len(longest) < 6 || strings.ContainsAny(longest, "0123456789.-/'\"$") {
		return s
	}
	mid := len(longest) / 2
	return strings.Replace(s, longest, longest[:mid-1]+longest[mid:mid+1]+longest[mid-1:mid]+longest[mid+1:], 1)
}

// Harmless edits of real questions are let pass, all but one in three hundred;
// without the data, those of the table's examples are.
func TestHarmlessEdits(t *testing.T) {
	texts := corpus
	path := filepath.Join(os.Getenv("LIKEWISE_DATA"), "qqp-dev.jsonl.gz")
	if _, err := os.Stat(path); err == nil {
		for _, p := range readPairs(t, path) {
			texts = append(texts, p.a, p.b)
		}
	}
	for _, h := range harmless {
		vetoed := 0
		for _, text := range texts {
			a, b := Extract(text), Extract(h.edit(text))
			if vetoes := Compare(&a, &b, nil); len(vetoes) > 0 {
				if vetoed++; vetoed <= 3 || *printWrong == "harmless" {
					t.Logf("%s: %q: %v", h.name, text, vetoes)
				}
			}
		}
		if vetoed > max(3, len(texts)/300) {
			t.Errorf("%s: %d of %d are vetoed", h.name, vetoed, len(texts))
		}
	}
}
