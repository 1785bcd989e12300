package bert

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// tensors is a safetensors file: a little-endian uint64 with the length of a
// JSON header, the header, and the numbers that it points at.
// Format: https://github.com/huggingface/safetensors#format
type tensors struct {
	byName map[string]tensor
	data   []byte
}

type tensor struct {
	Type    string    `json:"dtype"`
	Shape   []int64   `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"`
}

// maxHeader is the limit of the reference implementation.
const maxHeader = 100_000_000

// parseTensors reads the header of a file and checks that every tensor lies
// inside the file and is as long as its shape says.
func parseTensors(b []byte) (*tensors, error) {
	if len(b) < 8 {
		return nil, fmt.Errorf("file of %d bytes is too short for a safetensors header", len(b))
	}
	size := binary.LittleEndian.Uint64(b)
	if size > maxHeader || size > uint64(len(b)-8) {
		return nil, fmt.Errorf("safetensors header claims %d bytes, the file has %d behind its length", size, len(b)-8)
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(b[8:8+size], &header); err != nil {
		return nil, fmt.Errorf("safetensors header: %w", err)
	}
	delete(header, "__metadata__")
	t := &tensors{byName: make(map[string]tensor, len(header)), data: b[8+size:]}
	for name, raw := range header {
		var one tensor
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, fmt.Errorf("safetensors header: tensor %q: %w", name, err)
		}
		if err := one.check(uint64(len(t.data))); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		t.byName[name] = one
	}
	return t, nil
}

// widths are the bytes of an element of the types that can be read.
var widths = map[string]uint64{"F32": 4, "F16": 2, "BF16": 2}

func (t *tensor) check(length uint64) error {
	begin, end := t.Offsets[0], t.Offsets[1]
	if begin > end || end > length {
		return fmt.Errorf("bytes %d to %d are not in the %d bytes of data", begin, end, length)
	}
	width, ok := widths[t.Type]
	if !ok {
		return nil // an index or a mask; an error only if the model needs it
	}
	want := width
	for _, n := range t.Shape {
		if n < 0 || n > 0 && want > math.MaxUint64/uint64(n) {
			return fmt.Errorf("shape %v is not possible", t.Shape)
		}
		want *= uint64(n)
	}
	if end-begin != want {
		return fmt.Errorf("%s of shape %v takes %d bytes, the header gives it %d", t.Type, t.Shape, want, end-begin)
	}
	return nil
}

// aliases are other names for the same tensors in older and wrapped files.
func aliases(name string) []string {
	old := strings.NewReplacer("LayerNorm.weight", "LayerNorm.gamma", "LayerNorm.bias", "LayerNorm.beta").Replace(name)
	return []string{name, "bert." + name, old, "bert." + old}
}

// floats returns the numbers of the tensor called name, which must have this
// shape, as float32s.
func (t *tensors) floats(name string, shape ...int) ([]float32, error) {
	for _, alias := range aliases(name) {
		one, ok := t.byName[alias]
		if !ok {
			continue
		}
		if !slices.EqualFunc(one.Shape, shape, func(a int64, b int) bool { return a == int64(b) }) {
			return nil, fmt.Errorf("tensor %q has shape %v, the config asks for %v", alias, one.Shape, shape)
		}
		if _, ok := widths[one.Type]; !ok {
			return nil, fmt.Errorf("tensor %q is %s, want F32, F16 or BF16", alias, one.Type)
		}
		x := decodeFloats(t.data[one.Offsets[0]:one.Offsets[1]], one.Type)
		if i := slices.IndexFunc(x, notFinite); i >= 0 {
			return nil, fmt.Errorf("tensor %q has the value %g at %d, want finite numbers", alias, x[i], i)
		}
		return x, nil
	}
	return nil, fmt.Errorf("no tensor %q (nor %q) among %d tensors", name, "bert."+name, len(t.byName))
}

func notFinite(x float32) bool { return x-x != 0 }

func decodeFloats(b []byte, kind string) []float32 {
	x := make([]float32, len(b)/int(widths[kind]))
	for i := range x {
		switch kind {
		case "F32":
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		case "BF16":
			x[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16)
		case "F16":
			x[i] = halfToFloat(binary.LittleEndian.Uint16(b[2*i:]))
		}
	}
	return x
}

// halfToFloat widens an IEEE 754 half: 1 sign, 5 exponent, 10 fraction bits.
func halfToFloat(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, fraction := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero and subnormals, multiples of 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*0x1p-24))
	case 0x1f:
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
