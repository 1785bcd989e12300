//go:build amd64 && !purego

#include "textflag.h"

// The kernels of avxvnni_amd64.s for machines that have VPDPBUSD in AVX-512's
// encoding alone.
#define DPBUSD(m, v, d) VPDPBUSD m, v, d

#define r0 Y0
#define r1 Y1
#define r2 Y2
#define r3 Y3
#define r4 Y4
#define r5 Y5
#define r6 Y6
#define r7 Y7
#define r8 Y8
#define r9 Y9
#define r10 Y10
#define r11 Y11
#define r12 Y12
#define r13 Y13
#define r14 Y14
#define r15 Y15

#include "vnni256_amd64.h"

// func tileVNNI256(c *int32, a, zero *uint8, w *int8, offset *int32, k, n, rows int)
TEXT ·tileVNNI256(SB), NOSPLIT, $0-64
	MOVQ c+0(FP), BX
	MOVQ a+8(FP), SI
	MOVQ zero+16(FP), R14
	MOVQ w+24(FP), DI
	MOVQ offset+32(FP), DX
	MOVQ k+40(FP), R8
	MOVQ n+48(FP), R13
	MOVQ rows+56(FP), AX
	TILE

// func dotI8VNNI256(a, b []int8) int32
TEXT ·dotI8VNNI256(SB), NOSPLIT, $0-52
	MOVQ a_base+0(FP), SI
	MOVQ a_len+8(FP), CX
	MOVQ b_base+24(FP), DI
	DOT
	MOVL R8, ret+48(FP)
	LEAVE

// func dotI8RowsVNNI256(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
TEXT ·dotI8RowsVNNI256(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ q+8(FP), SI
	MOVQ dim+16(FP), R8
	MOVQ chunks+24(FP), R9
	MOVQ shift+32(FP), CX
	MOVQ rows+40(FP), R10
	MOVQ n+48(FP), R11
	GATHER

// func scanHeadsVNNI256(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
TEXT ·scanHeadsVNNI256(SB), NOSPLIT, $0-60
	MOVQ         mask+0(FP), DI
	MOVQ         q+8(FP), SI
	MOVQ         heads+16(FP), R8
	MOVQ         scale+24(FP), R9
	MOVQ         rest+32(FP), R10
	MOVQ         groups+40(FP), CX
	MOVL         add+48(FP), AX
	VBROADCASTSS weight+52(FP), Y14
	VBROADCASTSS limit+56(FP), Y15
	SCAN
