package bert

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/likewise-go/likewise/embed/bert/wordpiece"
)

// config is the "config" section of a packed file.
type config struct {
	shape
	Weights string `json:"weights"`         // SHA-256 of shape and numbers, in hex
	Words   string `json:"words,omitempty"` // ID of the encoder whose words and tokenizer it has; "": its own
}

// Load reads a model folder and quantises it in memory: config.json,
// model.safetensors (F32, F16 or BF16), tokenizer.json or vocab.txt, and
// where they exist modules.json with its pooling (mean or cls) and
// sentence_bert_config.json with the window. An architecture other than BERT
// is refused by name. It takes a second; [Open] takes milliseconds.
func Load(dir string) (*Encoder, error) {
	src, err := readSource(dir, readShape)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: load %q: %w", dir, err)
	}
	packed, err := packSource(src, nil)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: load %q: %w", dir, err)
	}
	e, err := fromBytes(packed)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: load %q: %w", dir, err)
	}
	return e, nil
}

// Open maps a file that [Pack] wrote into memory, where the system can, so
// that processes share its pages. The mapping ends when the encoder is no
// longer used. The file must not be changed meanwhile; to replace it, rename
// another one over it.
func Open(path string) (*Encoder, error) {
	b, unmap, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: open: %w", err)
	}
	e, err := fromBytes(b)
	if err != nil {
		unmap()
		return nil, fmt.Errorf("likewise/bert: open %q: %w", path, err)
	}
	runtime.AddCleanup(e, func(f func()) { f() }, unmap)
	return e, nil
}

// New returns an encoder over the bytes of a packed file. The weights stay
// where they are in packed, at whatever address; it must not be changed. The
// error wraps [ErrVersion] when packed is something else and [ErrCorrupt]
// when it is damaged.
func New(packed []byte) (*Encoder, error) {
	e, err := fromBytes(packed)
	if err != nil {
		return nil, fmt.Errorf("likewise/bert: %w", err)
	}
	return e, nil
}

func fromBytes(packed []byte) (*Encoder, error) {
	p, err := readPacked(packed, false, nil)
	if err != nil {
		return nil, err
	}
	return newEncoder(p.model, p.tokenizer, p.sum)
}

// packedModel is what a packed file holds.
type packedModel struct {
	model     *model
	tokenizer *wordpiece.Tokenizer
	sum       []byte // SHA-256 of shape and numbers
}

// readPacked reads a packed file of an encoder or of a pair model. One that
// shares its words takes them, and the tokenizer, from base.
func readPacked(packed []byte, pair bool, base *Encoder) (*packedModel, error) {
	sections, err := parseFile(packed)
	if err != nil {
		return nil, err
	}
	var c config
	if err := json.Unmarshal(sections["config"], &c); err != nil {
		return nil, fmt.Errorf("%w: config: %w", ErrCorrupt, err)
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("%w: config: %w", ErrCorrupt, err)
	}
	switch {
	case !pair && c.Pooling == poolPair:
		return nil, fmt.Errorf("%w: it holds a pair model, which makes no vectors: it is read as a Judge", ErrVersion)
	case pair && c.Pooling != poolPair:
		return nil, fmt.Errorf("%w: it holds an encoder (pooling %q), not a pair model", ErrVersion, c.Pooling)
	}
	p := new(packedModel)
	if p.sum, err = hex.DecodeString(c.Weights); err != nil || len(p.sum) != 32 {
		return nil, fmt.Errorf("%w: config: hash of the weights is %q, want 64 hex digits", ErrCorrupt, c.Weights)
	}
	if c.Words != "" {
		if base == nil || base.ID() != c.Words {
			return nil, fmt.Errorf("%w: it has the words of the encoder %q, given is %q", ErrVersion, c.Words, idOf(base))
		}
		sections["words"] = viewCodes(base.model.words)
		p.tokenizer = base.tokenizer
	} else if p.tokenizer, err = wordpiece.Read(sections["tokens"]); err != nil {
		return nil, err
	}
	p.model, err = viewModel(c.shape, sections)
	return p, err
}

func idOf(e *Encoder) string {
	if e == nil {
		return "none"
	}
	return e.ID()
}

// viewModel returns the model of shape s whose numbers are in the sections.
func viewModel(s shape, sections map[string][]byte) (*model, error) {
	m := newModel(s)
	words, floats, offsets, weights := m.sizes()
	for _, v := range []struct {
		name string
		want int
	}{{"words", words}, {"floats", 4 * floats}, {"offsets", 4 * offsets}, {"weights", weights}} {
		if got := len(sections[v.name]); got != v.want {
			return nil, fmt.Errorf("%w: section %q has %d bytes, the shape asks for %d", ErrCorrupt, v.name, got, v.want)
		}
	}
	m.words = viewBytes(sections["words"])
	f, o, w := viewWords[float32](sections["floats"]), viewWords[int32](sections["offsets"]), viewBytes(sections["weights"])
	m.floats(func(p *[]float32, n int) { *p, f = f[:n:n], f[n:] })
	m.linears(func(l *linear) {
		l.offset, o = o[:l.out:l.out], o[l.out:]
		n := l.in * l.out
		l.weights, w = w[:n:n], w[n:]
	})
	return m, nil
}
