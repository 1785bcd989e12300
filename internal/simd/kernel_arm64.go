//go:build arm64 && !purego

package simd

import "golang.org/x/sys/cpu"

const (
	neon level = iota + 1
	neondot
)

var levelNames = [...]string{generic: "generic", neon: "neon", neondot: "neondot"}

// runs says whether this machine can run the kernels of l. Every arm64 has
// NEON; SDOT is optional before ARMv8.4. On darwin the feature is read with
// sysctl, and every Apple silicon has it.
func runs(l level) bool { return l < neondot || cpu.ARM64.HasASIMDDP }
