package main

// An indexRow is what was measured of one index with one setting.
type indexRow struct {
	indexPeer
	*process
	ef     int
	built  response
	us     []float64 // the median of each round
	allUS  []float64 // of each search
	asked  int       // queries answered that have a neighbour at or above the floor
	recall int       // of those, how often the nearest was returned
}

// A searchTable is the comparison at one size.
type searchTable struct {
	n       int
	what    string
	queries int
	above   int // queries with a neighbour at or above the floor
	rows    []*indexRow
}

const (
	floor        = .80
	k            = 4
	searchBudget = 1000 // of one turn, in milliseconds; a slow index gets through fewer queries
)

// compareIndexes makes one table a size.
func (c *config) compareIndexes(r *report) error {
	largest := 0
	for _, n := range c.sizes {
		largest = max(largest, n)
	}
	progress("vectors")
	data, err := loadCorpus(largest, c.rounds*c.queries)
	if err != nil {
		return err
	}
	for _, n := range c.sizes {
		if err := c.compareAt(n, data, r); err != nil {
			return err
		}
	}
	return nil
}

func (c *config) compareAt(n int, data *corpus, r *report) error {
	progress("n=%d: brute force", n)
	truth, err := data.bestScores(n)
	if err != nil {
		return err
	}
	table := &searchTable{n: n, what: data.what, queries: len(truth)}
	for _, s := range truth {
		if s >= floor {
			table.above++
		}
	}
	var started []*process
	defer func() {
		for _, p := range started {
			p.stop()
		}
	}()
	for i, p := range indexPeers {
		if p.most > 0 && n > p.most && !c.all {
			r.leaveOutAt(p.label, n, "slow to build, see -all")
			continue
		}
		progress("n=%d: building %s", n, p.label)
		process, built, err := c.build(p, n, data.stored)
		if err != nil {
			if i == 0 {
				return err
			}
			r.leaveOutAt(p.label, n, err.Error())
			continue
		}
		started = append(started, process)
		for _, ef := range p.efs {
			table.rows = append(table.rows, &indexRow{indexPeer: p, process: process, ef: ef, built: built})
		}
	}
	for round := range c.rounds {
		progress("n=%d: searching, round %d of %d", n, round+1, c.rounds)
		for _, row := range table.rows {
			if err := row.measure(round*c.queries, c.queries, data, truth); err != nil {
				return err
			}
		}
	}
	r.searches = append(r.searches, table)
	return nil
}

// build fills an index on all processors and then binds it to one.
func (c *config) build(p indexPeer, n int, vectors string) (*process, response, error) {
	process, err := c.start(p.worker, p.python, c.cpus)
	if err != nil {
		return nil, response{}, err
	}
	built, err := process.call(request{Op: "build", Threads: len(c.cpus), Vectors: vectors, N: n})
	if err == nil {
		err = process.pin(c.cpus[:1])
	}
	if err != nil {
		process.stop()
		return nil, response{}, err
	}
	return process, built, nil
}

// measure asks the queries of one round.
func (row *indexRow) measure(from, count int, data *corpus, truth []float64) error {
	a, err := row.call(request{
		Op: "search", Threads: 1, Queries: data.queries, From: from, Count: count,
		K: k, Floor: floor, EF: row.ef, BudgetMS: searchBudget,
	})
	if err != nil {
		return err
	}
	row.us = append(row.us, median(a.US))
	row.allUS = append(row.allUS, a.US...)
	for i, id := range a.IDs {
		if truth[from+i] < floor {
			continue
		}
		row.asked++
		// As near as the nearest is right too: some questions differ in capitals alone.
		if id >= 0 && dot64(data.asked[from+i], data.vectors[id]) >= truth[from+i]-1e-6 {
			row.recall++
		}
	}
	return nil
}
