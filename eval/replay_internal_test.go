package eval

import (
	"testing"
	"time"
)

// Nearest rank, by hand: of 1 to 200 ms the 100th, the 190th and the 198th.
func TestPercentiles(t *testing.T) {
	var took []time.Duration
	for i := 200; i > 0; i-- {
		took = append(took, time.Duration(i)*time.Millisecond)
	}
	if got, want := percentiles(took), (Latency{100e3, 190e3, 198e3}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := percentiles(took[199:]), (Latency{1e3, 1e3, 1e3}); got != want {
		t.Errorf("of one: got %v, want %v", got, want)
	}
	if got := percentiles(nil); got != (Latency{}) {
		t.Errorf("of none: got %v", got)
	}
}
