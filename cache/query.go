package cache

import (
	"encoding/json"
	"time"
)

// A Query is one question in its scope.
type Query struct {
	Scope Scope
	Text  string // the last user turn; the only part compared by meaning

	MaxAge    time.Duration // an answer older than this is not taken; 0: any age
	MaxStale  time.Duration // take an answer that expired at most this long ago; 0: none
	Threshold float64       // stricter than the cache's, if higher; 0: the cache's
	Exact     bool          // the same question in the same words only
	NoLookup  bool          // do not answer from the cache (Outcome Bypass), but store
	NoStore   bool          // answer from the cache, but do not store
}

// A Scope is everything besides the question that an answer depends on.
// Two questions meet only when their scopes are equal in every field: the
// scope is hashed (SHA-256 over canonical JSON, RFC 8785) and selects a
// partition, and nothing crosses it. The zero Scope is a scope too.
type Scope struct {
	Tenant  string          // whose answer it is: customer, user, credential's hash
	Model   string          // the model that answers
	System  string          // the system prompt
	History []Turn          // the turns before Query.Text, oldest first
	Tools   json.RawMessage // tools on offer; any JSON value
	Format  json.RawMessage // the response format asked for; any JSON value
	Params  json.RawMessage // sampling parameters and all else that selects; any JSON value
}

// A Turn is one earlier message of a conversation.
type Turn struct {
	Role string // "user", "assistant", ...
	Text string
}

// An Answer is what a question was answered with, and what it cost.
type Answer struct {
	Text   string          `json:"text"`
	Data   json.RawMessage `json:"data,omitempty"`   // anything else to give back with it, as JSON
	Model  string          `json:"model,omitempty"`  // the model that really answered
	Finish string          `json:"finish,omitempty"` // finish reason as the provider spells it; "" counts as complete
	Tool   bool            `json:"tool,omitempty"`   // it is a tool call, not an answer: never stored
	Refuse bool            `json:"refuse,omitempty"` // the model refused: never stored
	Usage  Usage           `json:"usage,omitzero"`
	Tags   []string        `json:"tags,omitempty"`   // for Invalidate
	TTL    time.Duration   `json:"ttl_ns,omitempty"` // 0: the scope's; negative: do not store
}

// Usage is what an answer cost when it was made.
type Usage struct {
	InputTokens  int     `json:"input_tokens,omitempty"`
	OutputTokens int     `json:"output_tokens,omitempty"`
	Cost         float64 `json:"cost,omitempty"` // in the caller's currency, usually US dollars
}
