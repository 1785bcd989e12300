package cache_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/likewise-go/likewise/cache"
)

func TestAdmission(t *testing.T) {
	const q = "How do I reset a password?"
	const a = "Open Settings, choose Security, then Reset."
	for _, tt := range []struct {
		name   string
		q      string
		a      cache.Answer
		rule   string // "" is admitted
		lifted string // the rule, if any, when everything that can be lifted is
	}{
		{"ordinary", q, cache.Answer{Text: a}, "", ""},
		{"finished, OpenAI", q, cache.Answer{Text: a, Finish: "stop"}, "", ""},
		{"finished, Anthropic", q, cache.Answer{Text: a, Finish: "end_turn"}, "", ""},
		{"finished, Gemini", q, cache.Answer{Text: a, Finish: "STOP"}, "", ""},
		{"cut off", q, cache.Answer{Text: a, Finish: "length"}, "unfinished", "unfinished"},
		{"cut off, Anthropic", q, cache.Answer{Text: a, Finish: "max_tokens"}, "unfinished", "unfinished"},
		{"filtered", q, cache.Answer{Text: a, Finish: "content_filter"}, "unfinished", "unfinished"},
		{"tool call by reason", q, cache.Answer{Text: a, Finish: "tool_calls"}, "unfinished", "unfinished"},
		{"tool call", q, cache.Answer{Text: a, Tool: true}, "tool-call", "tool-call"},
		{"refusal by the provider", q, cache.Answer{Text: "No.", Refuse: true}, "refusal", "refusal"},
		{"refusal in words", q, cache.Answer{Text: "I\u2019m sorry, but I can\u2019t help with that."}, "refusal", "refusal"},
		{"refusal of an assistant", q, cache.Answer{Text: "As an AI language model, I cannot do this."}, "refusal", "refusal"},
		{"sorry, but answering", q, cache.Answer{Text: "Sorry for the trouble! Open Settings."}, "", ""},
		{"long text that begins like one", q, cache.Answer{Text: "I can't provide legal advice, but here is how it works. " + strings.Repeat("Then go on. ", 50)}, "", ""},
		{"empty", q, cache.Answer{Text: " \n"}, "empty", "empty"},
		{"data only", q, cache.Answer{Data: []byte(`{"x":1}`)}, "", ""},
		{"too large", q, cache.Answer{Text: strings.Repeat("x", 2001)}, "too-large", "too-large"},
		{"just not too large", q, cache.Answer{Text: strings.Repeat("x", 2000)}, "", ""},
		{"do not store", q, cache.Answer{Text: a, TTL: -1}, "no-store", "no-store"},
		{"volatile", "What is the latest iPhone?", cache.Answer{Text: a}, "volatile", ""},
		{"volatile, two words", "Is it open RIGHT   now?", cache.Answer{Text: a}, "volatile", ""},
		{"volatile at the end", "weather today", cache.Answer{Text: a}, "volatile", ""},
		{"not volatile: part of a word", "How do I know whether a currently-known acknowledgement is nowhere?", cache.Answer{Text: a}, "", ""},
		{"personal", "Where is my card?", cache.Answer{Text: a}, "personal", ""},
		{"personal, capital", "My card is lost", cache.Answer{Text: a}, "personal", ""},
		{"not personal: part of a word", "What is MySQL, and an academy?", cache.Answer{Text: a}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, mode := range []struct {
				o    cache.Options
				rule string
			}{
				{cache.Options{MaxAnswer: 2000}, tt.rule},
				{cache.Options{MaxAnswer: 2000, Policies: []cache.Policy{{Admission: cache.AllowVolatile | cache.AllowPersonal}}}, tt.lifted},
			} {
				c := open(t, "", nil, &mode.o)
				rule := ""
				_, err := c.Put(t.Context(), ask(tt.q), tt.a)
				if refused := (*cache.NotAdmittedError)(nil); errors.As(err, &refused) {
					rule = refused.Rule
				} else if err != nil {
					t.Fatal(err)
				}
				if rule != mode.rule {
					t.Errorf("put: refused by %q, want %q (%v)", rule, mode.rule, err)
				}
				r, err := c.Do(t.Context(), cache.Query{Text: tt.q, NoLookup: true}, func(context.Context) (cache.Answer, error) { return tt.a, nil })
				if err != nil || r.Answer.Text != tt.a.Text {
					t.Fatalf("do: %+v, %v; want the fill's answer, admitted or not", r, err)
				}
				if (r.Why.Refused != "") != (mode.rule != "") {
					t.Errorf("do: refused %q, want rule %q", r.Why.Refused, mode.rule)
				}
				if err := c.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := c.Stats().Entries; (n == 1) != (mode.rule == "") {
					t.Errorf("%d entries, rule %q", n, mode.rule)
				}
			}
		})
	}
}
