package cache

import (
	"fmt"
	"strings"
)

// admissionRule keeps an answer out of the cache. refuse returns what it
// objects to, or "".
type admissionRule struct {
	name   string
	lifted Admission // the flag that lifts it; 0: never lifted
	refuse func(q *question, a *Answer, o *Options) string
}

// admission is the whole of it: an answer that no rule refuses is stored.
// The first refusal counts.
var admission = [...]admissionRule{
	{"no-store", 0, func(q *question, a *Answer, _ *Options) string {
		return when(q.NoStore, "the query") + when(a.TTL < 0, "the answer's TTL")
	}},
	{"tool-call", 0, func(_ *question, a *Answer, _ *Options) string { return when(a.Tool, "a tool call") }},
	{"unfinished", 0, func(_ *question, a *Answer, _ *Options) string { return when(!finished(a.Finish), a.Finish) }},
	{"refusal", 0, func(_ *question, a *Answer, _ *Options) string {
		if a.Refuse {
			return "said so by the provider"
		}
		return refusal(a.Text)
	}},
	{"empty", 0, func(_ *question, a *Answer, _ *Options) string {
		return when(strings.TrimSpace(a.Text) == "" && len(a.Data) == 0, "no text and no data")
	}},
	{"too-large", 0, func(_ *question, a *Answer, o *Options) string {
		n := len(a.Text) + len(a.Data)
		return when(n > o.MaxAnswer, fmt.Sprintf("%d bytes, at most %d", n, o.MaxAnswer))
	}},
	{"volatile", AllowVolatile, func(q *question, _ *Answer, _ *Options) string { return q.look().Volatile() }},
	{"personal", AllowPersonal, func(q *question, _ *Answer, _ *Options) string { return q.look().Personal() }},
}

func when(cond bool, s string) string {
	if cond {
		return s
	}
	return ""
}

// NotAdmittedError reports an answer that an admission rule keeps out.
type NotAdmittedError struct {
	Rule string // no-store, tool-call, unfinished, refusal, empty, too-large, volatile, personal
	What string // what the rule objects to
}

// Error names the rule, what it objects to, and what would lift it.
func (e *NotAdmittedError) Error() string {
	hint := ""
	switch e.Rule {
	case "volatile":
		hint = "; AllowVolatile lifts the rule"
	case "personal":
		hint = "; AllowPersonal lifts the rule"
	}
	return fmt.Sprintf("likewise/cache: not admitted: %s (%s)%s", e.Rule, e.What, hint)
}

// admit returns the rule that keeps the answer out, or nil.
func (c *Cache) admit(q *question, a *Answer) *NotAdmittedError {
	for i := range admission {
		rule := &admission[i]
		if q.policy.Admission&rule.lifted != 0 {
			continue
		}
		if what := rule.refuse(q, a, &c.opts); what != "" {
			return &NotAdmittedError{rule.name, what}
		}
	}
	return nil
}

// ofTheMoment returns the word that makes the question one about now or
// about the asker, unless the policy allows it: its answer is nobody else's,
// so no other wording's answer is taken for it either.
func (q *question) ofTheMoment() string {
	if q.policy.Admission&AllowVolatile == 0 {
		if w := q.look().Volatile(); w != "" {
			return w
		}
	}
	if q.policy.Admission&AllowPersonal == 0 {
		return q.look().Personal()
	}
	return ""
}

// finished reports whether a finish reason means a complete answer. The
// spellings are OpenAI's, Anthropic's, Gemini's and Cohere's.
func finished(reason string) bool {
	switch reason {
	case "", "stop", "completed", "end_turn", "stop_sequence", "STOP", "COMPLETE":
		return true
	}
	return false
}

// refusals are how models begin a refusal, in lower case, with a straight
// apostrophe.
var refusals = []string{
	"i'm sorry, but i can", "i am sorry, but i can", "i'm sorry, i can", "i am sorry, i can",
	"sorry, but i can't", "sorry, i can't", "sorry, i cannot",
	"i can't help with", "i cannot help with", "i can't assist with", "i cannot assist with",
	"i can't provide", "i cannot provide", "i can't comply", "i cannot comply",
	"i can't fulfill", "i cannot fulfill", "i can't discuss", "i cannot discuss",
	"i'm unable to", "i am unable to", "i'm not able to", "i am not able to",
	"i won't be able to", "i must decline", "as an ai", "as a language model", "as a large language model",
}

// refusal returns the words with which the text declines to answer, or "".
// A long text that begins like that goes on to answer, most of the time.
func refusal(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 400 {
		return ""
	}
	start := strings.ReplaceAll(strings.ToLower(text), "\u2019", "'")
	for _, r := range refusals {
		if strings.HasPrefix(start, r) {
			return fmt.Sprintf("%q", text[:min(len(text), len(r))])
		}
	}
	return ""
}
