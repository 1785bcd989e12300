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
CONST8(five, 0x40a0000040a00000) // 5
CONST8(geluT, 0x3da3d70a3da3d70a) // 2/25
CONST8(geluQ0, 0x3e10c1ce3e10c1ce)
CONST8(geluQ1, 0xbd8ff9b8bd8ff9b8)
CONST8(geluQ2, 0x3d52e5173d52e517)
CONST8(geluQ3, 0xbd2525bbbd2525bb)
CONST8(geluQ4, 0x3d02062c3d02062c)
CONST8(geluQ5, 0xbcc65ebcbcc65ebc)
CONST8(geluQ6, 0x3c7ebc5f3c7ebc5f)
CONST8(geluQ7, 0xbc087a4ebc087a4e)
CONST8(geluQ8, 0x3be613683be61368)
CONST8(geluQ9, 0xbbcdb746bbcdb746)
CONST8(geluQ10, 0x3b153db63b153db6)

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

// func spanAVX2(x *float32, n int) (low, high float32)
TEXT ·spanAVX2(SB), NOSPLIT, $0-24
	MOVQ   x+0(FP), SI
	MOVQ   n+8(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y2, Y2, Y2

loop:
	VMOVUPS (SI), Y1
	VMAXPS  Y1, Y0, Y0
	VMINPS  Y1, Y2, Y2
	ADDQ    $32, SI
	SUBQ    $8, CX
	JNZ     loop
	FOLD(VMAXPS, VMAXSS)
	VMOVSS  X0, high+20(FP)
	VMOVAPS Y2, Y0
	FOLD(VMINPS, VMINSS)
	VMOVSS  X0, low+16(FP)
	VZEROUPPER
	RET

// func roundU8AVX2(dst *uint8, x *float32, n int, inv float32, zero int32)
TEXT ·roundU8AVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS inv+24(FP), Y2
	MOVL         zero+28(FP), AX
	VMOVD        AX, X3
	VPBROADCASTD X3, Y3

loop:
	VMULPS       (SI), Y2, Y0
	VCVTPS2DQ    Y0, Y0
	VPADDD       Y3, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW    X1, X0, X0
	VPACKUSWB    X0, X0, X0
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
	VMOVUPS five<>(SB), Y10
	VMOVUPS geluT<>(SB), Y11
	VMOVUPS one<>(SB), Y12
	VMOVUPS half<>(SB), Y13

loop:
	VMOVUPS      (SI), Y0
	VANDPS       Y9, Y0, Y1              // |x|
	VMINPS       Y10, Y1, Y2             // u
	VMULPS       Y2, Y2, Y3
	VFMSUB132PS  Y11, Y12, Y3            // t
	VMOVUPS      geluQ10<>(SB), Y4
	VFMADD213PS  geluQ9<>(SB), Y3, Y4
	VFMADD213PS  geluQ8<>(SB), Y3, Y4
	VFMADD213PS  geluQ7<>(SB), Y3, Y4
	VFMADD213PS  geluQ6<>(SB), Y3, Y4
	VFMADD213PS  geluQ5<>(SB), Y3, Y4
	VFMADD213PS  geluQ4<>(SB), Y3, Y4
	VFMADD213PS  geluQ3<>(SB), Y3, Y4
	VFMADD213PS  geluQ2<>(SB), Y3, Y4
	VFMADD213PS  geluQ1<>(SB), Y3, Y4
	VFMADD213PS  geluQ0<>(SB), Y3, Y4
	VFNMADD213PS Y13, Y2, Y4             // 1/2 - u Q
	VMAXPS       Y8, Y4, Y4              // h
	VMAXPS       Y8, Y0, Y0
	VFNMADD231PS Y4, Y1, Y0
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
	VMOVUPS (SI), Y6

top:
	VMAXPS (DI), Y6, Y6
	ADDQ   $64, DI
	DECQ   DX
	JNZ    top
	VXORPS Y7, Y7, Y7
	MOVQ   SI, DI
	MOVQ   CX, DX

exps:
	VMOVUPS (DI), Y3
	VSUBPS  Y6, Y3, Y3
	EXP(Y3, Y4, Y5)
	VADDPS  Y3, Y7, Y7
	VMOVUPS Y3, (DI)
	ADDQ    $64, DI
	DECQ    DX
	JNZ     exps
	VMOVUPS one<>(SB), Y6
	VDIVPS  Y7, Y6, Y6

scale:
	VMULPS  (SI), Y6, Y3
	VMOVUPS Y3, (SI)
	ADDQ    $64, SI
	DECQ    CX
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
