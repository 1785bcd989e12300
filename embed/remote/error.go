package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/likewise-go/likewise/embed"
)

// Error is a request that failed, after all retries.
type Error struct {
	Place   string // host and path of the service
	Status  int    // HTTP status; 0 if there was no answer
	Message string // what the service says, shortened, without keys
	Type    string // error.type of the service, like "invalid_request_error"
	Code    string // error.code of the service, like "context_length_exceeded"

	// RetryAfter is how long the service asks to wait; 0 if it does not say.
	RetryAfter time.Duration

	// Err is the cause, if there is one to match with errors.Is:
	// embed.ErrTooLong, embed.ErrLate, an error of net or io or encoding/json.
	Err error

	again bool // it may pass
}

// Error returns, in one line, the place, the status, and what went wrong.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("embed/remote: " + e.Place)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// fail is an Error without a message of the service.
func (e *Embedder) fail(status int, err error) *Error {
	var shape shapeError
	return &Error{Place: e.place, Status: status, Err: e.redactErr(err), again: !errors.As(err, &shape)}
}

// refuse is the Error of an answer that is not 200. The body is
// {"error":{"message","type","code"}} at OpenAI, {"error":"..."} at Ollama,
// {"message","type","code"} at older vLLM, {"detail"} at FastAPI, or no JSON.
func (e *Embedder) refuse(status int, h http.Header, body []byte) *Error {
	err := &Error{Place: e.place, Status: status, RetryAfter: retryAfter(h)}
	var outer struct {
		Error  json.RawMessage `json:"error"`
		Detail string          `json:"detail"`
		detail
	}
	_ = json.Unmarshal(body, &outer) // what it could not read stays empty
	d := outer.detail
	if json.Unmarshal(outer.Error, &d) != nil {
		_ = json.Unmarshal(outer.Error, &d.Message)
	}
	err.Message = d.Message
	if err.Message == "" {
		err.Message = outer.Detail
	}
	if err.Message == "" {
		err.Message = string(body)
	}
	err.Message, err.Type, err.Code = e.tidy(err.Message), d.Type, d.code()
	switch {
	case tooLong(status, err.Code, err.Message):
		err.Err = embed.ErrTooLong
	case h.Get("X-Should-Retry") != "":
		err.again = h.Get("X-Should-Retry") == "true"
	default:
		err.again = passing(status) && err.Code != "insufficient_quota"
	}
	return err
}

type detail struct {
	Message string          `json:"message"`
	Type    string          `json:"type"`
	Code    json.RawMessage `json:"code"` // a string or null at OpenAI, a number at others
}

func (d detail) code() string {
	if string(d.Code) == "null" {
		return ""
	}
	return strings.Trim(string(d.Code), `"`)
}

func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// tooLong recognises what services say of a text over the window; the wordings
// are those of OpenAI and vLLM, text-embeddings-inference, llama.cpp (which
// answers 500), Ollama, and Cohere's and Mistral's compatible endpoints.
func tooLong(status int, code, message string) bool {
	if status == http.StatusTooManyRequests { // limits of a rate speak of tokens too
		return false
	}
	if code == "context_length_exceeded" {
		return true
	}
	m := strings.ToLower(message)
	for _, s := range []string{
		"maximum context length",
		"must have less than", // ... 512 tokens
		"input is too large to process",
		"exceed n_ctx",
		"exceeds the context length",
		"larger than the max context size",
		"too many tokens",
		"input is too long",
	} {
		if strings.Contains(m, s) {
			return true
		}
	}
	return false
}

const maxMessage = 300 // bytes of a service's message that go into an Error

// tidy makes one short line of a service's words, without keys.
func (e *Embedder) tidy(s string) string {
	s = e.redact(strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "?"))
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "..."
	}
	return s
}

func (e *Embedder) redact(s string) string {
	for _, secret := range e.secrets {
		s = strings.ReplaceAll(s, secret, "[redacted]")
	}
	return s
}

// redactErr hides what an error says if that holds a key. What it is stays.
func (e *Embedder) redactErr(err error) error {
	if s := err.Error(); e.redact(s) != s {
		return redacted{err, e.redact(s)}
	}
	return err
}

type redacted struct {
	err  error
	text string
}

func (r redacted) Error() string { return r.text }

// Is keeps errors.Is working, without handing out the error itself.
func (r redacted) Is(target error) bool { return errors.Is(r.err, target) }

// retryAfter reads how long a service asks to wait: retry-after-ms, or
// Retry-After in seconds or as a date (RFC 9110, section 10.2.3).
func retryAfter(h http.Header) time.Duration {
	if d, ok := parseDelay(h.Get("Retry-After-Ms"), time.Millisecond); ok {
		return d
	}
	s := h.Get("Retry-After")
	if d, ok := parseDelay(s, time.Second); ok {
		return d
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

func parseDelay(s string, unit time.Duration) (time.Duration, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	return time.Duration(min(f*float64(unit), float64(24*time.Hour))), true
}
