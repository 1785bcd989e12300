//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// CONST puts a float32 in all lanes of v.
#define CONST(bits, v) \
	MOVW $bits, R9 \
	VDUP R9, v.S4

// EXPCONSTS are those of expGeneric, for EXP: -87, log2(e), ln 2 in two parts,
// 1/5040, 1/720, 1/120, 1/24, 1/6, 1/2, 1.
#define EXPCONSTS \
	CONST(0xc2ae0000, V16) \
	CONST(0x3fb8aa3b, V17) \
	CONST(0x3f317000, V18) \
	CONST(0x3805fdf4, V19) \
	CONST(0x39500d01, V20) \
	CONST(0x3ab60b61, V21) \
	CONST(0x3c088889, V22) \
	CONST(0x3d2aaaab, V23) \
	CONST(0x3e2aaaab, V24) \
	CONST(0x3f000000, V25) \
	CONST(0x3f800000, V26)

// STEP sets p to c + p x, with q as scratch that becomes the new p.
#define STEP(c, x, p, q) \
	VMOV c.B16, q.B16 \
	VFMLA x.S4, p.S4, q.S4

// EXP replaces V0 by e^V0 for V0 <= 0. V1, V2 and V3 are scratch.
#define EXP \
	FMAX(16, 0, 0) \
	FMUL(17, 0, 1) \
	FRINTN(1, 1) \
	FMLS(18, 1, 0) \
	FMLS(19, 1, 0) \
	STEP(V21, V0, V20, V2) \
	STEP(V22, V0, V2, V3) \
	STEP(V23, V0, V3, V2) \
	STEP(V24, V0, V2, V3) \
	STEP(V25, V0, V3, V2) \
	STEP(V26, V0, V2, V3) \
	STEP(V26, V0, V3, V2) \
	FCVTNS(1, 1) \
	VSHL $23, V1.S4, V1.S4 \
	VADD V1.S4, V2.S4, V0.S4

// func spanNEON(x *float32, n int) (low, high float32)
TEXT ·spanNEON(SB), NOSPLIT, $0-24
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)

loop:
	VLD1.P 32(R0), [V4.S4, V5.S4]
	FMIN(4, 0, 0)
	FMIN(5, 1, 1)
	FMAX(4, 2, 2)
	FMAX(5, 3, 3)
	SUBS   $8, R1
	BNE    loop
	FMIN(1, 0, 0)
	FMAX(3, 2, 2)
	FMINV(0, 0)
	FMAXV(2, 2)
	FMOVS  F0, low+16(FP)
	FMOVS  F2, high+20(FP)
	RET

// func roundU8NEON(dst *uint8, x *float32, n int, inv float32, zero int32)
TEXT ·roundU8NEON(SB), NOSPLIT, $0-32
	MOVD  dst+0(FP), R0
	MOVD  x+8(FP), R1
	MOVD  n+16(FP), R2
	MOVWU inv+24(FP), R3
	MOVW  zero+28(FP), R4
	VDUP  R3, V6.S4
	VDUP  R4, V7.S4

loop:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	FMUL(6, 0, 0)
	FMUL(6, 1, 1)
	FCVTNS(0, 0)
	FCVTNS(1, 1)
	VADD   V7.S4, V0.S4, V0.S4
	VADD   V7.S4, V1.S4, V1.S4
	SQXTN(0, 2)
	SQXTN2(1, 2)
	SQXTUN(2, 2)
	VST1.P [V2.B8], 8(R0)
	SUBS   $8, R2
	BNE    loop
	RET

// func dequantNEON(dst *float32, c *int32, scale, bias *float32, n int, s float32)
TEXT ·dequantNEON(SB), NOSPLIT, $0-44
	MOVD  dst+0(FP), R0
	MOVD  c+8(FP), R1
	MOVD  scale+16(FP), R2
	MOVD  bias+24(FP), R3
	MOVD  n+32(FP), R4
	MOVWU s+40(FP), R5
	VDUP  R5, V7.S4

loop:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	VLD1.P 32(R2), [V2.S4, V3.S4]
	VLD1.P 32(R3), [V4.S4, V5.S4]
	SCVTF(0, 0)
	SCVTF(1, 1)
	FMUL(7, 2, 2)
	FMUL(7, 3, 3)
	FMLA(2, 0, 4)
	FMLA(3, 1, 5)
	VST1.P [V4.S4, V5.S4], 32(R0)
	SUBS   $8, R4
	BNE    loop
	RET

// func addDequantNEON(dst *float32, c *int32, scale, bias *float32, n int, s float32)
TEXT ·addDequantNEON(SB), NOSPLIT, $0-44
	MOVD  dst+0(FP), R0
	MOVD  c+8(FP), R1
	MOVD  scale+16(FP), R2
	MOVD  bias+24(FP), R3
	MOVD  n+32(FP), R4
	MOVWU s+40(FP), R5
	VDUP  R5, V7.S4

loop:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	VLD1.P 32(R2), [V2.S4, V3.S4]
	VLD1.P 32(R3), [V4.S4, V5.S4]
	SCVTF(0, 0)
	SCVTF(1, 1)
	FMUL(7, 2, 2)
	FMUL(7, 3, 3)
	FMLA(2, 0, 4)
	FMLA(3, 1, 5)
	VLD1   (R0), [V8.S4, V9.S4]
	FADD(8, 4, 4)
	FADD(9, 5, 5)
	VST1.P [V4.S4, V5.S4], 32(R0)
	SUBS   $8, R4
	BNE    loop
	RET

// func geluNEON(x *float32, n int)
TEXT ·geluNEON(SB), NOSPLIT, $0-16
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	CONST(0x3e10c1ce, V16) // Q0
	CONST(0xbd8ff9b8, V17) // Q1
	CONST(0x3d52e517, V18) // Q2
	CONST(0xbd2525bb, V19) // Q3
	CONST(0x3d02062c, V20) // Q4
	CONST(0xbcc65ebc, V21) // Q5
	CONST(0x3c7ebc5f, V22) // Q6
	CONST(0xbc087a4e, V23) // Q7
	CONST(0x3be61368, V24) // Q8
	CONST(0xbbcdb746, V25) // Q9
	CONST(0x3b153db6, V26) // Q10
	CONST(0x40a00000, V27) // 5
	CONST(0x3da3d70a, V28) // 2/25
	CONST(0xbf800000, V29) // -1
	CONST(0x3f000000, V30) // 1/2
	ZERO(V31)

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	FABS(0, 2)
	FABS(1, 3)
	FMIN(27, 2, 10)
	FMIN(27, 3, 11) // u
	FMUL(10, 10, 12)
	FMUL(11, 11, 13)
	VMOV   V29.B16, V4.B16
	VMOV   V29.B16, V5.B16
	FMLA(28, 12, 4)
	FMLA(28, 13, 5) // t
	STEP(V25, V4, V26, V6)
	STEP(V25, V5, V26, V7)
	STEP(V24, V4, V6, V8)
	STEP(V24, V5, V7, V9)
	STEP(V23, V4, V8, V6)
	STEP(V23, V5, V9, V7)
	STEP(V22, V4, V6, V8)
	STEP(V22, V5, V7, V9)
	STEP(V21, V4, V8, V6)
	STEP(V21, V5, V9, V7)
	STEP(V20, V4, V6, V8)
	STEP(V20, V5, V7, V9)
	STEP(V19, V4, V8, V6)
	STEP(V19, V5, V9, V7)
	STEP(V18, V4, V6, V8)
	STEP(V18, V5, V7, V9)
	STEP(V17, V4, V8, V6)
	STEP(V17, V5, V9, V7)
	STEP(V16, V4, V6, V8)
	STEP(V16, V5, V7, V9)
	VMOV   V30.B16, V6.B16
	VMOV   V30.B16, V7.B16
	FMLS(8, 10, 6)
	FMLS(9, 11, 7) // 1/2 - u Q
	FMAX(31, 6, 6)
	FMAX(31, 7, 7) // h
	FMAX(31, 0, 0)
	FMAX(31, 1, 1)
	FMLS(6, 2, 0)
	FMLS(7, 3, 1)
	VST1.P [V0.S4, V1.S4], 32(R0)
	SUBS   $8, R1
	BNE    loop
	RET

// func softmaxNEON(x *float32, n int)
TEXT ·softmaxNEON(SB), NOSPLIT, $0-16
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	EXPCONSTS
	MOVD $64, R4
	MOVD R0, R2
	MOVD R1, R3
	VLD1 (R0), [V4.S4]

top:
	VLD1.P (R2)(R4), [V0.S4]
	FMAX(0, 4, 4)
	SUBS   $1, R3
	BNE    top
	ZERO(V5)
	MOVD   R0, R2
	MOVD   R1, R3

exps:
	VLD1   (R2), [V0.S4]
	FSUB(4, 0, 0)
	EXP
	FADD(0, 5, 5)
	VST1.P [V0.S4], (R2)(R4)
	SUBS   $1, R3
	BNE    exps
	FDIV(5, 26, 5)

scale:
	VLD1   (R0), [V0.S4]
	FMUL(5, 0, 0)
	VST1.P [V0.S4], (R0)(R4)
	SUBS   $1, R1
	BNE    scale
	RET

// func sumNEON(x *float32, n int) float32
TEXT ·sumNEON(SB), NOSPLIT, $0-20
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	ZERO(V0)
	ZERO(V1)

loop:
	VLD1.P 32(R0), [V2.S4, V3.S4]
	FADD(2, 0, 0)
	FADD(3, 1, 1)
	SUBS   $8, R1
	BNE    loop
	FADD(1, 0, 0)
	FADDP(0, 0, 0)
	FADDP2(0, 0)
	FMOVS  F0, ret+16(FP)
	RET

// func squareNEON(x *float32, n int, mean float32) float32
TEXT ·squareNEON(SB), NOSPLIT, $0-28
	MOVD  x+0(FP), R0
	MOVD  n+8(FP), R1
	MOVWU mean+16(FP), R2
	VDUP  R2, V4.S4
	ZERO(V0)
	ZERO(V1)

loop:
	VLD1.P 32(R0), [V2.S4, V3.S4]
	FSUB(4, 2, 2)
	FSUB(4, 3, 3)
	FMLA(2, 2, 0)
	FMLA(3, 3, 1)
	SUBS   $8, R1
	BNE    loop
	FADD(1, 0, 0)
	FADDP(0, 0, 0)
	FADDP2(0, 0)
	FMOVS  F0, ret+24(FP)
	RET

// func normalizeNEON(x, gain, bias *float32, n int, mean, inv float32)
TEXT ·normalizeNEON(SB), NOSPLIT, $0-40
	MOVD  x+0(FP), R0
	MOVD  gain+8(FP), R1
	MOVD  bias+16(FP), R2
	MOVD  n+24(FP), R3
	MOVWU mean+32(FP), R4
	MOVWU inv+36(FP), R5
	VDUP  R4, V8.S4
	VDUP  R5, V9.S4

loop:
	VLD1   (R0), [V0.S4, V1.S4]
	VLD1.P 32(R1), [V2.S4, V3.S4]
	VLD1.P 32(R2), [V4.S4, V5.S4]
	FSUB(8, 0, 0)
	FSUB(8, 1, 1)
	FMUL(9, 0, 0)
	FMUL(9, 1, 1)
	FMLA(2, 0, 4)
	FMLA(3, 1, 5)
	VST1.P [V4.S4, V5.S4], 32(R0)
	SUBS   $8, R3
	BNE    loop
	RET
