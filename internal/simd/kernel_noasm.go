//go:build (!amd64 && !arm64) || purego

package simd

var levelNames = [...]string{generic: "generic"}

func best() level { return generic }
