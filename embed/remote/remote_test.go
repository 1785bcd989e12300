package remote_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/embedtest"
	"github.com/likewise-go/likewise/embed/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sk-test-0123456789"

// serve starts a server and returns options for it.
func serve(t *testing.T, h http.HandlerFunc) remote.Options {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return remote.Options{
		BaseURL: s.URL + "/v1", Model: "m", APIKey: key, Dimensions: 2, Retries: -1, HTTPClient: s.Client(),
	}
}

func open(t *testing.T, o remote.Options) *remote.Embedder {
	t.Helper()
	e, err := remote.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// texts reads the request's input.
func texts(t *testing.T, r *http.Request) []string {
	var body struct{ Input []string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		t.Error(err)
	}
	return body.Input
}

// angle is the unit vector that the test servers return for a text.
func angle(text string) []float32 {
	var a float64
	for _, b := range []byte(text) {
		a = math.Mod(a*7+float64(b), 1000)
	}
	return []float32{float32(math.Cos(a)), float32(math.Sin(a))}
}

// answer writes the vectors of texts, scaled by 3, last text first.
func answer(w io.Writer, texts []string, embedding func([]float32) any) {
	data := []map[string]any{}
	for i, text := range slices.Backward(texts) {
		v := angle(text)
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": embedding([]float32{3 * v[0], 3 * v[1]})})
	}
	json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "model": "m"})
}

func plain(v []float32) any { return v }

func inBase64(v []float32) any {
	b, _ := binary.Append(nil, binary.LittleEndian, v)
	return base64.StdEncoding.EncodeToString(b)
}

// The request and the response are the example of OpenAI's API reference,
// "Create embeddings", shortened to three dimensions.
func TestWireFormat(t *testing.T) {
	o := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if got := r.Method + " " + r.URL.String(); got != "POST /v1/embeddings" {
			t.Errorf("request line %q", got)
		}
		if r.Header.Get("Authorization") != "Bearer "+key || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("X-Team") != "search" {
			t.Errorf("header %v", r.Header)
		}
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(map[string]any{
			"input": []any{"The food was delicious and the waiter..."},
			"model": "text-embedding-ada-002",
		}, got); d != "" {
			t.Error(d)
		}
		io.WriteString(w, `{
		  "object": "list",
		  "data": [{
		    "object": "embedding",
		    "embedding": [0.0023064255, -0.009327292, -0.0028842222],
		    "index": 0
		  }],
		  "model": "text-embedding-ada-002",
		  "usage": {"prompt_tokens": 8, "total_tokens": 8}
		}`)
	})
	o.Model = "text-embedding-ada-002"
	o.Header = http.Header{"X-Team": {"search"}}
	o.Dimensions = 0
	client := *o.HTTPClient
	o.HTTPClient = &client
	client.Transport = probeless{client.Transport}
	e := open(t, o)
	vs, err := e.Embed(t.Context(), "The food was delicious and the waiter...")
	if err != nil {
		t.Fatal(err)
	}
	// By hand: the norm of the example is 0.01003178.
	for i, want := range []float64{0.2299119, -0.9297743, -0.2875085} {
		if math.Abs(float64(vs[0][i])-want) > 1e-5 {
			t.Errorf("got %v", vs[0])
		}
	}
}

// probeless answers New's probe, so that the server sees only what a test asks.
type probeless struct{ http.RoundTripper }

func (p probeless) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if !strings.Contains(string(body), `"likewise"`) {
		return p.RoundTripper.RoundTrip(r)
	}
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(`{"data":[{"embedding":[1,2,3]}]}`))}, nil
}

func TestDimensions(t *testing.T) {
	var bodies []string
	o := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		io.WriteString(w, `{"data":[{"embedding":[1,2,3]}]}`)
	})
	o.Dimensions = 0
	e := open(t, o)
	if e.Dim() != 3 {
		t.Errorf("learned dimension %d", e.Dim())
	}
	o.Dimensions = 4
	o.Base64 = true
	_, err := open(t, o).Embed(t.Context(), "x")
	if err == nil || !strings.Contains(err.Error(), "dimension 3, want 4") {
		t.Errorf("got %v", err)
	}
	if d := cmp.Diff([]string{
		`{"input":["likewise"],"model":"m"}`,
		`{"input":["x"],"model":"m","dimensions":4,"encoding_format":"base64"}`,
	}, bodies); d != "" {
		t.Error(d)
	}
	place := strings.TrimPrefix(o.BaseURL, "http://")
	if want := "remote:" + place + ":m:3"; e.ID() != want || fmt.Sprintf("%v %+v %#v", e, e, e) != want+" "+want+" "+want {
		t.Errorf("ID %q, printed %v %+v %#v", e.ID(), e, e, e)
	}
}

func TestBatches(t *testing.T) {
	for name, form := range map[string]func([]float32) any{"float": plain, "base64": inBase64} {
		t.Run(name, func(t *testing.T) {
			var sizes []int
			o := serve(t, func(w http.ResponseWriter, r *http.Request) {
				in := texts(t, r)
				sizes = append(sizes, len(in))
				answer(w, in, form)
			})
			o.BatchSize = 3
			long := strings.Repeat("y", 200<<10)
			in := []string{"a", "b", "c", "d", "ü", "e", long, long + "!", "f"}
			vs, err := open(t, o).Embed(t.Context(), in...)
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range in {
				want := angle(text)
				if math.Abs(float64(vs[i][0]-want[0])) > 1e-6 || math.Abs(float64(vs[i][1]-want[1])) > 1e-6 {
					t.Errorf("text %d: got %v, want %v", i, vs[i], want)
				}
			}
			if d := cmp.Diff([]int{3, 3, 1, 2}, sizes); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestConformance(t *testing.T) {
	o := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(w, texts(t, r), inBase64) })
	o.BatchSize, o.MaxBytes = 4, 100
	embedtest.Suite{Embedder: open(t, o), TooLong: []string{strings.Repeat("x", 101)}, Unreadable: []string{"", "\xff"}}.Run(t)
}

func TestNoTexts(t *testing.T) {
	o := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	if vs, err := open(t, o).Embed(t.Context()); len(vs) != 0 || err != nil {
		t.Errorf("got %v, %v", vs, err)
	}
}

func TestTextsThatAreNotSent(t *testing.T) {
	o := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	o.MaxBytes = 5
	e := open(t, o)
	for text, want := range map[string]error{
		"":       embed.ErrUnreadable,
		"a\xffb": embed.ErrUnreadable,
		"123456": embed.ErrTooLong,
	} {
		if _, err := e.Embed(t.Context(), "fine", text); !errors.Is(err, want) || !strings.Contains(err.Error(), "text 2") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestBadAnswers(t *testing.T) {
	nan := inBase64([]float32{float32(math.NaN()), 1}).(string)
	for body, want := range map[string]string{
		``:                                          "unexpected end of JSON",
		`{"data":[{"embedding":[1,2`:                "unexpected end of JSON",
		`<html>`:                                    "invalid character",
		`{"data":[]}`:                               "0 vectors for 1 texts",
		`{}`:                                        "0 vectors for 1 texts",
		`{"data":[{"embedding":[1,2]},{}]}`:         "2 vectors for 1 texts",
		`{"data":[{"embedding":[1,2,3]}]}`:          "dimension 3, want 2",
		`{"data":[{"embedding":[]}]}`:               "dimension 0, want 2",
		`{"data":[{}]}`:                             "dimension 0, want 2",
		`{"data":[{"embedding":[0,0]}]}`:            "is zero",
		`{"data":[{"embedding":[NaN,1]}]}`:          "invalid character",
		`{"data":[{"embedding":[null,1]}]}`:         "null in it",
		`{"data":[{"embedding":[1e39,1]}]}`:         "cannot unmarshal",
		`{"data":[{"embedding":"` + nan + `"}]}`:    "is not finite",
		`{"data":[{"embedding":"AAAA"}]}`:           "3 bytes",
		`{"data":[{"embedding":"!"}]}`:              "illegal base64",
		`{"data":[{"index":1,"embedding":[1,2]}]}`:  "index 1",
		`{"data":[{"index":-1,"embedding":[1,2]}]}`: "index -1",
	} {
		o := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
		_, err := open(t, o).Embed(t.Context(), "x")
		var re *remote.Error
		if !errors.As(err, &re) || re.Status != 200 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
	}
	o := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"data":[{"index":0,"embedding":[1,2]},{"index":0,"embedding":[1,2]}]}`)
	})
	if _, err := open(t, o).Embed(t.Context(), "x", "y"); err == nil || !strings.Contains(err.Error(), "there twice") {
		t.Errorf("index twice: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		status        int
		body          string
		message, code string
		tooLong       bool
	}{
		// The wordings come from the services' code and issue trackers.
		{400, `{"error":{"message":"This model's maximum context length is 8192 tokens, however you requested 8610 tokens (8610 in your prompt; 0 for the completion).","type":"invalid_request_error","param":null,"code":null}}`, "This model's maximum", "", true},
		{400, `{"error":{"message":"Illegal param: prefill 744 tokens exceed n_ctx_per_seq","type":"invalid_request_error","code":400}}`, "Illegal param", "400", true},
		{413, "{\"message\":\"Input validation error: `inputs` must have less than 512 tokens. Given: 534\",\"type\":\"validation\",\"code\":413}", "Input validation error", "413", true},
		{500, `{"error":{"code":500,"message":"input is too large to process. increase the physical batch size","type":"server_error"}}`, "input is too large", "500", true},
		{400, `{"error":"the input length exceeds the context length"}`, "the input length", "", true},
		{400, `{"error":{"message":"too long","code":"context_length_exceeded"}}`, "too long", "context_length_exceeded", true},
		{429, `{"error":{"message":"Rate limit reached: too many tokens per min","code":"rate_limit_exceeded"}}`, "Rate limit", "rate_limit_exceeded", false},
		{401, `{"error":{"message":"Incorrect API key provided: ` + key + `.","code":"invalid_api_key"}}`, "Incorrect API key provided: [redacted].", "invalid_api_key", false},
		{404, `{"detail":"Not Found"}`, "Not Found", "", false},
		{422, `{"detail":[{"loc":["body","input"]}]}`, `{"detail"`, "", false},
		{502, "<html>\n<h1>Bad\tGateway</h1>", "<html> <h1>Bad Gateway</h1>", "", false},
		{503, strings.Repeat("é", 4000), "éé", "", false},
	} {
		o := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		_, err := open(t, o).Embed(t.Context(), "x")
		var re *remote.Error
		if !errors.As(err, &re) || re.Status != c.status || !strings.HasPrefix(re.Message, c.message) || re.Code != c.code || errors.Is(err, embed.ErrTooLong) != c.tooLong {
			t.Errorf("%d %.60s: got %+v", c.status, c.body, re)
		}
		if s := err.Error(); strings.Contains(s, key) || len(s) > 500 || !strings.Contains(s, strconv.Itoa(c.status)) {
			t.Errorf("error text %q", s)
		}
	}
}

func TestKeysStayHidden(t *testing.T) {
	const inURL, inHeader = "secret-in-url", "secret-in-header"
	boom := errors.New("boom: " + key + " " + inURL + " " + inHeader)
	o := remote.Options{
		BaseURL: "https://me:secret-password@embed.example/v1?api-version=2024-10-21&key=" + inURL, Model: "m", APIKey: key, Dimensions: 2, Retries: -1,
		Header: http.Header{"Api-Key": {inHeader}},
	}
	o.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if got := r.URL.Path + "?" + r.URL.RawQuery; got != "/v1/embeddings?api-version=2024-10-21&key="+inURL || r.Header.Get("api-key") != inHeader {
			t.Errorf("sent %s, %v", got, r.Header)
		}
		return nil, boom
	})}
	e := open(t, o)
	_, err := e.Embed(t.Context(), "x")
	if !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	o.BaseURL = "ftp://" + key
	_, wrong := remote.New(t.Context(), o)
	for _, s := range []string{err.Error(), fmt.Sprintf("%+v", err), wrong.Error(), e.ID(), fmt.Sprintf("%#v", e)} {
		if strings.Contains(s, "sk-test") || strings.Contains(s, "secret") {
			t.Errorf("a key shows in %q", s)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOptionsNameEveryProblem(t *testing.T) {
	_, err := remote.New(t.Context(), remote.Options{BaseURL: "api.openai.com", Dimensions: -1, BatchSize: -1, MaxBytes: -1, Retries: -2, Timeout: -1})
	for _, field := range []string{"BaseURL", "Model", "Dimensions", "BatchSize", "MaxBytes", "Retries is -2, want -1 or more", "Timeout"} {
		if err == nil || !strings.Contains(err.Error(), "Options."+field) {
			t.Errorf("%s is not named in %v", field, err)
		}
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	o := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // or the server does not see the client go
		cancel(gone)
		<-r.Context().Done()
	})
	if _, err := open(t, o).Embed(ctx, "x"); err != gone { //nolint:errorlint // the very cause
		t.Errorf("got %v", err)
	}
}

func Example() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"data":[{"index":0,"embedding":[3,4]}]}`)
	}))
	defer s.Close()

	e, err := remote.New(context.Background(), remote.Options{BaseURL: s.URL + "/v1", Model: "any"})
	if err != nil {
		fmt.Println(err)
		return
	}
	vectors, err := e.Embed(context.Background(), "where is my card?")
	fmt.Println(e.Dim(), vectors, err)
	// Output: 2 [[0.6 0.8]] <nil>
}
