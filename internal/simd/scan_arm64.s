//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// Heads, a group of 16 at a time.
//
//	R0 mask     R4 rest                  V24 limit, V25 weight, V26 add
//	R1 query    R5 groups that are left  V27 the bit of a byte in its 8
//	R2 heads    R6 bits of a group       V28 128 in every byte
//	R3 scale

#define START \
	MOVWU add+48(FP), R7    \
	MOVWU weight+52(FP), R8 \
	MOVWU limit+56(FP), R9  \
	VDUP  R7, V26.S4        \
	VDUP  R8, V25.S4        \
	VDUP  R9, V24.S4        \
	VMOVI $0x80, V28.B16    \
	MOVD  $0x8040201008040201, R7 \
	VDUP  R7, V27.D2

#define FLIP(v) VEOR V28.B16, v.B16, v.B16

// COMPARE turns the dot products of 4 heads in register d into what they are
// compared by: r holds the heads' scales, s their rests.
#define COMPARE(d, r, s) \
	SCVTF(d, d)    \
	FMUL(r, d, d)  \
	FMUL(25, s, s) \
	FADD(s, d, d)  \
	FCMGE(24, d, d)

// BITS writes the bits of 16 heads whose dot products are V16..V19. V0..V7 are
// scratch.
#define BITS \
	VLD1.P 64(R3), [V0.S4, V1.S4, V2.S4, V3.S4] \
	VLD1.P 64(R4), [V4.S4, V5.S4, V6.S4, V7.S4] \
	COMPARE(16, 0, 4) \
	COMPARE(17, 1, 5) \
	COMPARE(18, 2, 6) \
	COMPARE(19, 3, 7) \
	VUZP1  V17.H8, V16.H8, V16.H8   \
	VUZP1  V19.H8, V18.H8, V18.H8   \
	VUZP1  V18.B16, V16.B16, V16.B16 \
	VAND   V27.B16, V16.B16, V16.B16 \
	VADDP  V16.B16, V16.B16, V16.B16 \
	VADDP  V16.B16, V16.B16, V16.B16 \
	VADDP  V16.B16, V16.B16, V16.B16 \
	VMOV   V16.H[0], R6              \
	MOVH.P R6, 2(R0)

// RUNSDOT adds the products of one run, with a lane of q.
#define RUNSDOT(lane, q) \
	VLD1.P 64(R2), [V4.B16, V5.B16, V6.B16, V7.B16] \
	FLIP(V4)       \
	FLIP(V5)       \
	FLIP(V6)       \
	FLIP(V7)       \
	lane(q, 4, 16) \
	lane(q, 5, 17) \
	lane(q, 6, 18) \
	lane(q, 7, 19)

#define RUNS4SDOT(q) \
	RUNSDOT(SDOTLANE0, q) \
	RUNSDOT(SDOTLANE1, q) \
	RUNSDOT(SDOTLANE2, q) \
	RUNSDOT(SDOTLANE3, q)

// func scanHeadsSDOT(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
TEXT ·scanHeadsSDOT(SB), NOSPLIT, $0-60
	MOVD mask+0(FP), R0
	MOVD q+8(FP), R1
	MOVD heads+16(FP), R2
	MOVD scale+24(FP), R3
	MOVD rest+32(FP), R4
	MOVD groups+40(FP), R5
	START
	VLD1 (R1), [V20.B16, V21.B16, V22.B16, V23.B16]

group:
	VMOV V26.B16, V16.B16
	VMOV V26.B16, V17.B16
	VMOV V26.B16, V18.B16
	VMOV V26.B16, V19.B16
	RUNS4SDOT(20)
	RUNS4SDOT(21)
	RUNS4SDOT(22)
	RUNS4SDOT(23)
	BITS
	SUBS $1, R5
	BNE  group
	RET

// HEADS4 adds the products of 4 heads in two runs, h0 and h1. A head takes two
// lanes, of s0 or s1.
#define HEADS4(h0, h1, s0, s1) \
	SMULL(8, h0, 12)  \
	SMULL2(8, h0, 13) \
	SMLAL(9, h1, 12)  \
	SMLAL2(9, h1, 13) \
	SADALP(12, s0)    \
	SADALP(13, s1)

// func scanHeadsNEON(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
TEXT ·scanHeadsNEON(SB), NOSPLIT, $0-60
	MOVD mask+0(FP), R0
	MOVD q+8(FP), R1
	MOVD heads+16(FP), R2
	MOVD scale+24(FP), R3
	MOVD rest+32(FP), R4
	MOVD groups+40(FP), R5
	START

group:
	ZERO(V16)
	ZERO(V17)
	ZERO(V18)
	ZERO(V19)
	ZERO(V20)
	ZERO(V21)
	ZERO(V22)
	ZERO(V23)
	MOVD R1, R8
	MOVD $8, R9

runs2:
	VLD1R.P 4(R8), [V8.S4]
	VLD1R.P 4(R8), [V9.S4]
	VLD1.P  64(R2), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1.P  64(R2), [V4.B16, V5.B16, V6.B16, V7.B16]
	FLIP(V0)
	FLIP(V1)
	FLIP(V2)
	FLIP(V3)
	FLIP(V4)
	FLIP(V5)
	FLIP(V6)
	FLIP(V7)
	HEADS4(0, 4, 16, 17)
	HEADS4(1, 5, 18, 19)
	HEADS4(2, 6, 20, 21)
	HEADS4(3, 7, 22, 23)
	SUBS $1, R9
	BNE  runs2
	ADDP(17, 16, 16)
	ADDP(19, 18, 17)
	ADDP(21, 20, 18)
	ADDP(23, 22, 19)
	VADD V26.S4, V16.S4, V16.S4
	VADD V26.S4, V17.S4, V17.S4
	VADD V26.S4, V18.S4, V18.S4
	VADD V26.S4, V19.S4, V19.S4
	BITS
	SUBS $1, R5
	BNE  group
	RET
