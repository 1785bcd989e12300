//go:build (!amd64 && !arm64) || purego

package simd

func span(x []float32) (low, high float32) { return spanGeneric(x) }

func roundU8(dst []uint8, x []float32, inv float32, zero int32) {
	roundU8Generic(dst, x, inv, zero)
}

func dequant(dst []float32, c []int32, s float32, scale, bias []float32) {
	dequantGeneric(dst, c, s, scale, bias)
}

func addDequant(dst []float32, c []int32, s float32, scale, bias []float32) {
	addDequantGeneric(dst, c, s, scale, bias)
}

func gelu(x []float32) { geluGeneric(x) }

func softmax16(x []float32) { softmax16Generic(x) }

func transpose16(dst, src []float32, lds, n int) { transpose16Generic(dst, src, lds, n) }

func layerNorm(x, gain, bias []float32, eps float32) { layerNormGeneric(x, gain, bias, eps) }

func dequantGELU(x []float32, c []int32, s float32, scale, bias []float32) (low, high float32) {
	return dequantGELUSteps(x, c, s, scale, bias)
}

func addNorm(x []float32, c []int32, s float32, scale, bias, gain, beta []float32, eps float32) (low, high float32) {
	return addNormSteps(x, c, s, scale, bias, gain, beta, eps)
}
