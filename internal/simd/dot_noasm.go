//go:build (!amd64 && !arm64) || purego

package simd

func dotF32(a, b []float32) float32 { return dotF32Generic(a, b) }

func dotI8(a, b []int8) int32 { return dotI8Generic(a, b) }
