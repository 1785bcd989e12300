package bert

import (
	"context"

	"github.com/likewise-go/likewise/internal/simd"
)

// workspace holds one batch on its way through a model. It grows to the
// largest batch seen and is reused.
type workspace struct {
	ids   []int32 // token ids of all texts, one after another
	types []int32 // segment ids, or empty: all 0
	ends  []int   // where each text ends in ids

	x      []float32 // tokens x wide: the running state
	mixed  []float32 // tokens x wide: what attention gathered
	big    []float32 // tokens x 3 wide (queries, keys, values), or x inner
	sums   []int32   // the same, before scaling
	codes  []uint8   // tokens x the input of a linear step
	scales []float32 // one a token
	zeros  []uint8   // one a token
	keys   []float32 // headDim x the text's tokens, rounded up to 16
	scores []float32 // the text's tokens x the same
}

func (w *workspace) reset() {
	w.ids, w.types, w.ends = w.ids[:0], w.types[:0], w.ends[:0]
}

// reserve makes room for the tokens of the batch.
func (w *workspace) reserve(m *model) {
	tokens, longest, start := len(w.ids), 0, 0
	for _, end := range w.ends {
		longest, start = max(longest, end-start), end
	}
	wide, padded := m.wide(), pad16(longest)
	top := max(3*wide, m.wideInner())
	grow(&w.x, tokens*wide)
	grow(&w.mixed, tokens*wide)
	grow(&w.big, tokens*top)
	grow(&w.sums, tokens*top)
	grow(&w.codes, tokens*max(wide, m.wideInner()))
	grow(&w.scales, tokens)
	grow(&w.zeros, tokens)
	grow(&w.keys, m.headDim()*padded)
	grow(&w.scores, longest*padded)
}

func grow[T any](s *[]T, n int) {
	if cap(*s) < n {
		*s = make([]T, n+n/4)
	}
	*s = (*s)[:n]
}

// forward runs the batch in w through the model and leaves the last layer's
// state in w.x. It looks at ctx between layers.
func (m *model) forward(ctx context.Context, w *workspace) error {
	w.reserve(m)
	m.embedTokens(w)
	wide := m.wide()
	eps := float32(m.Eps)
	for i := range m.layers {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		l := &m.layers[i]
		l.qkv.into(w, w.big, w.x)
		m.attend(w)
		l.merge.addTo(w, w.x, w.mixed)
		l.norm1.rows(w.x, wide, eps)
		l.up.into(w, w.big, w.x)
		activate(m.Act, w.big[:len(w.ids)*l.up.out], l.up.out)
		l.down.addTo(w, w.x, w.big)
		l.norm2.rows(w.x, wide, eps)
	}
	return nil
}

// embedTokens sets w.x to LayerNorm(word + position + segment type).
func (m *model) embedTokens(w *workspace) {
	wide, start := m.wide(), 0
	for _, end := range w.ends {
		for t := start; t < end; t++ {
			id, kind := int(w.ids[t]), 0
			if len(w.types) > 0 {
				kind = int(w.types[t])
			}
			codes, scale := m.words[id*wide:][:wide], m.wordScale[id]
			position, typ := m.positions[(t-start)*wide:][:wide], m.types[kind*wide:][:wide]
			row := w.x[t*wide:][:wide]
			for j := range row {
				row[j] = float32(codes[j])*scale + position[j] + typ[j]
			}
		}
		start = end
	}
	m.norm.rows(w.x, wide, float32(m.Eps))
}

// rows normalises the rows of x, which lie stride apart.
func (n *norm) rows(x []float32, stride int, eps float32) {
	for len(x) >= stride {
		simd.LayerNorm(x[:len(n.gain)], n.gain, n.bias, eps)
		x = x[stride:]
	}
}

// multiply quantises the tokens' rows of src and leaves the integer products
// in w.sums.
func (l *linear) multiply(w *workspace, src []float32) {
	tokens := len(w.ids)
	for t := range tokens {
		w.scales[t], w.zeros[t] = simd.QuantizeU8(w.codes[t*l.in:][:l.in], src[t*l.in:][:l.in])
	}
	simd.MatMulI8(w.sums, w.codes, w.zeros, l.weights, l.offset, tokens, l.out, l.in)
}

// into sets the rows of dst to those of src times the weights, plus bias.
func (l *linear) into(w *workspace, dst, src []float32) {
	l.multiply(w, src)
	for t, s := range w.scales {
		simd.DequantI32(dst[t*l.out:][:l.out], w.sums[t*l.out:][:l.out], s, l.scale, l.bias)
	}
}

// addTo adds to the rows of dst what into would write.
func (l *linear) addTo(w *workspace, dst, src []float32) {
	l.multiply(w, src)
	for t, s := range w.scales {
		simd.AddDequantI32(dst[t*l.out:][:l.out], w.sums[t*l.out:][:l.out], s, l.scale, l.bias)
	}
}
