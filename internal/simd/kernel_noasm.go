//go:build !amd64 || purego

package simd

var levelNames = [...]string{generic: "generic"}

func best() level { return generic }
