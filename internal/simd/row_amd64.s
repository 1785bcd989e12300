//go:build amd64 && !purego

#include "textflag.h"

// Row functions of AVX-512 that do in one pass what several of AVX2 do, and
// those of attention.

#define CONST4(name, bits) \
	DATA  name<>+0(SB)/4, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $4

CONST4(mask1, 0x7fffffff) // all bits but the sign
CONST4(five1, 0x40a00000) // 5
CONST4(geluT1, 0x3da3d70a) // 2/25
CONST4(one1, 0x3f800000) // 1
CONST4(half1, 0x3f000000) // 1/2
CONST4(geluQ0x, 0x3e10c1ce)
CONST4(geluQ1x, 0xbd8ff9b8)
CONST4(geluQ2x, 0x3d52e517)
CONST4(geluQ3x, 0xbd2525bb)
CONST4(geluQ4x, 0x3d02062c)
CONST4(geluQ5x, 0xbcc65ebc)
CONST4(geluQ6x, 0x3c7ebc5f)
CONST4(geluQ7x, 0xbc087a4e)
CONST4(geluQ8x, 0x3be61368)
CONST4(geluQ9x, 0xbbcdb746)
CONST4(geluQ10x, 0x3b153db6)
CONST4(minExp1, 0xc2ae0000) // -87
CONST4(log2e1, 0x3fb8aa3b) // log2(e)
CONST4(ln2Hi1, 0x3f317000) // ln 2, first 12 bits
CONST4(ln2Lo1, 0x3805fdf4) // ln 2, the rest
CONST4(exp61, 0x3ab60b61) // 1/720
CONST4(exp51, 0x3c088889) // 1/120
CONST4(exp41, 0x3d2aaaab) // 1/24
CONST4(exp31, 0x3e2aaaab) // 1/6

// FOLD combines the 16 float32s of Z0 with op into X0; Z1 is scratch.
#define FOLD(op, op1) \
	VEXTRACTF64X4 $1, Z0, Y1 \
	op            Y1, Y0, Y0 \
	VEXTRACTF128  $1, Y0, X1 \
	op            X1, X0, X0 \
	VMOVHLPS      X0, X0, X1 \
	op            X1, X0, X0 \
	VMOVSHDUP     X0, X1     \
	op1           X1, X0, X0

// GELU replaces x by its GELU, as geluGeneric does; a, u, t and q are scratch.
#define GELU(x, a, u, t, q) \
	VANDPS       Z16, x, a    \
	VMINPS       Z20, a, u    \
	VMULPS       u, u, t      \
	VFMSUB132PS  Z19, Z18, t  \
	VMOVAPS      Z21, q       \
	VFMADD213PS  Z22, t, q    \
	VFMADD213PS  Z23, t, q    \
	VFMADD213PS  Z24, t, q    \
	VFMADD213PS  Z25, t, q    \
	VFMADD213PS  Z26, t, q    \
	VFMADD213PS  Z27, t, q    \
	VFMADD213PS  Z28, t, q    \
	VFMADD213PS  Z29, t, q    \
	VFMADD213PS  Z30, t, q    \
	VFMADD213PS  Z31, t, q    \
	VFNMADD213PS Z17, u, q    \
	VMAXPS       Z15, q, q    \
	VMAXPS       Z15, x, x    \
	VFNMADD231PS q, a, x

// DEQUANT sets x to 16 sums at off, scaled by Z14 times their scales, plus
// bias; t is scratch.
#define DEQUANT(off, x, t) \
	VCVTDQ2PS   off(SI), t    \
	VMULPS      off(DX), Z14, x \
	VFMADD213PS off(BX), t, x

// func geluI32AVX512(dst *float32, c *int32, scale, bias *float32, n int, s float32) (low, high float32)
TEXT ·geluI32AVX512(SB), NOSPLIT, $0-56
	MOVQ         dst+0(FP), DI
	MOVQ         c+8(FP), SI
	MOVQ         scale+16(FP), DX
	MOVQ         bias+24(FP), BX
	MOVQ         n+32(FP), CX
	VBROADCASTSS s+40(FP), Z14
	VBROADCASTSS geluQ10x<>(SB), Z21
	VBROADCASTSS geluQ9x<>(SB), Z22
	VBROADCASTSS geluQ8x<>(SB), Z23
	VBROADCASTSS geluQ7x<>(SB), Z24
	VBROADCASTSS geluQ6x<>(SB), Z25
	VBROADCASTSS geluQ5x<>(SB), Z26
	VBROADCASTSS geluQ4x<>(SB), Z27
	VBROADCASTSS geluQ3x<>(SB), Z28
	VBROADCASTSS geluQ2x<>(SB), Z29
	VBROADCASTSS geluQ1x<>(SB), Z30
	VBROADCASTSS geluQ0x<>(SB), Z31
	VBROADCASTSS mask1<>(SB), Z16
	VBROADCASTSS half1<>(SB), Z17
	VBROADCASTSS one1<>(SB), Z18
	VBROADCASTSS geluT1<>(SB), Z19
	VBROADCASTSS five1<>(SB), Z20
	VPXORD       Z15, Z15, Z15
	VPXORD       Z13, Z13, Z13           // low
	VPXORD       Z12, Z12, Z12           // high
	SUBQ         $32, CX
	JLT          last

loop:
	DEQUANT(0, Z0, Z1)
	DEQUANT(64, Z5, Z6)
	GELU(Z0, Z1, Z2, Z3, Z4)
	GELU(Z5, Z6, Z7, Z8, Z9)
	VMOVUPS Z0, (DI)
	VMOVUPS Z5, 64(DI)
	VMINPS  Z0, Z13, Z13
	VMAXPS  Z0, Z12, Z12
	VMINPS  Z5, Z13, Z13
	VMAXPS  Z5, Z12, Z12
	ADDQ    $128, DI
	ADDQ    $128, SI
	ADDQ    $128, DX
	ADDQ    $128, BX
	SUBQ    $32, CX
	JGE     loop

last:
	CMPQ    CX, $-32
	JEQ     done
	DEQUANT(0, Z0, Z1)
	GELU(Z0, Z1, Z2, Z3, Z4)
	VMOVUPS Z0, (DI)
	VMINPS  Z0, Z13, Z13
	VMAXPS  Z0, Z12, Z12

done:
	VMOVAPS Z13, Z0
	FOLD(VMINPS, VMINSS)
	VMOVSS  X0, low+48(FP)
	VMOVAPS Z12, Z0
	FOLD(VMAXPS, VMAXSS)
	VMOVSS  X0, high+52(FP)
	VZEROUPPER
	RET

// func addNormAVX512(x *float32, c *int32, scale, bias, gain, beta *float32, n int, s, eps float32) (low, high float32)
TEXT ·addNormAVX512(SB), NOSPLIT, $0-72
	MOVQ         x+0(FP), DI
	MOVQ         c+8(FP), SI
	MOVQ         scale+16(FP), DX
	MOVQ         bias+24(FP), BX
	MOVQ         n+48(FP), CX
	VBROADCASTSS s+56(FP), Z14
	VCVTSI2SSQ   CX, X15, X15
	VPXORD       Z0, Z0, Z0
	MOVQ         DI, R8
	MOVQ         CX, R9

add:
	DEQUANT(0, Z2, Z3)
	VADDPS  (R8), Z2, Z2
	VMOVUPS Z2, (R8)
	VADDPS  Z2, Z0, Z0
	ADDQ    $64, R8
	ADDQ    $64, SI
	ADDQ    $64, DX
	ADDQ    $64, BX
	SUBQ    $16, R9
	JNZ     add
	FOLD(VADDPS, VADDSS)
	VDIVSS       X15, X0, X0
	VBROADCASTSS X0, Z4                  // mean
	VPXORD       Z0, Z0, Z0
	MOVQ         DI, R8
	MOVQ         CX, R9

square:
	VMOVUPS     (R8), Z2
	VSUBPS      Z4, Z2, Z2
	VFMADD231PS Z2, Z2, Z0
	ADDQ        $64, R8
	SUBQ        $16, R9
	JNZ         square
	FOLD(VADDPS, VADDSS)
	VDIVSS       X15, X0, X0
	VADDSS       eps+60(FP), X0, X0
	VSQRTSS      X0, X0, X0
	VMOVSS       one1<>(SB), X1
	VDIVSS       X0, X1, X0
	VBROADCASTSS X0, Z5                  // 1 / deviation
	MOVQ         gain+32(FP), DX
	MOVQ         beta+40(FP), BX
	VPXORD       Z13, Z13, Z13           // low
	VPXORD       Z12, Z12, Z12           // high

normalize:
	VMOVUPS     (DI), Z2
	VSUBPS      Z4, Z2, Z2
	VMULPS      Z5, Z2, Z2
	VMOVUPS     (BX), Z0
	VFMADD231PS (DX), Z2, Z0
	VMOVUPS     Z0, (DI)
	VMINPS      Z0, Z13, Z13
	VMAXPS      Z0, Z12, Z12
	ADDQ        $64, DI
	ADDQ        $64, DX
	ADDQ        $64, BX
	SUBQ        $16, CX
	JNZ         normalize
	VMOVAPS     Z13, Z0
	FOLD(VMINPS, VMINSS)
	VMOVSS      X0, low+64(FP)
	VMOVAPS     Z12, Z0
	FOLD(VMAXPS, VMAXSS)
	VMOVSS      X0, high+68(FP)
	VZEROUPPER
	RET

// func roundU8AVX512(dst *uint8, x *float32, n int, inv float32, zero int32)
TEXT ·roundU8AVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS inv+24(FP), Z2
	MOVL         zero+28(FP), AX
	VPBROADCASTD AX, Z3

loop:
	VMULPS    (SI), Z2, Z0
	VCVTPS2DQ Z0, Z0
	VPADDD    Z3, Z0, Z0
	VPMOVUSDB Z0, (DI)
	ADDQ      $64, SI
	ADDQ      $16, DI
	SUBQ      $16, CX
	JNZ       loop
	VZEROUPPER
	RET

// EXP replaces x by e^x for x <= 0, as expGeneric does; n and p are scratch.
// The Taylor sum goes up to r^6, the rest of which is under 2e-7.
#define EXP(x, n, p) \
	VMAXPS       Z22, x, x    \
	VMULPS       Z31, x, n    \
	VRNDSCALEPS  $0, n, n     \
	VFNMADD231PS Z30, n, x    \
	VFNMADD231PS Z29, n, x    \
	VMOVAPS      Z28, p       \
	VFMADD213PS  Z27, x, p    \
	VFMADD213PS  Z26, x, p    \
	VFMADD213PS  Z25, x, p    \
	VFMADD213PS  Z24, x, p    \
	VFMADD213PS  Z23, x, p    \
	VFMADD213PS  Z23, x, p    \
	VSCALEFPS    n, p, x

// func softmax16AVX512(x *float32, n int)
TEXT ·softmax16AVX512(SB), NOSPLIT, $0-16
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS log2e1<>(SB), Z31
	VBROADCASTSS ln2Hi1<>(SB), Z30
	VBROADCASTSS ln2Lo1<>(SB), Z29
	VBROADCASTSS exp61<>(SB), Z28
	VBROADCASTSS exp51<>(SB), Z27
	VBROADCASTSS exp41<>(SB), Z26
	VBROADCASTSS exp31<>(SB), Z25
	VBROADCASTSS half1<>(SB), Z24
	VBROADCASTSS one1<>(SB), Z23
	VBROADCASTSS minExp1<>(SB), Z22
	VMOVUPS      (SI), Z6
	MOVQ         SI, DI
	MOVQ         CX, DX

top:
	VMAXPS (DI), Z6, Z6
	ADDQ   $64, DI
	DECQ   DX
	JNZ    top
	VPXORD Z7, Z7, Z7
	MOVQ   SI, DI
	MOVQ   CX, DX

exps:
	VMOVUPS (DI), Z0
	VSUBPS  Z6, Z0, Z0
	EXP(Z0, Z1, Z2)
	VADDPS  Z0, Z7, Z7
	VMOVUPS Z0, (DI)
	ADDQ    $64, DI
	DECQ    DX
	JNZ     exps
	VDIVPS  Z7, Z23, Z7

scale:
	VMULPS  (SI), Z7, Z0
	VMOVUPS Z0, (SI)
	ADDQ    $64, SI
	DECQ    CX
	JNZ     scale
	VZEROUPPER
	RET

// ROWS4 loads 4 columns of rows r, r+4, r+8 and r+12, from SI.
#define ROWS4(src, dst, x) \
	VMOVUPS      (src), x                    \
	VINSERTF32X4 $1, (src)(R8*4), dst, dst   \
	VINSERTF32X4 $2, (src)(R8*8), dst, dst   \
	VINSERTF32X4 $3, (src)(R9*4), dst, dst

// func transpose16AVX512(dst, src *float32, lds, n int)
TEXT ·transpose16AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ lds+16(FP), R8
	MOVQ n+24(FP), CX
	SHLQ $2, R8
	LEAQ (R8)(R8*2), R9                  // 3 rows
	LEAQ (SI)(R8*1), R10
	LEAQ (SI)(R8*2), R11
	LEAQ (SI)(R9*1), R12

loop:
	ROWS4(SI, Z0, X0)
	ROWS4(R10, Z1, X1)
	ROWS4(R11, Z2, X2)
	ROWS4(R12, Z3, X3)
	VUNPCKLPS Z1, Z0, Z4                 // 0a 1a 0b 1b of every 4 rows
	VUNPCKHPS Z1, Z0, Z5                 // 0c 1c 0d 1d
	VUNPCKLPS Z3, Z2, Z6                 // 2a 3a 2b 3b
	VUNPCKHPS Z3, Z2, Z7
	VUNPCKLPD Z6, Z4, Z0                 // 0a 1a 2a 3a
	VUNPCKHPD Z6, Z4, Z1
	VUNPCKLPD Z7, Z5, Z2
	VUNPCKHPD Z7, Z5, Z3
	VMOVUPS   Z0, (DI)
	VMOVUPS   Z1, 64(DI)
	VMOVUPS   Z2, 128(DI)
	VMOVUPS   Z3, 192(DI)
	ADDQ      $16, SI
	ADDQ      $16, R10
	ADDQ      $16, R11
	ADDQ      $16, R12
	ADDQ      $256, DI
	SUBQ      $4, CX
	JNZ       loop
	VZEROUPPER
	RET
