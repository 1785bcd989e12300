package bert

import (
	"fmt"
	"slices"
)

// shape is what a packed file says of a model besides its numbers.
type shape struct {
	Layers    int     `json:"layers"`
	Width     int     `json:"width"` // of a token's vector
	Heads     int     `json:"heads"`
	Inner     int     `json:"inner"` // width between the two halves of a feed-forward step
	Vocab     int     `json:"vocab"`
	Positions int     `json:"positions"`
	Types     int     `json:"types"` // segment ids
	Act       string  `json:"act"`
	Eps       float64 `json:"eps"` // of LayerNorm
	Pooling   string  `json:"pooling"`
	Window    int     `json:"window,omitempty"` // tokens that a text may have
}

// Values of shape.Pooling and shape.Act.
const (
	poolMean = "mean"
	poolCLS  = "cls"
	poolPair = "pair" // no vector: [CLS] and mean together into one number, see Judge

	actGELU    = "gelu"
	actGELUNew = "gelu_new"
	actReLU    = "relu"
)

// validate keeps every later product of sizes far from overflow, and refuses
// what the forward pass cannot compute.
func (s *shape) validate() error {
	for _, v := range []struct {
		name       string
		value, max int
	}{
		{"layers", s.Layers, 1 << 8}, {"width", s.Width, 1 << 13}, {"heads", s.Heads, 1 << 8},
		{"inner width", s.Inner, 1 << 15}, {"vocabulary", s.Vocab, 1 << 22},
		{"positions", s.Positions, 1 << 15}, {"segment types", s.Types, 1 << 8},
		{"window", s.Window, s.Positions},
	} {
		if v.value < 1 || v.value > v.max {
			return fmt.Errorf("%s is %d, want 1 to %d", v.name, v.value, v.max)
		}
	}
	if s.Width%s.Heads != 0 {
		return fmt.Errorf("width %d is not a multiple of the %d heads", s.Width, s.Heads)
	}
	if acts := []string{actGELU, actGELUNew, actReLU}; !slices.Contains(acts, s.Act) {
		return fmt.Errorf("activation is %q, want one of %q", s.Act, acts)
	}
	if pools := []string{poolMean, poolCLS, poolPair}; !slices.Contains(pools, s.Pooling) {
		return fmt.Errorf("pooling is %q, want one of %q", s.Pooling, pools)
	}
	if !(s.Eps >= 0 && s.Eps <= 1) {
		return fmt.Errorf("LayerNorm epsilon is %g, want 0 to 1", s.Eps)
	}
	return nil
}

// wide and wideInner are Width and Inner rounded up to a multiple of 16, as
// the kernels want rows. What is beyond Width stays zero.
func (s *shape) wide() int      { return pad16(s.Width) }
func (s *shape) wideInner() int { return pad16(s.Inner) }

// headDim is the width of one attention head.
func (s *shape) headDim() int { return s.Width / s.Heads }

func pad16(n int) int { return (n + 15) &^ 15 }
