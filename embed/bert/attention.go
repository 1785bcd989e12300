package bert

import "math"

// queryBlock is how many queries simd.Attention reads at a time.
const queryBlock = 16

// attend gathers, for every token of a panel, the values of its own text's
// tokens by the softmax of query times key, head by head, from w.qkv into
// d.mixed.
func (m *model) attend(w *workspace, d *desk, first, end int) {
	wide, dim, start := m.wide(), m.headDim(), 0
	if wide > m.Width {
		clear(d.mixed)
	}
	for _, stop := range w.ends {
		if from, to := max(start, first), min(stop, end); from < to {
			mixed, query, key := d.mixed[(from-first)*wide:], w.qkv[from*3*wide:], w.qkv[start*3*wide+wide:]
			for col := 0; col < m.Width; col += dim {
				d.attention.Head(mixed[col:], wide, query[col:], key[col:], key[wide+col:], 3*wide, to-from, stop-start, dim)
			}
		}
		start = stop
	}
}

// activate applies a feed-forward activation other than GELU.
func activate(act string, x []float32) {
	for i, v := range x {
		switch act {
		case actGELUNew:
			x[i] = geluNew(v)
		case actReLU:
			x[i] = max(v, 0)
		}
	}
}

// geluNew is GELU by tanh, as GPT-2 and some BERT checkpoints have it.
func geluNew(x float32) float32 {
	v := float64(x)
	return float32(0.5 * v * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v))))
}
