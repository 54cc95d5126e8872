// A guest at EL1 that counts the instructions of an exit's round trip, and writes a line for each kind of exit to its
// console: name, number, unit, bar, separated by tabs. Then it turns the machine off. It starts at its first byte,
// with its MMU off.
//
// Under QEMU's `-icount shift=0` an instruction takes a nanosecond of the machine's time, so the virtual counter counts
// instructions. The round trip is everything from the guest's instruction that exits, which is counted too, to the next
// one: the vectors, the hypervisor, and the entry. The loop around it isn't counted.

#define ROUNDS 4096
#define CONSOLE 0x09000000
#define DEVICE 0x0b000000                       // 64 bytes that the hypervisor emulates, at the head of a page

    .text
    .global _start
_start:
    adr     x0, vectors
    msr     vbar_el1, x0
    isb
    mrs     x27, cntfrq_el0
    mov     x28, #CONSOLE
    b       measurements

// Counts ROUNDS rounds of `exit`, each with the instructions `before` it, which aren't counted.
.macro measure name:req, bar, exit:req, before:vararg
    mov     x20, #ROUNDS
    isb
    mrs     x21, cntvct_el0
1:  \before
2:  \exit
    subs    x20, x20, #1
    b.ne    1b
    isb
    mrs     x22, cntvct_el0
    mov     x23, #(2b - 1b) / 4 + 2             // the loop's own instructions
    adr     x0, 3f
    adr     x1, 4f
    bl      report
    b       5f
3:  .asciz  "\name"
4:  .asciz  "\bar"
    .balign 4
5:
.endm

measurements:
// HVC echo: x1 is the result, so that it also is the next call's function.
    ldr     x19, =0xc6000001
    mov     x0, x19
    mov     x1, x19
    measure "hypercall", "<= 200", "hvc #0"
    ldr     x24, =0xc6000002
    measure "hypercall, sum", "<= 200", "hvc #0", mov x0, x24
    mov     x0, x19
    measure "hypercall, not one of ours", "<= 200", "hvc #7"
    ldr     x19, =0x84000000
    measure "PSCI_VERSION by HVC", "<= 250", "hvc #0", mov x0, x19
    measure "PSCI_VERSION by SMC", "<= 250", "smc #0", mov x0, x19
    ldr     x19, =0x80000000
    measure "SMCCC_VERSION", "", "hvc #0", mov x0, x19

    mov     x19, #DEVICE
    mov     x24, #0
    measure "MMIO read, 1 byte", "<= 350", "ldrb w0, [x19, #16]"
    measure "MMIO read, 2 bytes", "<= 350", "ldrh w0, [x19, #16]"
    measure "MMIO read, 4 bytes", "<= 350", "ldr w0, [x19, #16]"
    measure "MMIO read, 8 bytes", "<= 350", "ldr x0, [x19, #16]"
    measure "MMIO read, 4 bytes, sign-extended", "<= 350", "ldrsw x0, [x19, #16]"
    measure "MMIO read, 1 byte, head of a page", "<= 350", "ldrb w0, [x19]"
    measure "MMIO read, 4 bytes, head of a page", "<= 350", "ldr w0, [x19]"
    measure "MMIO read, 8 bytes, head of a page", "<= 350", "ldr x0, [x19]"
    measure "MMIO read, 8 bytes, head of a page, register", "<= 350", "ldr x0, [x19, x24, lsl #3]"
    measure "MMIO read, 8 bytes, head of a page, index", "<= 350", "ldr x0, [x19, w24, sxtw #3]"
    measure "MMIO read, 4 bytes, head of a page, sign", "<= 350", "ldrsw x0, [x19, w24, uxtw #2]"
    measure "MMIO read, 8 bytes, head of a page, LDUR", "<= 350", "ldur x0, [x19]"
    measure "MMIO read, 8 bytes, head of a page, LDTR", "<= 350", "ldtr x0, [x19]"
    measure "MMIO read, 8 bytes, head of a page, LDAR", "<= 350", "ldar x0, [x19]"
    mov     sp, x19
    measure "MMIO read, 8 bytes, head of a page, SP", "<= 350", "ldr x0, [sp]"
    measure "MMIO write, 1 byte", "", "strb w0, [x19, #16]"
    measure "MMIO write, 4 bytes", "", "str w0, [x19, #16]"
    measure "MMIO write, 8 bytes", "", "str x0, [x19, #16]"
    measure "MMIO write, 8 bytes, head of a page", "", "str x0, [x19]"
    measure "MMIO read of a pair", "", "ldp x0, x1, [x19, #16]"
    measure "MMIO write of a pair", "", "stp x0, x1, [x19, #16]"
    measure "MMIO read with writeback", "", "ldr x0, [x24], #8", mov x24, x19

    measure "read of ACTLR_EL1", "<= 250", "mrs x0, actlr_el1"
    measure "read of ID_AA64PFR0_EL1", "<= 250", "mrs x0, id_aa64pfr0_el1"
    measure "read of ID_AA64DFR0_EL1", "<= 250", "mrs x0, id_aa64dfr0_el1"
    measure "read of ID_AA64ISAR0_EL1", "<= 250", "mrs x0, id_aa64isar0_el1"
    measure "read of ID_AA64MMFR2_EL1", "<= 250", "mrs x0, s3_0_c0_c7_2"
    measure "read of ID_PFR1_EL1", "<= 250", "mrs x0, id_pfr1_el1"
    measure "read of MDSCR_EL1", "<= 250", "mrs x0, mdscr_el1"
    measure "read of OSLSR_EL1", "<= 250", "mrs x0, oslsr_el1"
    measure "read of DBGBCR1_EL1", "<= 250", "mrs x0, dbgbcr1_el1"
    measure "read of CNTP_CTL_EL0", "<= 250", "mrs x0, cntp_ctl_el0"
    measure "read of CNTP_CVAL_EL0", "<= 250", "mrs x0, cntp_cval_el0"
    measure "read of CNTP_TVAL_EL0", "<= 250", "mrs x0, cntp_tval_el0"
    mov     x0, #0
    measure "write of ACTLR_EL1", "", "msr actlr_el1, x0"
    measure "write of MDSCR_EL1", "", "msr mdscr_el1, x0"
    measure "write of DBGBCR1_EL1", "", "msr dbgbcr1_el1, x0"
    measure "write of CNTP_CTL_EL0", "", "msr cntp_ctl_el0, x0"
    measure "write of CNTP_CVAL_EL0", "", "msr cntp_cval_el0, x0"
    measure "WFI", "", "wfi"
    adr     x0, done
    bl      print

// SYSTEM_OFF.
off:
    ldr     x0, =0x84000008
    hvc     #0
    b       .

// Writes a line. In: x0 the name, x1 the bar, x21 and x22 the counter before and after, x23 the instructions of a
// round that aren't counted.
report:
    mov     x26, x30
    mov     x25, x1
    bl      print
    sub     x2, x22, x21
    ldr     x3, =1000000000
    mul     x2, x2, x3
    udiv    x2, x2, x27
    add     x2, x2, #ROUNDS / 2                 // to the nearest
    mov     x3, #ROUNDS
    udiv    x2, x2, x3
    sub     x2, x2, x23
    bl      print_tab
    bl      print_decimal
    adr     x0, unit
    bl      print
    mov     x0, x25
    bl      print
    mov     w4, #'\n'
    str     w4, [x28]
    ret     x26

print_tab:
    mov     w4, #'\t'
    str     w4, [x28]
    ret

// In: x0 a string.
print:
    ldrb    w4, [x0], #1
    cbz     w4, 1f
    str     w4, [x28]
    b       print
1:  ret

// In: x2.
print_decimal:
    adr     x0, digits_end
    mov     x3, #10
1:  udiv    x4, x2, x3
    msub    x5, x4, x3, x2
    add     w5, w5, #'0'
    strb    w5, [x0, #-1]!
    mov     x2, x4
    cbnz    x2, 1b
    b       print

// No exception is expected.
unexpected:
    adr     x0, message
    bl      print
    b       off

unit:
    .asciz  "\tinstructions\t"
done:
    .asciz  "done\n"
message:
    .asciz  "an exception\n"
    .balign 4
    .ltorg
digits:
    .skip   20
digits_end:
    .byte   0

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       unexpected
    .endr
