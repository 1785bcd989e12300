//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// Int8 products with SDOT. A group is 4 inputs of 16 columns: V0..V3.
//
//	R0 results, rows R6 bytes apart    V4..V7 activations of the 4 rows
//	R1..R4 activations of the rows     V8 128 in every byte
//	R5 weights                         V16..V31 sums, 4 registers a row
//	R7 inputs that are left

#define COLUMNS16(lane, a, s0, s1, s2, s3) \
	lane(a, 0, s0) \
	lane(a, 1, s1) \
	lane(a, 2, s2) \
	lane(a, 3, s3)

#define GROUP4ROWS(lane) \
	VLD1.P 64(R5), [V0.B16, V1.B16, V2.B16, V3.B16] \
	COLUMNS16(lane, 4, 16, 17, 18, 19) \
	COLUMNS16(lane, 5, 20, 21, 22, 23) \
	COLUMNS16(lane, 6, 24, 25, 26, 27) \
	COLUMNS16(lane, 7, 28, 29, 30, 31)

#define GROUP1ROW(lane) \
	VLD1.P 64(R5), [V0.B16, V1.B16, V2.B16, V3.B16] \
	COLUMNS16(lane, 4, 16, 17, 18, 19)

#define FLIP(v) VEOR V8.B16, v.B16, v.B16

// func tileSDOT(c *int32, a *uint8, w *int8, k, n int)
TEXT ·tileSDOT(SB), NOSPLIT, $0-40
	MOVD  c+0(FP), R0
	MOVD  a+8(FP), R1
	MOVD  w+16(FP), R5
	MOVD  k+24(FP), R7
	MOVD  n+32(FP), R6
	LSL   $2, R6
	ADD   R7, R1, R2
	ADD   R7, R2, R3
	ADD   R7, R3, R4
	VMOVI $0x80, V8.B16
	MOVD  R0, R8
	VLD1  (R8), [V16.S4, V17.S4, V18.S4, V19.S4]
	ADD   R6, R8
	VLD1  (R8), [V20.S4, V21.S4, V22.S4, V23.S4]
	ADD   R6, R8
	VLD1  (R8), [V24.S4, V25.S4, V26.S4, V27.S4]
	ADD   R6, R8
	VLD1  (R8), [V28.S4, V29.S4, V30.S4, V31.S4]

loop16:
	CMP    $16, R7
	BLT    loop4
	VLD1.P 16(R1), [V4.B16]
	VLD1.P 16(R2), [V5.B16]
	VLD1.P 16(R3), [V6.B16]
	VLD1.P 16(R4), [V7.B16]
	FLIP(V4)
	FLIP(V5)
	FLIP(V6)
	FLIP(V7)
	GROUP4ROWS(SDOTLANE0)
	GROUP4ROWS(SDOTLANE1)
	GROUP4ROWS(SDOTLANE2)
	GROUP4ROWS(SDOTLANE3)
	SUB    $16, R7
	B      loop16

loop4:
	CBZ     R7, store
	FMOVS.P 4(R1), F4
	FMOVS.P 4(R2), F5
	FMOVS.P 4(R3), F6
	FMOVS.P 4(R4), F7
	FLIP(V4)
	FLIP(V5)
	FLIP(V6)
	FLIP(V7)
	GROUP4ROWS(SDOTLANE0)
	SUB     $4, R7
	B       loop4

store:
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R0)
	ADD  R6, R0
	VST1 [V20.S4, V21.S4, V22.S4, V23.S4], (R0)
	ADD  R6, R0
	VST1 [V24.S4, V25.S4, V26.S4, V27.S4], (R0)
	ADD  R6, R0
	VST1 [V28.S4, V29.S4, V30.S4, V31.S4], (R0)
	RET

// func rowSDOT(c *int32, a *uint8, w *int8, k int)
TEXT ·rowSDOT(SB), NOSPLIT, $0-32
	MOVD  c+0(FP), R0
	MOVD  a+8(FP), R1
	MOVD  w+16(FP), R5
	MOVD  k+24(FP), R7
	VMOVI $0x80, V8.B16
	VLD1  (R0), [V16.S4, V17.S4, V18.S4, V19.S4]

loop16:
	CMP    $16, R7
	BLT    loop4
	VLD1.P 16(R1), [V4.B16]
	FLIP(V4)
	GROUP1ROW(SDOTLANE0)
	GROUP1ROW(SDOTLANE1)
	GROUP1ROW(SDOTLANE2)
	GROUP1ROW(SDOTLANE3)
	SUB    $16, R7
	B      loop16

loop4:
	CBZ     R7, store
	FMOVS.P 4(R1), F4
	FLIP(V4)
	GROUP1ROW(SDOTLANE0)
	SUB     $4, R7
	B       loop4

store:
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R0)
	RET

// Int8 products without SDOT. Products of two groups (V0..V3 and V4..V7 by
// the activations V8 and V9 of a row, V10 and V11 of the next) fit 16 bits as
// long as no weight is -128. A sum takes two lanes, inputs 0 and 1, 2 and 3 of
// the groups; SUM16 joins them.

// COLUMNS4 multiplies 4 columns of two groups.
#define COLUMNS4(w0, w1, a0, a1, s0, s1) \
	SMULL(a0, w0, 12)  \
	SMULL2(a0, w0, 13) \
	SMLAL(a1, w1, 12)  \
	SMLAL2(a1, w1, 13) \
	SADALP(12, s0)     \
	SADALP(13, s1)

// COLUMNS4TAIL multiplies 4 columns of one group.
#define COLUMNS4TAIL(w0, a0, s0, s1) \
	SMULL(a0, w0, 12)  \
	SMULL2(a0, w0, 13) \
	SADALP(12, s0)     \
	SADALP(13, s1)

// SUM16 adds the 16 sums of a row to those at (R0). V0..V7 are scratch.
#define SUM16(s0, s1, s2, s3, s4, s5, s6, s7) \
	VLD1 (R0), [V4.S4, V5.S4, V6.S4, V7.S4] \
	ADDP(s1, s0, 0) \
	ADDP(s3, s2, 1) \
	ADDP(s5, s4, 2) \
	ADDP(s7, s6, 3) \
	VADD V4.S4, V0.S4, V0.S4 \
	VADD V5.S4, V1.S4, V1.S4 \
	VADD V6.S4, V2.S4, V2.S4 \
	VADD V7.S4, V3.S4, V3.S4 \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R0)

#define CLEAR8(v0, v1, v2, v3, v4, v5, v6, v7) \
	ZERO(v0) \
	ZERO(v1) \
	ZERO(v2) \
	ZERO(v3) \
	ZERO(v4) \
	ZERO(v5) \
	ZERO(v6) \
	ZERO(v7)

#define FLIP15(v) VEOR V15.B16, v.B16, v.B16

// func tileNEON(c *int32, a *uint8, w *int8, k, n int)
TEXT ·tileNEON(SB), NOSPLIT, $0-40
	MOVD  c+0(FP), R0
	MOVD  a+8(FP), R1
	MOVD  w+16(FP), R5
	MOVD  k+24(FP), R7
	MOVD  n+32(FP), R6
	LSL   $2, R6
	ADD   R7, R1, R2
	VMOVI $0x80, V15.B16
	CLEAR8(V16, V17, V18, V19, V20, V21, V22, V23)
	CLEAR8(V24, V25, V26, V27, V28, V29, V30, V31)

loop8:
	CMP     $8, R7
	BLT     tail
	VLD1.P  64(R5), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1.P  64(R5), [V4.B16, V5.B16, V6.B16, V7.B16]
	VLD1R.P 4(R1), [V8.S4]
	VLD1R.P 4(R1), [V9.S4]
	VLD1R.P 4(R2), [V10.S4]
	VLD1R.P 4(R2), [V11.S4]
	FLIP15(V8)
	FLIP15(V9)
	FLIP15(V10)
	FLIP15(V11)
	COLUMNS4(0, 4, 8, 9, 16, 17)
	COLUMNS4(0, 4, 10, 11, 24, 25)
	COLUMNS4(1, 5, 8, 9, 18, 19)
	COLUMNS4(1, 5, 10, 11, 26, 27)
	COLUMNS4(2, 6, 8, 9, 20, 21)
	COLUMNS4(2, 6, 10, 11, 28, 29)
	COLUMNS4(3, 7, 8, 9, 22, 23)
	COLUMNS4(3, 7, 10, 11, 30, 31)
	SUB     $8, R7
	B       loop8

tail:
	CBZ     R7, store
	VLD1    (R5), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1R   (R1), [V8.S4]
	VLD1R   (R2), [V10.S4]
	FLIP15(V8)
	FLIP15(V10)
	COLUMNS4TAIL(0, 8, 16, 17)
	COLUMNS4TAIL(0, 10, 24, 25)
	COLUMNS4TAIL(1, 8, 18, 19)
	COLUMNS4TAIL(1, 10, 26, 27)
	COLUMNS4TAIL(2, 8, 20, 21)
	COLUMNS4TAIL(2, 10, 28, 29)
	COLUMNS4TAIL(3, 8, 22, 23)
	COLUMNS4TAIL(3, 10, 30, 31)

store:
	SUM16(16, 17, 18, 19, 20, 21, 22, 23)
	ADD R6, R0
	SUM16(24, 25, 26, 27, 28, 29, 30, 31)
	RET

// func rowNEON(c *int32, a *uint8, w *int8, k int)
TEXT ·rowNEON(SB), NOSPLIT, $0-32
	MOVD  c+0(FP), R0
	MOVD  a+8(FP), R1
	MOVD  w+16(FP), R5
	MOVD  k+24(FP), R7
	VMOVI $0x80, V15.B16
	CLEAR8(V16, V17, V18, V19, V20, V21, V22, V23)

loop8:
	CMP     $8, R7
	BLT     tail
	VLD1.P  64(R5), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1.P  64(R5), [V4.B16, V5.B16, V6.B16, V7.B16]
	VLD1R.P 4(R1), [V8.S4]
	VLD1R.P 4(R1), [V9.S4]
	FLIP15(V8)
	FLIP15(V9)
	COLUMNS4(0, 4, 8, 9, 16, 17)
	COLUMNS4(1, 5, 8, 9, 18, 19)
	COLUMNS4(2, 6, 8, 9, 20, 21)
	COLUMNS4(3, 7, 8, 9, 22, 23)
	SUB     $8, R7
	B       loop8

tail:
	CBZ   R7, store
	VLD1  (R5), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1R (R1), [V8.S4]
	FLIP15(V8)
	COLUMNS4TAIL(0, 8, 16, 17)
	COLUMNS4TAIL(1, 8, 18, 19)
	COLUMNS4TAIL(2, 8, 20, 21)
	COLUMNS4TAIL(3, 8, 22, 23)

store:
	SUM16(16, 17, 18, 19, 20, 21, 22, 23)
	RET

// FMA16 adds one activation, in every lane of a, times the 16 columns V0..V3.
#define FMA16(a, s0, s1, s2, s3) \
	FMLA(a, 0, s0) \
	FMLA(a, 1, s1) \
	FMLA(a, 2, s2) \
	FMLA(a, 3, s3)

// func tileF32x4NEON(c *float32, ldc int, a *float32, lda, next int, b *float32, ldb, k int)
TEXT ·tileF32x4NEON(SB), NOSPLIT, $0-64
	MOVD c+0(FP), R0
	MOVD ldc+8(FP), R6
	MOVD a+16(FP), R1
	MOVD lda+24(FP), R8
	MOVD next+32(FP), R10
	MOVD b+40(FP), R5
	MOVD ldb+48(FP), R9
	MOVD k+56(FP), R7
	LSL  $2, R10
	LSL  $2, R6
	LSL  $2, R9
	ADD  R8<<2, R1, R2
	ADD  R8<<2, R2, R3
	ADD  R8<<2, R3, R4
	CLEAR8(V16, V17, V18, V19, V20, V21, V22, V23)
	CLEAR8(V24, V25, V26, V27, V28, V29, V30, V31)

loop:
	VLD1    (R5), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1R.P (R1)(R10), [V4.S4]
	VLD1R.P (R2)(R10), [V5.S4]
	VLD1R.P (R3)(R10), [V6.S4]
	VLD1R.P (R4)(R10), [V7.S4]
	FMA16(4, 16, 17, 18, 19)
	FMA16(5, 20, 21, 22, 23)
	FMA16(6, 24, 25, 26, 27)
	FMA16(7, 28, 29, 30, 31)
	ADD     R9, R5
	SUB     $1, R7
	CBNZ    R7, loop
	VST1    [V16.S4, V17.S4, V18.S4, V19.S4], (R0)
	ADD     R6, R0
	VST1    [V20.S4, V21.S4, V22.S4, V23.S4], (R0)
	ADD     R6, R0
	VST1    [V24.S4, V25.S4, V26.S4, V27.S4], (R0)
	ADD     R6, R0
	VST1    [V28.S4, V29.S4, V30.S4, V31.S4], (R0)
	RET

// func tileF32x1NEON(c, a *float32, next int, b *float32, ldb, k int)
TEXT ·tileF32x1NEON(SB), NOSPLIT, $0-48
	MOVD c+0(FP), R0
	MOVD a+8(FP), R1
	MOVD next+16(FP), R10
	MOVD b+24(FP), R5
	MOVD ldb+32(FP), R9
	MOVD k+40(FP), R7
	LSL  $2, R10
	LSL  $2, R9
	ZERO(V16)
	ZERO(V17)
	ZERO(V18)
	ZERO(V19)

loop:
	VLD1    (R5), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1R.P (R1)(R10), [V4.S4]
	FMA16(4, 16, 17, 18, 19)
	ADD     R9, R5
	SUB     $1, R7
	CBNZ    R7, loop
	VST1    [V16.S4, V17.S4, V18.S4, V19.S4], (R0)
	RET
