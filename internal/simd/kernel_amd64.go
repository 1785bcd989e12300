//go:build amd64 && !purego

package simd

import (
	"runtime"

	"golang.org/x/sys/cpu"
)

const (
	avx2 level = iota + 1
	avx512vnni
)

var levelNames = [...]string{generic: "generic", avx2: "avx2", avx512vnni: "avx512vnni"}

// best returns the highest level that this machine can run. On darwin the
// kernel switches AVX-512 state on lazily, which makes detection unreliable,
// and no Mac on sale has it.
func best() level {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return generic
	case runtime.GOOS != "darwin" && x.HasAVX512F && x.HasAVX512BW &&
		x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512VNNI:
		return avx512vnni
	}
	return avx2
}
