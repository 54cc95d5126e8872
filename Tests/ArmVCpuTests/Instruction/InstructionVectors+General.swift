extension InstructionVectors {
  /// LDR, STR and similar instructions with one general-purpose register.
  static let oneGeneral = """
    39328934 | strb w20, [x9, #3234] | store 1 w20 base 9 offset 3234
    38130083 | sturb w3, [x4, #-208] | store 1 w3 base 4 offset -208
    38100477 | strb w23, [x3], #-256 | store 1 w23 base 3 post -256
    38100f65 | strb w5, [x27, #-256]! | store 1 w5 base 27 pre -256
    3827687b | strb w27, [x3, x7] | store 1 w27 base 3 index 7 lsl 0
    3839786e | strb w14, [x3, x25, lsl #0] | store 1 w14 base 3 index 25 lsl 0
    382249c3 | strb w3, [x14, w2, uxtw] | store 1 w3 base 14 index 2 uxtw 0
    383a5a48 | strb w8, [x18, w26, uxtw #0] | store 1 w8 base 18 index 26 uxtw 0
    3803b8e9 | sttrb w9, [x7, #59] | store 1 w9 base 7 offset 59
    191c00cb | stlurb w11, [x6, #-64] | store 1 w11 base 6 offset -64
    394808d7 | ldrb w23, [x6, #514] | load 1 w23 base 6 offset 514
    385fe1a3 | ldurb w3, [x13, #-2] | load 1 w3 base 13 offset -2
    384dc69b | ldrb w27, [x20], #220 | load 1 w27 base 20 post 220
    385ffefd | ldrb w29, [x23, #-1]! | load 1 w29 base 23 pre -1
    387368af | ldrb w15, [x5, x19] | load 1 w15 base 5 index 19 lsl 0
    387c7abf | ldrb wzr, [x21, x28, lsl #0] | load 1 w31 base 21 index 28 lsl 0
    3867c892 | ldrb w18, [x4, w7, sxtw] | load 1 w18 base 4 index 7 sxtw 0
    3875d95a | ldrb w26, [x10, w21, sxtw #0] | load 1 w26 base 10 index 21 sxtw 0
    384afbe9 | ldtrb w9, [sp, #175] | load 1 w9 base 31 offset 175
    19441082 | ldapurb w2, [x4, #65] | load 1 w2 base 4 offset 65
    39bf92d5 | ldrsb x21, [x22, #4068] | load 1 signed x21 base 22 offset 4068
    3892f09d | ldursb x29, [x4, #-209] | load 1 signed x29 base 4 offset -209
    389007d1 | ldrsb x17, [x30], #-256 | load 1 signed x17 base 30 post -256
    38808f93 | ldrsb x19, [x28, #8]! | load 1 signed x19 base 28 pre 8
    38aacadd | ldrsb x29, [x22, w10, sxtw] | load 1 signed x29 base 22 index 10 sxtw 0
    38a3dbe7 | ldrsb x7, [sp, w3, sxtw #0] | load 1 signed x7 base 31 index 3 sxtw 0
    38a84a4d | ldrsb x13, [x18, w8, uxtw] | load 1 signed x13 base 18 index 8 uxtw 0
    38b95b2f | ldrsb x15, [x25, w25, uxtw #0] | load 1 signed x15 base 25 index 25 uxtw 0
    389aa8bf | ldtrsb xzr, [x5, #-86] | load 1 signed x31 base 5 offset -86
    1981c33c | ldapursb x28, [x25, #28] | load 1 signed x28 base 25 offset 28
    39e3a368 | ldrsb w8, [x27, #2280] | load 1 signed w8 base 27 offset 2280
    38dc22da | ldursb w26, [x22, #-62] | load 1 signed w26 base 22 offset -62
    38dff52e | ldrsb w14, [x9], #-1 | load 1 signed w14 base 9 post -1
    38d00dc9 | ldrsb w9, [x14, #-256]! | load 1 signed w9 base 14 pre -256
    38f2ea0b | ldrsb w11, [x16, x18, sxtx] | load 1 signed w11 base 16 index 18 sxtx 0
    38faf920 | ldrsb w0, [x9, x26, sxtx #0] | load 1 signed w0 base 9 index 26 sxtx 0
    38e8ca97 | ldrsb w23, [x20, w8, sxtw] | load 1 signed w23 base 20 index 8 sxtw 0
    38f9dba3 | ldrsb w3, [x29, w25, sxtw #0] | load 1 signed w3 base 29 index 25 sxtw 0
    38c93b39 | ldtrsb w25, [x25, #147] | load 1 signed w25 base 25 offset 147
    19c9a3c6 | ldapursb w6, [x30, #154] | load 1 signed w6 base 30 offset 154
    79089d83 | strh w3, [x12, #1102] | store 2 w3 base 12 offset 1102
    7815338d | sturh w13, [x28, #-173] | store 2 w13 base 28 offset -173
    781006a7 | strh w7, [x21], #-256 | store 2 w7 base 21 post -256
    780ffd20 | strh w0, [x9, #255]! | store 2 w0 base 9 pre 255
    78294b0d | strh w13, [x24, w9, uxtw] | store 2 w13 base 24 index 9 uxtw 0
    78375ad0 | strh w16, [x22, w23, uxtw #1] | store 2 w16 base 22 index 23 uxtw 1
    7827e8fe | strh w30, [x7, x7, sxtx] | store 2 w30 base 7 index 7 sxtx 0
    783efbbf | strh wzr, [x29, x30, sxtx #1] | store 2 w31 base 29 index 30 sxtx 1
    78157a7e | sttrh w30, [x19, #-169] | store 2 w30 base 19 offset -169
    5905e0c9 | stlurh w9, [x6, #94] | store 2 w9 base 6 offset 94
    7954abd0 | ldrh w16, [x30, #2644] | load 2 w16 base 30 offset 2644
    785b91a1 | ldurh w1, [x13, #-71] | load 2 w1 base 13 offset -71
    78500429 | ldrh w9, [x1], #-256 | load 2 w9 base 1 post -256
    784ffef0 | ldrh w16, [x23, #255]! | load 2 w16 base 23 pre 255
    786c69d5 | ldrh w21, [x14, x12] | load 2 w21 base 14 index 12 lsl 0
    786e7b2f | ldrh w15, [x25, x14, lsl #1] | load 2 w15 base 25 index 14 lsl 1
    7876cbec | ldrh w12, [sp, w22, sxtw] | load 2 w12 base 31 index 22 sxtw 0
    7871d821 | ldrh w1, [x1, w17, sxtw #1] | load 2 w1 base 1 index 17 sxtw 1
    785c6a1e | ldtrh w30, [x16, #-58] | load 2 w30 base 16 offset -58
    59465396 | ldapurh w22, [x28, #101] | load 2 w22 base 28 offset 101
    799c38b7 | ldrsh x23, [x5, #3612] | load 2 signed x23 base 5 offset 3612
    789f01c6 | ldursh x6, [x14, #-16] | load 2 signed x6 base 14 offset -16
    788086ac | ldrsh x12, [x21], #8 | load 2 signed x12 base 21 post 8
    78900fc0 | ldrsh x0, [x30, #-256]! | load 2 signed x0 base 30 pre -256
    78ab4bcc | ldrsh x12, [x30, w11, uxtw] | load 2 signed x12 base 30 index 11 uxtw 0
    78a55abb | ldrsh x27, [x21, w5, uxtw #1] | load 2 signed x27 base 21 index 5 uxtw 1
    78b96bb9 | ldrsh x25, [x29, x25] | load 2 signed x25 base 29 index 25 lsl 0
    78aa7945 | ldrsh x5, [x10, x10, lsl #1] | load 2 signed x5 base 10 index 10 lsl 1
    7899a828 | ldtrsh x8, [x1, #-102] | load 2 signed x8 base 1 offset -102
    598e513d | ldapursh x29, [x9, #229] | load 2 signed x29 base 9 offset 229
    79d0c536 | ldrsh w22, [x9, #2146] | load 2 signed w22 base 9 offset 2146
    78d34001 | ldursh w1, [x0, #-204] | load 2 signed w1 base 0 offset -204
    78dff768 | ldrsh w8, [x27], #-1 | load 2 signed w8 base 27 post -1
    78cffe01 | ldrsh w1, [x16, #255]! | load 2 signed w1 base 16 pre 255
    78fa6a14 | ldrsh w20, [x16, x26] | load 2 signed w20 base 16 index 26 lsl 0
    78f67868 | ldrsh w8, [x3, x22, lsl #1] | load 2 signed w8 base 3 index 22 lsl 1
    78e8cb5d | ldrsh w29, [x26, w8, sxtw] | load 2 signed w29 base 26 index 8 sxtw 0
    78fcd829 | ldrsh w9, [x1, w28, sxtw #1] | load 2 signed w9 base 1 index 28 sxtw 1
    78d9980b | ldtrsh w11, [x0, #-103] | load 2 signed w11 base 0 offset -103
    59ce412b | ldapursh w11, [x9, #228] | load 2 signed w11 base 9 offset 228
    b929b867 | str w7, [x3, #10680] | store 4 w7 base 3 offset 10680
    b811d0de | stur w30, [x6, #-227] | store 4 w30 base 6 offset -227
    b810058f | str w15, [x12], #-256 | store 4 w15 base 12 post -256
    b8100f86 | str w6, [x28, #-256]! | store 4 w6 base 28 pre -256
    b83cea2c | str w12, [x17, x28, sxtx] | store 4 w12 base 17 index 28 sxtx 0
    b830f9fe | str w30, [x15, x16, sxtx #2] | store 4 w30 base 15 index 16 sxtx 2
    b8286b8c | str w12, [x28, x8] | store 4 w12 base 28 index 8 lsl 0
    b83978fa | str w26, [x7, x25, lsl #2] | store 4 w26 base 7 index 25 lsl 2
    b814aa9c | sttr w28, [x20, #-182] | store 4 w28 base 20 offset -182
    9914a36f | stlur w15, [x27, #-182] | store 4 w15 base 27 offset -182
    b94faa6d | ldr w13, [x19, #4008] | load 4 w13 base 19 offset 4008
    b85492e9 | ldur w9, [x23, #-183] | load 4 w9 base 23 offset -183
    b85ff510 | ldr w16, [x8], #-1 | load 4 w16 base 8 post -1
    b85fff26 | ldr w6, [x25, #-1]! | load 4 w6 base 25 pre -1
    b8756b3b | ldr w27, [x25, x21] | load 4 w27 base 25 index 21 lsl 0
    b876799a | ldr w26, [x12, x22, lsl #2] | load 4 w26 base 12 index 22 lsl 2
    b87748b4 | ldr w20, [x5, w23, uxtw] | load 4 w20 base 5 index 23 uxtw 0
    b87d5aa1 | ldr w1, [x21, w29, uxtw #2] | load 4 w1 base 21 index 29 uxtw 2
    b848983c | ldtr w28, [x1, #137] | load 4 w28 base 1 offset 137
    99541255 | ldapur w21, [x18, #-191] | load 4 w21 base 18 offset -191
    b98d69c7 | ldrsw x7, [x14, #3432] | load 4 signed x7 base 14 offset 3432
    b898b205 | ldursw x5, [x16, #-117] | load 4 signed x5 base 16 offset -117
    b89ff562 | ldrsw x2, [x11], #-1 | load 4 signed x2 base 11 post -1
    b89ffe1b | ldrsw x27, [x16, #-1]! | load 4 signed x27 base 16 pre -1
    b8b1e8b4 | ldrsw x20, [x5, x17, sxtx] | load 4 signed x20 base 5 index 17 sxtx 0
    b8bbf963 | ldrsw x3, [x11, x27, sxtx #2] | load 4 signed x3 base 11 index 27 sxtx 2
    b8a1ca24 | ldrsw x4, [x17, w1, sxtw] | load 4 signed x4 base 17 index 1 sxtw 0
    b8a5da05 | ldrsw x5, [x16, w5, sxtw #2] | load 4 signed x5 base 16 index 5 sxtw 2
    b880e88e | ldtrsw x14, [x4, #14] | load 4 signed x14 base 4 offset 14
    9990b3a7 | ldapursw x7, [x29, #-245] | load 4 signed x7 base 29 offset -245
    f9224b55 | str x21, [x26, #17552] | store 8 x21 base 26 offset 17552
    f817a048 | stur x8, [x2, #-134] | store 8 x8 base 2 offset -134
    f8100547 | str x7, [x10], #-256 | store 8 x7 base 10 post -256
    f80ffd8b | str x11, [x12, #255]! | store 8 x11 base 12 pre 255
    f831697c | str x28, [x11, x17] | store 8 x28 base 11 index 17 lsl 0
    f8307836 | str x22, [x1, x16, lsl #3] | store 8 x22 base 1 index 16 lsl 3
    f821e802 | str x2, [x0, x1, sxtx] | store 8 x2 base 0 index 1 sxtx 0
    f82ffbcc | str x12, [x30, x15, sxtx #3] | store 8 x12 base 30 index 15 sxtx 3
    f80ba8dc | sttr x28, [x6, #186] | store 8 x28 base 6 offset 186
    d903b33f | stlur xzr, [x25, #59] | store 8 x31 base 25 offset 59
    f96bddcd | ldr x13, [x14, #22456] | load 8 x13 base 14 offset 22456
    f85cf10c | ldur x12, [x8, #-49] | load 8 x12 base 8 offset -49
    f8500476 | ldr x22, [x3], #-256 | load 8 x22 base 3 post -256
    f85ffe04 | ldr x4, [x16, #-1]! | load 8 x4 base 16 pre -1
    f86f4a58 | ldr x24, [x18, w15, uxtw] | load 8 x24 base 18 index 15 uxtw 0
    f87d5852 | ldr x18, [x2, w29, uxtw #3] | load 8 x18 base 2 index 29 uxtw 3
    f871e94b | ldr x11, [x10, x17, sxtx] | load 8 x11 base 10 index 17 sxtx 0
    f870f81c | ldr x28, [x0, x16, sxtx #3] | load 8 x28 base 0 index 16 sxtx 3
    f844bab7 | ldtr x23, [x21, #75] | load 8 x23 base 21 offset 75
    d943c04f | ldapur x15, [x2, #60] | load 8 x15 base 2 offset 60
    089ffe0e | stlrb w14, [x16] | store 1 w14 base 16 offset 0
    08dffcd2 | ldarb w18, [x6] | load 1 w18 base 6 offset 0
    089f7d7f | stllrb wzr, [x11] | store 1 w31 base 11 offset 0
    08df7fee | ldlarb w14, [sp] | load 1 w14 base 31 offset 0
    38bfc07a | ldaprb w26, [x3] | load 1 w26 base 3 offset 0
    489fff29 | stlrh w9, [x25] | store 2 w9 base 25 offset 0
    48dffda3 | ldarh w3, [x13] | load 2 w3 base 13 offset 0
    489f7d21 | stllrh w1, [x9] | store 2 w1 base 9 offset 0
    48df7c7a | ldlarh w26, [x3] | load 2 w26 base 3 offset 0
    78bfc163 | ldaprh w3, [x11] | load 2 w3 base 11 offset 0
    889fff99 | stlr w25, [x28] | store 4 w25 base 28 offset 0
    88dffcf4 | ldar w20, [x7] | load 4 w20 base 7 offset 0
    889f7d45 | stllr w5, [x10] | store 4 w5 base 10 offset 0
    88df7d95 | ldlar w21, [x12] | load 4 w21 base 12 offset 0
    b8bfc3ab | ldapr w11, [x29] | load 4 w11 base 29 offset 0
    c89ffe62 | stlr x2, [x19] | store 8 x2 base 19 offset 0
    c8dffef8 | ldar x24, [x23] | load 8 x24 base 23 offset 0
    c89f7f95 | stllr x21, [x28] | store 8 x21 base 28 offset 0
    c8df7cca | ldlar x10, [x6] | load 8 x10 base 6 offset 0
    f8bfc0a0 | ldapr x0, [x5] | load 8 x0 base 5 offset 0
    f81f0fff | str xzr, [sp, #-16]! | store 8 x31 base 31 pre -16
    f860048a | ldraa x10, [x4, #-4096] | load 8 x10 base 4 authenticated -4096
    f83ff706 | ldraa x6, [x24, #4088] | load 8 x6 base 24 authenticated 4088
    f87ff59f | ldraa xzr, [x12, #-8] | load 8 x31 base 12 authenticated -8
    f8600d13 | ldraa x19, [x8, #-4096]! | load 8 x19 base 8 authenticated -4096 writeback
    f83fffc2 | ldraa x2, [x30, #4088]! | load 8 x2 base 30 authenticated 4088 writeback
    f87ffc74 | ldraa x20, [x3, #-8]! | load 8 x20 base 3 authenticated -8 writeback
    f8e004b8 | ldrab x24, [x5, #-4096] | load 8 x24 base 5 authenticated -4096
    f8bff5ca | ldrab x10, [x14, #4088] | load 8 x10 base 14 authenticated 4088
    f8fff599 | ldrab x25, [x12, #-8] | load 8 x25 base 12 authenticated -8
    f8e00d7e | ldrab x30, [x11, #-4096]! | load 8 x30 base 11 authenticated -4096 writeback
    f8bffc4d | ldrab x13, [x2, #4088]! | load 8 x13 base 2 authenticated 4088 writeback
    f8fffd59 | ldrab x25, [x10, #-8]! | load 8 x25 base 10 authenticated -8 writeback
    18800016 | ldr w22, #-1048576 | load 4 w22 literal -1048576
    187fffe7 | ldr w7, #1048572 | load 4 w7 literal 1048572
    18446409 | ldr w9, #560256 | load 4 w9 literal 560256
    5880000c | ldr x12, #-1048576 | load 8 x12 literal -1048576
    587fffe2 | ldr x2, #1048572 | load 8 x2 literal 1048572
    58fe7e82 | ldr x2, #-12336 | load 8 x2 literal -12336
    98800007 | ldrsw x7, #-1048576 | load 4 signed x7 literal -1048576
    987ffff8 | ldrsw x24, #1048572 | load 4 signed x24 literal 1048572
    9825fdfd | ldrsw x29, #311228 | load 4 signed x29 literal 311228
    """
}
