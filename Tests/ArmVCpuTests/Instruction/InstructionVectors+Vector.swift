extension InstructionVectors {
  /// LDR and STR with one vector register.
  static let oneVector = """
    3d176acd | str b13, [x22, #1498] | store 1 v13 base 22 offset 1498
    3c1c32a0 | stur b0, [x21, #-61] | store 1 v0 base 21 offset -61
    3c01d7c5 | str b5, [x30], #29 | store 1 v5 base 30 post 29
    3c100dec | str b12, [x15, #-256]! | store 1 v12 base 15 pre -256
    3c22cb29 | str b9, [x25, w2, sxtw] | store 1 v9 base 25 index 2 sxtw 0
    3c33d839 | str b25, [x1, w19, sxtw #0] | store 1 v25 base 1 index 19 sxtw 0
    3c2549d3 | str b19, [x14, w5, uxtw] | store 1 v19 base 14 index 5 uxtw 0
    3c345b09 | str b9, [x24, w20, uxtw #0] | store 1 v9 base 24 index 20 uxtw 0
    1d02293f | stlur b31, [x9, #34] | store 1 v31 base 9 offset 34
    7d36f049 | str h9, [x2, #7032] | store 2 v9 base 2 offset 7032
    7c175028 | stur h8, [x1, #-139] | store 2 v8 base 1 offset -139
    7c1ff425 | str h5, [x1], #-1 | store 2 v5 base 1 post -1
    7c008cd7 | str h23, [x6, #8]! | store 2 v23 base 6 pre 8
    7c3f49e1 | str h1, [x15, wzr, uxtw] | store 2 v1 base 15 index 31 uxtw 0
    7c3d5810 | str h16, [x0, w29, uxtw #1] | store 2 v16 base 0 index 29 uxtw 1
    7c24c8a4 | str h4, [x5, w4, sxtw] | store 2 v4 base 5 index 4 sxtw 0
    7c24da1e | str h30, [x16, w4, sxtw #1] | store 2 v30 base 16 index 4 sxtw 1
    5d1d29f0 | stlur h16, [x15, #-46] | store 2 v16 base 15 offset -46
    bd3f3bae | str s14, [x29, #16184] | store 4 v14 base 29 offset 16184
    bc1f5098 | stur s24, [x4, #-11] | store 4 v24 base 4 offset -11
    bc100452 | str s18, [x2], #-256 | store 4 v18 base 2 post -256
    bc0ffea9 | str s9, [x21, #255]! | store 4 v9 base 21 pre 255
    bc3f687e | str s30, [x3, xzr] | store 4 v30 base 3 index 31 lsl 0
    bc2d78d1 | str s17, [x6, x13, lsl #2] | store 4 v17 base 6 index 13 lsl 2
    bc324a5f | str s31, [x18, w18, uxtw] | store 4 v31 base 18 index 18 uxtw 0
    bc3d5bbd | str s29, [x29, w29, uxtw #2] | store 4 v29 base 29 index 29 uxtw 2
    9d03f987 | stlur s7, [x12, #63] | store 4 v7 base 12 offset 63
    fd023fc5 | str d5, [x30, #1144] | store 8 v5 base 30 offset 1144
    fc1273b2 | stur d18, [x29, #-217] | store 8 v18 base 29 offset -217
    fc1ff63c | str d28, [x17], #-1 | store 8 v28 base 17 post -1
    fc1ffc8d | str d13, [x4, #-1]! | store 8 v13 base 4 pre -1
    fc27ca28 | str d8, [x17, w7, sxtw] | store 8 v8 base 17 index 7 sxtw 0
    fc3fd9d7 | str d23, [x14, wzr, sxtw #3] | store 8 v23 base 14 index 31 sxtw 3
    fc216b3f | str d31, [x25, x1] | store 8 v31 base 25 index 1 lsl 0
    fc3f780a | str d10, [x0, xzr, lsl #3] | store 8 v10 base 0 index 31 lsl 3
    dd035b3c | stlur d28, [x25, #53] | store 8 v28 base 25 offset 53
    3dac0749 | str q9, [x26, #45072] | store 16 v9 base 26 offset 45072
    3c93d298 | stur q24, [x20, #-195] | store 16 v24 base 20 offset -195
    3c8ff415 | str q21, [x0], #255 | store 16 v21 base 0 post 255
    3c900cf9 | str q25, [x7, #-256]! | store 16 v25 base 7 pre -256
    3cb9c897 | str q23, [x4, w25, sxtw] | store 16 v23 base 4 index 25 sxtw 0
    3cb7d898 | str q24, [x4, w23, sxtw #4] | store 16 v24 base 4 index 23 sxtw 4
    3ca36a3b | str q27, [x17, x3] | store 16 v27 base 17 index 3 lsl 0
    3ca378d1 | str q17, [x6, x3, lsl #4] | store 16 v17 base 6 index 3 lsl 4
    1d9ff932 | stlur q18, [x9, #-1] | store 16 v18 base 9 offset -1
    3d686771 | ldr b17, [x27, #2585] | load 1 v17 base 27 offset 2585
    3c5db2ec | ldur b12, [x23, #-37] | load 1 v12 base 23 offset -37
    3c500721 | ldr b1, [x25], #-256 | load 1 v1 base 25 post -256
    3c4cdf43 | ldr b3, [x26, #205]! | load 1 v3 base 26 pre 205
    3c636bf2 | ldr b18, [sp, x3] | load 1 v18 base 31 index 3 lsl 0
    3c7e7948 | ldr b8, [x10, x30, lsl #0] | load 1 v8 base 10 index 30 lsl 0
    3c72caba | ldr b26, [x21, w18, sxtw] | load 1 v26 base 21 index 18 sxtw 0
    3c70da13 | ldr b19, [x16, w16, sxtw #0] | load 1 v19 base 16 index 16 sxtw 0
    1d4349f9 | ldapur b25, [x15, #52] | load 1 v25 base 15 offset 52
    7d4f533e | ldr h30, [x25, #1960] | load 2 v30 base 25 offset 1960
    7c52614a | ldur h10, [x10, #-218] | load 2 v10 base 10 offset -218
    7c4087ed | ldr h13, [sp], #8 | load 2 v13 base 31 post 8
    7c5fff95 | ldr h21, [x28, #-1]! | load 2 v21 base 28 pre -1
    7c756965 | ldr h5, [x11, x21] | load 2 v5 base 11 index 21 lsl 0
    7c6f7a85 | ldr h5, [x20, x15, lsl #1] | load 2 v5 base 20 index 15 lsl 1
    7c6c4a17 | ldr h23, [x16, w12, uxtw] | load 2 v23 base 16 index 12 uxtw 0
    7c785b41 | ldr h1, [x26, w24, uxtw #1] | load 2 v1 base 26 index 24 uxtw 1
    5d4819ba | ldapur h26, [x13, #129] | load 2 v26 base 13 offset 129
    bd47f2b1 | ldr s17, [x21, #2032] | load 4 v17 base 21 offset 2032
    bc5b823f | ldur s31, [x17, #-72] | load 4 v31 base 17 offset -72
    bc4ff5a8 | ldr s8, [x13], #255 | load 4 v8 base 13 post 255
    bc408f0f | ldr s15, [x24, #8]! | load 4 v15 base 24 pre 8
    bc62e901 | ldr s1, [x8, x2, sxtx] | load 4 v1 base 8 index 2 sxtx 0
    bc7ffbdb | ldr s27, [x30, xzr, sxtx #2] | load 4 v27 base 30 index 31 sxtx 2
    bc796880 | ldr s0, [x4, x25] | load 4 v0 base 4 index 25 lsl 0
    bc6f7b9d | ldr s29, [x28, x15, lsl #2] | load 4 v29 base 28 index 15 lsl 2
    9d59e9c6 | ldapur s6, [x14, #-98] | load 4 v6 base 14 offset -98
    fd7a88c9 | ldr d9, [x6, #29968] | load 8 v9 base 6 offset 29968
    fc500045 | ldur d5, [x2, #-256] | load 8 v5 base 2 offset -256
    fc4ff5c8 | ldr d8, [x14], #255 | load 8 v8 base 14 post 255
    fc500e08 | ldr d8, [x16, #-256]! | load 8 v8 base 16 pre -256
    fc784993 | ldr d19, [x12, w24, uxtw] | load 8 v19 base 12 index 24 uxtw 0
    fc6059d0 | ldr d16, [x14, w0, uxtw #3] | load 8 v16 base 14 index 0 uxtw 3
    fc7dea60 | ldr d0, [x19, x29, sxtx] | load 8 v0 base 19 index 29 sxtx 0
    fc6ffa91 | ldr d17, [x20, x15, sxtx #3] | load 8 v17 base 20 index 15 sxtx 3
    dd5fc9fe | ldapur d30, [x15, #-4] | load 8 v30 base 15 offset -4
    3de75b41 | ldr q1, [x26, #40288] | load 16 v1 base 26 offset 40288
    3cd63023 | ldur q3, [x1, #-157] | load 16 v3 base 1 offset -157
    3ccff75f | ldr q31, [x26], #255 | load 16 v31 base 26 post 255
    3cdfff6e | ldr q14, [x27, #-1]! | load 16 v14 base 27 pre -1
    3cf7eb55 | ldr q21, [x26, x23, sxtx] | load 16 v21 base 26 index 23 sxtx 0
    3ce0f999 | ldr q25, [x12, x0, sxtx #4] | load 16 v25 base 12 index 0 sxtx 4
    3ced4892 | ldr q18, [x4, w13, uxtw] | load 16 v18 base 4 index 13 uxtw 0
    3cf3599f | ldr q31, [x12, w19, uxtw #4] | load 16 v31 base 12 index 19 uxtw 4
    1dcdc9cc | ldapur q12, [x14, #220] | load 16 v12 base 14 offset 220
    1c80001a | ldr s26, #-1048576 | load 4 v26 literal -1048576
    1c7ffff3 | ldr s19, #1048572 | load 4 v19 literal 1048572
    1c1cc80f | ldr s15, #235776 | load 4 v15 literal 235776
    5c800018 | ldr d24, #-1048576 | load 8 v24 literal -1048576
    5c7ffff7 | ldr d23, #1048572 | load 8 v23 literal 1048572
    5c59fa9c | ldr d28, #737104 | load 8 v28 literal 737104
    9c80000b | ldr q11, #-1048576 | load 16 v11 literal -1048576
    9c7fffe1 | ldr q1, #1048572 | load 16 v1 literal 1048572
    9c606fc0 | ldr q0, #790008 | load 16 v0 literal 790008
    """

  /// LDP, STP and their relatives.
  static let pairs = """
    292016d1 | stp w17, w5, [x22, #-256] | store 2x4 w17 w5 base 22 offset -256
    289fe2cd | stp w13, w24, [x22], #252 | store 2x4 w13 w24 base 22 post 252
    299f8fc5 | stp w5, w3, [x30, #252]! | store 2x4 w5 w3 base 30 pre 252
    280eb29c | stnp w28, w12, [x20, #116] | store 2x4 w28 w12 base 20 offset 116
    297f875e | ldp w30, w1, [x26, #-4] | load 2x4 w30 w1 base 26 offset -4
    28df8b19 | ldp w25, w2, [x24], #252 | load 2x4 w25 w2 base 24 post 252
    29f88e04 | ldp w4, w3, [x16, #-60]! | load 2x4 w4 w3 base 16 pre -60
    285fd6e4 | ldnp w4, w21, [x23, #252] | load 2x4 w4 w21 base 23 offset 252
    a91fc282 | stp x2, x16, [x20, #504] | store 2x8 x2 x16 base 20 offset 504
    a8a01020 | stp x0, x4, [x1], #-512 | store 2x8 x0 x4 base 1 post -512
    a99ff71e | stp x30, x29, [x24, #504]! | store 2x8 x30 x29 base 24 pre 504
    a821217f | stnp xzr, x8, [x11, #-496] | store 2x8 x31 x8 base 11 offset -496
    a95fa5f3 | ldp x19, x9, [x15, #504] | load 2x8 x19 x9 base 15 offset 504
    a8dfdcbd | ldp x29, x23, [x5], #504 | load 2x8 x29 x23 base 5 post 504
    a9e83f4a | ldp x10, x15, [x26, #-384]! | load 2x8 x10 x15 base 26 pre -384
    a85ffa82 | ldnp x2, x30, [x20, #504] | load 2x8 x2 x30 base 20 offset 504
    2d201206 | stp s6, s4, [x16, #-256] | store 2x4 v6 v4 base 16 offset -256
    2ca06be6 | stp s6, s26, [sp], #-256 | store 2x4 v6 v26 base 31 post -256
    2d9aa34e | stp s14, s8, [x26, #212]! | store 2x4 v14 v8 base 26 pre 212
    2c1f9e4f | stnp s15, s7, [x18, #252] | store 2x4 v15 v7 base 18 offset 252
    2d605e11 | ldp s17, s23, [x16, #-256] | load 2x4 v17 v23 base 16 offset -256
    2ce03d7c | ldp s28, s15, [x11], #-256 | load 2x4 v28 v15 base 11 post -256
    2de04989 | ldp s9, s18, [x12, #-256]! | load 2x4 v9 v18 base 12 pre -256
    2c7dc1f9 | ldnp s25, s16, [x15, #-20] | load 2x4 v25 v16 base 15 offset -20
    6d207446 | stp d6, d29, [x2, #-512] | store 2x8 v6 v29 base 2 offset -512
    6ca03b9e | stp d30, d14, [x28], #-512 | store 2x8 v30 v14 base 28 post -512
    6da038f2 | stp d18, d14, [x7, #-512]! | store 2x8 v18 v14 base 7 pre -512
    6c1f92ec | stnp d12, d4, [x23, #504] | store 2x8 v12 v4 base 23 offset 504
    6d6000d0 | ldp d16, d0, [x6, #-512] | load 2x8 v16 v0 base 6 offset -512
    6ce05ea2 | ldp d2, d23, [x21], #-512 | load 2x8 v2 v23 base 21 post -512
    6de0404d | ldp d13, d16, [x2, #-512]! | load 2x8 v13 v16 base 2 pre -512
    6c77eaf4 | ldnp d20, d26, [x23, #-136] | load 2x8 v20 v26 base 23 offset -136
    ad1f91b3 | stp q19, q4, [x13, #1008] | store 2x16 v19 v4 base 13 offset 1008
    ac9f935e | stp q30, q4, [x26], #1008 | store 2x16 v30 v4 base 26 post 1008
    ad929549 | stp q9, q5, [x10, #592]! | store 2x16 v9 v5 base 10 pre 592
    ac1fea51 | stnp q17, q26, [x18, #1008] | store 2x16 v17 v26 base 18 offset 1008
    ad5fcec3 | ldp q3, q19, [x22, #1008] | load 2x16 v3 v19 base 22 offset 1008
    acd25d81 | ldp q1, q23, [x12], #576 | load 2x16 v1 v23 base 12 post 576
    ade03419 | ldp q25, q13, [x0, #-1024]! | load 2x16 v25 v13 base 0 pre -1024
    ac539cbb | ldnp q27, q7, [x5, #624] | load 2x16 v27 v7 base 5 offset 624
    69607557 | ldpsw x23, x29, [x10, #-256] | load 2x4 signed x23 x29 base 10 offset -256
    68eb2723 | ldpsw x3, x9, [x25], #-168 | load 2x4 signed x3 x9 base 25 post -168
    69dfa937 | ldpsw x23, x10, [x9, #252]! | load 2x4 signed x23 x10 base 9 pre 252
    a9bf7bfd | stp x29, x30, [sp, #-16]! | store 2x8 x29 x30 base 31 pre -16
    a8c17bfd | ldp x29, x30, [sp], #16 | load 2x8 x29 x30 base 31 post 16
    a8817c1f | stp xzr, xzr, [x0], #16 | store 2x8 x31 x31 base 0 post 16
    a9000401 | stp x1, x1, [x0] | store 2x8 x1 x1 base 0 offset 0
    a9400400 | ldp x0, x1, [x0] | load 2x8 x0 x1 base 0 offset 0
    ac810421 | stp q1, q1, [x1], #32 | store 2x16 v1 v1 base 1 post 32
    """
}
