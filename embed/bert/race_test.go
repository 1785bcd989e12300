//go:build race

package bert

// raceEnabled: the race detector makes sync.Pool forget on purpose.
const raceEnabled = true
