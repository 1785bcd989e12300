// Instructions that Go's assembler does not have, by the numbers of their
// vector registers: sources first, destination last, as in Go. Lanes are 32
// bits (.4S) unless a comment says otherwise.

#define SDOT(m, n, d)       WORD $(0x4e809400 | (m)<<16 | (n)<<5 | (d)) // 4 x int8 a lane
#define SDOTLANE0(m, n, d)  WORD $(0x4f80e000 | (m)<<16 | (n)<<5 | (d)) // lane 0 of m for all
#define SDOTLANE1(m, n, d)  WORD $(0x4fa0e000 | (m)<<16 | (n)<<5 | (d))
#define SDOTLANE2(m, n, d)  WORD $(0x4f80e800 | (m)<<16 | (n)<<5 | (d))
#define SDOTLANE3(m, n, d)  WORD $(0x4fa0e800 | (m)<<16 | (n)<<5 | (d))
#define SMULL(m, n, d)      WORD $(0x0e20c000 | (m)<<16 | (n)<<5 | (d)) // 8 x int8 to int16, lower half
#define SMULL2(m, n, d)     WORD $(0x4e20c000 | (m)<<16 | (n)<<5 | (d)) // the upper half
#define SMLAL(m, n, d)      WORD $(0x0e208000 | (m)<<16 | (n)<<5 | (d)) // SMULL, added
#define SMLAL2(m, n, d)     WORD $(0x4e208000 | (m)<<16 | (n)<<5 | (d))
#define SADALP(n, d)        WORD $(0x4e606800 | (n)<<5 | (d)) // adds pairs of int16
#define ADDP(m, n, d)       WORD $(0x4ea0bc00 | (m)<<16 | (n)<<5 | (d))
#define ADDV(n, d)          WORD $(0x4eb1b800 | (n)<<5 | (d))
#define SQXTN(n, d)         WORD $(0x0e614800 | (n)<<5 | (d)) // to 4 x int16, lower half
#define SQXTN2(n, d)        WORD $(0x4e614800 | (n)<<5 | (d))
#define SQXTUN(n, d)        WORD $(0x2e212800 | (n)<<5 | (d)) // 8 x int16 to uint8

#define FADD(m, n, d)  WORD $(0x4e20d400 | (m)<<16 | (n)<<5 | (d)) // n + m
#define FSUB(m, n, d)  WORD $(0x4ea0d400 | (m)<<16 | (n)<<5 | (d)) // n - m
#define FMUL(m, n, d)  WORD $(0x6e20dc00 | (m)<<16 | (n)<<5 | (d))
#define FDIV(m, n, d)  WORD $(0x6e20fc00 | (m)<<16 | (n)<<5 | (d)) // n / m
#define FMAX(m, n, d)  WORD $(0x4e20f400 | (m)<<16 | (n)<<5 | (d))
#define FMIN(m, n, d)  WORD $(0x4ea0f400 | (m)<<16 | (n)<<5 | (d))
#define FCMGE(m, n, d) WORD $(0x6e20e400 | (m)<<16 | (n)<<5 | (d)) // n >= m, all bits of a lane
#define FMLA(m, n, d)  WORD $(0x4e20cc00 | (m)<<16 | (n)<<5 | (d)) // d + n m
#define FMLS(m, n, d)  WORD $(0x4ea0cc00 | (m)<<16 | (n)<<5 | (d)) // d - n m
#define FABS(n, d)     WORD $(0x4ea0f800 | (n)<<5 | (d))
#define FRINTN(n, d)   WORD $(0x4e218800 | (n)<<5 | (d)) // ties to even
#define FCVTNS(n, d)   WORD $(0x4e21a800 | (n)<<5 | (d))
#define SCVTF(n, d)    WORD $(0x4e21d800 | (n)<<5 | (d))
#define FMAXV(n, d)    WORD $(0x6e30f800 | (n)<<5 | (d)) // the largest of 4 lanes
#define FMINV(n, d)    WORD $(0x6eb0f800 | (n)<<5 | (d))
#define FADDP(m, n, d) WORD $(0x6e20d400 | (m)<<16 | (n)<<5 | (d))
#define FADDP2(n, d)   WORD $(0x7e30d800 | (n)<<5 | (d)) // lanes 0 and 1

#define ZERO(v) VEOR v.B16, v.B16, v.B16
