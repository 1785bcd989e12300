//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// Dot products of a query with rows.
//
//	R0 results     R3 chunks    R6 rows that are left
//	R1 query       R4 shift     R7 mask of a row in its chunk
//	R2 row bytes   R5 rows      R11, R12 walk along the row and the query

// ROW leaves the address of the row whose number is at R in R11.
#define ROW(R) \
	MOVWU R, R8          \
	LSR   R4, R8, R9     \
	ADD   R9<<1, R9, R9  \
	ADD   R9<<3, R3, R9  \
	MOVD  (R9), R11      \
	AND   R7, R8, R8     \
	MADD  R8, R11, R2, R11

// FETCH fetches the row at R11, in lines of 64 bytes.
#define FETCH(line) \
	ADD  R2, R11, R9      \
line: \
	PRFM (R11), PLDL1KEEP \
	ADD  $64, R11         \
	CMP  R9, R11          \
	BLO  line

// START fetches the first 4 rows.
#define START \
	MOVD $1, R7     \
	LSL  R4, R7     \
	SUB  $1, R7     \
	MOVD R5, R13    \
	CMP  $4, R6     \
	MOVD $4, R10    \
	CSEL LT, R6, R10, R10 \
first: \
	ROW((R13))      \
	FETCH(firstline) \
	ADD  $4, R13    \
	SUBS $1, R10    \
	BNE  first

// BEGIN fetches the row 4 ahead, if there is one, and begins this one's sums.
#define BEGIN \
	CMP  $4, R6  \
	BLE  here    \
	ROW(16(R5))  \
	FETCH(line)  \
here: \
	ROW((R5))    \
	MOVD R1, R12 \
	MOVD R2, R10 \
	ZERO(V0)     \
	ZERO(V1)     \
	ZERO(V2)     \
	ZERO(V3)

// END writes the sum of a row.
#define END \
	VADD   V1.S4, V0.S4, V0.S4 \
	VADD   V3.S4, V2.S4, V2.S4 \
	VADD   V2.S4, V0.S4, V0.S4 \
	ADDV(0, 0)                 \
	FMOVS.P F0, 4(R0)          \
	ADD    $4, R5              \
	SUBS   $1, R6              \
	BNE    row

// func dotI8RowsSDOT(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
TEXT ·dotI8RowsSDOT(SB), NOSPLIT, $0-56
	MOVD dst+0(FP), R0
	MOVD q+8(FP), R1
	MOVD dim+16(FP), R2
	MOVD chunks+24(FP), R3
	MOVD shift+32(FP), R4
	MOVD rows+40(FP), R5
	MOVD n+48(FP), R6
	START

row:
	BEGIN

loop64:
	CMP    $64, R10
	BLT    loop16
	VLD1.P 64(R11), [V4.B16, V5.B16, V6.B16, V7.B16]
	VLD1.P 64(R12), [V16.B16, V17.B16, V18.B16, V19.B16]
	SDOT(16, 4, 0)
	SDOT(17, 5, 1)
	SDOT(18, 6, 2)
	SDOT(19, 7, 3)
	SUB    $64, R10
	B      loop64

loop16:
	CBZ    R10, sum
	VLD1.P 16(R11), [V4.B16]
	VLD1.P 16(R12), [V16.B16]
	SDOT(16, 4, 0)
	SUB    $16, R10
	B      loop16

sum:
	END
	RET

// func dotI8RowsNEON(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
TEXT ·dotI8RowsNEON(SB), NOSPLIT, $0-56
	MOVD dst+0(FP), R0
	MOVD q+8(FP), R1
	MOVD dim+16(FP), R2
	MOVD chunks+24(FP), R3
	MOVD shift+32(FP), R4
	MOVD rows+40(FP), R5
	MOVD n+48(FP), R6
	START

row:
	BEGIN

loop32:
	CMP    $32, R10
	BLT    last
	VLD1.P 32(R11), [V4.B16, V5.B16]
	VLD1.P 32(R12), [V16.B16, V17.B16]
	SMULL(16, 4, 20)
	SMULL2(16, 4, 21)
	SMULL(17, 5, 22)
	SMULL2(17, 5, 23)
	SADALP(20, 0)
	SADALP(21, 1)
	SADALP(22, 2)
	SADALP(23, 3)
	SUB    $32, R10
	B      loop32

last:
	CBZ    R10, sum
	VLD1   (R11), [V4.B16]
	VLD1   (R12), [V16.B16]
	SMULL(16, 4, 20)
	SMULL2(16, 4, 21)
	SADALP(20, 0)
	SADALP(21, 1)

sum:
	END
	RET
