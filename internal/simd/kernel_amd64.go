//go:build amd64 && !purego

package simd

import (
	"runtime"

	"golang.org/x/sys/cpu"
)

const (
	avx2    level = iota + 1
	vnni256       // the code of avxvnni in AVX-512's encoding; runs only where avx512vnni does
	avxvnni
	avx512vnni
)

var levelNames = [...]string{
	generic: "generic", avx2: "avx2", vnni256: "avx512vnni256", avxvnni: "avxvnni", avx512vnni: "avx512vnni",
}

// runs says whether this machine can run the kernels of l. The features that
// cpu reports are those whose registers the operating system saves. On darwin
// the kernel switches AVX-512 state on lazily, which makes detection
// unreliable, and no Mac on sale has it.
func runs(l level) bool {
	x := &cpu.X86
	switch l {
	case avx2:
		return x.HasAVX2 && x.HasFMA
	case avxvnni:
		return runs(avx2) && x.HasAVXVNNI
	case vnni256, avx512vnni:
		return runs(avx2) && runtime.GOOS != "darwin" && x.HasAVX512F && x.HasAVX512BW &&
			x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512VNNI
	}
	return true
}
