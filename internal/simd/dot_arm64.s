//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// func dotF32NEON(a, b []float32) float32
TEXT ·dotF32NEON(SB), NOSPLIT, $0-52
	MOVD a_base+0(FP), R0
	MOVD a_len+8(FP), R2
	MOVD b_base+24(FP), R1
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)

loop16:
	CMP    $16, R2
	BLT    loop4
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	FMLA(16, 4, 0)
	FMLA(17, 5, 1)
	FMLA(18, 6, 2)
	FMLA(19, 7, 3)
	SUB    $16, R2
	B      loop16

loop4:
	CMP    $4, R2
	BLT    sum
	VLD1.P 16(R0), [V4.S4]
	VLD1.P 16(R1), [V16.S4]
	FMLA(16, 4, 0)
	SUB    $4, R2
	B      loop4

sum:
	FADD(1, 0, 0)
	FADD(3, 2, 2)
	FADD(2, 0, 0)
	FADDP(0, 0, 0)
	FADDP2(0, 0)

tail:
	CBZ     R2, done
	FMOVS.P 4(R0), F4
	FMOVS.P 4(R1), F16
	FMADDS  F4, F0, F16, F0
	SUB     $1, R2
	B       tail

done:
	FMOVS F0, ret+48(FP)
	RET

// func dotI8SDOT(a, b []int8) int32
TEXT ·dotI8SDOT(SB), NOSPLIT, $0-52
	MOVD a_base+0(FP), R0
	MOVD a_len+8(FP), R2
	MOVD b_base+24(FP), R1
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)

loop64:
	CMP    $64, R2
	BLT    loop16
	VLD1.P 64(R0), [V4.B16, V5.B16, V6.B16, V7.B16]
	VLD1.P 64(R1), [V16.B16, V17.B16, V18.B16, V19.B16]
	SDOT(16, 4, 0)
	SDOT(17, 5, 1)
	SDOT(18, 6, 2)
	SDOT(19, 7, 3)
	SUB    $64, R2
	B      loop64

loop16:
	CMP    $16, R2
	BLT    sum
	VLD1.P 16(R0), [V4.B16]
	VLD1.P 16(R1), [V16.B16]
	SDOT(16, 4, 0)
	SUB    $16, R2
	B      loop16

sum:
	VADD V1.S4, V0.S4, V0.S4
	VADD V3.S4, V2.S4, V2.S4
	VADD V2.S4, V0.S4, V0.S4
	ADDV(0, 0)
	VMOV V0.S[0], R3

tail:
	CBZ    R2, done
	MOVB.P 1(R0), R4
	MOVB.P 1(R1), R5
	MADDW  R4, R3, R5, R3
	SUB    $1, R2
	B      tail

done:
	MOVW R3, ret+48(FP)
	RET

// func dotI8NEON(a, b []int8) int32
TEXT ·dotI8NEON(SB), NOSPLIT, $0-52
	MOVD a_base+0(FP), R0
	MOVD a_len+8(FP), R2
	MOVD b_base+24(FP), R1
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)

loop32:
	CMP    $32, R2
	BLT    loop16
	VLD1.P 32(R0), [V4.B16, V5.B16]
	VLD1.P 32(R1), [V16.B16, V17.B16]
	SMULL(16, 4, 20)
	SMULL2(16, 4, 21)
	SMULL(17, 5, 22)
	SMULL2(17, 5, 23)
	SADALP(20, 0)
	SADALP(21, 1)
	SADALP(22, 2)
	SADALP(23, 3)
	SUB    $32, R2
	B      loop32

loop16:
	CMP    $16, R2
	BLT    sum
	VLD1.P 16(R0), [V4.B16]
	VLD1.P 16(R1), [V16.B16]
	SMULL(16, 4, 20)
	SMULL2(16, 4, 21)
	SADALP(20, 0)
	SADALP(21, 1)
	SUB    $16, R2

sum:
	VADD V1.S4, V0.S4, V0.S4
	VADD V3.S4, V2.S4, V2.S4
	VADD V2.S4, V0.S4, V0.S4
	ADDV(0, 0)
	VMOV V0.S[0], R3

tail:
	CBZ    R2, done
	MOVB.P 1(R0), R4
	MOVB.P 1(R1), R5
	MADDW  R4, R3, R5, R3
	SUB    $1, R2
	B      tail

done:
	MOVW R3, ret+48(FP)
	RET
