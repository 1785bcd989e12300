//go:build arm64 && !purego

package simd

// step is the longest piece of a dot product or of a row that one assembly
// call handles.
const step = 1 << 13

func dotF32(a, b []float32) float32 {
	if active == generic {
		return dotF32Generic(a, b)
	}
	var s float32
	for len(a) > step {
		s += dotF32NEON(a[:step], b[:step])
		a, b = a[step:], b[step:]
	}
	return s + dotF32NEON(a, b)
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
	case neondot:
		return dotI8SDOT(a, b)
	case neon:
		return dotI8NEON(a, b)
	}
	return dotI8Generic(a, b)
}

//go:noescape
func dotF32NEON(a, b []float32) float32

//go:noescape
func dotI8SDOT(a, b []int8) int32

// dotI8NEON widens each product to 16 bits and adds pairs of them up.
//
//go:noescape
func dotI8NEON(a, b []int8) int32
