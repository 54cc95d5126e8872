// The tour's first instructions, its exception vectors, and its last call. EL1, MMU off.
#if defined(__aarch64__) && !defined(__linux__) && !defined(__APPLE__)

    .section .text.boot, "ax"
    .global _start
    .type   _start, %function
_start:
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
    .size   _start, . - _start

    .global tour_power_off
    .type   tour_power_off, %function
tour_power_off:
    ldr     x0, =0x84000008
    hvc     #0
1:  wfi
    b       1b
    .size   tour_power_off, . - tour_power_off
    .ltorg

// The linker script puts this section where the hypervisor has its vmexit_trampoline.
    .section .text.vmexit_trampoline, "ax"
    .global tour_at_trampoline_address
    .type   tour_at_trampoline_address, %function
tour_at_trampoline_address:
    nop
    ret
    .size   tour_at_trampoline_address, . - tour_at_trampoline_address

// void tour_load_at_el0(uint64_t address)
// EL0 comes back by SVC, which goes on at the LR.
    .global tour_load_at_el0
    .type   tour_load_at_el0, %function
tour_load_at_el0:
    adr     x16, 1f
    msr     elr_el1, x16
    msr     spsr_el1, xzr
    eret
1:  ldr     x0, [x0]
    svc     #0
    .size   tour_load_at_el0, . - tour_load_at_el0

    .text
// Records the syndrome and goes on behind the instruction; after an instruction abort there is none, and
// the way back is the return address of the call that went astray. x16 and x17 are the linker's scratch
// registers: no code of ours keeps a value in them over an instruction that may trap. In: x16 the vector.
    .type   exception, %function
exception:
    mrs     x17, esr_el1
    lsr     x17, x17, #26
    cmp     x17, #0x15
    b.eq    3f
    adrp    x17, tour_exception_vector
    str     x16, [x17, :lo12:tour_exception_vector]
    mrs     x16, esr_el1
    adrp    x17, tour_exception_syndrome
    str     x16, [x17, :lo12:tour_exception_syndrome]
    lsr     x16, x16, #26
    cmp     x16, #0x21
    b.eq    1f
    mrs     x16, elr_el1
    add     x16, x16, #4
    b       2f
1:  mov     x16, x30
2:  msr     elr_el1, x16
    adrp    x17, tour_exception_count
    ldr     x16, [x17, :lo12:tour_exception_count]
    add     x16, x16, #1
    str     x16, [x17, :lo12:tour_exception_count]
    eret
// SVC: EL0 has done what it was for.
3:  mov     x16, #0x3c5
    msr     spsr_el1, x16
    msr     elr_el1, x30
    eret
    .size   exception, . - exception

// Records the vector of an interrupt, in x16, and has the hypervisor withdraw it. The CPU itself withdraws an
// SError, which has a syndrome.
    .type   interrupt, %function
interrupt:
    adrp    x17, tour_interrupt_vector
    str     x16, [x17, :lo12:tour_interrupt_vector]
    stp     x0, x1, [sp, #-32]!
    stp     x2, x3, [sp, #16]
    mov     x1, #0
    cmp     x16, #0x280
    b.eq    1f
    mov     x1, #1
    cmp     x16, #0x300
    b.eq    1f
    mrs     x16, esr_el1
    adrp    x17, tour_exception_syndrome
    str     x16, [x17, :lo12:tour_exception_syndrome]
    b       2f
1:  mov     x0, #4
    movk    x0, #0xc600, lsl #16                // our own call to withdraw an interrupt
    hvc     #0
2:  ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #32
    eret
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
    .global tour_exception_syndrome, tour_exception_count, tour_exception_vector, tour_interrupt_vector
    .balign 8
tour_exception_vector:
    .skip   8
tour_interrupt_vector:
    .skip   8
tour_exception_syndrome:
    .skip   8
tour_exception_count:
    .skip   8
    .balign 16
    .skip   0x4000
stack_top:

#endif
