package flight

import "sync"

// Crew counts goroutines for an owner that wants to see them all end. Unlike
// with a sync.WaitGroup, they may start while somebody waits, and the wait
// itself can be given up. The zero value is ready for use.
type Crew struct {
	mu   sync.Mutex // guards the fields below
	n    int
	idle chan struct{} // closed when n falls to 0; nil while nobody waits for that
}

// Start counts one goroutine more. Call it before the go statement.
func (c *Crew) Start() {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
}

// End counts one goroutine less. Let it be the last thing a goroutine does.
func (c *Crew) End() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n--
	if c.n == 0 && c.idle != nil {
		close(c.idle)
		c.idle = nil
	}
}

// Running returns the number of goroutines that have not ended.
func (c *Crew) Running() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// Idle returns a channel that is closed once no goroutine is running.
func (c *Crew) Idle() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == 0 {
		return closed
	}
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	return c.idle
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()
