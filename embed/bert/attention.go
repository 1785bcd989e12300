package bert

import (
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// queryBlock is how many queries attention takes at a time.
const queryBlock = 16

// attend gathers, for every token of a panel, the values of its own text's
// tokens by the softmax of query times key, head by head, from w.qkv into
// d.mixed.
func (m *model) attend(w *workspace, d *desk, first, end int) {
	start := 0
	if m.wide() > m.Width {
		clear(d.mixed)
	}
	for _, stop := range w.ends {
		if from, to := max(start, first), min(stop, end); from < to {
			mixed := d.mixed[(from-first)*m.wide():]
			for h := range m.Heads {
				m.attendHead(w, d, mixed[h*m.headDim():], start, stop, from, to, h*m.headDim())
			}
		}
		start = stop
	}
}

// attendHead is attend for the head whose values begin at column col, and for
// the queries from one token to before another, of the text from start to
// before stop. It takes 16 queries at a time and keeps them side by side:
// softmax then runs down the columns, and the scores of a block stay in the
// first-level cache. The rows behind the last query are computed and not read.
func (m *model) attendHead(w *workspace, d *desk, mixed []float32, start, stop, from, to, col int) {
	wide, dim, n := m.wide(), m.headDim(), stop-start
	stride := 3 * wide
	key := w.qkv[start*stride+wide+col:]
	value := key[wide:]
	for i := from; i < to; i += queryBlock {
		simd.Transpose16(d.queries, w.qkv[i*stride+col:], stride, dim)
		simd.MatMulF32(d.scores, queryBlock, key, stride, d.queries, queryBlock, n, queryBlock, dim)
		simd.Softmax16(d.scores[:n*queryBlock])
		simd.MatMulF32T(mixed[(i-from)*wide:], wide, d.scores, queryBlock, value, stride,
			min(queryBlock, to-i), dim, n)
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
