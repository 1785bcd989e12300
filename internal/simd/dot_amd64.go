//go:build amd64 && !purego

package simd

// step is the longest piece of a dot product that one assembly call handles:
// 64 KiB of float32s take about 5 us even when they come from memory.
const step = 1 << 14

func dotF32(a, b []float32) float32 {
	var s float32
	for len(a) > step {
		s += dotF32Step(a[:step], b[:step])
		a, b = a[step:], b[step:]
	}
	return s + dotF32Step(a, b)
}

func dotF32Step(a, b []float32) float32 {
	switch active {
	case avx512vnni:
		return dotF32AVX512(a, b)
	case generic:
		return dotF32Generic(a, b)
	}
	return dotF32AVX2(a, b)
}

func dotI8(a, b []int8) int32 {
	var s int32
	for len(a) > step {
		s += dotI8Step(a[:step], b[:step])
		a, b = a[step:], b[step:]
	}
	return s + dotI8Step(a, b)
}

func dotI8Step(a, b []int8) int32 {
	switch active {
	case avx512vnni:
		return dotI8VNNI(a, b)
	case avxvnni:
		return dotI8AVXVNNI(a, b)
	case vnni256:
		return dotI8VNNI256(a, b)
	case avx2:
		return dotI8AVX2(a, b)
	}
	return dotI8Generic(a, b)
}

//go:noescape
func dotF32AVX512(a, b []float32) float32

//go:noescape
func dotF32AVX2(a, b []float32) float32

// dotI8VNNI multiplies unsigned by signed bytes: a+128 by b, and takes
// 128*sum(b), added up beside it, off at the end.
//
//go:noescape
func dotI8VNNI(a, b []int8) int32

// dotI8AVXVNNI is dotI8VNNI on 256 bits.
//
//go:noescape
func dotI8AVXVNNI(a, b []int8) int32

// dotI8VNNI256 is dotI8AVXVNNI in AVX-512's encoding, as are all functions of
// this name.
//
//go:noescape
func dotI8VNNI256(a, b []int8) int32

//go:noescape
func dotI8AVX2(a, b []int8) int32
