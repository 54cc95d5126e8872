// Translates addresses by AT instructions: thousands of them, by many sets of registers and tables.
//
// It runs at EL2, or at EL3 where the machine has it: there EL2's own MMU can be on, too. Its own is off. What it does is
// written to memory that a test shares with the machine (`TranslatingMachine`).
//
// The mailbox, doublewords: 0 how many cases there are, written last by the test and set to 0 by the program at their end;
// 1 the address of the first case; 2 a number that says that the program runs; 3 the exception level; 4-7
// ID_AA64MMFR0_EL1 to ID_AA64MMFR3_EL1; 8 and 9 the syndrome and the address of an exception that ends it.
//
// A case, doublewords: HCR_EL2, SCTLR_EL1, SCTLR_EL2, TCR_EL1, TCR_EL2, TTBR0_EL1, TTBR1_EL1, TTBR0_EL2, TTBR1_EL2,
// MAIR_EL1, MAIR_EL2, VTCR_EL2, VTTBR_EL2, the address of a list of addresses, how many there are, and the address of the
// results: 12 values of PAR_EL1 for each. Where AT ends with a data abort instead, as for an external abort, bit 63 of the
// value is 1, and bits 6:1 and 8 are as in the PAR_EL1 of a fault.

        .arch   armv8.2-a
        .set    READY, 0x7264795f

        .macro  translate operation
        at      \operation, x0
        isb
        mrs     x1, par_el1
        str     x1, [x5], #8
        .endm

        .section .text
        .global _start
_start:
        ldr     x20, =MAILBOX
        adrp    x0, vectors
        add     x0, x0, :lo12:vectors
        msr     vbar_el2, x0
        mrs     x21, CurrentEL
        lsr     x21, x21, #2
        cmp     x21, #3
        b.ne    1f
        msr     vbar_el3, x0
        // NS, the reserved bits 4 and 5, HCE, RW.
        mov     x0, #0x531
        msr     scr_el3, x0
        isb
1:
        mrs     x0, id_aa64mmfr0_el1
        mrs     x1, id_aa64mmfr1_el1
        mrs     x2, id_aa64mmfr2_el1
        mrs     x3, s3_0_c0_c7_3
        stp     x0, x1, [x20, #32]
        stp     x2, x3, [x20, #48]
        // FEAT_PAN2 has AT S1E1RP, FEAT_VHE has TTBR1_EL2.
        ubfx    x22, x1, #20, #4
        ubfx    x23, x1, #8, #4
        ldr     x0, =READY
        stp     x0, x21, [x20, #16]

wait:
        ldr     x24, [x20]
        cbz     x24, wait
        dmb     sy
        ldr     x25, [x20, #8]

next_case:
        mov     x0, #1 << 31
        msr     hcr_el2, x0
        isb
        ldp     x26, x0, [x25], #16
        msr     sctlr_el1, x0
        ldp     x0, x1, [x25], #16
        cmp     x21, #3
        b.ne    1f
        msr     sctlr_el2, x0
1:      msr     tcr_el1, x1
        ldp     x0, x1, [x25], #16
        msr     tcr_el2, x0
        msr     ttbr0_el1, x1
        ldp     x0, x1, [x25], #16
        msr     ttbr1_el1, x0
        msr     ttbr0_el2, x1
        ldp     x0, x1, [x25], #16
        cbz     x23, 1f
        msr     s3_4_c2_c0_1, x0
1:      msr     mair_el1, x1
        ldp     x0, x1, [x25], #16
        msr     mair_el2, x0
        msr     vtcr_el2, x1
        ldp     x0, x4, [x25], #16
        msr     vttbr_el2, x0
        ldp     x6, x5, [x25], #16
        msr     hcr_el2, x26
        isb
        tlbi    alle1
        tlbi    alle2
        dsb     sy
        isb
        cbz     x6, 3f
2:
        ldr     x0, [x4], #8
        translate s12e1r
        translate s12e1w
        translate s12e0r
        translate s12e0w
        translate s1e1r
        translate s1e1w
        translate s1e0r
        translate s1e0w
        translate s1e2r
        translate s1e2w
        cmp     x22, #2
        b.lo    1f
        msr     pan, #1
        translate s1e1rp
        translate s1e1wp
        msr     pan, #0
        sub     x5, x5, #16
1:      add     x5, x5, #16
        sub     x6, x6, #1
        cbnz    x6, 2b
3:
        sub     x24, x24, #1
        cbnz    x24, next_case
        dmb     sy
        str     xzr, [x20]
        b       wait

// An exception of an AT instruction: its syndrome is the result. x1 to x3 are free there.
exception:
        cmp     x21, #3
        b.eq    1f
        mrs     x1, esr_el2
        mrs     x2, elr_el2
        b       2f
1:      mrs     x1, esr_el3
        mrs     x2, elr_el3
2:      lsr     x3, x1, #26
        cmp     x3, #0x25
        b.ne    3f
        ubfx    x3, x1, #7, #1
        and     x1, x1, #0x3f
        lsl     x1, x1, #1
        orr     x1, x1, #1
        orr     x1, x1, x3, lsl #8
        orr     x1, x1, #1 << 63
        str     x1, [x5], #8
        // The AT instruction is followed by an ISB, a read and a store.
        add     x2, x2, #16
        cmp     x21, #3
        b.eq    1f
        msr     elr_el2, x2
        eret
1:      msr     elr_el3, x2
        eret

3:      stp     x1, x2, [x20, #64]
4:      wfi
        b       4b

        .balign 2048
vectors:
        .rept   16
        .balign 128
        b       exception
        .endr
