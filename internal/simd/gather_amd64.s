//go:build amd64 && !purego

#include "textflag.h"

// ROW leaves the address of row (R10)[at] in DX; AX and BX are scratch.
#define ROW(at) \
	MOVL  at, AX           \
	MOVL  AX, BX           \
	SHRL  CX, BX           \
	LEAQ  (BX)(BX*2), BX   \
	MOVQ  (R9)(BX*8), DX   \
	ANDL  R13, AX          \
	IMULQ R8, AX           \
	ADDQ  AX, DX

// HSUMZ leaves the sum of the 16 int32s of Z0 in AX; Z1 is scratch.
#define HSUMZ \
	VEXTRACTI64X4 $1, Z0, Y1    \
	VPADDD        Y1, Y0, Y0    \
	VEXTRACTI128  $1, Y0, X1    \
	VPADDD        X1, X0, X0    \
	VPSHUFD       $0xee, X0, X1 \
	VPADDD        X1, X0, X0    \
	VPSHUFD       $0x55, X0, X1 \
	VPADDD        X1, X0, X0    \
	VMOVD         X0, AX

// func dotI8RowsVNNI(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
//
// K1 masks the last dim%64 bytes. R14 counts the rows left to fetch ahead.
TEXT ·dotI8RowsVNNI(SB), NOSPLIT, $0-56
	MOVQ         dst+0(FP), DI
	MOVQ         q+8(FP), SI
	MOVQ         dim+16(FP), R8
	MOVQ         chunks+24(FP), R9
	MOVQ         rows+40(FP), R10
	MOVQ         n+48(FP), R11
	MOVQ         R8, CX
	ANDQ         $63, CX
	MOVQ         $1, AX
	SHLQ         CX, AX
	DECQ         AX
	KMOVQ        AX, K1
	MOVQ         shift+32(FP), CX
	MOVL         $1, R13
	SHLL         CX, R13
	DECL         R13
	MOVL         $0x80808080, AX
	VPBROADCASTD AX, Z30
	MOVL         $0x01010101, AX
	VPBROADCASTD AX, Z31

	// R12 = 128*sum(q)
	VPXORD Z0, Z0, Z0
	XORQ   R15, R15
	MOVQ   R8, R14
	ANDQ   $-64, R14

qloop:
	CMPQ     R15, R14
	JGE      qtail
	VMOVDQU8 (SI)(R15*1), Z4
	VPDPBUSD Z4, Z31, Z0
	ADDQ     $64, R15
	JMP      qloop

qtail:
	VMOVDQU8.Z (SI)(R15*1), K1, Z4
	VPDPBUSD   Z4, Z31, Z0
	HSUMZ
	SHLL       $7, AX
	MOVL       AX, R12

	// Fetch the first 4 rows.
	MOVQ R10, R15
	MOVQ R11, R14
	CMPQ R14, $4
	JLE  first
	MOVQ $4, R14

first:
	ROW((R15))
	// DX walks to the end of the row in lines of 64 bytes.
	MOVQ R8, AX

firstline:
	PREFETCHT0 (DX)
	ADDQ       $64, DX
	SUBQ       $64, AX
	JGT        firstline
	ADDQ       $4, R15
	DECQ       R14
	JNZ        first

row:
	// Fetch row i+4, if there is one.
	CMPQ R11, $4
	JLE  dot
	ROW(16(R10))
	MOVQ R8, AX

line:
	PREFETCHT0 (DX)
	ADDQ       $64, DX
	SUBQ       $64, AX
	JGT        line

dot:
	ROW((R10))
	VPXORD Z0, Z0, Z0
	VPXORD Z2, Z2, Z2
	XORQ   R15, R15
	MOVQ   R8, R14

loop128:
	CMPQ     R14, $128
	JLT      loop64
	VPXORD   (DX)(R15*1), Z30, Z4
	VPXORD   64(DX)(R15*1), Z30, Z5
	VMOVDQU8 (SI)(R15*1), Z6
	VMOVDQU8 64(SI)(R15*1), Z7
	VPDPBUSD Z6, Z4, Z0
	VPDPBUSD Z7, Z5, Z2
	ADDQ     $128, R15
	SUBQ     $128, R14
	JMP      loop128

loop64:
	CMPQ     R14, $64
	JLT      tail
	VPXORD   (DX)(R15*1), Z30, Z4
	VMOVDQU8 (SI)(R15*1), Z6
	VPDPBUSD Z6, Z4, Z0
	ADDQ     $64, R15
	SUBQ     $64, R14

tail:
	TESTQ      R14, R14
	JZ         sum
	VMOVDQU8.Z (DX)(R15*1), K1, Z4
	VMOVDQU8.Z (SI)(R15*1), K1, Z6
	VPXORD     Z30, Z4, Z4
	VPDPBUSD   Z6, Z4, Z2

sum:
	VPADDD Z2, Z0, Z0
	HSUMZ
	SUBL   R12, AX
	MOVL   AX, (DI)
	ADDQ   $4, DI
	ADDQ   $4, R10
	DECQ   R11
	JNZ    row
	VZEROUPPER
	RET
