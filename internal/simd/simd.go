package simd

import (
	"fmt"
	"os"
	"strings"
)

// level is a set of kernels; a higher one is faster and needs more of the CPU.
type level uint8

// generic is the lowest level, on every architecture. Those above it, and
// levelNames, are in kernel_*.go.
const generic level = 0

// active is read by every public function. It is set before main, and after
// that by Force only.
var active = choose(os.Getenv("LIKEWISE_SIMD"), best())

// choose returns the level called name if a machine that can run top can run
// it, else top.
func choose(name string, top level) level {
	for l, n := range levelNames {
		if n == name && level(l) <= top {
			return level(l)
		}
	}
	return top
}

// Kernel returns the name of the kernels in use.
func Kernel() string { return levelNames[active] }

// Kernels returns the names of all kernels that this machine can run, the
// slowest ("generic") first.
func Kernels() []string { return append([]string(nil), levelNames[:best()+1]...) }

// Force switches every function of the package to the kernels called name and
// returns a function that switches back. It is for tests: it must not run
// while another goroutine computes. The error says which names are possible.
func Force(name string) (restore func(), err error) {
	if l := choose(name, best()); levelNames[l] == name {
		before := active
		active = l
		return func() { active = before }, nil
	}
	return nil, fmt.Errorf("likewise/simd: no kernel %q on this machine, want one of %s",
		name, strings.Join(Kernels(), ", "))
}
