//go:build amd64 && !purego

#include "textflag.h"

// MAC4 adds the products of runs c to c+3 of 16 heads to 4 times 16 sums.
#define MAC4(at, q0, q1, q2, q3) \
	VMOVDQU64 (at+0)(R8), Z4   \
	VMOVDQU64 (at+64)(R8), Z5  \
	VMOVDQU64 (at+128)(R8), Z6 \
	VMOVDQU64 (at+192)(R8), Z7 \
	VPDPBUSD  q0, Z4, Z0       \
	VPDPBUSD  q1, Z5, Z1       \
	VPDPBUSD  q2, Z6, Z2       \
	VPDPBUSD  q3, Z7, Z3

// func scanHeadsVNNI(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
// Z16 to Z31 hold 4 codes of q each, 16 times.
TEXT ·scanHeadsVNNI(SB), NOSPLIT, $0-60
	MOVQ         mask+0(FP), DI
	MOVQ         q+8(FP), SI
	MOVQ         heads+16(FP), R8
	MOVQ         scale+24(FP), R9
	MOVQ         rest+32(FP), R10
	MOVQ         groups+40(FP), CX
	MOVL         add+48(FP), AX
	VPBROADCASTD AX, Z13
	VBROADCASTSS weight+52(FP), Z14
	VBROADCASTSS limit+56(FP), Z15
	VPBROADCASTD 0(SI), Z16
	VPBROADCASTD 4(SI), Z17
	VPBROADCASTD 8(SI), Z18
	VPBROADCASTD 12(SI), Z19
	VPBROADCASTD 16(SI), Z20
	VPBROADCASTD 20(SI), Z21
	VPBROADCASTD 24(SI), Z22
	VPBROADCASTD 28(SI), Z23
	VPBROADCASTD 32(SI), Z24
	VPBROADCASTD 36(SI), Z25
	VPBROADCASTD 40(SI), Z26
	VPBROADCASTD 44(SI), Z27
	VPBROADCASTD 48(SI), Z28
	VPBROADCASTD 52(SI), Z29
	VPBROADCASTD 56(SI), Z30
	VPBROADCASTD 60(SI), Z31

group:
	VMOVDQA64 Z13, Z0
	VPXORD    Z1, Z1, Z1
	VPXORD    Z2, Z2, Z2
	VPXORD    Z3, Z3, Z3
	MAC4(0, Z16, Z17, Z18, Z19)
	MAC4(256, Z20, Z21, Z22, Z23)
	MAC4(512, Z24, Z25, Z26, Z27)
	MAC4(768, Z28, Z29, Z30, Z31)
	VPADDD    Z1, Z0, Z0
	VPADDD    Z3, Z2, Z2
	VPADDD    Z2, Z0, Z0
	VCVTDQ2PS Z0, Z0
	VMULPS    (R9), Z0, Z0
	VMULPS    (R10), Z14, Z1
	VADDPS    Z1, Z0, Z0
	VCMPPS    $29, Z15, Z0, K1     // >=, false for NaN
	KMOVW     K1, AX
	MOVW      AX, (DI)
	ADDQ      $1024, R8
	ADDQ      $64, R9
	ADDQ      $64, R10
	ADDQ      $2, DI
	DECQ      CX
	JNZ       group
	VZEROUPPER
	RET

// MAC adds the products of run c of 16 heads to twice 8 sums.
#define MAC(c) \
	VPBROADCASTD (4*c)(SI), Y8       \
	VPBROADCASTD (4*c)(SP), Y9       \
	VPXOR        (64*c)(R8), Y12, Y4 \
	VPXOR        (64*c+32)(R8), Y12, Y5 \
	VPSIGNB      Y8, Y4, Y4          \
	VPSIGNB      Y8, Y5, Y5          \
	VPMADDUBSW   Y4, Y9, Y4          \
	VPMADDUBSW   Y5, Y9, Y5          \
	VPMADDWD     Y11, Y4, Y4         \
	VPMADDWD     Y11, Y5, Y5         \
	VPADDD       Y4, Y0, Y0          \
	VPADDD       Y5, Y1, Y1

// func scanHeadsAVX2(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
// The frame holds |q|.
TEXT ·scanHeadsAVX2(SB), NOSPLIT, $64-60
	MOVQ         mask+0(FP), DI
	MOVQ         q+8(FP), SI
	MOVQ         heads+16(FP), R8
	MOVQ         scale+24(FP), R9
	MOVQ         rest+32(FP), R10
	MOVQ         groups+40(FP), CX
	MOVL         add+48(FP), AX
	VMOVD        AX, X13
	VPBROADCASTD X13, Y13
	VBROADCASTSS weight+52(FP), Y14
	VBROADCASTSS limit+56(FP), Y15
	MOVL         $0x80808080, AX
	VMOVD        AX, X12
	VPBROADCASTD X12, Y12
	MOVL         $0x00010001, AX
	VMOVD        AX, X11
	VPBROADCASTD X11, Y11
	VPABSB       (SI), Y0
	VPABSB       32(SI), Y1
	VMOVDQU      Y0, 0(SP)
	VMOVDQU      Y1, 32(SP)

group:
	VMOVDQA Y13, Y0
	VMOVDQA Y13, Y1
	MAC(0)
	MAC(1)
	MAC(2)
	MAC(3)
	MAC(4)
	MAC(5)
	MAC(6)
	MAC(7)
	MAC(8)
	MAC(9)
	MAC(10)
	MAC(11)
	MAC(12)
	MAC(13)
	MAC(14)
	MAC(15)
	VCVTDQ2PS Y0, Y0
	VCVTDQ2PS Y1, Y1
	VMULPS    (R9), Y0, Y0
	VMULPS    32(R9), Y1, Y1
	VMULPS    (R10), Y14, Y2
	VMULPS    32(R10), Y14, Y3
	VADDPS    Y2, Y0, Y0
	VADDPS    Y3, Y1, Y1
	VCMPPS    $29, Y15, Y0, Y0 // >=, false for NaN
	VCMPPS    $29, Y15, Y1, Y1
	VMOVMSKPS Y0, AX
	VMOVMSKPS Y1, BX
	MOVB      AX, (DI)
	MOVB      BX, 1(DI)
	ADDQ      $1024, R8
	ADDQ      $64, R9
	ADDQ      $64, R10
	ADDQ      $2, DI
	DECQ      CX
	JNZ       group
	VZEROUPPER
	RET

// func codesI8AVX2(dst *int8, x *float32, n int, scale, inv float32) float32
TEXT ·codesI8AVX2(SB), NOSPLIT, $0-36
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS scale+24(FP), Y14
	VBROADCASTSS inv+28(FP), Y15
	VXORPS       Y8, Y8, Y8
	VXORPS       Y9, Y9, Y9
	SUBQ         $16, CX
	JLT          last

loop16:
	VMOVUPS      (SI), Y0
	VMOVUPS      32(SI), Y1
	VMULPS       Y15, Y0, Y2
	VMULPS       Y15, Y1, Y3
	VCVTPS2DQ    Y2, Y2
	VCVTPS2DQ    Y3, Y3
	VCVTDQ2PS    Y2, Y4
	VCVTDQ2PS    Y3, Y5
	VFNMADD231PS Y14, Y4, Y0   // x - code*scale
	VFNMADD231PS Y14, Y5, Y1
	VFMADD231PS  Y0, Y0, Y8
	VFMADD231PS  Y1, Y1, Y9
	VPACKSSDW    Y3, Y2, Y2    // quarters 0 2 1 3
	VPERMQ       $0xd8, Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VPACKSSWB    X3, X2, X2
	VMOVDQU      X2, (DI)
	ADDQ         $64, SI
	ADDQ         $16, DI
	SUBQ         $16, CX
	JGE          loop16

last:
	ADDQ         $16, CX
	JZ           sum
	VMOVUPS      (SI), Y0
	VMULPS       Y15, Y0, Y2
	VCVTPS2DQ    Y2, Y2
	VCVTDQ2PS    Y2, Y4
	VFNMADD231PS Y14, Y4, Y0
	VFMADD231PS  Y0, Y0, Y8
	VEXTRACTI128 $1, Y2, X3
	VPACKSSDW    X3, X2, X2
	VPACKSSWB    X2, X2, X2
	VMOVQ        X2, (DI)

sum:
	VADDPS       Y9, Y8, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VMOVHLPS     X0, X0, X1
	VADDPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, ret+32(FP)
	VZEROUPPER
	RET
