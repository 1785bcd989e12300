package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/likewise-go/likewise/cache"
)

// A Question is one line of a stream to replay.
type Question struct {
	Query  cache.Query
	Intent string // questions of one intent have one answer; "": not known
	Answer string // the answer on record; "": none
}

const wantQuestion = `{"text":TEXT,"intent":TEXT} or {"messages":[{"role":TEXT,"content":TEXT}]}`

// streamLine is a line of either kind. The fields below Answer put the
// question in a scope of its own; they may be missing.
type streamLine struct {
	Text     string    `json:"text"`
	Intent   string    `json:"intent"`
	Messages []message `json:"messages"`
	Answer   string    `json:"answer"`
	Tenant   string    `json:"tenant"`
	Model    string    `json:"model"`
	System   string    `json:"system"`
}

// ReadStream reads files of JSON lines, each a question with its intent
// ({"text","intent"}) or a chat in OpenAI's form ({"messages":[...]}), whose
// last user turn is the question, the turns before it (system prompt
// included) its scope, and an assistant turn after it the answer on record.
// The name "-" is stdin. Errors are *InputError.
func ReadStream(stdin io.Reader, files ...string) ([]Question, error) {
	var qs []Question
	for line, err := range Lines(stdin, files...) {
		if err != nil {
			return nil, err
		}
		q, err := parseQuestion(&line)
		if err != nil {
			return nil, err
		}
		qs = append(qs, q)
	}
	return qs, nil
}

func parseQuestion(line *Line) (Question, error) {
	var v streamLine
	if err := line.Decode(&v, wantQuestion); err != nil {
		return Question{}, err
	}
	q := Question{Intent: v.Intent, Answer: v.Answer}
	q.Query.Scope = cache.Scope{Tenant: v.Tenant, Model: v.Model, System: v.System}
	switch {
	case len(v.Messages) > 0 && v.Text != "":
		return q, line.Errorf(wantQuestion, `both "text" and "messages" are given`)
	case len(v.Messages) > 0:
		return q, q.fromChat(line, v.Messages)
	case strings.TrimSpace(v.Text) == "":
		return q, line.Errorf(wantQuestion, `"text" is missing or empty`)
	case v.Intent == "":
		return q, line.Errorf(wantQuestion, `"intent" is missing or empty`)
	}
	q.Query.Text = v.Text
	return q, nil
}

// message is one turn of a chat. Its content is a text, or a list of parts.
type message struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
	raw     json.RawMessage
	more    bool // it has other members: tool calls, a name
}

// UnmarshalJSON keeps the message as it was, too.
func (m *message) UnmarshalJSON(b []byte) error {
	type plain message
	var all map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(b, (*plain)(m)), json.Unmarshal(b, &all)); err != nil {
		return err
	}
	m.raw, m.more = append(m.raw, b...), len(all) > 2
	return nil
}

// text returns the message's text, and whether there is nothing else in it
// (images, audio, tool calls).
func (m *message) text() (text string, only bool) {
	if json.Unmarshal(m.Content, &text) == nil && text != "" {
		return text, true
	}
	var parts []struct{ Type, Text string }
	if json.Unmarshal(m.Content, &parts) != nil || parts == nil {
		return "", false
	}
	var b strings.Builder
	only = true
	for _, p := range parts {
		if p.Type != "text" {
			only = false
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Text)
	}
	return b.String(), only
}

// fromChat makes the last user turn the question. One with more in it than
// text is left to the exact step, and selects its scope.
func (q *Question) fromChat(line *Line, chat []message) error {
	last := -1
	for i := range chat {
		if chat[i].Role == "" {
			return line.Errorf(wantQuestion, `message %d has no "role"`, i+1)
		}
		if chat[i].Role == "user" {
			last = i
		}
	}
	if last < 0 {
		return line.Errorf(`a message with the role "user"`, "no user turn in %d messages", len(chat))
	}
	text, only := chat[last].text()
	if strings.TrimSpace(text) == "" {
		return line.Errorf("a content with text in it", "the last user turn, message %d, has no text", last+1)
	}
	q.Query.Text = text
	if !only {
		q.Query.Exact = true
		q.Query.Scope.Params = chat[last].Content
	}
	for i := range chat[:last] {
		q.addTurn(&chat[i])
	}
	if q.Answer == "" && last+1 < len(chat) && chat[last+1].Role == "assistant" {
		q.Answer, _ = chat[last+1].text()
	}
	return nil
}

func (q *Question) addTurn(m *message) {
	text, only := m.text()
	if !only || m.more {
		text = string(m.raw)
	}
	s := &q.Query.Scope
	if m.Role == "system" && s.System == "" && len(s.History) == 0 {
		s.System = text
		return
	}
	s.History = append(s.History, cache.Turn{Role: m.Role, Text: text})
}

// canned returns the scripted answer to the question: the one on record, or
// one that names the intent.
func (q *Question) canned() string {
	switch {
	case q.Answer != "":
		return q.Answer
	case q.Intent != "":
		return fmt.Sprintf("(the answer to %s)", q.Intent)
	}
	return fmt.Sprintf("(the answer to %q)", q.Query.Text)
}
