//go:build arm64 && !purego

package simd

import "golang.org/x/sys/cpu"

const (
	neon level = iota + 1
	neondot
)

var levelNames = [...]string{generic: "generic", neon: "neon", neondot: "neondot"}

// best returns the highest level that this machine can run. Every arm64 has
// NEON; SDOT is optional before ARMv8.4. On darwin the feature is read with
// sysctl, and every Apple silicon has it.
func best() level {
	if cpu.ARM64.HasASIMDDP {
		return neondot
	}
	return neon
}
