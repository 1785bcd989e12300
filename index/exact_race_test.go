//go:build race

package index

// raced: the race detector makes everything slow.
const raced = true
