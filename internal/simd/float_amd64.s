//go:build amd64 && !purego

#include "textflag.h"

// Constants are repeated 8 times, so that they can be memory operands.
#define CONST8(name, bits) \
	DATA  name<>+0(SB)/8, $bits  \
	DATA  name<>+8(SB)/8, $bits  \
	DATA  name<>+16(SB)/8, $bits \
	DATA  name<>+24(SB)/8, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $32

// Those of expGeneric and geluGeneric, as two float32s each.
CONST8(absMask, 0x7fffffff7fffffff) // all bits but the sign
CONST8(flip, 0x8080808080808080) // 128 in every byte
CONST8(minExp, 0xc2ae0000c2ae0000) // -87
CONST8(log2e, 0x3fb8aa3b3fb8aa3b) // log2(e)
CONST8(ln2Hi, 0x3f3170003f317000) // ln 2, first 12 bits
CONST8(ln2Lo, 0x3805fdf43805fdf4) // ln 2, the rest
CONST8(exp7, 0x39500d0139500d01) // 1/5040
CONST8(exp6, 0x3ab60b613ab60b61) // 1/720
CONST8(exp5, 0x3c0888893c088889) // 1/120
CONST8(exp4, 0x3d2aaaab3d2aaaab) // 1/24
CONST8(exp3, 0x3e2aaaab3e2aaaab) // 1/6
CONST8(half, 0x3f0000003f000000) // 1/2
CONST8(one, 0x3f8000003f800000) // 1
CONST8(minusHalf, 0xbf000000bf000000) // -1/2
CONST8(geluP, 0x3e6d33883e6d3388) // 0.3275911/sqrt(2)
CONST8(gelu5, 0x3f07dc223f07dc22) // 1.061405429/2
CONST8(gelu4, 0xbf3a00e3bf3a00e3) // -1.453152027/2
CONST8(gelu3, 0x3f35f0e33f35f0e3) // 1.421413741/2
CONST8(gelu2, 0xbe11a98ebe11a98e) // -0.284496736/2
CONST8(gelu1, 0x3e0279063e027906) // 0.254829592/2

// EXP replaces x by e^x for x <= 0, with n and p as scratch.
#define EXP(x, n, p) \
	VMAXPS       minExp<>(SB), x, x   \
	VMULPS       log2e<>(SB), x, n    \
	VROUNDPS     $0, n, n             \
	VFNMADD231PS ln2Hi<>(SB), n, x    \
	VFNMADD231PS ln2Lo<>(SB), n, x    \
	VMOVUPS      exp7<>(SB), p        \
	VFMADD213PS  exp6<>(SB), x, p     \
	VFMADD213PS  exp5<>(SB), x, p     \
	VFMADD213PS  exp4<>(SB), x, p     \
	VFMADD213PS  exp3<>(SB), x, p     \
	VFMADD213PS  half<>(SB), x, p     \
	VFMADD213PS  one<>(SB), x, p      \
	VFMADD213PS  one<>(SB), x, p      \
	VCVTPS2DQ    n, n                 \
	VPSLLD       $23, n, n            \
	VPADDD       n, p, x

// FOLD combines the 8 float32s of Y0 with op into X0; X1 is scratch.
#define FOLD(op, op1) \
	VEXTRACTF128 $1, Y0, X1 \
	op           X1, X0, X0 \
	VMOVHLPS     X0, X0, X1 \
	op           X1, X0, X0 \
	VMOVSHDUP    X0, X1     \
	op1          X1, X0, X0

// func maxAbsAVX2(x *float32, n int) float32
TEXT ·maxAbsAVX2(SB), NOSPLIT, $0-20
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	VMOVUPS absMask<>(SB), Y2
	VXORPS  Y0, Y0, Y0

loop:
	VANDPS (SI), Y2, Y1
	VMAXPS Y1, Y0, Y0
	ADDQ   $32, SI
	SUBQ   $8, CX
	JNZ    loop
	FOLD(VMAXPS, VMAXSS)
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func roundU8AVX2(dst *uint8, x *float32, n int, inv float32)
TEXT ·roundU8AVX2(SB), NOSPLIT, $0-28
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS inv+24(FP), Y2
	VMOVDQU      flip<>(SB), X3

loop:
	VMULPS       (SI), Y2, Y0
	VCVTPS2DQ    Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW    X1, X0, X0
	VPACKSSWB    X0, X0, X0
	VPXOR        X3, X0, X0
	VMOVQ        X0, (DI)
	ADDQ         $32, SI
	ADDQ         $8, DI
	SUBQ         $8, CX
	JNZ          loop
	VZEROUPPER
	RET

// func dequantAVX2(dst *float32, c *int32, scale, bias *float32, n int, s float32)
TEXT ·dequantAVX2(SB), NOSPLIT, $0-44
	MOVQ         dst+0(FP), DI
	MOVQ         c+8(FP), SI
	MOVQ         scale+16(FP), DX
	MOVQ         bias+24(FP), BX
	MOVQ         n+32(FP), CX
	VBROADCASTSS s+40(FP), Y3

loop:
	VCVTDQ2PS   (SI), Y1
	VMULPS      (DX), Y3, Y2
	VMOVUPS     (BX), Y0
	VFMADD231PS Y2, Y1, Y0
	VMOVUPS     Y0, (DI)
	ADDQ        $32, DI
	ADDQ        $32, SI
	ADDQ        $32, DX
	ADDQ        $32, BX
	SUBQ        $8, CX
	JNZ         loop
	VZEROUPPER
	RET

// func addDequantAVX2(dst *float32, c *int32, scale, bias *float32, n int, s float32)
TEXT ·addDequantAVX2(SB), NOSPLIT, $0-44
	MOVQ         dst+0(FP), DI
	MOVQ         c+8(FP), SI
	MOVQ         scale+16(FP), DX
	MOVQ         bias+24(FP), BX
	MOVQ         n+32(FP), CX
	VBROADCASTSS s+40(FP), Y3

loop:
	VCVTDQ2PS   (SI), Y1
	VMULPS      (DX), Y3, Y2
	VMOVUPS     (BX), Y0
	VFMADD231PS Y2, Y1, Y0
	VADDPS      (DI), Y0, Y0
	VMOVUPS     Y0, (DI)
	ADDQ        $32, DI
	ADDQ        $32, SI
	ADDQ        $32, DX
	ADDQ        $32, BX
	SUBQ        $8, CX
	JNZ         loop
	VZEROUPPER
	RET

// func geluAVX2(x *float32, n int)
TEXT ·geluAVX2(SB), NOSPLIT, $0-16
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	VXORPS  Y8, Y8, Y8
	VMOVUPS absMask<>(SB), Y9
	VMOVUPS one<>(SB), Y10
	VMOVUPS geluP<>(SB), Y11
	VMOVUPS minusHalf<>(SB), Y12

loop:
	VMOVUPS      (SI), Y0
	VANDPS       Y9, Y0, Y1              // |x|
	VMOVAPS      Y11, Y2
	VFMADD213PS  Y10, Y1, Y2
	VDIVPS       Y2, Y10, Y2             // t
	VMULPS       Y1, Y1, Y3
	VMULPS       Y12, Y3, Y3
	EXP(Y3, Y4, Y5)
	VMOVUPS      gelu5<>(SB), Y6
	VFMADD213PS  gelu4<>(SB), Y2, Y6
	VFMADD213PS  gelu3<>(SB), Y2, Y6
	VFMADD213PS  gelu2<>(SB), Y2, Y6
	VFMADD213PS  gelu1<>(SB), Y2, Y6
	VMULPS       Y2, Y6, Y6
	VMULPS       Y3, Y6, Y6              // h
	VMAXPS       Y8, Y0, Y0
	VFNMADD231PS Y6, Y1, Y0
	VMOVUPS      Y0, (SI)
	ADDQ         $32, SI
	SUBQ         $8, CX
	JNZ          loop
	VZEROUPPER
	RET

// func softmaxAVX2(x *float32, n int)
TEXT ·softmaxAVX2(SB), NOSPLIT, $0-16
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	MOVQ    SI, DI
	MOVQ    CX, DX
	VMOVUPS (SI), Y0

top:
	VMAXPS (DI), Y0, Y0
	ADDQ   $32, DI
	SUBQ   $8, DX
	JNZ    top
	FOLD(VMAXPS, VMAXSS)
	VBROADCASTSS X0, Y6
	VXORPS       Y0, Y0, Y0
	MOVQ         SI, DI
	MOVQ         CX, DX

exps:
	VMOVUPS (DI), Y3
	VSUBPS  Y6, Y3, Y3
	EXP(Y3, Y4, Y5)
	VADDPS  Y3, Y0, Y0
	VMOVUPS Y3, (DI)
	ADDQ    $32, DI
	SUBQ    $8, DX
	JNZ     exps
	FOLD(VADDPS, VADDSS)
	VMOVUPS      one<>(SB), X1
	VDIVSS       X0, X1, X0
	VBROADCASTSS X0, Y6

scale:
	VMULPS  (SI), Y6, Y3
	VMOVUPS Y3, (SI)
	ADDQ    $32, SI
	SUBQ    $8, CX
	JNZ     scale
	VZEROUPPER
	RET

// func sumAVX2(x *float32, n int) float32
TEXT ·sumAVX2(SB), NOSPLIT, $0-20
	MOVQ   x+0(FP), SI
	MOVQ   n+8(FP), CX
	VXORPS Y0, Y0, Y0

loop:
	VADDPS (SI), Y0, Y0
	ADDQ   $32, SI
	SUBQ   $8, CX
	JNZ    loop
	FOLD(VADDPS, VADDSS)
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func squareAVX2(x *float32, n int, mean float32) float32
TEXT ·squareAVX2(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS mean+16(FP), Y3
	VXORPS       Y0, Y0, Y0

loop:
	VMOVUPS     (SI), Y1
	VSUBPS      Y3, Y1, Y1
	VFMADD231PS Y1, Y1, Y0
	ADDQ        $32, SI
	SUBQ        $8, CX
	JNZ         loop
	FOLD(VADDPS, VADDSS)
	VMOVSS      X0, ret+24(FP)
	VZEROUPPER
	RET

// func normalizeAVX2(x, gain, bias *float32, n int, mean, inv float32)
TEXT ·normalizeAVX2(SB), NOSPLIT, $0-40
	MOVQ         x+0(FP), DI
	MOVQ         gain+8(FP), DX
	MOVQ         bias+16(FP), BX
	MOVQ         n+24(FP), CX
	VBROADCASTSS mean+32(FP), Y3
	VBROADCASTSS inv+36(FP), Y4

loop:
	VMOVUPS     (DI), Y1
	VSUBPS      Y3, Y1, Y1
	VMULPS      Y4, Y1, Y1
	VMOVUPS     (BX), Y0
	VFMADD231PS (DX), Y1, Y0
	VMOVUPS     Y0, (DI)
	ADDQ        $32, DI
	ADDQ        $32, DX
	ADDQ        $32, BX
	SUBQ        $8, CX
	JNZ         loop
	VZEROUPPER
	RET
