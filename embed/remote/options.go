package remote

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Options describe a service. BaseURL and Model are needed; for the rest the
// zero value is the default.
type Options struct {
	BaseURL string // up to the /embeddings, usually with /v1; a query is sent along
	Model   string // as the service calls it
	APIKey  string // sent as a bearer token; "" sends none

	// Dimensions asks for vectors of this length (OpenAI: text-embedding-3 and
	// later) and rejects others. 0 takes the model's own length, which New
	// learns with one request.
	Dimensions int

	BatchSize int // texts in a request at most; 0 is 96
	MaxBytes  int // of a text; a longer one is ErrTooLong without a request; 0 leaves it to the service

	// Base64 asks for vectors in base64, a third of the bytes. Vectors are
	// understood in either form whatever was asked for.
	Base64 bool

	Timeout time.Duration // of each request; 0 is 30 s

	// Retries is how often a request is made again, at most, after a failure
	// that may pass: no connection, a timeout, an answer that is cut off, 408,
	// 409, 429 and 5xx. The wait between is what the service asks for
	// (Retry-After, retry-after-ms), or random between 0 and half a second,
	// twice as much each time. It does not wait past ctx's deadline, nor for
	// more than a minute: then the failure is returned at once.
	// 0 is 2; -1 is none.
	Retries int

	HTTPClient *http.Client // nil is http.DefaultClient
	Header     http.Header  // sent with each request, after the headers that New sets itself
}

const (
	defaultBatchSize = 96
	defaultTimeout   = 30 * time.Second
	defaultRetries   = 2
)

func (o Options) withDefaults() Options {
	if o.BatchSize == 0 {
		o.BatchSize = defaultBatchSize
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	switch o.Retries {
	case 0:
		o.Retries = defaultRetries
	case -1:
		o.Retries = 0
	}
	if o.HTTPClient == nil {
		o.HTTPClient = http.DefaultClient
	}
	o.Header = o.Header.Clone()
	return o
}

// check returns the parsed BaseURL, or everything that is wrong.
func (o Options) check() (*url.URL, error) {
	var errs []error
	wrong := func(field string, value any, want string) {
		errs = append(errs, fmt.Errorf("embed/remote: Options.%s is %v, want %s", field, value, want))
	}
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		// The value is not shown: it may hold a key.
		errs = append(errs, errors.New("embed/remote: Options.BaseURL: want a URL like https://api.openai.com/v1"))
	}
	if o.Model == "" {
		wrong("Model", `""`, "the name of an embedding model")
	}
	for _, f := range []struct {
		name       string
		value, min int
	}{{"Dimensions", o.Dimensions, 0}, {"BatchSize", o.BatchSize, 0}, {"MaxBytes", o.MaxBytes, 0}, {"Retries", o.Retries, -1}} {
		if f.value < f.min {
			wrong(f.name, f.value, fmt.Sprintf("%d or more", f.min))
		}
	}
	if o.Timeout < 0 {
		wrong("Timeout", o.Timeout, "0 or more")
	}
	return u, errors.Join(errs...)
}

// secrets are the strings that must not appear in an error, though a service
// may send them back.
func (o Options) secrets(u *url.URL) []string {
	var s []string
	add := func(v string) {
		if len(v) >= 6 { // shorter ones are no keys, and would hide ordinary words
			s = append(s, v)
		}
	}
	add(o.APIKey)
	if p, ok := u.User.Password(); ok {
		add(p)
	}
	for _, vs := range u.Query() {
		for _, v := range vs {
			add(v)
		}
	}
	for _, vs := range o.Header {
		for _, v := range vs {
			add(v)
		}
	}
	return s
}
