//go:build amd64 && !purego

#include "textflag.h"

// HSUMPS leaves the sum of the 8 float32s of Y0 in X0.
#define HSUMPS \
	VEXTRACTF128 $1, Y0, X1 \
	VADDPS       X1, X0, X0 \
	VMOVHLPS     X0, X0, X1 \
	VADDPS       X1, X0, X0 \
	VMOVSHDUP    X0, X1     \
	VADDSS       X1, X0, X0

// HSUMD leaves the sum of the 8 int32s of Y0 in X0.
#define HSUMD \
	VEXTRACTI128 $1, Y0, X1   \
	VPADDD       X1, X0, X0   \
	VPSHUFD      $0xee, X0, X1 \
	VPADDD       X1, X0, X0   \
	VPSHUFD      $0x55, X0, X1 \
	VPADDD       X1, X0, X0

// func dotF32AVX512(a, b []float32) float32
TEXT ·dotF32AVX512(SB), NOSPLIT, $0-52
	MOVQ   a_base+0(FP), SI
	MOVQ   a_len+8(FP), CX
	MOVQ   b_base+24(FP), DI
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3

loop64:
	CMPQ        CX, $64
	JLT         loop16
	VMOVUPS     (SI), Z4
	VMOVUPS     64(SI), Z5
	VMOVUPS     128(SI), Z6
	VMOVUPS     192(SI), Z7
	VFMADD231PS (DI), Z4, Z0
	VFMADD231PS 64(DI), Z5, Z1
	VFMADD231PS 128(DI), Z6, Z2
	VFMADD231PS 192(DI), Z7, Z3
	ADDQ        $256, SI
	ADDQ        $256, DI
	SUBQ        $64, CX
	JMP         loop64

loop16:
	CMPQ        CX, $16
	JLT         tail
	VMOVUPS     (SI), Z4
	VFMADD231PS (DI), Z4, Z0
	ADDQ        $64, SI
	ADDQ        $64, DI
	SUBQ        $16, CX
	JMP         loop16

tail:
	TESTQ       CX, CX
	JZ          sum
	MOVL        $1, AX
	SHLL        CX, AX
	DECL        AX
	KMOVW       AX, K1
	VMOVUPS.Z   (SI), K1, Z4
	VMOVUPS.Z   (DI), K1, Z5
	VFMADD231PS Z5, Z4, Z1

sum:
	VADDPS        Z1, Z0, Z0
	VADDPS        Z3, Z2, Z2
	VADDPS        Z2, Z0, Z0
	VEXTRACTF64X4 $1, Z0, Y1
	VADDPS        Y1, Y0, Y0
	HSUMPS
	MOVSS         X0, ret+48(FP)
	VZEROUPPER
	RET

// func dotF32AVX2(a, b []float32) float32
TEXT ·dotF32AVX2(SB), NOSPLIT, $0-52
	MOVQ  a_base+0(FP), SI
	MOVQ  a_len+8(FP), CX
	MOVQ  b_base+24(FP), DI
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3

loop32:
	CMPQ        CX, $32
	JLT         loop8
	VMOVUPS     (SI), Y4
	VMOVUPS     32(SI), Y5
	VMOVUPS     64(SI), Y6
	VMOVUPS     96(SI), Y7
	VFMADD231PS (DI), Y4, Y0
	VFMADD231PS 32(DI), Y5, Y1
	VFMADD231PS 64(DI), Y6, Y2
	VFMADD231PS 96(DI), Y7, Y3
	ADDQ        $128, SI
	ADDQ        $128, DI
	SUBQ        $32, CX
	JMP         loop32

loop8:
	CMPQ        CX, $8
	JLT         sum
	VMOVUPS     (SI), Y4
	VFMADD231PS (DI), Y4, Y0
	ADDQ        $32, SI
	ADDQ        $32, DI
	SUBQ        $8, CX
	JMP         loop8

sum:
	VADDPS Y1, Y0, Y0
	VADDPS Y3, Y2, Y2
	VADDPS Y2, Y0, Y0
	HSUMPS

tail:
	TESTQ       CX, CX
	JZ          done
	VMOVSS      (SI), X4
	VFMADD231SS (DI), X4, X0
	ADDQ        $4, SI
	ADDQ        $4, DI
	DECQ        CX
	JMP         tail

done:
	VMOVSS X0, ret+48(FP)
	VZEROUPPER
	RET

// func dotI8VNNI(a, b []int8) int32
TEXT ·dotI8VNNI(SB), NOSPLIT, $0-52
	MOVQ         a_base+0(FP), SI
	MOVQ         a_len+8(FP), CX
	MOVQ         b_base+24(FP), DI
	VPXORD       Z0, Z0, Z0
	VPXORD       Z1, Z1, Z1
	VPXORD       Z2, Z2, Z2
	VPXORD       Z3, Z3, Z3
	MOVL         $0x80808080, AX
	VPBROADCASTD AX, Z30
	MOVL         $0x01010101, AX
	VPBROADCASTD AX, Z31

loop128:
	CMPQ      CX, $128
	JLT       loop64
	VPXORD    (SI), Z30, Z4
	VPXORD    64(SI), Z30, Z5
	VMOVDQU8  (DI), Z6
	VMOVDQU8  64(DI), Z7
	VPDPBUSD  Z6, Z4, Z0
	VPDPBUSD  Z6, Z31, Z1
	VPDPBUSD  Z7, Z5, Z2
	VPDPBUSD  Z7, Z31, Z3
	ADDQ      $128, SI
	ADDQ      $128, DI
	SUBQ      $128, CX
	JMP       loop128

loop64:
	CMPQ     CX, $64
	JLT      tail
	VPXORD   (SI), Z30, Z4
	VMOVDQU8 (DI), Z6
	VPDPBUSD Z6, Z4, Z0
	VPDPBUSD Z6, Z31, Z1
	ADDQ     $64, SI
	ADDQ     $64, DI
	SUBQ     $64, CX

tail:
	TESTQ      CX, CX
	JZ         sum
	MOVQ       $1, AX
	SHLQ       CX, AX
	DECQ       AX
	KMOVQ      AX, K1
	VMOVDQU8.Z (SI), K1, Z4
	VMOVDQU8.Z (DI), K1, Z6
	VPXORD     Z30, Z4, Z4
	VPDPBUSD   Z6, Z4, Z2
	VPDPBUSD   Z6, Z31, Z3

sum:
	VPADDD        Z2, Z0, Z0
	VPADDD        Z3, Z1, Z1
	VPSLLD        $7, Z1, Z1
	VPSUBD        Z1, Z0, Z0
	VEXTRACTI64X4 $1, Z0, Y1
	VPADDD        Y1, Y0, Y0
	HSUMD
	VMOVD         X0, AX
	MOVL          AX, ret+48(FP)
	VZEROUPPER
	RET

// func dotI8AVX2(a, b []int8) int32
TEXT ·dotI8AVX2(SB), NOSPLIT, $0-52
	MOVQ  a_base+0(FP), SI
	MOVQ  a_len+8(FP), CX
	MOVQ  b_base+24(FP), DI
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1

loop32:
	CMPQ      CX, $32
	JLT       loop16
	VPMOVSXBW (SI), Y2
	VPMOVSXBW (DI), Y3
	VPMOVSXBW 16(SI), Y4
	VPMOVSXBW 16(DI), Y5
	VPMADDWD  Y3, Y2, Y2
	VPMADDWD  Y5, Y4, Y4
	VPADDD    Y2, Y0, Y0
	VPADDD    Y4, Y1, Y1
	ADDQ      $32, SI
	ADDQ      $32, DI
	SUBQ      $32, CX
	JMP       loop32

loop16:
	CMPQ      CX, $16
	JLT       sum
	VPMOVSXBW (SI), Y2
	VPMOVSXBW (DI), Y3
	VPMADDWD  Y3, Y2, Y2
	VPADDD    Y2, Y0, Y0
	ADDQ      $16, SI
	ADDQ      $16, DI
	SUBQ      $16, CX

sum:
	VPADDD Y1, Y0, Y0
	HSUMD
	VMOVD  X0, R8

tail:
	TESTQ   CX, CX
	JZ      done
	MOVBLSX (SI), AX
	MOVBLSX (DI), BX
	IMULL   BX, AX
	ADDL    AX, R8
	INCQ    SI
	INCQ    DI
	DECQ    CX
	JMP     tail

done:
	MOVL R8, ret+48(FP)
	VZEROUPPER
	RET
