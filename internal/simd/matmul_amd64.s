//go:build amd64 && !purego

#include "textflag.h"

// Int8 products with VPDPBUSD (unsigned activations by signed weights).
//
//	SI activations, rows R8 bytes apart      Z(4r)..Z(4r+3) sums of row r
//	DI weights, blocks R11 bytes apart       Z24..Z27 weights of 4 blocks
//	R14 zeros of the rows
//	BX results, rows R13 bytes apart         Z28 one group of a row, 16 times
//	CX groups of 4 inputs that are left      R15 the 4 blocks to come

// WEIGHTS loads one group of 4 blocks. It fetches those of the next tile into
// the second-level cache: blocks are too short for the CPU to see a stream.
// Behind the last tile that is what lies behind the weights, often the next
// matrix; a fetch never faults.
#define WEIGHTS \
	VMOVDQU32 (DI), Z24          \
	VMOVDQU32 (DI)(R11*1), Z25   \
	VMOVDQU32 (DI)(R11*2), Z26   \
	VMOVDQU32 (DI)(R12*1), Z27   \
	PREFETCHT1 (R15)             \
	PREFETCHT1 64(R15)           \
	PREFETCHT1 128(R15)          \
	PREFETCHT1 192(R15)          \
	ADDQ      $256, R15          \
	ADDQ      $64, DI

// ROW multiplies one group of one row by 4 blocks.
#define ROW(x, s0, s1, s2, s3) \
	VPBROADCASTD x, Z28       \
	VPDPBUSD     Z24, Z28, s0 \
	VPDPBUSD     Z25, Z28, s1 \
	VPDPBUSD     Z26, Z28, s2 \
	VPDPBUSD     Z27, Z28, s3

// START begins the sums of one row at offset/128 times the row's zero.
#define START(s0, s1, s2, s3) \
	MOVBLZX      (R14), AX      \
	INCQ         R14            \
	VPBROADCASTD AX, Z28        \
	VPSRAD       $7, (DX), s0    \
	VPSRAD       $7, 64(DX), s1  \
	VPSRAD       $7, 128(DX), s2 \
	VPSRAD       $7, 192(DX), s3 \
	VPMULLD      Z28, s0, s0    \
	VPMULLD      Z28, s1, s1    \
	VPMULLD      Z28, s2, s2    \
	VPMULLD      Z28, s3, s3

// STORE writes the sums of one row and steps to the next.
#define STORE(s0, s1, s2, s3) \
	VMOVDQU32 s0, (BX)    \
	VMOVDQU32 s1, 64(BX)  \
	VMOVDQU32 s2, 128(BX) \
	VMOVDQU32 s3, 192(BX) \
	ADDQ      R13, BX

// func tileVNNI(c *int32, a, zero *uint8, w *int8, offset *int32, k, n, rows int)
TEXT ·tileVNNI(SB), NOSPLIT, $0-64
	MOVQ c+0(FP), BX
	MOVQ a+8(FP), SI
	MOVQ zero+16(FP), R14
	MOVQ w+24(FP), DI
	MOVQ offset+32(FP), DX
	MOVQ k+40(FP), R8
	MOVQ n+48(FP), R13
	MOVQ rows+56(FP), AX
	LEAQ (R8)(R8*2), R9
	LEAQ (R8)(R8*4), R10
	MOVQ R8, R11
	SHLQ $4, R11
	LEAQ (R11)(R11*2), R12
	LEAQ (DI)(R11*4), R15
	SHLQ $2, R13
	MOVQ R8, CX
	SHRQ $2, CX
	CMPQ AX, $6
	JEQ  rows6
	CMPQ AX, $5
	JEQ  rows5
	CMPQ AX, $4
	JEQ  rows4
	CMPQ AX, $3
	JEQ  rows3
	CMPQ AX, $2
	JEQ  rows2
	JMP  rows1

rows6:
	START(Z0, Z1, Z2, Z3)
	START(Z4, Z5, Z6, Z7)
	START(Z8, Z9, Z10, Z11)
	START(Z12, Z13, Z14, Z15)
	START(Z16, Z17, Z18, Z19)
	START(Z20, Z21, Z22, Z23)

loop6:
	WEIGHTS
	ROW((SI), Z0, Z1, Z2, Z3)
	ROW((SI)(R8*1), Z4, Z5, Z6, Z7)
	ROW((SI)(R8*2), Z8, Z9, Z10, Z11)
	ROW((SI)(R9*1), Z12, Z13, Z14, Z15)
	ROW((SI)(R8*4), Z16, Z17, Z18, Z19)
	ROW((SI)(R10*1), Z20, Z21, Z22, Z23)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop6
	STORE(Z0, Z1, Z2, Z3)
	STORE(Z4, Z5, Z6, Z7)
	STORE(Z8, Z9, Z10, Z11)
	STORE(Z12, Z13, Z14, Z15)
	STORE(Z16, Z17, Z18, Z19)
	STORE(Z20, Z21, Z22, Z23)
	VZEROUPPER
	RET

rows5:
	START(Z0, Z1, Z2, Z3)
	START(Z4, Z5, Z6, Z7)
	START(Z8, Z9, Z10, Z11)
	START(Z12, Z13, Z14, Z15)
	START(Z16, Z17, Z18, Z19)

loop5:
	WEIGHTS
	ROW((SI), Z0, Z1, Z2, Z3)
	ROW((SI)(R8*1), Z4, Z5, Z6, Z7)
	ROW((SI)(R8*2), Z8, Z9, Z10, Z11)
	ROW((SI)(R9*1), Z12, Z13, Z14, Z15)
	ROW((SI)(R8*4), Z16, Z17, Z18, Z19)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop5
	STORE(Z0, Z1, Z2, Z3)
	STORE(Z4, Z5, Z6, Z7)
	STORE(Z8, Z9, Z10, Z11)
	STORE(Z12, Z13, Z14, Z15)
	STORE(Z16, Z17, Z18, Z19)
	VZEROUPPER
	RET

rows4:
	START(Z0, Z1, Z2, Z3)
	START(Z4, Z5, Z6, Z7)
	START(Z8, Z9, Z10, Z11)
	START(Z12, Z13, Z14, Z15)

loop4:
	WEIGHTS
	ROW((SI), Z0, Z1, Z2, Z3)
	ROW((SI)(R8*1), Z4, Z5, Z6, Z7)
	ROW((SI)(R8*2), Z8, Z9, Z10, Z11)
	ROW((SI)(R9*1), Z12, Z13, Z14, Z15)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop4
	STORE(Z0, Z1, Z2, Z3)
	STORE(Z4, Z5, Z6, Z7)
	STORE(Z8, Z9, Z10, Z11)
	STORE(Z12, Z13, Z14, Z15)
	VZEROUPPER
	RET

rows3:
	START(Z0, Z1, Z2, Z3)
	START(Z4, Z5, Z6, Z7)
	START(Z8, Z9, Z10, Z11)

loop3:
	WEIGHTS
	ROW((SI), Z0, Z1, Z2, Z3)
	ROW((SI)(R8*1), Z4, Z5, Z6, Z7)
	ROW((SI)(R8*2), Z8, Z9, Z10, Z11)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop3
	STORE(Z0, Z1, Z2, Z3)
	STORE(Z4, Z5, Z6, Z7)
	STORE(Z8, Z9, Z10, Z11)
	VZEROUPPER
	RET

rows2:
	START(Z0, Z1, Z2, Z3)
	START(Z4, Z5, Z6, Z7)

loop2:
	WEIGHTS
	ROW((SI), Z0, Z1, Z2, Z3)
	ROW((SI)(R8*1), Z4, Z5, Z6, Z7)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop2
	STORE(Z0, Z1, Z2, Z3)
	STORE(Z4, Z5, Z6, Z7)
	VZEROUPPER
	RET

rows1:
	START(Z0, Z1, Z2, Z3)

loop1:
	WEIGHTS
	ROW((SI), Z0, Z1, Z2, Z3)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop1
	STORE(Z0, Z1, Z2, Z3)
	VZEROUPPER
	RET

// func rowVNNI(c *int32, a, zero *uint8, w *int8, offset *int32, k int)
TEXT ·rowVNNI(SB), NOSPLIT, $0-48
	MOVQ         c+0(FP), BX
	MOVQ         a+8(FP), SI
	MOVQ         zero+16(FP), R14
	MOVQ         w+24(FP), DI
	MOVQ         offset+32(FP), DX
	MOVQ         k+40(FP), CX
	SHRQ         $2, CX
	MOVBLZX      (R14), AX
	VPBROADCASTD AX, Z28
	VPSRAD       $7, (DX), Z0
	VPMULLD      Z28, Z0, Z0

loop:
	VPBROADCASTD (SI), Z28
	VPDPBUSD     (DI), Z28, Z0
	ADDQ         $4, SI
	ADDQ         $64, DI
	DECQ         CX
	JNZ          loop
	VMOVDQU32    Z0, (BX)
	VZEROUPPER
	RET

// Int8 products with VPMADDWD on activations and weights widened to 16 bits.
// A sum takes two lanes, inputs 0 and 1, 2 and 3 of the groups; SUM16 joins
// them. Y0..Y3 are the 16 columns of the first row, Y4..Y7 of the second.

// GROUP widens one group of 4 activations and repeats it for 4 columns.
#define GROUP(x, lo, y) \
	VPBROADCASTD x, lo \
	VPMOVZXBW    lo, y

// COLS1 multiplies 4 columns by one row, COLS2 by two.
#define COLS1(w, s0) \
	VPMOVSXBW w, Y10      \
	VPMADDWD  Y8, Y10, Y11 \
	VPADDD    Y11, s0, s0

#define COLS2(w, s0, s1) \
	COLS1(w, s0)            \
	VPMADDWD  Y9, Y10, Y12 \
	VPADDD    Y12, s1, s1

// SUM16 adds 16 sums to those at (BX).
#define SUM16(s0, s1, s2, s3) \
	VPHADDD s1, s0, s0     \
	VPERMQ  $0xd8, s0, s0  \
	VPADDD  (BX), s0, s0   \
	VMOVDQU s0, (BX)       \
	VPHADDD s3, s2, s2     \
	VPERMQ  $0xd8, s2, s2  \
	VPADDD  32(BX), s2, s2 \
	VMOVDQU s2, 32(BX)

// func tileAVX2(c *int32, a *uint8, w *int8, k, n int)
TEXT ·tileAVX2(SB), NOSPLIT, $0-40
	MOVQ  c+0(FP), BX
	MOVQ  a+8(FP), SI
	MOVQ  w+16(FP), DI
	MOVQ  k+24(FP), R8
	MOVQ  n+32(FP), R13
	SHLQ  $2, R13
	MOVQ  R8, CX
	SHRQ  $2, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7

loop:
	GROUP((SI), X8, Y8)
	GROUP((SI)(R8*1), X9, Y9)
	COLS2((DI), Y0, Y4)
	COLS2(16(DI), Y1, Y5)
	COLS2(32(DI), Y2, Y6)
	COLS2(48(DI), Y3, Y7)
	ADDQ $4, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  loop
	SUM16(Y0, Y1, Y2, Y3)
	ADDQ R13, BX
	SUM16(Y4, Y5, Y6, Y7)
	VZEROUPPER
	RET

// func rowAVX2(c *int32, a *uint8, w *int8, k int)
TEXT ·rowAVX2(SB), NOSPLIT, $0-32
	MOVQ  c+0(FP), BX
	MOVQ  a+8(FP), SI
	MOVQ  w+16(FP), DI
	MOVQ  k+24(FP), CX
	SHRQ  $2, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

loop:
	GROUP((SI), X8, Y8)
	COLS1((DI), Y0)
	COLS1(16(DI), Y1)
	COLS1(32(DI), Y2)
	COLS1(48(DI), Y3)
	ADDQ $4, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  loop
	SUM16(Y0, Y1, Y2, Y3)
	VZEROUPPER
	RET

// FMA16 adds one activation times 16 columns of b to a row's sums.
#define FMA16(x, s0, s1) \
	VBROADCASTSS x, Y10      \
	VFMADD231PS  Y8, Y10, s0 \
	VFMADD231PS  Y9, Y10, s1

// func tileF32x4(c *float32, ldc int, a *float32, lda, next int, b *float32, ldb, k int)
TEXT ·tileF32x4(SB), NOSPLIT, $0-64
	MOVQ c+0(FP), BX
	MOVQ ldc+8(FP), R13
	MOVQ a+16(FP), SI
	MOVQ lda+24(FP), R8
	MOVQ next+32(FP), R12
	MOVQ b+40(FP), DI
	MOVQ ldb+48(FP), R11
	MOVQ k+56(FP), CX
	SHLQ $2, R12
	SHLQ $2, R13
	SHLQ $2, R8
	SHLQ $2, R11
	LEAQ (R8)(R8*2), R9
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7

loop:
	VMOVUPS (DI), Y8
	VMOVUPS 32(DI), Y9
	FMA16((SI), Y0, Y1)
	FMA16((SI)(R8*1), Y2, Y3)
	FMA16((SI)(R8*2), Y4, Y5)
	FMA16((SI)(R9*1), Y6, Y7)
	ADDQ    R12, SI
	ADDQ    R11, DI
	DECQ    CX
	JNZ     loop
	VMOVUPS Y0, (BX)
	VMOVUPS Y1, 32(BX)
	ADDQ    R13, BX
	VMOVUPS Y2, (BX)
	VMOVUPS Y3, 32(BX)
	ADDQ    R13, BX
	VMOVUPS Y4, (BX)
	VMOVUPS Y5, 32(BX)
	ADDQ    R13, BX
	VMOVUPS Y6, (BX)
	VMOVUPS Y7, 32(BX)
	VZEROUPPER
	RET

// func tileF32x1(c, a *float32, next int, b *float32, ldb, k int)
TEXT ·tileF32x1(SB), NOSPLIT, $0-48
	MOVQ   c+0(FP), BX
	MOVQ   a+8(FP), SI
	MOVQ   next+16(FP), R12
	MOVQ   b+24(FP), DI
	MOVQ   ldb+32(FP), R11
	MOVQ   k+40(FP), CX
	SHLQ   $2, R12
	SHLQ   $2, R11
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1

loop:
	VMOVUPS (DI), Y8
	VMOVUPS 32(DI), Y9
	FMA16((SI), Y0, Y1)
	ADDQ    R12, SI
	ADDQ    R11, DI
	DECQ    CX
	JNZ     loop
	VMOVUPS Y0, (BX)
	VMOVUPS Y1, 32(BX)
	VZEROUPPER
	RET
