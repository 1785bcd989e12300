package bert

import (
	"math"

	"github.com/likewise-go/likewise/internal/simd"
)

// embedReference computes the unit vector of one text's ids in float32, step
// by step as the model was trained, with exact GELU and float64 softmax. It
// is what the int8 engine is measured against, and shares none of its code
// but the dot product.
func (s *source) embedReference(ids []int32) []float32 {
	x := s.forwardReference(ids, make([]int32, len(ids)))
	v := x[0]
	if s.Pooling == poolMean {
		for _, row := range x[1:] {
			addTo(v, row)
		}
	}
	normalize(v)
	return v
}

// judgeReference computes a pair model's logit in the same way.
func (s *source) judgeReference(ids, types []int32) float32 {
	x := s.forwardReference(ids, types)
	mean := make([]float32, s.Width)
	for _, row := range x {
		addTo(mean, row)
	}
	for j := range mean {
		mean[j] /= float32(len(x))
	}
	return simd.DotF32(x[0], s.head[:s.Width]) + simd.DotF32(mean, s.head[s.Width:2*s.Width]) + s.head[2*s.Width]
}

// forwardReference returns the last layer's state of each token.
func (s *source) forwardReference(ids, types []int32) [][]float32 {
	x := make([][]float32, len(ids))
	for t, id := range ids {
		x[t] = make([]float32, s.Width)
		for j := range x[t] {
			x[t][j] = s.words[int(id)*s.Width+j] + s.positions[t*s.Width+j] + s.types[int(types[t])*s.Width+j]
		}
		s.normReference(x[t], &s.norm)
	}
	for i := range s.layers {
		l := &s.layers[i]
		mixed := s.attendReference(l, x)
		for t := range x {
			addTo(x[t], l.merge.apply(mixed[t]))
			s.normReference(x[t], &l.norm1)
			inner := l.up.apply(x[t])
			s.activateReference(inner)
			addTo(x[t], l.down.apply(inner))
			s.normReference(x[t], &l.norm2)
		}
	}
	return x
}

func (s *source) attendReference(l *sourceLayer, x [][]float32) [][]float32 {
	dim := s.headDim()
	query, key, value := l.query.applyAll(x), l.key.applyAll(x), l.value.applyAll(x)
	mixed := make([][]float32, len(x))
	for t := range x {
		mixed[t] = make([]float32, s.Width)
		for h := 0; h < s.Width; h += dim {
			p, sum := make([]float64, len(x)), 0.0
			for u := range x {
				score := simd.DotF32(query[t][h:h+dim], key[u][h:h+dim])
				p[u] = float64(score) / math.Sqrt(float64(dim))
			}
			top := p[0]
			for _, v := range p {
				top = max(top, v)
			}
			for u := range p {
				p[u] = math.Exp(p[u] - top)
				sum += p[u]
			}
			for u := range p {
				for j, v := range value[u][h : h+dim] {
					mixed[t][h+j] += float32(p[u]/sum) * v
				}
			}
		}
	}
	return mixed
}

func (l *sourceLinear) apply(x []float32) []float32 {
	y := make([]float32, l.out)
	for j := range y {
		y[j] = simd.DotF32(x, l.weights[j*l.in:][:l.in]) + l.bias[j]
	}
	return y
}

func (l *sourceLinear) applyAll(x [][]float32) [][]float32 {
	y := make([][]float32, len(x))
	for t := range x {
		y[t] = l.apply(x[t])
	}
	return y
}

func (s *source) normReference(x []float32, n *norm) {
	var mean, square float64
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		square += (float64(v) - mean) * (float64(v) - mean)
	}
	sd := math.Sqrt(square/float64(len(x)) + s.Eps)
	for i, v := range x {
		x[i] = float32((float64(v)-mean)/sd)*n.gain[i] + n.bias[i]
	}
}

func (s *source) activateReference(x []float32) {
	for i, v := range x {
		switch s.Act {
		case actGELU:
			x[i] = float32(float64(v) * 0.5 * math.Erfc(-float64(v)/math.Sqrt2))
		case actGELUNew:
			x[i] = geluNew(v)
		case actReLU:
			x[i] = max(v, 0)
		}
	}
}

func addTo(x, y []float32) {
	for i := range x {
		x[i] += y[i]
	}
}
