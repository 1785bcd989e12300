package index

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// AutoOptions set when an [Auto] changes from scanning to following links.
// Zero fields mean the defaults.
type AutoOptions struct {
	// Crossover is the number of entries from which it moves to a Graph. 0:
	// 150,000, see [Auto]; at least 1.
	Crossover int

	// Workers is how many goroutines build the Graph. 0: 1, so that the move
	// takes one CPU at most; at most 64.
	Workers int

	// Graph holds the options of the Graph; nil: the defaults.
	Graph *GraphOptions
}

// autoCrossover is the default of AutoOptions.Crossover.
const autoCrossover = 150_000

// Auto is an index that is right for a partition of any size: an [Exact] that
// becomes a [Graph] when it has Crossover entries. On embeddings of real
// questions with a floor of .80, on one core with AVX-512, the Graph answers
// as fast as the Exact at about 70,000 entries (90 us), and the default is
// where it takes half the time: before that, certain answers are worth more.
//
// The Graph is built in the background, by goroutines that the Add which
// reaches the size starts, and that end when it is done. Meanwhile Exact
// answers, and adds and deletes go to both; an Add takes as long as one to a
// Graph. Then the Exact is let go. An Auto never moves back.
type Auto struct {
	dim       int
	crossover int
	workers   int
	graph     *GraphOptions

	// gate is held for reading by Add and Delete from beginning to end, and
	// for writing for the moment in which now changes: each of them sees one
	// state. Searches do not take it.
	gate sync.RWMutex
	now  atomic.Pointer[autoState]

	// stripes keep the order of what happens to one id while both indexes get
	// it: Add, Delete and the builders hold that of the id for both.
	stripes [64]sync.Mutex

	moving  sync.Mutex     // guards closed and failed, and the start of a move
	closed  bool           // no move may start
	failed  error          // why the last move did not end well
	started atomic.Bool    // a move runs or has run
	stop    atomic.Bool    // the move is to end at once
	crew    sync.WaitGroup // the goroutine that moves
}

// An autoState says who answers and who else is written to.
type autoState struct {
	answers Index
	exact   *Exact // nil after the move
	next    *Graph // nil unless a move is under way
}

var _ Index = (*Auto)(nil)

// NewAuto returns an empty index for vectors of dim float32s; nil options are
// the defaults. It fails when dim is not within 1 to 65,536 or an option is
// out of its range, and names all that are.
func NewAuto(dim int, o *AutoOptions) (*Auto, error) {
	x := &Auto{dim: dim, crossover: autoCrossover, workers: 1}
	var problems []error
	if o != nil {
		x.graph = o.Graph
		if o.Crossover != 0 {
			x.crossover = o.Crossover
		}
		if o.Workers != 0 {
			x.workers = o.Workers
		}
	}
	if x.crossover < 1 {
		problems = append(problems, fmt.Errorf("option Crossover: %d given, 1 or more expected", x.crossover))
	}
	if x.workers < 1 || x.workers > 64 {
		problems = append(problems, fmt.Errorf("option Workers: %d given, 1 to 64 expected", x.workers))
	}
	if _, err := NewGraph(dim, x.graph); err != nil { // its dim is checked there too
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("likewise/index: new auto index: %w", errors.Join(problems...))
	}
	exact, err := NewExact(dim)
	if err != nil {
		return nil, err
	}
	x.now.Store(&autoState{answers: exact, exact: exact})
	return x, nil
}

// Add stores the unit vector v under id, replacing an earlier vector of that
// id. It copies v. It fails when v has the wrong length, holds a NaN or an
// infinity, or has an L2 norm outside 1 +- 0.001.
func (x *Auto) Add(id uint64, v []float32) error {
	grown, err := x.add(id, v)
	if grown && !x.started.Load() {
		x.move()
	}
	return err
}

// add reports whether the index has reached the crossover.
func (x *Auto) add(id uint64, v []float32) (grown bool, err error) {
	x.gate.RLock()
	defer x.gate.RUnlock()
	s := x.now.Load()
	if s.next != nil {
		stripe := x.stripe(id)
		stripe.Lock()
		defer stripe.Unlock()
	}
	if err := s.answers.Add(id, v); err != nil {
		return false, err
	}
	if s.next != nil {
		return false, s.next.Add(id, v)
	}
	return s.exact != nil && s.exact.Len() >= x.crossover, nil
}

// Delete removes id and reports whether it was there.
func (x *Auto) Delete(id uint64) bool {
	x.gate.RLock()
	defer x.gate.RUnlock()
	s := x.now.Load()
	if s.next != nil {
		stripe := x.stripe(id)
		stripe.Lock()
		defer stripe.Unlock()
		s.next.Delete(id)
	}
	return s.answers.Delete(id)
}

// Search appends to dst the at most k neighbours of the unit vector q whose
// score is at least floor, as [Exact.Search] does, and after the move as
// [Graph.Search] does.
func (x *Auto) Search(q []float32, k int, floor float32, dst []Hit) []Hit {
	return x.now.Load().answers.Search(q, k, floor, dst)
}

// Len is the number of vectors held.
func (x *Auto) Len() int { return x.now.Load().answers.Len() }

// Bytes is the memory that the index holds, in bytes; of both while it moves.
func (x *Auto) Bytes() int64 {
	s := x.now.Load()
	total := int64(0)
	if s.next != nil {
		total = s.next.Bytes()
	}
	if sized, ok := s.answers.(interface{ Bytes() int64 }); ok {
		total += sized.Bytes()
	}
	return total
}

func (x *Auto) stripe(id uint64) *sync.Mutex { return &x.stripes[id%uint64(len(x.stripes))] }
