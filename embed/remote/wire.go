package remote

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// request is the body of POST /embeddings, as documented at
// https://platform.openai.com/docs/api-reference/embeddings/create.
type request struct {
	Input          []string `json:"input"`
	Model          string   `json:"model"`
	Dimensions     int      `json:"dimensions,omitempty"`
	EncodingFormat string   `json:"encoding_format,omitempty"`
}

func encode(o *Options, texts []string) ([]byte, error) {
	r := request{Input: texts, Model: o.Model, Dimensions: o.Dimensions}
	if o.Base64 {
		r.EncodingFormat = "base64"
	}
	return json.Marshal(r)
}

type response struct {
	Data []struct {
		Index     *int   `json:"index"` // some services leave it out and keep the order
		Embedding vector `json:"embedding"`
	} `json:"data"`
}

// shapeError is an answer that is JSON but not what was asked for. Asking again
// would bring the same.
type shapeError struct{ error }

func shapef(format string, args ...any) error { return shapeError{fmt.Errorf(format, args...)} }

// decode returns the n unit vectors of an answer in the order of the request.
// dim is 0 for any length.
func decode(body []byte, n, dim int) ([][]float32, error) {
	var r response
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("cannot read the answer: %w", err)
	}
	if len(r.Data) != n {
		return nil, shapef("%d vectors for %d texts", len(r.Data), n)
	}
	vectors := make([][]float32, n)
	for at, d := range r.Data {
		if d.Index != nil {
			at = *d.Index
		}
		if at < 0 || at >= n || vectors[at] != nil {
			return nil, shapef("vector with index %d, which is out of range or there twice, for %d texts", at, n)
		}
		if dim == 0 {
			dim = len(d.Embedding)
		}
		if len(d.Embedding) != dim || dim == 0 {
			return nil, shapef("vector %d has dimension %d, want %d", at, len(d.Embedding), dim)
		}
		if err := normalize(d.Embedding); err != nil {
			return nil, shapef("vector %d %w", at, err)
		}
		vectors[at] = d.Embedding
	}
	return vectors, nil
}

// normalize scales v to unit length.
func normalize(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	switch {
	case math.IsNaN(sum) || math.IsInf(sum, 0):
		return errors.New("is not finite")
	case sum == 0:
		return errors.New("is zero")
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return nil
}

// vector is an embedding on the wire: an array of numbers, or a string of
// little-endian float32s in base64.
type vector []float32

// UnmarshalJSON implements [json.Unmarshaler].
func (v *vector) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		var b []byte // encoding/json reads a []byte as standard base64
		if err := json.Unmarshal(raw, &b); err != nil {
			return shapeError{err}
		}
		if len(b)%4 != 0 {
			return shapef("base64 vector of %d bytes, want a multiple of 4", len(b))
		}
		*v = make(vector, len(b)/4)
		_, err := binary.Decode(b, binary.LittleEndian, []float32(*v))
		return err
	}
	if bytes.Contains(raw, []byte("null")) { // encoding/json would read it as 0; JavaScript writes NaN so
		return shapef("vector with null in it")
	}
	return json.Unmarshal(raw, (*[]float32)(v))
}
