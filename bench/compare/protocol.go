package main

// A request is one operation for a worker: open first, then embed and vectors
// for an encoder, or build and search for an index. worker.py reads the same.
type request struct {
	Op      string `json:"op"`
	Threads int    `json:"threads"`
	Folder  string `json:"folder,omitempty"` // open: where the ONNX models are

	Text     string   `json:"text,omitempty"`      // embed
	Texts    []string `json:"texts,omitempty"`     // vectors
	BudgetMS int      `json:"budget_ms,omitempty"` // embed, search: stop measuring after this long

	Vectors string  `json:"vectors,omitempty"` // build: a file of float32s, the first N vectors of it
	N       int     `json:"n,omitempty"`
	Queries string  `json:"queries,omitempty"` // search: a file of float32s, Count vectors from From
	From    int     `json:"from"`
	Count   int     `json:"count,omitempty"`
	K       int     `json:"k,omitempty"`
	Floor   float32 `json:"floor,omitempty"`
	EF      int     `json:"ef"`
}

// A response answers a request; an operation fills in what it has.
type response struct {
	Error   string `json:"error,omitempty"`
	Version string `json:"version,omitempty"` // open

	US      []float64   `json:"us,omitempty"`       // embed, search: microseconds of each call
	ModelUS []float64   `json:"model_us,omitempty"` // embed: the same without tokenising and pooling
	Tokens  int         `json:"tokens,omitempty"`   // embed
	Vectors [][]float32 `json:"vectors,omitempty"`

	Seconds float64 `json:"seconds,omitempty"` // build
	Bytes   int64   `json:"bytes,omitempty"`   // build: how much the process grew
	Says    int64   `json:"says,omitempty"`    // build: the bytes that the index says it holds
	CallUS  float64 `json:"call_us,omitempty"` // build: a search of one entry
	IDs     []int   `json:"ids,omitempty"`     // search: the best neighbour of each query, or -1
}
