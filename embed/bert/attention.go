package bert

import (
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// queryBlock is how many queries attention takes at a time.
const queryBlock = 16

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
// whose values begin at column col. It takes 16 queries at a time and keeps
// them side by side: softmax then runs down the columns, and the scores of a
// block stay in the first-level cache. The rows behind the last query are
// computed and not read.
func (m *model) attendHead(w *workspace, start, n, col int) {
	wide, dim := m.wide(), m.headDim()
	stride := 3 * wide
	query := w.big[start*stride+col:]
	key, value := query[wide:], query[2*wide:]
	for i := 0; i < n; i += queryBlock {
		simd.Transpose16(w.queries, query[i*stride:], stride, dim)
		simd.MatMulF32(w.scores, queryBlock, key, stride, w.queries, queryBlock, n, queryBlock, dim)
		simd.Softmax16(w.scores[:n*queryBlock])
		simd.MatMulF32T(w.mixed[(start+i)*wide+col:], wide, w.scores, queryBlock, value, stride,
			min(queryBlock, n-i), dim, n)
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
