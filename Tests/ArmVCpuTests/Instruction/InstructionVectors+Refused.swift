extension InstructionVectors {
  /// Instructions that aren't a sequence of accesses, and those that the architecture leaves unpredictable (their words
  /// are patched, because assemblers reject them).
  static let refused = """
    c85f7c20 | ldxr x0, [x1] | indivisible
    085f7c20 | ldxrb w0, [x1] | indivisible
    885ffc20 | ldaxr w0, [x1] | indivisible
    485ffc20 | ldaxrh w0, [x1] | indivisible
    c8027c20 | stxr w2, x0, [x1] | indivisible
    0802fc20 | stlxrb w2, w0, [x1] | indivisible
    c87f0440 | ldxp x0, x1, [x2] | indivisible
    887f8440 | ldaxp w0, w1, [x2] | indivisible
    c8230440 | stxp w3, x0, x1, [x2] | indivisible
    88238440 | stlxp w3, w0, w1, [x2] | indivisible
    48207c82 | casp x0, x1, x2, x3, [x4] | indivisible
    0860fc82 | caspal w0, w1, w2, w3, [x4] | indivisible
    88a07c41 | cas w0, w1, [x2] | indivisible
    c8e0fc41 | casal x0, x1, [x2] | indivisible
    08e07c41 | casab w0, w1, [x2] | indivisible
    f8200041 | ldadd x0, x1, [x2] | indivisible
    38e00041 | ldaddalb w0, w1, [x2] | indivisible
    f820005f | stadd x0, [x2] | indivisible
    b8201041 | ldclr w0, w1, [x2] | indivisible
    f8202041 | ldeor x0, x1, [x2] | indivisible
    f8203041 | ldset x0, x1, [x2] | indivisible
    b8204041 | ldsmax w0, w1, [x2] | indivisible
    f8207041 | ldumin x0, x1, [x2] | indivisible
    f8208041 | swp x0, x1, [x2] | indivisible
    78e08041 | swpalh w0, w1, [x2] | indivisible
    19218040 | swpp x0, x1, [x2] | indivisible
    f83fd040 | ld64b x0, [x2] | indivisible
    f83f9040 | st64b x0, [x2] | indivisible
    f821b040 | st64bv x1, x0, [x2] | indivisible
    f821a040 | st64bv0 x1, x0, [x2] | indivisible
    d9600020 | ldg x0, [x1] | indivisible
    d9200820 | stg x0, [x1] | indivisible
    d9201420 | stg x0, [x1], #16 | indivisible
    d9a02c20 | st2g x0, [x1, #32]! | indivisible
    d9600820 | stzg x0, [x1] | indivisible
    d9a00020 | stgm x0, [x1] | indivisible
    d9e00020 | ldgm x0, [x1] | indivisible
    69000440 | stgp x0, x1, [x2] | indivisible
    68808440 | stgp x0, x1, [x2], #16 | indivisible
    d9411840 | ldiapp x0, x1, [x2] | indivisible
    99410840 | ldiapp w0, w1, [x2], #8 | indivisible
    d9010840 | stilp x0, x1, [x2, #-16]! | indivisible
    d9c00820 | ldapr x0, [x1], #8 | indivisible
    99800820 | stlr w0, [x1, #-4]! | indivisible
    19010440 | cpyfp [x0]!, [x1]!, x2! | indivisible
    1d410440 | cpym [x0]!, [x1]!, x2! | indivisible
    19c20420 | setp [x0]!, x1!, x2 | indivisible
    4c407020 | ld1 {v0.16b}, [x1] | indivisible
    0cdfa020 | ld1 {v0.8b, v1.8b}, [x1], #16 | indivisible
    0d409020 | ld1 {v0.s}[1], [x1] | indivisible
    4d40c820 | ld1r {v0.4s}, [x1] | indivisible
    4c408820 | ld2 {v0.4s, v1.4s}, [x1] | indivisible
    0de23c20 | ld4 {v0.b, v1.b, v2.b, v3.b}[7], [x1], x2 | indivisible
    4c007020 | st1 {v0.16b}, [x1] | indivisible
    4d9f8420 | st1 {v0.d}[1], [x1], #8 | indivisible
    4c004c20 | st3 {v0.2d, v1.2d, v2.2d}, [x1] | indivisible
    a9400020 | ldp x0, x0, [x1] | indivisible
    29411425 | ldp w5, w5, [x1, #8] | indivisible
    ad400c23 | ldp q3, q3, [x1] | indivisible
    69401024 | ldpsw x4, x4, [x1] | indivisible
    a8401024 | ldnp x4, x4, [x1] | indivisible
    a9407c3f | ldp xzr, xzr, [x1] | indivisible
    a8c10400 | ldp x0, x1, [x0], #16 | indivisible
    a9c10420 | ldp x0, x1, [x1, #16]! | indivisible
    a8810400 | stp x0, x1, [x0], #16 | indivisible
    a9810420 | stp x0, x1, [x1, #16]! | indivisible
    68c10420 | ldpsw x0, x1, [x1], #8 | indivisible
    f8408400 | ldr x0, [x0], #8 | indivisible
    b8408c00 | ldr w0, [x0, #8]! | indivisible
    388014e7 | ldrsb x7, [x7], #1 | indivisible
    f8008400 | str x0, [x0], #8 | indivisible
    381fffde | strb w30, [x30, #-1]! | indivisible
    f8201c00 | ldraa x0, [x0, #8]! | indivisible
    a400a000 | ld1b {z0.b}, p0/z, [x0] | indivisible
    85804000 | ldr z0, [x0] | indivisible
    85800000 | ldr p0, [x0] | indivisible
    e5e0e000 | st1d {z0.d}, p0, [x0] | indivisible
    85c06000 | prfd pldl1keep, p0, [x0] | indivisible
    d50b7420 | dc zva, x0 | indivisible
    d50b7460 | dc gva, x0 | indivisible
    d50b7e20 | dc civac, x0 | indivisible
    d5087800 | at s1e1r, x0 | indivisible
    d50b7520 | ic ivau, x0 | indivisible
    """

  /// Instructions that don't access memory, or can't fault there.
  static let unrelated = """
    f9800000 | prfm pldl1keep, [x0] | other
    f9800411 | prfm pstl1strm, [x0, #8] | other
    f89fd002 | prfum pldl2keep, [x0, #-3] | other
    f8a17800 | prfm pldl1keep, [x0, x1, lsl #3] | other
    d8000040 | prfm pldl1keep, #8 | other
    d503201f | nop | other
    8b020020 | add x0, x1, x2 | other
    d10043ff | sub sp, sp, #16 | other
    d2800020 | mov x0, #1 | other
    f2a00040 | movk x0, #2, lsl #16 | other
    b0000000 | adrp x0, #4096 | other
    14000002 | b #8 | other
    94000002 | bl #8 | other
    54000040 | b.eq #8 | other
    b4000040 | cbz x0, #8 | other
    36080040 | tbz x0, #1, #8 | other
    d61f0000 | br x0 | other
    d65f03c0 | ret | other
    d69f03e0 | eret | other
    d4000001 | svc #0 | other
    d4000002 | hvc #0 | other
    d4200020 | brk #1 | other
    d5381000 | mrs x0, sctlr_el1 | other
    d5181000 | msr sctlr_el1, x0 | other
    d50342df | msr daifset, #2 | other
    d5033fdf | isb | other
    d5033f9f | dsb sy | other
    d503207f | wfi | other
    9b020c20 | madd x0, x1, x2, x3 | other
    9ac20820 | udiv x0, x1, x2 | other
    9a820020 | csel x0, x1, x2, eq | other
    1e622820 | fadd d0, d1, d2 | other
    4ea28420 | add v0.4s, v1.4s, v2.4s | other
    9e670020 | fmov d0, x1 | other
    4e284820 | aese v0.16b, v1.16b | other
    6f00e400 | movi v0.2d, #0 | other
    """
}
