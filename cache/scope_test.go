package cache_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/likewise-go/likewise/cache"
)

// Every field of a scope, varied one at a time: an entry of the base scope
// must not be found from any of the others, by neither step.
func TestNothingCrossesAScope(t *testing.T) {
	base := cache.Scope{
		Tenant: "acme", Model: "m", System: "s",
		History: []cache.Turn{{"user", "hi"}, {"assistant", "hello"}},
		Tools:   json.RawMessage(`[{"name":"f"}]`), Format: json.RawMessage(`{"type":"text"}`),
		Params: json.RawMessage(`{"temperature":0.5,"seed":9007199254740993}`),
	}
	others := map[string]func(*cache.Scope){
		"tenant":        func(s *cache.Scope) { s.Tenant = "acme2" },
		"no tenant":     func(s *cache.Scope) { s.Tenant = "" },
		"model":         func(s *cache.Scope) { s.Model = "m2" },
		"system":        func(s *cache.Scope) { s.System = "s " },
		"shifted":       func(s *cache.Scope) { s.Tenant, s.Model = s.Model, s.Tenant },
		"turn":          func(s *cache.Scope) { s.History[1].Text = "hello!" },
		"role":          func(s *cache.Scope) { s.History[1].Role = "user" },
		"fewer turns":   func(s *cache.Scope) { s.History = s.History[:1] },
		"no turns":      func(s *cache.Scope) { s.History = nil },
		"turns swapped": func(s *cache.Scope) { s.History[0], s.History[1] = s.History[1], s.History[0] },
		"tools":         func(s *cache.Scope) { s.Tools = json.RawMessage(`[{"name":"g"}]`) },
		"no tools":      func(s *cache.Scope) { s.Tools = nil },
		"format":        func(s *cache.Scope) { s.Format = json.RawMessage(`{"type":"json_object"}`) },
		"params":        func(s *cache.Scope) { s.Params = json.RawMessage(`{"temperature":0.6,"seed":9007199254740993}`) },
		"large number":  func(s *cache.Scope) { s.Params = json.RawMessage(`{"temperature":0.5,"seed":9007199254740992}`) },
		"tools moved":   func(s *cache.Scope) { s.Format, s.Tools = s.Tools, s.Format },
		"zero":          func(s *cache.Scope) { *s = cache.Scope{} },
	}
	c := open(t, "", &compass{}, nil)
	put(t, c, cache.Query{Scope: base, Text: "0 q"}, "base")
	for name, change := range others {
		s := base
		s.History = append([]cache.Turn(nil), base.History...)
		change(&s)
		wantLookup(t, c, cache.Query{Scope: s, Text: "0 q"}, "miss")
		wantLookup(t, c, cache.Query{Scope: s, Text: "1 q"}, "miss")
		put(t, c, cache.Query{Scope: s, Text: "0 q"}, name)
	}
	wantLookup(t, c, cache.Query{Scope: base, Text: "0 q"}, "exact base")
	wantLookup(t, c, cache.Query{Scope: base, Text: "1 q"}, "semantic base")
	if s := c.Stats(); s.Partitions != len(others)+1 {
		t.Errorf("partitions = %d, want %d", s.Partitions, len(others)+1)
	}
}

// The same JSON in another order and spelling is the same scope.
func TestScopeIsCanonical(t *testing.T) {
	c := open(t, "", &compass{}, nil)
	put(t, c, cache.Query{Scope: cache.Scope{Params: json.RawMessage(`{"b":[1,2],"a":{"y":1e2,"x":"\u00e9"}}`)}, Text: "0 q"}, "A")
	wantLookup(t, c, cache.Query{Scope: cache.Scope{Params: json.RawMessage(" { \"a\" : {\"x\":\"é\",\"y\":100.0}, \"b\":[1, 2] } ")}, Text: "0 q"}, "exact A")
	wantLookup(t, c, cache.Query{Scope: cache.Scope{Params: json.RawMessage(`{"b":[2,1],"a":{"y":1e2,"x":"é"}}`)}, Text: "0 q"}, "miss")
}

// The key of an entry is the SHA-256 of the canonical JSON of scope and text.
// The expected JSON is what Python's json.dumps(v, sort_keys=True,
// separators=(",", ":"), ensure_ascii=False) prints for it.
func TestKeyIsSHA256OfCanonicalJSON(t *testing.T) {
	c := open(t, "", nil, nil)
	q := cache.Query{
		Scope: cache.Scope{
			Tenant: "a\"c\\me", System: "line\nbreak\ttab\u0001\u007f\u2028", Model: "gpt",
			History: []cache.Turn{{Role: "user", Text: "hi"}},
			Tools:   json.RawMessage(`[ {"z":1, "a":null} ]`), Params: json.RawMessage(`{"t":0.10, "n":3}`), Format: json.RawMessage(`"text"`),
		},
		Text: "How? é \U0001f600 </script>",
	}
	const scope = `{"format":"text","history":[{"role":"user","text":"hi"}],"model":"gpt","params":{"n":3,"t":0.1},` +
		`"system":"line\nbreak\ttab\u0001` + "\u007f\u2028" + `","tenant":"a\"c\\me","tools":[{"a":null,"z":1}]}`
	const whole = `{"scope":` + scope + `,"text":"How? é ` + "\U0001f600" + ` </script>"}`
	id := put(t, c, q, "A")
	e, err := c.Entry(t.Context(), id.Entry)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte(whole)); e.Key != hex.EncodeToString(sum[:]) {
		t.Errorf("key = %s, want SHA-256 of %s", e.Key, whole)
	}
	if sum := sha256.Sum256([]byte(scope)); e.Scope != hex.EncodeToString(sum[:]) {
		t.Errorf("scope = %s, want SHA-256 of %s", e.Scope, scope)
	}
}

// Our strings against those of encoding/json, for any text: what they decode
// to must be equal, and no two scopes may share a key.
func TestKeysDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 12, -1)
		gen := rapid.Custom(func(t *rapid.T) cache.Scope {
			return cache.Scope{Tenant: text.Draw(t, "tenant"), Model: text.Draw(t, "model"), System: text.Draw(t, "system")}
		})
		a, b := gen.Draw(t, "a"), gen.Draw(t, "b")
		ha, err := cache.ScopeHash(a)
		if err != nil {
			t.Skip(err)
		}
		hb, err := cache.ScopeHash(b)
		if err != nil {
			t.Skip(err)
		}
		same := a.Tenant == b.Tenant && a.Model == b.Model && a.System == b.System
		if same != (ha == hb) {
			t.Fatalf("%+v and %+v: equal %v, hashes equal %v", a, b, same, ha == hb)
		}
	})
}
