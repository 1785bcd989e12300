//go:build race

package wordpiece

// raced: the race detector makes sync.Pool forget at random and everything slow.
const raced = true
