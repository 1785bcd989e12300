package simd

import (
	"fmt"
	"os"
	"strings"
)

// level is a set of kernels; a higher one is faster.
type level uint8

// generic is the lowest level, on every architecture. Those above it, and
// levelNames, are in kernel_*.go.
const generic level = 0

// active is read by every public function. It is set before main, and after
// that by Force only.
var active = choose(os.Getenv("LIKEWISE_SIMD"), runs)

// choose returns the level called name if that runs, else the highest that
// does.
func choose(name string, runs func(level) bool) (best level) {
	for i, n := range levelNames {
		if l := level(i); runs(l) {
			if n == name {
				return l
			}
			best = l
		}
	}
	return best
}

// Kernel returns the name of the kernels in use.
func Kernel() string { return levelNames[active] }

// Kernels returns the names of all kernels that this machine can run, the
// slowest ("generic") first.
func Kernels() (names []string) {
	for l, n := range levelNames {
		if runs(level(l)) {
			names = append(names, n)
		}
	}
	return names
}

// Force switches every function of the package to the kernels called name and
// returns a function that switches back. It is for tests: it must not run
// while another goroutine computes. The error says which names are possible.
func Force(name string) (restore func(), err error) {
	if l := choose(name, runs); levelNames[l] == name {
		before := active
		active = l
		return func() { active = before }, nil
	}
	return nil, fmt.Errorf("likewise/simd: no kernel %q on this machine, want one of %s",
		name, strings.Join(Kernels(), ", "))
}
