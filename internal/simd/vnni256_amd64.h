// The bodies of the kernels that use VPDPBUSD on 256 bits. Two files include
// them: avxvnni_amd64.s, where the instruction has AVX's encoding, and
// avx512vnni256_amd64.s, where it has that of AVX-512. They define
//
//	DPBUSD(m, v, d)  adds, in each of 8 lanes, 4 unsigned bytes of v times
//	                 4 signed bytes of m to d
//	r0 to r15        the names that DPBUSD has for Y0 to Y15
//
// All other instructions are those of AVX2.

// Int8 products of up to 6 rows by 16 columns.
//
//	SI activations, rows R8 bytes apart      Y(2r), Y(2r+1) sums of row r
//	DI weights                               Y12, Y13 one group of weights
//	R14 zeros of the rows                    Y14 one group of a row, 8 times
//	BX results, rows R13 bytes apart
//	CX groups of 4 inputs that are left
//
// The block to come, R11 bytes ahead, is fetched into the second-level cache.

// START begins the sums of one row at offset/128 times the row's zero.
#define START(s0, s1) \
	MOVBLZX      (R14), AX   \
	INCQ         R14         \
	VMOVD        AX, X14     \
	VPBROADCASTD X14, Y14    \
	VMOVDQU      (DX), s0    \
	VMOVDQU      32(DX), s1  \
	VPSRAD       $7, s0, s0  \
	VPSRAD       $7, s1, s1  \
	VPMULLD      Y14, s0, s0 \
	VPMULLD      Y14, s1, s1

#define WEIGHTS \
	PREFETCHT1 (DI)(R11*1) \
	VMOVDQU    (DI), Y12   \
	VMOVDQU    32(DI), Y13 \
	ADDQ       $64, DI

// ROW multiplies one group of one row by the weights.
#define ROW(x, d0, d1) \
	VPBROADCASTD x, Y14 \
	DPBUSD(r12, r14, d0) \
	DPBUSD(r13, r14, d1)

#define STORE(s0, s1) \
	VMOVDQU s0, (BX)   \
	VMOVDQU s1, 32(BX) \
	ADDQ    R13, BX

#define NEXT(loop) \
	ADDQ $4, SI \
	DECQ CX     \
	JNZ  loop

#define LEAVE \
	VZEROUPPER \
	RET

// TILE is a tile whose arguments are in the registers above; AX has its rows.
#define TILE \
	LEAQ (R8)(R8*2), R9  \
	LEAQ (R8)(R8*4), R10 \
	MOVQ R8, R11         \
	SHLQ $4, R11         \
	SHLQ $2, R13         \
	MOVQ R8, CX          \
	SHRQ $2, CX          \
	CMPQ AX, $6          \
	JEQ  rows6           \
	CMPQ AX, $5          \
	JEQ  rows5           \
	CMPQ AX, $4          \
	JEQ  rows4           \
	CMPQ AX, $3          \
	JEQ  rows3           \
	CMPQ AX, $2          \
	JEQ  rows2           \
	JMP  rows1           \
rows6: \
	START(Y0, Y1)   \
	START(Y2, Y3)   \
	START(Y4, Y5)   \
	START(Y6, Y7)   \
	START(Y8, Y9)   \
	START(Y10, Y11) \
loop6: \
	WEIGHTS                      \
	ROW((SI), r0, r1)            \
	ROW((SI)(R8*1), r2, r3)      \
	ROW((SI)(R8*2), r4, r5)      \
	ROW((SI)(R9*1), r6, r7)      \
	ROW((SI)(R8*4), r8, r9)      \
	ROW((SI)(R10*1), r10, r11)   \
	NEXT(loop6)     \
	STORE(Y0, Y1)   \
	STORE(Y2, Y3)   \
	STORE(Y4, Y5)   \
	STORE(Y6, Y7)   \
	STORE(Y8, Y9)   \
	STORE(Y10, Y11) \
	LEAVE \
rows5: \
	START(Y0, Y1) \
	START(Y2, Y3) \
	START(Y4, Y5) \
	START(Y6, Y7) \
	START(Y8, Y9) \
loop5: \
	WEIGHTS                 \
	ROW((SI), r0, r1)       \
	ROW((SI)(R8*1), r2, r3) \
	ROW((SI)(R8*2), r4, r5) \
	ROW((SI)(R9*1), r6, r7) \
	ROW((SI)(R8*4), r8, r9) \
	NEXT(loop5)   \
	STORE(Y0, Y1) \
	STORE(Y2, Y3) \
	STORE(Y4, Y5) \
	STORE(Y6, Y7) \
	STORE(Y8, Y9) \
	LEAVE \
rows4: \
	START(Y0, Y1) \
	START(Y2, Y3) \
	START(Y4, Y5) \
	START(Y6, Y7) \
loop4: \
	WEIGHTS                 \
	ROW((SI), r0, r1)       \
	ROW((SI)(R8*1), r2, r3) \
	ROW((SI)(R8*2), r4, r5) \
	ROW((SI)(R9*1), r6, r7) \
	NEXT(loop4)   \
	STORE(Y0, Y1) \
	STORE(Y2, Y3) \
	STORE(Y4, Y5) \
	STORE(Y6, Y7) \
	LEAVE \
rows3: \
	START(Y0, Y1) \
	START(Y2, Y3) \
	START(Y4, Y5) \
loop3: \
	WEIGHTS                 \
	ROW((SI), r0, r1)       \
	ROW((SI)(R8*1), r2, r3) \
	ROW((SI)(R8*2), r4, r5) \
	NEXT(loop3)   \
	STORE(Y0, Y1) \
	STORE(Y2, Y3) \
	STORE(Y4, Y5) \
	LEAVE \
rows2: \
	START(Y0, Y1) \
	START(Y2, Y3) \
loop2: \
	WEIGHTS                 \
	ROW((SI), r0, r1)       \
	ROW((SI)(R8*1), r2, r3) \
	NEXT(loop2)   \
	STORE(Y0, Y1) \
	STORE(Y2, Y3) \
	LEAVE \
rows1: \
	START(Y0, Y1) \
loop1: \
	WEIGHTS           \
	ROW((SI), r0, r1) \
	NEXT(loop1)   \
	STORE(Y0, Y1) \
	LEAVE

// BYTES sets y and x, its lower half, to what b repeats.
#define BYTES(b, x, y) \
	MOVL         b, AX \
	VMOVD        AX, x \
	VPBROADCASTD x, y

// SUM leaves the sum of the 8 int32s of y, whose lower half is x, in AX. t is
// scratch.
#define SUM(x, y, t) \
	VEXTRACTI128 $1, y, t    \
	VPADDD       t, x, x     \
	VPSHUFD      $0xee, x, t \
	VPADDD       t, x, x     \
	VPSHUFD      $0x55, x, t \
	VPADDD       t, x, x     \
	VMOVD        x, AX

// DOT leaves the dot product of CX bytes at SI and at DI in R8. It multiplies
// unsigned by signed bytes: a+128 by b, and takes 128*sum(b), added up beside
// it in Y1 and Y3, off at the end.
#define DOT \
	VPXOR Y0, Y0, Y0 \
	VPXOR Y1, Y1, Y1 \
	VPXOR Y2, Y2, Y2 \
	VPXOR Y3, Y3, Y3 \
	BYTES($0x80808080, X14, Y14) \
	BYTES($0x01010101, X15, Y15) \
loop64: \
	CMPQ    CX, $64          \
	JLT     loop32           \
	VPXOR   (SI), Y14, Y4    \
	VPXOR   32(SI), Y14, Y5  \
	VMOVDQU (DI), Y6         \
	VMOVDQU 32(DI), Y7       \
	DPBUSD(r6, r4, r0)       \
	DPBUSD(r6, r15, r1)      \
	DPBUSD(r7, r5, r2)       \
	DPBUSD(r7, r15, r3)      \
	ADDQ    $64, SI          \
	ADDQ    $64, DI          \
	SUBQ    $64, CX          \
	JMP     loop64           \
loop32: \
	CMPQ    CX, $32          \
	JLT     half             \
	VPXOR   (SI), Y14, Y4    \
	VMOVDQU (DI), Y6         \
	DPBUSD(r6, r4, r0)       \
	DPBUSD(r6, r15, r1)      \
	ADDQ    $32, SI          \
	ADDQ    $32, DI          \
	SUBQ    $32, CX          \
half: \
	VPADDD    Y3, Y1, Y1     \
	VPSLLD    $7, Y1, Y1     \
	VPSUBD    Y1, Y0, Y0     \
	VPADDD    Y2, Y0, Y0     \
	CMPQ      CX, $16        \
	JLT       sum            \
	VPMOVSXBW (SI), Y2       \
	VPMOVSXBW (DI), Y3       \
	VPMADDWD  Y3, Y2, Y2     \
	VPADDD    Y2, Y0, Y0     \
	ADDQ      $16, SI        \
	ADDQ      $16, DI        \
	SUBQ      $16, CX        \
sum: \
	SUM(X0, Y0, X1)          \
	MOVL    AX, R8           \
tail: \
	TESTQ   CX, CX           \
	JZ      done             \
	MOVBLSX (SI), AX         \
	MOVBLSX (DI), BX         \
	IMULL   BX, AX           \
	ADDL    AX, R8           \
	INCQ    SI               \
	INCQ    DI               \
	DECQ    CX               \
	JMP     tail             \
done:

// Dot products of SI, the query, with rows.
//
//	DI results            R8 bytes of a row, a multiple of 32
//	R9 the chunks         R10 the rows' numbers
//	CX shift, R13 mask    R11 rows that are left

// ROWAT leaves the address of row (R10)[at] in DX; AX and BX are scratch.
#define ROWAT(at) \
	MOVL  at, AX         \
	MOVL  AX, BX         \
	SHRL  CX, BX         \
	LEAQ  (BX)(BX*2), BX \
	MOVQ  (R9)(BX*8), DX \
	ANDL  R13, AX        \
	IMULQ R8, AX         \
	ADDQ  AX, DX

// FETCH fetches the row at DX, in lines of 64 bytes.
#define FETCH(line) \
	MOVQ       R8, AX  \
line: \
	PREFETCHT0 (DX)    \
	ADDQ       $64, DX \
	SUBQ       $64, AX \
	JGT        line

// GATHER fetches 4 rows ahead. R12 is 128 times the sum of the query.
#define GATHER \
	MOVL  $1, R13 \
	SHLL  CX, R13 \
	DECL  R13     \
	BYTES($0x80808080, X14, Y14) \
	BYTES($0x01010101, X15, Y15) \
	VPXOR Y0, Y0, Y0 \
	XORQ  R15, R15   \
query: \
	VMOVDQU (SI)(R15*1), Y4  \
	DPBUSD(r4, r15, r0)      \
	ADDQ    $32, R15         \
	CMPQ    R15, R8          \
	JLT     query            \
	SUM(X0, Y0, X1)          \
	SHLL    $7, AX           \
	MOVL    AX, R12          \
	MOVQ    R10, R15         \
	MOVQ    R11, R14         \
	CMPQ    R14, $4          \
	JLE     first            \
	MOVQ    $4, R14          \
first: \
	ROWAT((R15))             \
	FETCH(firstline)         \
	ADDQ    $4, R15          \
	DECQ    R14              \
	JNZ     first            \
row: \
	CMPQ    R11, $4          \
	JLE     dot              \
	ROWAT(16(R10))           \
	FETCH(line)              \
dot: \
	ROWAT((R10))             \
	VPXOR   Y0, Y0, Y0       \
	VPXOR   Y1, Y1, Y1       \
	XORQ    R15, R15         \
	MOVQ    R8, R14          \
loop64: \
	CMPQ    R14, $64         \
	JLT     last             \
	VPXOR   (DX)(R15*1), Y14, Y4   \
	VPXOR   32(DX)(R15*1), Y14, Y5 \
	VMOVDQU (SI)(R15*1), Y6        \
	VMOVDQU 32(SI)(R15*1), Y7      \
	DPBUSD(r6, r4, r0)       \
	DPBUSD(r7, r5, r1)       \
	ADDQ    $64, R15         \
	SUBQ    $64, R14         \
	JMP     loop64           \
last: \
	TESTQ   R14, R14         \
	JZ      sum              \
	VPXOR   (DX)(R15*1), Y14, Y4 \
	VMOVDQU (SI)(R15*1), Y6      \
	DPBUSD(r6, r4, r0)       \
sum: \
	VPADDD  Y1, Y0, Y0       \
	SUM(X0, Y0, X1)          \
	SUBL    R12, AX          \
	MOVL    AX, (DI)         \
	ADDQ    $4, DI           \
	ADDQ    $4, R10          \
	DECQ    R11              \
	JNZ     row              \
	LEAVE

// Heads, two groups of 16 at a time.
//
//	DI mask     Y0..Y3 sums of even runs     Y13 add
//	SI query    Y4..Y7 sums of odd runs      Y14 weight
//	R8 heads    Y8 4 codes of the query      Y15 limit
//	R9 scale    Y9..Y12 a run of the heads
//	R10 rest    CX pairs of groups that are left

// RUN adds the products of run c of 32 heads.
#define RUN(c, d0, d1, d2, d3) \
	VPBROADCASTD (4*c)(SI), Y8 \
	VMOVDQU (64*c)(R8), Y9        \
	VMOVDQU (64*c+32)(R8), Y10    \
	VMOVDQU (64*c+1024)(R8), Y11  \
	VMOVDQU (64*c+1056)(R8), Y12  \
	DPBUSD(r8, r9, d0)  \
	DPBUSD(r8, r10, d1) \
	DPBUSD(r8, r11, d2) \
	DPBUSD(r8, r12, d3)

#define RUNS2(c) \
	RUN(c, r0, r1, r2, r3) \
	RUN((c+1), r4, r5, r6, r7)

// COMPARE sets 8 bits of the mask at byte at; y has half of the sums.
#define COMPARE(at, y, y1) \
	VPADDD    y1, y, y              \
	VCVTDQ2PS y, y                  \
	VMULPS    (32*at)(R9), y, y     \
	VMULPS    (32*at)(R10), Y14, y1 \
	VADDPS    y1, y, y              \
	VCMPPS    $29, Y15, y, y        \
	VMOVMSKPS y, AX                 \
	MOVB      AX, at(DI)

#define SCAN \
	SHRQ         $1, CX   \
	VMOVD        AX, X13  \
	VPBROADCASTD X13, Y13 \
pair: \
	VMOVDQA Y13, Y0    \
	VMOVDQA Y13, Y1    \
	VMOVDQA Y13, Y2    \
	VMOVDQA Y13, Y3    \
	VPXOR   Y4, Y4, Y4 \
	VPXOR   Y5, Y5, Y5 \
	VPXOR   Y6, Y6, Y6 \
	VPXOR   Y7, Y7, Y7 \
	RUNS2(0)  \
	RUNS2(2)  \
	RUNS2(4)  \
	RUNS2(6)  \
	RUNS2(8)  \
	RUNS2(10) \
	RUNS2(12) \
	RUNS2(14) \
	COMPARE(0, Y0, Y4) \
	COMPARE(1, Y1, Y5) \
	COMPARE(2, Y2, Y6) \
	COMPARE(3, Y3, Y7) \
	ADDQ    $2048, R8  \
	ADDQ    $128, R9   \
	ADDQ    $128, R10  \
	ADDQ    $4, DI     \
	DECQ    CX         \
	JNZ     pair       \
	LEAVE
