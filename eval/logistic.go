package eval

import (
	"cmp"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/likewise-go/likewise/cache"
)

// A sample is one labelled observation of a regression.
type sample struct {
	x      []float64
	same   bool
	weight float64
}

// ridge is the weight of the prior belief in a regression (a quadratic
// penalty, in observations): it keeps the fit finite when the classes can be
// told apart without an error, and is nothing beside some hundred labels.
const ridge = 1

// logistic returns the intercept and the weights w that minimise
//
//	sum of weight * log loss + ridge/2 * |w - centre|²
//
// with no weight below 0, the intercept free. Of the sets of weights that
// may be 0 it takes the best one whose free fit is not negative, which is
// the constrained minimum, for the problem is convex. len(centre) is the
// number of inputs, 1 or 2.
func logistic(data []sample, centre []float64) []float64 {
	best, least := []float64(nil), math.Inf(1)
	for set := range 1 << len(centre) {
		w := newton(data, centre, set)
		ok := true
		for _, v := range w[1:] {
			ok = ok && v >= 0
		}
		if l := loss(data, centre, w); ok && l < least {
			best, least = w, l
		}
	}
	return best
}

// newton fits the intercept and the weights in the bit set; all others are 0.
func newton(data []sample, centre []float64, set int) []float64 {
	w := make([]float64, len(centre)+1)
	free := []int{0}
	for i := range centre {
		if set&(1<<i) != 0 {
			free = append(free, i+1)
		}
	}
	for range 100 {
		g, h := mat.NewVecDense(len(free), nil), mat.NewSymDense(len(free), nil)
		for i, f := range free {
			h.SetSym(i, i, 1e-9)
			if f > 0 {
				g.SetVec(i, ridge*(w[f]-centre[f-1]))
				h.SetSym(i, i, ridge)
			}
		}
		for k := range data {
			d := &data[k]
			p := sigmoid(linear(w, d.x))
			for i, f := range free {
				xi := column(d.x, f)
				g.SetVec(i, g.AtVec(i)+d.weight*(p-number(d.same))*xi)
				for j := i; j < len(free); j++ {
					h.SetSym(i, j, h.At(i, j)+d.weight*p*(1-p)*xi*column(d.x, free[j]))
				}
			}
		}
		var chol mat.Cholesky
		var step mat.VecDense
		if !chol.Factorize(h) || chol.SolveVecTo(&step, g) != nil {
			return w
		}
		// Halve a step that overshoots: far from the minimum the curvature lies.
		before, rate := loss(data, centre, w), 1.
		next := make([]float64, len(w))
		for ; rate > 1e-6; rate /= 2 {
			copy(next, w)
			for i, f := range free {
				next[f] -= rate * step.AtVec(i)
			}
			if loss(data, centre, next) <= before {
				break
			}
		}
		copy(w, next)
		if rate*mat.Norm(&step, math.Inf(1)) < 1e-9 {
			return w
		}
	}
	return w
}

func loss(data []sample, centre, w []float64) (sum float64) {
	for k := range data {
		z := linear(w, data[k].x)
		if data[k].same {
			z = -z
		}
		sum += data[k].weight * softplus(z)
	}
	for i, c := range centre {
		sum += ridge / 2. * (w[i+1] - c) * (w[i+1] - c)
	}
	return sum
}

func linear(w, x []float64) float64 {
	z := w[0]
	for i, v := range x {
		z += w[i+1] * v
	}
	return z
}

// column is the input of a weight: 1 for the intercept.
func column(x []float64, i int) float64 {
	if i == 0 {
		return 1
	}
	return x[i-1]
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// softplus is log(1 + exp(z)) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// logit is the inverse of sigmoid, of a probability kept away from 0 and 1 as
// cache.Curve does.
func logit(p float64) float64 {
	p = min(max(p, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}

// An Observation is a labelled pair as a curve sees it.
type Observation struct {
	Similarity float64 // cosine
	Judge      float64 // the judge's probability; ignored where there is no judge
	Same       bool
	Weight     float64 // more than 0
}

// FitCurve fits a logistic regression with weights that are not negative, by
// iteratively reweighted least squares (Newton's method). Without a judge the
// similarity is its only input. It fails when the observations are of one
// class, and when neither input rises with the share of the same.
func FitCurve(obs []Observation, judge bool) (cache.Curve, error) {
	var c cache.Curve
	data, err := samples(obs, judge)
	if err != nil {
		return c, err
	}
	mean, dev := standardise(data)
	w := logistic(data, make([]float64, len(mean)))
	c.Bias = w[0]
	for i := range mean {
		w[i+1] /= dev[i]
		c.Bias -= w[i+1] * mean[i]
	}
	c.Similarity = w[1]
	if judge {
		c.Judge, c.Surest = w[2], surest(obs)
	}
	if c.Similarity+c.Judge <= 0 {
		return c, errNoSignal
	}
	return c, nil
}

// surest is the judge's highest probability.
func surest(obs []Observation) (p float64) {
	for _, o := range obs {
		p = max(p, o.Judge)
	}
	return p
}

var (
	errOneClass = errors.New("the labels are of one kind only, expected same and different pairs")
	errNoSignal = errors.New("neither the similarity nor the judge is higher for same pairs than for different ones: are the labels the right way round?")
)

func samples(obs []Observation, judge bool) ([]sample, error) {
	data := make([]sample, len(obs))
	var same, different bool
	for i, o := range obs {
		data[i] = sample{x: []float64{o.Similarity}, same: o.Same, weight: o.Weight}
		if judge {
			data[i].x = append(data[i].x, logit(o.Judge))
		}
		same, different = same || o.Same, different || !o.Same
	}
	if !same || !different {
		return nil, errOneClass
	}
	return data, nil
}

// standardise gives each input mean 0 and deviation 1, so that the ridge
// means the same for all, and returns what they were.
func standardise(data []sample) (mean, dev []float64) {
	mean, dev = make([]float64, len(data[0].x)), make([]float64, len(data[0].x))
	var total float64
	for _, d := range data {
		total += d.weight
	}
	for i := range mean {
		for _, d := range data {
			mean[i] += d.weight * d.x[i] / total
		}
		for _, d := range data {
			dev[i] += d.weight * (d.x[i] - mean[i]) * (d.x[i] - mean[i]) / total
		}
		if dev[i] = math.Sqrt(dev[i]); dev[i] < 1e-12 {
			dev[i] = 1
		}
		for _, d := range data {
			d.x[i] = (d.x[i] - mean[i]) / dev[i]
		}
	}
	return mean, dev
}

// adjust fits scale and bias of a curve to other data (Platt scaling of its
// linear part), and leaves the order that it puts pairs in as it is.
func adjust(c cache.Curve, obs []Observation) cache.Curve {
	data := make([]sample, len(obs))
	for i, o := range obs {
		z := c.Bias + c.Similarity*o.Similarity
		if c.Judge != 0 {
			z += c.Judge * logit(min(o.Judge, cmp.Or(c.Surest, 1)))
		}
		data[i] = sample{x: []float64{z}, same: o.Same, weight: o.Weight}
	}
	w := logistic(data, []float64{1})
	if scale := w[1]; scale > .05 {
		return cache.Curve{Bias: w[0] + scale*c.Bias, Similarity: scale * c.Similarity, Judge: scale * c.Judge, Surest: c.Surest}
	}
	return c
}
