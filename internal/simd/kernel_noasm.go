//go:build !amd64 || purego

package simd

func best() level { return generic }
