// Package simd holds the inner loops of the encoder and of the indexes: dot
// products, int8 matrix products and the element-wise float32 work between
// them. Every function has a pure Go kernel and, where the machine allows,
// assembly behind the same name:
//
//	avx512vnni  amd64 with AVX-512 F, BW, DQ, VL and VNNI (not on darwin)
//	avxvnni     amd64 with AVX2, FMA and AVX-VNNI
//	avx2        amd64 with AVX2 and FMA
//	neondot     arm64 with SDOT (ARMv8.4, most of v8.2, all Apple silicon)
//	neon        every other arm64
//	generic     everything else, and every build with the purego tag
//
// The best kernel is chosen once, when the program starts. The environment
// variable LIKEWISE_SIMD names another one; a name that this machine cannot
// run is ignored. Tests use [Force]. They also know "avx512vnni256", the code
// of avxvnni in AVX-512's encoding, which is never chosen by itself.
//
// Integer functions return the same bits with every kernel. Float32 functions
// differ by the order of their additions; each says by how much at most.
//
// Slices may start at any address. Nothing reads or writes outside a slice.
// One call into assembly works for less than 50 microseconds, because
// assembly cannot be preempted.
package simd
