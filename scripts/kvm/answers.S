// A guest whose exits a debugger answers instead of its hypervisor: it reports the answers, and the exceptions that it
// took.
//
// Steps up to 31 are instructions that exit: each reports the registers that the answer could change. Steps from 32 on
// are exceptions that only a debugger raises: each reports six values: how many it took, the vector with DAIF << 16,
// ESR_EL1, FAR_EL1, how far ELR_EL1 is past the instruction, and SPSR_EL1. A report of step 98 before that of a step
// means that the step has changed an unrelated register.
//
// It doesn't use absolute addresses. Under KVM it reports as guest.S does, 56 bits of each value; with IN_IMAGE it is
// part of one of the tests' hypervisors, and reports with their HVC.
//
// x3–x16 pattern, x17 SPSR_EL1, x18 and x23 scratch, x19 the pattern's digest, x20 the instruction of a step, x21 the
// device, x24 where to continue after a synchronous exception, x25 how many were taken, x26 the vector and DAIF, x27
// ESR_EL1, x28 FAR_EL1, x29 ELR_EL1, x30 link.

#define FLAGS 0x60000000                    // Z, C
#define FAR_BEFORE 0xfa0

.macro constant register, value
    movz    \register, #((\value) & 0xffff)
    movk    \register, #((\value) >> 16 & 0xffff), lsl #16
.endm

// Takes x0, x1 and x2.
.macro report step
    mov     x2, #\step
#ifdef IN_IMAGE
    mov     x1, x0
    constant x0, 0xc6000002
    hvc     #0
#else
    bfi     x0, x2, #56, #8
    str     x0, [x21, #0xf00]
#endif
.endm

.macro begin
    constant x23, FLAGS
    msr     nzcv, x23
.endm

// Reports a register's value after a step.
.macro got step, register
    bl      check
    .ifnc   \register, x0
    mov     x0, \register
    .endif
    report  \step
.endm

// A step that takes an exception: it continues after the instruction, regardless of ELR_EL1.
.macro expect_exception
    bl      forget
    adr     x20, 8f
    adr     x24, 9f
.endm

.macro took step
    bl      check
    mov     x0, x25
    report  \step
    mov     x0, x26
    report  \step
    mov     x0, x27
    report  \step
    mov     x0, x28
    report  \step
    sub     x0, x29, x20
    report  \step
    mov     x0, x17
    report  \step
.endm

// Tells a debugger which call it is.
.macro name step
    constant x0, 0xc6000100 + \step
.endm

#ifdef IN_IMAGE
    .section .guest, "ax"
    .global guest_image
guest_image:
#else
    .text
#endif
    .global _start
_start:
    constant x21, 0x0b000000
    adr     x0, vectors
    msr     vbar_el1, x0
    isb
    .irp    number, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    constant x\number, 0x1b3a5c00 + \number
    .endr
    begin
    bl      digest
    mov     x19, x23

    // Calls: x0 is the answer, or unchanged.
    begin
    name    1
    hvc     #0
    got     1, x0
    begin
    name    2
    hvc     #0
    got     2, x0
    begin
    name    3
    smc     #0
    got     3, x0
    begin
    name    4
    smc     #0
    got     4, x0

    // Device reads: width, sign, and half of the register.
    mov     x0, #-1
    begin
    ldrb    w0, [x21, #0x10]
    got     5, x0
    mov     x0, #0
    begin
    ldrsb   x0, [x21, #0x20]
    got     6, x0
    mov     x0, #-1
    begin
    ldrsb   w0, [x21, #0x30]
    got     7, x0
    mov     x0, #-1
    begin
    ldrh    w0, [x21, #0x40]
    got     8, x0
    mov     x0, #0
    begin
    ldrsh   x0, [x21, #0x50]
    got     9, x0
    mov     x0, #0
    begin
    ldrsw   x0, [x21, #0x60]
    got     10, x0
    mov     x0, #-1
    begin
    ldr     w0, [x21, #0x70]
    got     11, x0
    mov     x0, #-1
    begin
    ldr     x0, [x21, #0x80]
    got     12, x0
    mov     x0, #0x5a5a
    begin
    ldr     xzr, [x21, #0x90]
    got     13, x0
    // Without a syndrome: a pair, and a base with writeback.
    mov     x17, #-1
    mov     x18, #-1
    add     x20, x21, #0xa0
    begin
    ldp     x17, x18, [x20], #16
    got     14, x17
    got     14, x18
    sub     x20, x20, x21
    got     14, x20
    mov     x17, #-1
    add     x20, x21, #0xc0
    begin
    ldr     w17, [x20, #-0x10]!
    got     15, x17
    sub     x20, x20, x21
    got     15, x20
    // A store that doesn't reach the device, and a load that doesn't change the register.
    mov     x17, #0x77
    strb    w17, [x21, #0xd0]
    mov     x17, #0x66
    begin
    strb    w17, [x21, #0xd0]
    mov     x0, #-1
    ldrb    w0, [x21, #0xd0]
    got     16, x0
    mov     x0, #0x5a5a
    begin
    ldr     x0, [x21, #0xe0]
    got     17, x0

    // A system register that is trapped (HCR_EL2.TACR). x0 tells a debugger which step it is.
    mov     x0, #18
    begin
    mrs     x0, actlr_el1
    got     18, x0
    mov     x0, #19
    begin
    mrs     x0, actlr_el1
    got     19, x0
    mov     x0, #20
    begin
    msr     actlr_el1, x0
    got     20, x0
    // No interrupt is pending: a hypervisor that sees this waits forever.
    mov     x0, #21
    begin
    wfi
    got     21, x0

    // Exceptions, taken from EL1 with its own stack pointer.
    name    32
    expect_exception
8:  hvc     #0
9:  took    32
    expect_exception
8:  ldr     x0, [x21, #0x110]
9:  took    33
    expect_exception
8:  str     x0, [x21, #0x120]
9:  took    34
    expect_exception
8:  ldrb    w0, [x21, #0x130]
9:  took    35
    mov     x0, #36
    expect_exception
8:  mrs     x0, actlr_el1
9:  took    36
    name    37
    expect_exception
8:  hvc     #0
9:  took    37
    name    38
    expect_exception
8:  hvc     #0
9:  took    38
    // From EL1 with EL0's stack pointer, and from EL0.
    expect_exception
    msr     spsel, #0
8:  ldr     x0, [x21, #0x140]
9:  took    39
    expect_exception
    constant x23, FLAGS | 0x3c0             // EL0, D, A, I and F masked
    msr     elr_el1, x20
    msr     spsr_el1, x23
    eret
8:  ldr     x0, [x21, #0x150]
9:  took    40

    // Interrupts: from EL1, where they are not masked.
    name    41
    expect_exception
    msr     daifclr, #2
8:  hvc     #0
    nop
9:  msr     daifset, #2
    took    41
    name    42
    expect_exception
    msr     daifclr, #1
8:  hvc     #0
    nop
9:  msr     daifset, #1
    took    42
    name    43
    expect_exception
    msr     daifclr, #4
8:  hvc     #0
    nop
9:  msr     daifset, #4
    took    43
#ifdef IN_IMAGE
    // An interrupt that is masked until later. It interrupts the instruction after the unmasking. Not under KVM, which
    // rewrites HCR_EL2 after each of its own interrupts, so the virtual one is lost.
    name    44
    expect_exception
    hvc     #0
    nop
    nop
    nop
    msr     daifclr, #2
8:  nop
    nop
9:  msr     daifset, #2
    took    44
#endif

#ifdef VIRTUAL_INTERFACE
    // Interrupts from a virtual interrupt controller, with their numbers instead of FAR_EL1; the second is masked at
    // first.
    mov     x0, #0xff
    msr     s3_0_c4_c6_0, x0                // ICC_PMR_EL1
    mov     x0, #1
    msr     s3_0_c12_c12_7, x0              // ICC_IGRPEN1_EL1
    isb
    name    45
    expect_exception
    msr     daifclr, #2
8:  hvc     #0
    nop
9:  msr     daifset, #2
    took    45
    name    46
    expect_exception
    hvc     #0
    nop
    msr     daifclr, #2
8:  nop
    nop
9:  msr     daifset, #2
    took    46
#endif

    constant x0, 0x84000008                 // SYSTEM_OFF
    hvc     #0
    b       .

// x23 = the digest of x3–x16 and the flags.
digest:
    mrs     x23, nzcv
    .irp    number, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    eor     x23, x\number, x23, ror #7
    .endr
    ret

// Reports 98 if the pattern or the flags have changed. Preserves x0, and x17 and up.
check:
    msr     tpidr_el0, x30
    bl      digest
    cmp     x23, x19
    b.eq    1f
    msr     tpidr_el1, x0
    mov     x0, x23
    report  98
    mrs     x0, tpidr_el1
1:  mrs     x30, tpidr_el0
    ret

// Before an exception: none was taken, the syndrome registers have known values, and the flags are set.
forget:
    mov     x25, #0
    mov     x26, #-1
    mov     x17, #-1
    mov     x27, #-1
    mov     x28, #-1
    mov     x29, #-1
    mov     x23, #FAR_BEFORE
    msr     far_el1, x23
    msr     esr_el1, xzr
    begin
    ret

.macro vector offset
    .balign 128
    mov     x26, #\offset
    b       take
.endm

    .balign 2048
    .global vectors
vectors:
    .irp    offset, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
    vector  \offset
    .endr
    .irp    offset, 0x400, 0x480, 0x500, 0x580, 0x600, 0x680, 0x700, 0x780
    vector  \offset
    .endr

take:
    mrs     x17, spsr_el1
    mrs     x27, esr_el1
    mrs     x28, far_el1
    mrs     x29, elr_el1
    add     x25, x25, #1
    mrs     x18, daif
    tst     x26, #0x180
    orr     x26, x26, x18, lsl #16
    b.ne    1f
    and     x18, x17, #0xf0000000
    mov     x23, #0x3c5                     // EL1, with its own stack pointer; D, A, I and F masked
    orr     x18, x18, x23
    msr     spsr_el1, x18
    msr     elr_el1, x24
    eret
// After an interrupt, execution continues where it was. An interrupt that isn't withdrawn comes again, but not forever.
1:
#ifdef VIRTUAL_INTERFACE
    mrs     x28, s3_0_c12_c12_0             // ICC_IAR1_EL1: 1023 without one
    msr     s3_0_c12_c12_1, x28             // ICC_EOIR1_EL1
    isb
#endif
    cmp     x25, #8
    b.lo    2f
    orr     x18, x17, #0x1c0
    msr     spsr_el1, x18
2:  eret

#ifdef IN_IMAGE
    .global guest_image_end
guest_image_end:
#endif
