package remote_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/remote"
)

const good = `{"data":[{"embedding":[3,4]}]}`

// reply is one answer of a scripted service.
type reply struct {
	status int // 0 fails with err
	header http.Header
	body   string
	err    error
	hang   bool // until the request is cancelled
}

// scripted is a service that gives its replies in order, under a simulated
// clock, and notes when it was asked.
type scripted struct {
	replies []reply
	asked   []time.Duration // since start
	start   time.Time
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, time.Since(s.start))
	reply := reply{status: 200, body: good}
	if len(s.asked) <= len(s.replies) {
		reply = s.replies[len(s.asked)-1]
	}
	if reply.hang {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if reply.status == 0 {
		return nil, reply.err
	}
	if body, err := io.ReadAll(r.Body); err != nil || !strings.Contains(string(body), `"x"`) {
		return nil, errors.New("a retry sends the whole body again")
	}
	body := io.Reader(strings.NewReader(reply.body))
	if reply.err != nil {
		body = io.MultiReader(body, failing{reply.err})
	}
	return &http.Response{StatusCode: reply.status, Header: reply.header, Body: io.NopCloser(body), Request: r}, nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// play embeds one text at a service that gives replies.
func play(t *testing.T, ctx context.Context, retries int, replies ...reply) (*scripted, [][]float32, error) { //nolint:revive // t first, as in tests
	t.Helper()
	s := &scripted{replies: replies, start: time.Now()}
	e, err := remote.New(ctx, remote.Options{
		BaseURL: "https://embed.example/v1", Model: "m", Dimensions: 2, Timeout: 10 * time.Second, Retries: retries,
		HTTPClient: &http.Client{Transport: s},
	})
	if err != nil {
		t.Fatal(err)
	}
	vs, err := e.Embed(ctx, "x")
	return s, vs, err
}

func TestRetriesWhatMayPass(t *testing.T) {
	for name, r := range map[string]reply{
		"408":          {status: 408},
		"409":          {status: 409},
		"429":          {status: 429},
		"500":          {status: 500},
		"503":          {status: 503},
		"529":          {status: 529},
		"reset":        {err: &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}},
		"cut off":      {status: 200, body: good[:10], err: io.ErrUnexpectedEOF},
		"cut JSON":     {status: 200, body: good[:10]},
		"slow":         {hang: true},
		"should retry": {status: 400, header: http.Header{"X-Should-Retry": {"true"}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, vs, err := play(t, t.Context(), 0, r, r)
			if err != nil || len(vs) != 1 || len(s.asked) != 3 {
				t.Errorf("%s: %v, %v, asked %v", name, vs, err, s.asked)
			}
			s, _, err = play(t, t.Context(), 0, r, r, r)
			var re *remote.Error
			if !errors.As(err, &re) || re.Status != r.status || len(s.asked) != 3 {
				t.Errorf("%s, always: %v, asked %v", name, err, s.asked)
			}
			if r.err != nil && !errors.Is(err, r.err) || r.hang && !errors.Is(err, embed.ErrLate) {
				t.Errorf("%s: cause is lost in %v", name, err)
			}
			if s, _, err = play(t, t.Context(), -1, r); err == nil || len(s.asked) != 1 {
				t.Errorf("%s, no retries: %v, asked %v", name, err, s.asked)
			}
		})
	}
}

func TestDoesNotRetryWhatStays(t *testing.T) {
	for name, r := range map[string]reply{
		"400":         {status: 400},
		"401":         {status: 401},
		"404":         {status: 404},
		"quota":       {status: 429, body: `{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}`},
		"told not to": {status: 500, header: http.Header{"X-Should-Retry": {"false"}}},
		"too long":    {status: 500, body: `{"error":{"message":"input is too large to process"}}`},
		"wrong shape": {status: 200, body: `{"data":[]}`},
		"later":       {status: 429, header: http.Header{"Retry-After": {"61"}}},
		"much later":  {status: 429, header: http.Header{"Retry-After": {"1e99"}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			if s, _, err := play(t, t.Context(), 5, r); err == nil || len(s.asked) != 1 {
				t.Errorf("%s: %v, asked %v", name, err, s.asked)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		header http.Header
		want   time.Duration
	}{
		{http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		{http.Header{"Retry-After": {"0.25"}}, 250 * time.Millisecond},
		{http.Header{"Retry-After-Ms": {"1500"}, "Retry-After": {"7"}}, 1500 * time.Millisecond},
		{http.Header{"Retry-After-Ms": {"soon"}, "Retry-After": {"7"}}, 7 * time.Second},
		// The bubble's clock starts at midnight UTC 2000-01-01, a Saturday.
		{http.Header{"Retry-After": {"Sat, 01 Jan 2000 00:00:42 GMT"}}, 42 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, _, err := play(t, t.Context(), 0, reply{status: 429, header: c.header})
			if err != nil || len(s.asked) != 2 || s.asked[1] != c.want {
				t.Errorf("%v: %v, asked %v", c.header, err, s.asked)
			}
			_, _, err = play(t, t.Context(), -1, reply{status: 429, header: http.Header{"Retry-After": {"7"}}})
			var re *remote.Error
			if !errors.As(err, &re) || re.RetryAfter != 7*time.Second {
				t.Errorf("got %+v", re)
			}
		})
	}
	for _, useless := range []string{"-5", "NaN", "soon", "Sat, 01 Jan 1990 00:00:00 GMT", ""} {
		synctest.Test(t, func(t *testing.T) {
			s, _, err := play(t, t.Context(), 0, reply{status: 429, header: http.Header{"Retry-After": {useless}}})
			if err != nil || len(s.asked) != 2 || s.asked[1] > 500*time.Millisecond {
				t.Errorf("%q: %v, asked %v", useless, err, s.asked)
			}
		})
	}
}

func TestBackoffGrowsWithFullJitter(t *testing.T) {
	const tries = 10
	var longest [tries]time.Duration
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			s, _, _ := play(t, t.Context(), tries, make([]reply, tries+1)...)
			for i := range tries {
				longest[i] = max(longest[i], s.asked[i+1]-s.asked[i])
			}
		})
	}
	for i, got := range longest {
		bound := min(500*time.Millisecond<<i, time.Minute)
		if got > bound || got < bound*9/10 { // 200 draws all below 0.9 of the bound: chance 7e-10
			t.Errorf("longest wait after failure %d is %v, want just under %v", i+1, got, bound)
		}
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := reply{status: 429, header: http.Header{"Retry-After": {"7"}}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		s, _, err := play(t, ctx, 0, slow)
		var re *remote.Error
		if !errors.As(err, &re) || re.Status != 429 || time.Since(s.start) != 0 {
			t.Errorf("waiting past the deadline is of no use: got %v after %v", err, time.Since(s.start))
		}
		gone := errors.New("gone")
		ctx, stop := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { stop(gone) })
		s, _, err = play(t, ctx, 0, slow)
		if !errors.Is(err, gone) || time.Since(s.start) != 3*time.Second {
			t.Errorf("got %v after %v", err, time.Since(s.start))
		}
	})
}
