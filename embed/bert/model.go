package bert

// model is a quantised encoder. Its slices lie in a packed file; they are
// never written.
type model struct {
	shape
	words     []int8    // Vocab rows of wide codes
	wordScale []float32 // one a word
	positions []float32 // Positions rows of wide values
	types     []float32 // Types rows of wide values
	norm      norm
	layers    []layer
	head      []float32 // of a pair model: weights of [CLS], of the mean, and the bias; else empty
}

// layer is one transformer block: attention, then feed-forward.
type layer struct {
	qkv   linear // queries, keys and values side by side, each wide; queries carry 1/sqrt(headDim)
	merge linear // the attention's output projection
	norm1 norm
	up    linear
	down  linear
	norm2 norm
}

// linear is y = x W + b with packed int8 weights, see simd.MatMulI8.
type linear struct {
	in, out int // both multiples of 16
	weights []int8
	offset  []int32
	scale   []float32 // of each output's weights
	bias    []float32
}

type norm struct{ gain, bias []float32 }

// newModel returns a model of a valid shape whose slices are all nil.
func newModel(s shape) *model {
	m := &model{shape: s, layers: make([]layer, s.Layers)}
	wide, inner := s.wide(), s.wideInner()
	for i := range m.layers {
		l := &m.layers[i]
		l.qkv = linear{in: wide, out: 3 * wide}
		l.merge = linear{in: wide, out: wide}
		l.up = linear{in: wide, out: inner}
		l.down = linear{in: inner, out: wide}
	}
	return m
}

// linears calls f for every linear step, in the order of the file.
func (m *model) linears(f func(l *linear)) {
	for i := range m.layers {
		l := &m.layers[i]
		f(&l.qkv)
		f(&l.merge)
		f(&l.up)
		f(&l.down)
	}
}

// floats calls f for every float32 slice and the length that it must have, in
// the order of the file.
func (m *model) floats(f func(p *[]float32, n int)) {
	n := func(p *norm) {
		f(&p.gain, m.Width)
		f(&p.bias, m.Width)
	}
	f(&m.wordScale, m.Vocab)
	f(&m.positions, m.Positions*m.wide())
	f(&m.types, m.Types*m.wide())
	n(&m.norm)
	for i := range m.layers {
		n(&m.layers[i].norm1)
		n(&m.layers[i].norm2)
	}
	m.linears(func(l *linear) {
		f(&l.scale, l.out)
		f(&l.bias, l.out)
	})
	if m.Pooling == poolPair {
		f(&m.head, 2*m.Width+1)
	}
}

// sizes returns how many elements each section of the file must have.
func (m *model) sizes() (words, floats, offsets, weights int) {
	m.floats(func(_ *[]float32, n int) { floats += n })
	m.linears(func(l *linear) {
		offsets += l.out
		weights += l.in * l.out
	})
	return m.Vocab * m.wide(), floats, offsets, weights
}
