package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/likewise-go/likewise/embed"
)

const (
	maxAnswer  = 64 << 20 // bytes of an answer; 96 vectors of 4096 numbers are 8 MiB
	maxRefusal = 64 << 10 // bytes of an error's body
)

// post makes one request and returns the body of a good answer. An error is an
// *Error, or the cause of ctx.
func (e *Embedder) post(ctx context.Context, body []byte) ([]byte, error) {
	tctx, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(tctx, http.MethodPost, e.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, e.fail(0, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if e.o.APIKey != "" {
		req.Header.Set("Authorization", "Bearer "+e.o.APIKey)
	}
	for name, values := range e.o.Header {
		req.Header[name] = values
	}
	status, header, answer, err := roundTrip(e.o.HTTPClient, req)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil && tctx.Err() != nil:
		return nil, e.fail(status, fmt.Errorf("%w: no answer in %v", embed.ErrLate, e.o.Timeout))
	case err != nil:
		return nil, e.fail(status, err)
	case status != http.StatusOK:
		return nil, e.refuse(status, header, answer)
	}
	return answer, nil
}

// roundTrip returns status, header and the whole body, within limits.
func roundTrip(c *http.Client, req *http.Request) (int, http.Header, []byte, error) {
	resp, err := c.Do(req)
	if err != nil {
		var ue *url.Error // its text holds the URL, and with that perhaps a key
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // half a refusal is one too
		return resp.StatusCode, resp.Header, body, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = shapef("answer is longer than %d bytes", maxAnswer)
	}
	return resp.StatusCode, resp.Header, body, err
}

const (
	firstPause = 500 * time.Millisecond
	maxPause   = time.Minute
)

// retry calls try until it succeeds, fails for good, or has been called
// Retries+1 times.
func (e *Embedder) retry(ctx context.Context, try func() ([][]float32, error)) ([][]float32, error) {
	for n := 0; ; n++ {
		vectors, err := try()
		var failed *Error
		if !errors.As(err, &failed) || !failed.again || n >= e.o.Retries {
			return vectors, err
		}
		wait := pause(n, failed.RetryAfter)
		if deadline, ok := ctx.Deadline(); wait > maxPause || ok && time.Until(deadline) <= wait {
			return nil, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// pause is how long to wait after failure n, counted from 0: as long as the
// service asks, or a random time below a bound that doubles ("full jitter",
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
func pause(n int, asked time.Duration) time.Duration {
	if asked > 0 {
		return asked
	}
	bound := maxPause
	if n < 16 {
		bound = min(firstPause<<n, maxPause)
	}
	return rand.N(bound)
}
