package minilm

import (
	_ "embed" // for the weights
	"sync"
	"unsafe"

	"github.com/likewise-go/likewise/embed/bert"
)

// packed is what train/pack_minilm.sh makes. It is a string because a []byte
// would be writable memory, a private copy in every process.
//
//go:embed minilm.bert
var packed string

// New returns the encoder of all-MiniLM-L6-v2: unit vectors of 384 float32s
// for texts of up to 256 tokens. The first call takes about 15 milliseconds,
// most of it to verify the weights and to read the vocabulary; every later one
// returns the same encoder. The error is about a damaged program file.
func New() (*bert.Encoder, error) { return encoder() }

var encoder = sync.OnceValues(func() (*bert.Encoder, error) {
	return bert.New(unsafe.Slice(unsafe.StringData(packed), len(packed)))
})
