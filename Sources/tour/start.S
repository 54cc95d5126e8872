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

    .text
// Records the syndrome and goes on behind the instruction; after an instruction abort there is none, and
// the way back is the return address of the call that went astray. x16 and x17 are the linker's scratch
// registers: no code of ours keeps a value in them over an instruction that may trap.
    .type   exception_from_el1, %function
exception_from_el1:
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
    .size   exception_from_el1, . - exception_from_el1

    .balign 2048
vectors:
    .rept 4                                     // EL1 with SP_EL0: not used
    .balign 128
    b       .
    .endr
    .balign 128
    b       exception_from_el1                  // EL1 with SP_EL1: synchronous
    .rept 11                                    // interrupts, and EL0: not used
    .balign 128
    b       .
    .endr
    .balign 128

    .bss
    .global tour_exception_syndrome, tour_exception_count
    .balign 8
tour_exception_syndrome:
    .skip   8
tour_exception_count:
    .skip   8
    .balign 16
    .skip   0x4000
stack_top:

#endif
