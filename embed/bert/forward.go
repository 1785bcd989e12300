package bert

import (
	"context"

	"github.com/likewise-go/likewise/internal/simd"
)

// forward runs the batch in w through the model and leaves the last layer's
// state in w.x. It looks at ctx between layers. Each step leaves the codes of
// its rows for the next step's product.
func (m *model) forward(ctx context.Context, w *workspace) error {
	w.reserve(m)
	m.embedTokens(w)
	for i := range m.layers {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		w.split(m, &m.layers[i], (*model).project)
		w.split(m, &m.layers[i], (*model).transform)
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
	for t := range w.scales {
		w.scales[t], w.zeros[t] = simd.QuantizeU8(w.codes[t*wide:][:wide], w.x[t*wide:][:wide])
	}
}

// project leaves the queries, keys and values of a panel in w.qkv.
func (m *model) project(l *layer, w *workspace, d *desk, first, end int) {
	p, n := &l.qkv, l.qkv.out
	p.multiply(d, w.codes[first*p.in:], w.zeros[first:end])
	for t, s := range w.scales[first:end] {
		simd.DequantI32(w.qkv[(first+t)*n:][:n], d.sums[t*n:][:n], s, p.scale, p.bias)
	}
}

// transform is what follows the projections of all tokens: attention, and the
// steps that see one token at a time.
func (m *model) transform(l *layer, w *workspace, d *desk, first, end int) {
	wide, codes, zeros := m.wide(), w.codes[first*m.wide():], w.zeros[first:end]
	m.attend(w, d, first, end)
	for t := range zeros {
		w.scales[first+t], zeros[t] = simd.QuantizeU8(codes[t*wide:][:wide], d.mixed[t*wide:][:wide])
	}
	l.merge.multiply(d, codes, zeros)
	m.addNorm(&l.merge, &l.norm1, w, d, first, w.scales[first:end])
	l.up.multiply(d, codes, zeros)
	m.activate(&l.up, d, w.scales[first:end])
	l.down.multiply(d, d.codes, d.zeros[:end-first])
	m.addNorm(&l.down, &l.norm2, w, d, first, d.scales[:end-first])
}

// multiply leaves the products of rows of codes in d.sums.
func (l *linear) multiply(d *desk, codes, zeros []uint8) {
	simd.MatMulI8(d.sums, codes, zeros, l.weights, l.offset, len(zeros), l.out, l.in)
}

// activate leaves the codes of the activated rows of l in d. scales are those
// of the rows that were multiplied.
func (m *model) activate(l *linear, d *desk, scales []float32) {
	n, row := l.out, d.row[:l.out]
	for t, s := range scales {
		codes, sums := d.codes[t*n:][:n], d.sums[t*n:][:n]
		if m.Act == actGELU {
			d.scales[t], d.zeros[t] = simd.GELUQuantizeU8(codes, row, sums, s, l.scale, l.bias)
			continue
		}
		simd.DequantI32(row, sums, s, l.scale, l.bias)
		activate(m.Act, row)
		d.scales[t], d.zeros[t] = simd.QuantizeU8(codes, row)
	}
}

// addNorm sets the rows of w.x from first on to LayerNorm(w.x + rows of l) and
// leaves their codes in w. scales are those of the rows that were multiplied.
func (m *model) addNorm(l *linear, p *norm, w *workspace, d *desk, first int, scales []float32) {
	n := l.out
	for t, s := range scales {
		at := first + t
		w.scales[at], w.zeros[at] = simd.AddNormQuantizeU8(w.codes[at*n:][:n], w.x[at*n:][:n], d.sums[t*n:][:n], s,
			l.scale, l.bias, p.gain, p.bias, float32(m.Eps))
	}
}
