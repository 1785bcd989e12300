//go:build amd64 && !purego

#include "textflag.h"

// VPDPBUSD in AVX's encoding, which Go's assembler does not have, of registers
// by their numbers: VEX.256.66.0F38.W0 50 /r. TestVPDPBUSD holds the bytes to
// those of another assembler.
#define DPBUSD(m, v, d) \
	BYTE $0xc4; BYTE $(0xe2 ^ ((d)>>3)<<7 ^ ((m)>>3)<<5); BYTE $(0x7d ^ (v)<<3); \
	BYTE $0x50; BYTE $(0xc0 | ((d)&7)<<3 | ((m)&7))

#define r0 0
#define r1 1
#define r2 2
#define r3 3
#define r4 4
#define r5 5
#define r6 6
#define r7 7
#define r8 8
#define r9 9
#define r10 10
#define r11 11
#define r12 12
#define r13 13
#define r14 14
#define r15 15

#include "vnni256_amd64.h"

// func tileAVXVNNI(c *int32, a, zero *uint8, w *int8, offset *int32, k, n, rows int)
TEXT ·tileAVXVNNI(SB), NOSPLIT, $0-64
	MOVQ c+0(FP), BX
	MOVQ a+8(FP), SI
	MOVQ zero+16(FP), R14
	MOVQ w+24(FP), DI
	MOVQ offset+32(FP), DX
	MOVQ k+40(FP), R8
	MOVQ n+48(FP), R13
	MOVQ rows+56(FP), AX
	TILE

// func dotI8AVXVNNI(a, b []int8) int32
TEXT ·dotI8AVXVNNI(SB), NOSPLIT, $0-52
	MOVQ a_base+0(FP), SI
	MOVQ a_len+8(FP), CX
	MOVQ b_base+24(FP), DI
	DOT
	MOVL R8, ret+48(FP)
	LEAVE

// func dotI8RowsAVXVNNI(dst *int32, q *int8, dim int, chunks *[]int8, shift uint64, rows *uint32, n int)
TEXT ·dotI8RowsAVXVNNI(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ q+8(FP), SI
	MOVQ dim+16(FP), R8
	MOVQ chunks+24(FP), R9
	MOVQ shift+32(FP), CX
	MOVQ rows+40(FP), R10
	MOVQ n+48(FP), R11
	GATHER

// func scanHeadsAVXVNNI(mask *uint64, q *[HeadDims]int8, heads *uint8, scale, rest *float32, groups int, add int32, weight, limit float32)
TEXT ·scanHeadsAVXVNNI(SB), NOSPLIT, $0-60
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
