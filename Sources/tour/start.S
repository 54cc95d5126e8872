// The tour's first instructions, its exception vectors, and its last call. EL1, MMU off.
#if defined(__aarch64__) && !defined(__linux__) && !defined(__APPLE__)

    .cfi_sections .debug_frame                  // the images keep no .eh_frame

    .section .text.boot, "ax"
    .global _start
    .type   _start, %function
_start:
    .cfi_startproc
    .cfi_undefined 30                           // the outermost frame
    adrp    x0, stack_top
    add     x0, x0, :lo12:stack_top
    mov     sp, x0
    adrp    x0, vectors
    add     x0, x0, :lo12:vectors
    msr     vbar_el1, x0
    mov     x0, #3 << 20                        // CPACR_EL1.FPEN
    msr     cpacr_el1, x0
    isb
    bl      tour_main
    b       tour_power_off
    .cfi_endproc
    .size   _start, . - _start

    .global tour_power_off
    .type   tour_power_off, %function
tour_power_off:
    .cfi_startproc
    .cfi_undefined 30                           // the outermost frame
    ldr     x0, =0x84000008
    hvc     #0
1:  wfi
    b       1b
    .cfi_endproc
    .size   tour_power_off, . - tour_power_off
    .ltorg

// The linker script puts this section where the hypervisor has its vmexit_trampoline.
    .section .text.vmexit_trampoline, "ax"
    .global tour_at_trampoline_address
    .type   tour_at_trampoline_address, %function
tour_at_trampoline_address:
    .cfi_startproc
    nop
    ret
    .cfi_endproc
    .size   tour_at_trampoline_address, . - tour_at_trampoline_address

// uint64_t tour_load_at_el0(uint64_t address)
// EL0 returns with SVC, after which execution continues at the LR.
    .global tour_load_at_el0, tour_el0_load
    .type   tour_load_at_el0, %function
tour_load_at_el0:
    .cfi_startproc
    adr     x16, tour_el0_load
    msr     elr_el1, x16
    msr     spsr_el1, xzr
    eret
tour_el0_load:
    ldr     x0, [x0]
    svc     #0
    .cfi_endproc
    .size   tour_load_at_el0, . - tour_load_at_el0

    .text
// Records the syndrome and continues after the instruction; after an instruction abort there is no instruction,
// so it returns to the return address of the call that went wrong. x16 and x17 are the linker's scratch
// registers: the tour doesn't keep a value in them across an instruction that may trap. In: x16 the vector.
    .type   exception, %function
exception:
    .cfi_startproc
    .cfi_undefined 30                           // the outermost frame
    mrs     x17, esr_el1
    lsr     x17, x17, #26
    cmp     x17, #0x15
    b.eq    1f
    adrp    x17, tour_exception_vector
    str     x16, [x17, :lo12:tour_exception_vector]
    mrs     x16, esr_el1
    adrp    x17, tour_exception_syndrome
    str     x16, [x17, :lo12:tour_exception_syndrome]
    mrs     x16, far_el1
    adrp    x17, tour_exception_address
    str     x16, [x17, :lo12:tour_exception_address]
    mrs     x16, elr_el1
    adrp    x17, tour_exception_return
    str     x16, [x17, :lo12:tour_exception_return]
    mrs     x17, esr_el1
    lsr     x17, x17, #26
    cmp     x17, #0x21
    add     x16, x16, #4
    csel    x16, x30, x16, eq
    msr     elr_el1, x16
    adrp    x17, tour_exception_count
    ldr     x16, [x17, :lo12:tour_exception_count]
    add     x16, x16, #1
    str     x16, [x17, :lo12:tour_exception_count]
    eret
// SVC: EL0 is done.
1:  mov     x16, #0x3c5
    msr     spsr_el1, x16
    msr     elr_el1, x30
    eret
    .cfi_endproc
    .size   exception, . - exception

// Records an interrupt, and has it withdrawn as tour_interrupt_withdrawal says. The CPU itself withdraws an
// SError, which has a syndrome. In: x16 the vector.
    .type   interrupt, %function
interrupt:
    .cfi_startproc
    .cfi_undefined 30                           // the outermost frame
    stp     x0, x1, [sp, #-32]!
    stp     x2, x3, [sp, #16]
    mov     x0, x16
    adrp    x17, tour_interrupt_vector
    str     x0, [x17, :lo12:tour_interrupt_vector]
    mrs     x1, elr_el1
    adrp    x17, tour_interrupt_return
    str     x1, [x17, :lo12:tour_interrupt_return]
    adrp    x17, tour_interrupt_count
    ldr     x1, [x17, :lo12:tour_interrupt_count]
    add     x1, x1, #1
    str     x1, [x17, :lo12:tour_interrupt_count]
    cmp     x0, #0x380
    b.eq    serror
    adrp    x17, tour_interrupt_withdrawal
    ldr     x2, [x17, :lo12:tour_interrupt_withdrawal]
    cmp     x2, #1
    b.eq    withdrawn_by_debugger
    b.hi    withdrawn_by_controller

    cmp     x0, #0x280                          // x1: 0 for an IRQ, 1 for an FIQ
    cset    x1, ne
    mov     x0, #4
    movk    x0, #0xc600, lsl #16                // the hypervisor's call to withdraw an interrupt
    hvc     #0
    b       interrupted

serror:
    mrs     x1, esr_el1
    adrp    x17, tour_exception_syndrome
    str     x1, [x17, :lo12:tour_exception_syndrome]
    b       interrupted

// An interrupt that isn't withdrawn comes again immediately, forever: the guest takes at most five.
withdrawn_by_debugger:
    cmp     x1, #5
    b.lo    interrupted
    mrs     x0, spsr_el1
    orr     x0, x0, #0x1c0                      // A, I and F
    msr     spsr_el1, x0
    b       interrupted

// If the controller's registers trap, their accesses cause exceptions in this handler.
withdrawn_by_controller:
    mrs     x2, elr_el1
    mrs     x3, spsr_el1
    mrs     x1, s3_0_c12_c12_0                  // ICC_IAR1_EL1
    adrp    x17, tour_interrupt_number
    str     x1, [x17, :lo12:tour_interrupt_number]
    msr     s3_0_c12_c12_1, x1                  // ICC_EOIR1_EL1
    isb
    msr     elr_el1, x2
    msr     spsr_el1, x3

interrupted:
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #32
    eret
    .cfi_endproc
    .size   interrupt, . - interrupt

.macro vector offset, handler
    .balign 128
    mov     x16, #\offset
    b       \handler
.endm

    .balign 2048
vectors:
    vector 0x000, exception                     // EL1 with SP_EL0
    vector 0x080, .
    vector 0x100, .
    vector 0x180, .
    vector 0x200, exception                     // EL1 with SP_EL1
    vector 0x280, interrupt
    vector 0x300, interrupt
    vector 0x380, interrupt
    vector 0x400, exception                     // EL0
    .rept 7                                     // interrupts of EL0, and AArch32: not used
    .balign 128
    b       .
    .endr
    .balign 128

    .bss
.macro variable name
    .global \name
\name:
    .skip   8
.endm
    .balign 8
    variable tour_exception_vector
    variable tour_exception_syndrome
    variable tour_exception_return
    variable tour_exception_address
    variable tour_exception_count
    variable tour_interrupt_vector
    variable tour_interrupt_return
    variable tour_interrupt_number
    variable tour_interrupt_count
    variable tour_interrupt_withdrawal
    .balign 16
    .skip   0x4000
stack_top:

#endif
