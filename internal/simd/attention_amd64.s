//go:build amd64 && !purego

#include "textflag.h"

#define CONST4(name, bits) \
	DATA  name<>+0(SB)/4, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $4

CONST4(absI16, 0x7fffffff) // all bits but the sign
CONST4(tinyI16, 0x0da24260) // 1e-30
CONST4(oneI16, 0x3f800000)
CONST4(log2eI16, 0x3fb8aa3b)

// 2^r between -1/2 and 1/2, within 3e-6 of it: the least largest error that a
// polynomial of degree 4 can have.
CONST4(exp0I16, 0x3f7ffff4)
CONST4(exp1I16, 0x3f31706e)
CONST4(exp2I16, 0x3e76036d)
CONST4(exp3I16, 0x3d650a20)
CONST4(exp4I16, 0x3c1ccbe5)

// func codesI16AVX512(dst *uint32, scale *float32, x *float32, ld, n, dim int, top float32)
TEXT ·codesI16AVX512(SB), NOSPLIT, $0-52
	MOVQ         dst+0(FP), DI
	MOVQ         scale+8(FP), DX
	MOVQ         x+16(FP), SI
	MOVQ         ld+24(FP), R8
	MOVQ         n+32(FP), CX
	MOVQ         dim+40(FP), R9
	VMOVSS       top+48(FP), X16
	VBROADCASTSS absI16<>(SB), Z17
	VMOVSS       tinyI16<>(SB), X18
	VMOVSS       oneI16<>(SB), X19
	VDIVSS       X16, X19, X20             // 1 / top
	SHLQ         $2, R8

row:
	VPXORD Z0, Z0, Z0
	MOVQ   SI, R10
	MOVQ   R9, R11

largest:
	VANDPS        (R10), Z17, Z1
	VMAXPS        Z1, Z0, Z0
	ADDQ          $64, R10
	SUBQ          $16, R11
	JNZ           largest
	VEXTRACTF64X4 $1, Z0, Y1
	VMAXPS        Y1, Y0, Y0
	VEXTRACTF128  $1, Y0, X1
	VMAXPS        X1, X0, X0
	VMOVHLPS      X0, X0, X1
	VMAXPS        X1, X0, X0
	VMOVSHDUP     X0, X1
	VMAXSS        X1, X0, X0
	VMAXSS        X18, X0, X0
	VMULSS        X20, X0, X1
	VMOVSS        X1, (DX)
	VDIVSS        X0, X16, X0
	VBROADCASTSS  X0, Z0
	MOVQ          SI, R10
	MOVQ          R9, R11

round:
	VMULPS    (R10), Z0, Z1
	VCVTPS2DQ Z1, Z1
	VPMOVSDW  Z1, (DI)
	ADDQ      $64, R10
	ADDQ      $32, DI
	SUBQ      $16, R11
	JNZ       round
	ADDQ      R8, SI
	ADDQ      $4, DX
	DECQ      CX
	JNZ       row
	VZEROUPPER
	RET

// func pairI16AVX512(dst, codes *uint32, n, dim int)
TEXT ·pairI16AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ dim+24(FP), R9
	LEAQ (R9)(R9*1), R8                    // bytes of a row
	SUBQ $2, CX
	JLT  last

pair:
	MOVQ R9, R11

words:
	VPMOVZXWD (SI), Z0
	VPMOVZXWD (SI)(R8*1), Z1
	VPSLLD    $16, Z1, Z1
	VPORD     Z1, Z0, Z0
	VMOVDQU32 Z0, (DI)
	ADDQ      $32, SI
	ADDQ      $64, DI
	SUBQ      $16, R11
	JNZ       words
	ADDQ      R8, SI
	SUBQ      $2, CX
	JGE       pair

last:
	CMPQ CX, $-1
	JNE  done

alone:
	VPMOVZXWD (SI), Z0
	VMOVDQU32 Z0, (DI)
	ADDQ      $32, SI
	ADDQ      $64, DI
	SUBQ      $16, R9
	JNZ       alone

done:
	VZEROUPPER
	RET

// func turn16AVX512(dst, src *uint32, lds, n int)
TEXT ·turn16AVX512(SB), NOSPLIT, $0-32
	JMP ·transpose16AVX512(SB)

// func tileI16AVX512(c *int32, ldc int, a *uint32, lda, next int, b *uint32, ldb, k int)
TEXT ·tileI16AVX512(SB), NOSPLIT, $0-64
	MOVQ   c+0(FP), BX
	MOVQ   ldc+8(FP), R13
	MOVQ   a+16(FP), SI
	MOVQ   lda+24(FP), R8
	MOVQ   next+32(FP), R11
	MOVQ   b+40(FP), DI
	MOVQ   ldb+48(FP), R14
	MOVQ   k+56(FP), CX
	SHLQ   $2, R13
	SHLQ   $2, R8
	SHLQ   $2, R11
	SHLQ   $2, R14
	LEAQ   (R8)(R8*2), R9                  // 3 rows
	LEAQ   (R8)(R8*4), R10                 // 5 rows
	LEAQ   (R9)(R8*4), R12                 // 7 rows
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3
	VPXORD Z4, Z4, Z4
	VPXORD Z5, Z5, Z5
	VPXORD Z6, Z6, Z6
	VPXORD Z7, Z7, Z7

loop:
	VMOVDQU32     (DI), Z8
	VPDPWSSD.BCST (SI), Z8, Z0
	VPDPWSSD.BCST (SI)(R8*1), Z8, Z1
	VPDPWSSD.BCST (SI)(R8*2), Z8, Z2
	VPDPWSSD.BCST (SI)(R9*1), Z8, Z3
	VPDPWSSD.BCST (SI)(R8*4), Z8, Z4
	VPDPWSSD.BCST (SI)(R10*1), Z8, Z5
	VPDPWSSD.BCST (SI)(R9*2), Z8, Z6
	VPDPWSSD.BCST (SI)(R12*1), Z8, Z7
	ADDQ          R11, SI
	ADDQ          R14, DI
	DECQ          CX
	JNZ           loop
	LEAQ          (R13)(R13*2), R9
	VMOVDQU32     Z0, (BX)
	VMOVDQU32     Z1, (BX)(R13*1)
	VMOVDQU32     Z2, (BX)(R13*2)
	VMOVDQU32     Z3, (BX)(R9*1)
	LEAQ          (BX)(R13*4), BX
	VMOVDQU32     Z4, (BX)
	VMOVDQU32     Z5, (BX)(R13*1)
	VMOVDQU32     Z6, (BX)(R13*2)
	VMOVDQU32     Z7, (BX)(R9*1)
	VZEROUPPER
	RET

// EXP2 replaces x by 2^x for x <= 0; n and p are scratch.
#define EXP2(x, n, p) \
	VRNDSCALEPS $0, x, n   \
	VSUBPS      n, x, x    \
	VMOVAPS     Z31, p     \
	VFMADD213PS Z30, x, p  \
	VFMADD213PS Z29, x, p  \
	VFMADD213PS Z28, x, p  \
	VFMADD213PS Z27, x, p  \
	VSCALEFPS   n, p, x

// func softmaxI16AVX512(pairs *uint32, scores *int32, n int, keyS, valueS *float32, queryS, sumS *[queryBlock]float32, top float32)
TEXT ·softmaxI16AVX512(SB), NOSPLIT, $0-60
	MOVQ         pairs+0(FP), DI
	MOVQ         scores+8(FP), SI
	MOVQ         n+16(FP), CX
	MOVQ         keyS+24(FP), R8
	MOVQ         valueS+32(FP), R9
	MOVQ         queryS+40(FP), R10
	MOVQ         sumS+48(FP), R11
	VBROADCASTSS top+56(FP), Z16
	VBROADCASTSS tinyI16<>(SB), Z17
	VBROADCASTSS exp4I16<>(SB), Z31
	VBROADCASTSS exp3I16<>(SB), Z30
	VBROADCASTSS exp2I16<>(SB), Z29
	VBROADCASTSS exp1I16<>(SB), Z28
	VBROADCASTSS exp0I16<>(SB), Z27
	VBROADCASTSS log2eI16<>(SB), Z18
	VMULPS       (R10), Z18, Z18           // of a score in base 2
	MOVQ         SI, BX
	XORQ         DX, DX
	VCVTDQ2PS    (BX), Z6
	VMULPS       Z18, Z6, Z6
	VMULPS.BCST  (R8), Z6, Z6

scores:
	VCVTDQ2PS   (BX), Z0
	VMULPS      Z18, Z0, Z0
	VMULPS.BCST (R8)(DX*4), Z0, Z0
	VMOVUPS     Z0, (BX)
	VMAXPS      Z0, Z6, Z6
	ADDQ        $64, BX
	INCQ        DX
	CMPQ        DX, CX
	JNE         scores
	VPXORD      Z7, Z7, Z7                 // sum
	VMOVAPS     Z17, Z8                    // the largest share times its value's scale
	MOVQ        SI, BX
	XORQ        DX, DX

exps:
	VMOVUPS     (BX), Z0
	VSUBPS      Z6, Z0, Z0
	EXP2(Z0, Z1, Z2)
	VADDPS      Z0, Z7, Z7
	VMULPS.BCST (R9)(DX*4), Z0, Z0
	VMAXPS      Z0, Z8, Z8
	VMOVUPS     Z0, (BX)
	ADDQ        $64, BX
	INCQ        DX
	CMPQ        DX, CX
	JNE         exps
	VMULPS      Z16, Z7, Z1
	VDIVPS      Z1, Z8, Z1
	VMOVUPS     Z1, (R11)
	VDIVPS      Z8, Z16, Z8
	SUBQ        $2, CX
	JLT         last

pairs:
	VMULPS    (SI), Z8, Z0
	VMULPS    64(SI), Z8, Z1
	VCVTPS2DQ Z0, Z0
	VCVTPS2DQ Z1, Z1
	VPSLLD    $16, Z1, Z1
	VPORD     Z1, Z0, Z0
	VMOVDQU32 Z0, (DI)
	ADDQ      $128, SI
	ADDQ      $64, DI
	SUBQ      $2, CX
	JGE       pairs

last:
	CMPQ      CX, $-1
	JNE       done
	VMULPS    (SI), Z8, Z0
	VCVTPS2DQ Z0, Z0
	VMOVDQU32 Z0, (DI)

done:
	VZEROUPPER
	RET

// func scaleI32AVX512(dst *float32, c *int32, n int, s float32)
TEXT ·scaleI32AVX512(SB), NOSPLIT, $0-28
	MOVQ         dst+0(FP), DI
	MOVQ         c+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS s+24(FP), Z1

loop:
	VCVTDQ2PS (SI), Z0
	VMULPS    Z1, Z0, Z0
	VMOVUPS   Z0, (DI)
	ADDQ      $64, SI
	ADDQ      $64, DI
	SUBQ      $16, CX
	JNZ       loop
	VZEROUPPER
	RET
