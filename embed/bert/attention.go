package bert

import (
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// attend gathers, for every token, the values of its own text's tokens by the
// softmax of query times key, head by head, from w.big into w.mixed.
func (m *model) attend(w *workspace) {
	wide, dim, start := m.wide(), m.headDim(), 0
	if wide > m.Width {
		clear(w.mixed)
	}
	for _, end := range w.ends {
		for h := range m.Heads {
			m.attendHead(w, start, end-start, h*dim)
		}
		start = end
	}
}

// attendHead is attend for one text of n tokens from start, and for the head
// whose values begin at column col.
func (m *model) attendHead(w *workspace, start, n, col int) {
	wide, dim, padded := m.wide(), m.headDim(), pad16(n)
	stride := 3 * wide
	query := w.big[start*stride+col:]
	key, value := query[wide:], query[2*wide:]

	for d := range dim {
		row := w.keys[d*padded:][:padded]
		for j := range n {
			row[j] = key[j*stride+d]
		}
		clear(row[n:])
	}
	simd.MatMulF32(w.scores, padded, query, stride, w.keys, padded, n, padded, dim)
	for i := range n {
		row := w.scores[i*padded:][:padded]
		for j := n; j < padded; j++ {
			row[j] = float32(math.Inf(-1))
		}
		simd.Softmax(row)
	}
	simd.MatMulF32(w.mixed[start*wide+col:], wide, w.scores, padded, value, stride, n, dim, n)
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
