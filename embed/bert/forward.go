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

	x       []float32 // tokens x wide: the running state
	mixed   []float32 // tokens x wide: what attention gathered
	big     []float32 // tokens x 3 wide (queries, keys, values), or x inner
	sums    []int32   // the same, before scaling
	codes   []uint8   // tokens x the input of a linear step
	scales  []float32 // one a token
	zeros   []uint8   // one a token
	queries []float32 // headDim x queryBlock
	scores  []float32 // the text's tokens x queryBlock
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
	wide := m.wide()
	top := max(3*wide, m.wideInner())
	grow(&w.x, tokens*wide)
	grow(&w.mixed, tokens*wide)
	grow(&w.big, max(tokens*top, (tokens+queryBlock-1)*3*wide)) // attend reads whole blocks
	grow(&w.sums, tokens*top)
	grow(&w.codes, tokens*max(wide, m.wideInner()))
	grow(&w.scales, tokens)
	grow(&w.zeros, tokens)
	grow(&w.queries, m.headDim()*queryBlock)
	grow(&w.scores, longest*queryBlock)
}

func grow[T any](s *[]T, n int) {
	if cap(*s) < n {
		*s = make([]T, n+n/4)
	}
	*s = (*s)[:n]
}

// forward runs the batch in w through the model and leaves the last layer's
// state in w.x. It looks at ctx between layers. Each step leaves the codes of
// its rows for the next step's product.
func (m *model) forward(ctx context.Context, w *workspace) error {
	w.reserve(m)
	m.embedTokens(w)
	eps := float32(m.Eps)
	for i := range m.layers {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		l := &m.layers[i]
		l.qkv.multiply(w)
		l.qkv.dequant(w)
		m.attend(w)
		w.quantize(w.mixed, m.wide())
		l.merge.multiply(w)
		l.merge.addNorm(w, &l.norm1, eps)
		l.up.multiply(w)
		l.up.activate(w, m.Act)
		l.down.multiply(w)
		l.down.addNorm(w, &l.norm2, eps)
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
	for x := w.x; len(x) >= wide; x = x[wide:] {
		simd.LayerNorm(x[:m.Width], m.norm.gain, m.norm.bias, float32(m.Eps))
	}
	w.quantize(w.x, wide)
}

// quantize leaves the codes of the tokens' rows of n values.
func (w *workspace) quantize(x []float32, n int) {
	for t := range w.scales {
		w.scales[t], w.zeros[t] = simd.QuantizeU8(w.codes[t*n:][:n], x[t*n:][:n])
	}
}

// multiply leaves the products of the tokens' codes in w.sums.
func (l *linear) multiply(w *workspace) {
	simd.MatMulI8(w.sums, w.codes, w.zeros, l.weights, l.offset, len(w.ids), l.out, l.in)
}

// dequant leaves the rows of l, without activation, in w.big.
func (l *linear) dequant(w *workspace) {
	n := l.out
	for t, s := range w.scales {
		simd.DequantI32(w.big[t*n:][:n], w.sums[t*n:][:n], s, l.scale, l.bias)
	}
}

// activate leaves the codes of the activated rows of l.
func (l *linear) activate(w *workspace, act string) {
	n := l.out
	if act != actGELU {
		l.dequant(w)
		activate(act, w.big[:len(w.ids)*n])
		w.quantize(w.big, n)
		return
	}
	for t, s := range w.scales {
		w.scales[t], w.zeros[t] = simd.GELUQuantizeU8(w.codes[t*n:][:n], w.big[t*n:][:n], w.sums[t*n:][:n], s, l.scale, l.bias)
	}
}

// addNorm sets the rows of w.x to LayerNorm(w.x + rows of l) and leaves their
// codes.
func (l *linear) addNorm(w *workspace, p *norm, eps float32) {
	n := l.out
	for t, s := range w.scales {
		w.scales[t], w.zeros[t] = simd.AddNormQuantizeU8(w.codes[t*n:][:n], w.x[t*n:][:n], w.sums[t*n:][:n], s,
			l.scale, l.bias, p.gain, p.bias, eps)
	}
}
