package bert

import (
	"sync"
	"sync/atomic"

	"github.com/likewise-go/likewise/internal/flight"
	"github.com/likewise-go/likewise/internal/simd"
)

// A panel is a range of a batch's tokens that goes through a step as one. The
// memory of a step grows with it; more tokens gain no speed. Fewer than
// leastTokens are not worth a goroutine.
const (
	panelTokens = 128
	leastTokens = 12
)

// workspace holds one batch on its way through a model. It grows to the
// largest batch seen and is reused.
type workspace struct {
	threads int // goroutines that may work on one batch; 0 is 1

	ids   []int32 // token ids of all texts, one after another
	types []int32 // segment ids, or empty: all 0
	ends  []int   // where each text ends in ids

	x      []float32 // tokens x wide: the running state
	qkv    []float32 // tokens x 3 wide: queries, keys, values
	codes  []uint8   // tokens x wide: the input of a linear step
	scales []float32 // one a token, of codes
	zeros  []uint8   // one a token, of codes
	panels int
	desks  []desk // one a goroutine
}

// desk holds one panel on its way through a step.
type desk struct {
	sums      []int32   // tokens x outputs of a linear step, before scaling
	mixed     []float32 // tokens x wide: what attention gathered
	row       []float32 // wideInner: a row between its activation and its codes
	codes     []uint8   // tokens x wideInner: the input of the last linear step
	scales    []float32 // one a token, of codes
	zeros     []uint8   // one a token, of codes
	attention simd.Attention
}

func (w *workspace) reset() {
	w.ids, w.types, w.ends = w.ids[:0], w.types[:0], w.ends[:0]
}

// reserve makes room for the tokens of the batch, and divides them.
func (w *workspace) reserve(m *model) {
	tokens, wide := len(w.ids), m.wide()
	grow(&w.x, tokens*wide)
	grow(&w.qkv, (tokens+queryBlock-1)*3*wide) // attend reads whole blocks
	grow(&w.codes, tokens*wide)
	grow(&w.scales, tokens)
	grow(&w.zeros, tokens)
	threads := max(1, min(w.threads, tokens/leastTokens))
	w.panels = max(threads, (tokens+panelTokens-1)/panelTokens)
	if len(w.desks) < threads {
		w.desks = append(w.desks, make([]desk, threads-len(w.desks))...)
	}
	for i := range threads {
		w.desks[i].reserve(m, (tokens+w.panels-1)/w.panels)
	}
}

func (d *desk) reserve(m *model, tokens int) {
	wide, inner := m.wide(), m.wideInner()
	grow(&d.sums, tokens*max(3*wide, inner))
	grow(&d.mixed, tokens*wide)
	grow(&d.row, inner)
	grow(&d.codes, tokens*inner)
	grow(&d.scales, tokens)
	grow(&d.zeros, tokens)
}

func grow[T any](s *[]T, n int) {
	if cap(*s) < n {
		*s = make([]T, n+n/4)
	}
	*s = (*s)[:n]
}

// A step computes something for the tokens of a panel, from first to before
// end. It writes rows of those tokens alone.
type step func(m *model, l *layer, w *workspace, d *desk, first, end int)

// split runs a step on every panel. When it returns or panics, all goroutines
// that it started have ended.
func (w *workspace) split(m *model, l *layer, f step) {
	if threads := min(max(w.threads, 1), w.panels); threads > 1 {
		w.share(m, l, f, threads)
		return
	}
	for p := range w.panels {
		first, end := w.panel(p)
		f(m, l, w, &w.desks[0], first, end)
	}
}

// share is split on several goroutines, the caller's among them, each of which
// takes the next panel that nobody has taken. A panic of any is the caller's.
func (w *workspace) share(m *model, l *layer, f step, threads int) {
	var next atomic.Int32
	panics := make([]*flight.PanicError, threads)
	work := func(g int) {
		defer func() {
			if v := recover(); v != nil {
				panics[g] = flight.Recovered(v)
			}
		}()
		for p := int(next.Add(1)) - 1; p < w.panels; p = int(next.Add(1)) - 1 {
			first, end := w.panel(p)
			f(m, l, w, &w.desks[g], first, end)
		}
	}
	var wg sync.WaitGroup
	for g := 1; g < threads; g++ {
		wg.Go(func() { work(g) })
	}
	work(0)
	wg.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}

// panel returns the tokens of panel p. Panels differ by at most one token.
func (w *workspace) panel(p int) (first, end int) {
	n := len(w.ids)
	return n * p / w.panels, n * (p + 1) / w.panels
}
