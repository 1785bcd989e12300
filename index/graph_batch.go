package index

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// AddBatch adds vectors[i] under ids[i] for every i, as [Graph.Add] does, with
// that many goroutines at once; 0 workers are as many as there are CPUs to run
// them. All of them end before it returns, and searches run meanwhile. The
// error joins those of the vectors that were refused, the first ten of them;
// the others are in the index. Where an id stands twice, either vector may be
// the one that stays.
func (g *Graph) AddBatch(ids []uint64, vectors [][]float32, workers int) error {
	if len(ids) != len(vectors) {
		return fmt.Errorf("likewise/index: add batch: %d ids given for %d vectors", len(ids), len(vectors))
	}
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	var (
		next    atomic.Int64
		mu      sync.Mutex // guards refused
		refused []error
		crew    sync.WaitGroup
	)
	for range min(workers, len(ids)) {
		crew.Go(func() {
			for {
				i := int(next.Add(1) - 1)
				if i >= len(ids) {
					return
				}
				if err := g.Add(ids[i], vectors[i]); err != nil {
					mu.Lock()
					if len(refused) < 10 {
						refused = append(refused, err)
					}
					mu.Unlock()
				}
			}
		})
	}
	crew.Wait()
	return errors.Join(refused...)
}
