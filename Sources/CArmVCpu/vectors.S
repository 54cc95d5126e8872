// A vCPU's EL2 vector table. While a guest runs, SP_EL2 points to the end of its trap frame.
#include "cpu_local.h"
#include "debug_block.h"
#include "el2_target.h"
#include "host_frame.h"
#include "vcpu_context.h"

#if AVCPU_EL2_TARGET

// From the guest: make room, free two registers, and save the rest out of line (an entry has 32
// instructions). AArch32 lower ELs use the same code: with HCR_EL2.RW set, EL0 may still be AArch32.
.macro guest_exit kind
    .balign 128
    .cfi_startproc
    cfi_host_registers
    cfi_host_frame AVCPU_HOST_STACK_TOP - AVCPU_FRAME_SIZE
    sub     sp, sp, #AVCPU_FRAME_SIZE
    cfi_host_frame AVCPU_HOST_STACK_TOP
    stp     x0, x1, [sp, #AVCPU_FRAME_GPR]
    mov     x0, #\kind
    b       avcpu_save_exit
    .cfi_endproc
.endm

// From EL2 itself: a fault of the hypervisor. Nothing returns from here, so SP_EL0 can be used as scratch.
.macro fatal_exception kind, source
    .balign 128
    .cfi_startproc
    cfi_outermost
    msr     sp_el0, x0
    mrs     x0, tpidr_el2
    stp     x1, x2, [x0, #AVCPU_CPU_FATAL + 8]
    mov     x1, #\kind
    mov     x2, #\source
    b       avcpu_save_fatal
    .cfi_endproc
.endm

    .section .text.exception_vector_base_vcpu, "ax"
    .balign 2048
    .global exception_vector_base_vcpu
    .type   exception_vector_base_vcpu, %function
exception_vector_base_vcpu:
    fatal_exception AVCPU_TRAP_SYNCHRONOUS, AVCPU_SOURCE_CURRENT_SP_EL0
    fatal_exception AVCPU_TRAP_IRQ, AVCPU_SOURCE_CURRENT_SP_EL0
    fatal_exception AVCPU_TRAP_FIQ, AVCPU_SOURCE_CURRENT_SP_EL0
    fatal_exception AVCPU_TRAP_SERROR, AVCPU_SOURCE_CURRENT_SP_EL0
    fatal_exception AVCPU_TRAP_SYNCHRONOUS, AVCPU_SOURCE_CURRENT_SP_ELX
    fatal_exception AVCPU_TRAP_IRQ, AVCPU_SOURCE_CURRENT_SP_ELX
    fatal_exception AVCPU_TRAP_FIQ, AVCPU_SOURCE_CURRENT_SP_ELX
    fatal_exception AVCPU_TRAP_SERROR, AVCPU_SOURCE_CURRENT_SP_ELX
    guest_exit AVCPU_TRAP_SYNCHRONOUS
    guest_exit AVCPU_TRAP_IRQ
    guest_exit AVCPU_TRAP_FIQ
    guest_exit AVCPU_TRAP_SERROR
    guest_exit AVCPU_TRAP_SYNCHRONOUS
    guest_exit AVCPU_TRAP_IRQ
    guest_exit AVCPU_TRAP_FIQ
    guest_exit AVCPU_TRAP_SERROR
    .balign 128
    .size   exception_vector_base_vcpu, . - exception_vector_base_vcpu

// Saves every guest register and the syndrome in the context, then branches to the trampoline. In: SP the
// context, x0 the trap kind, x0 and x1 of the guest already saved.
    .global avcpu_save_exit
    .type   avcpu_save_exit, %function
avcpu_save_exit:
    .cfi_startproc
    cfi_host_registers
    cfi_host_frame AVCPU_HOST_STACK_TOP
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x1, sp_el0
    stp     x30, x1, [sp, #240]
    mrs     x2, elr_el2
    mrs     x3, spsr_el2
    stp     x2, x3, [sp, #AVCPU_FRAME_ELR]
    mrs     x4, esr_el2
    mrs     x5, far_el2
    stp     x4, x5, [sp, #AVCPU_ESR]
    mrs     x6, hpfar_el2
    stp     x6, x0, [sp, #AVCPU_HPFAR]          // and the trap kind after it
    ldr     x7, [sp, #AVCPU_EXIT_COUNT]
    add     x7, x7, #1
    mrs     x8, cntvct_el0
    stp     x7, x8, [sp, #AVCPU_EXIT_COUNT]     // and the time of the exit after it
    adrp    x9, avcpu_observer
    ldr     x10, [x9, :lo12:avcpu_observer]     // its flags
    cbnz    x10, avcpu_observe_exit
    b       vmexit_trampoline
    .cfi_endproc
    .size   avcpu_save_exit, . - avcpu_save_exit
    .if     . - avcpu_save_exit != AVCPU_SAVE_EXIT_SIZE
    .error  "AVCPU_SAVE_EXIT_SIZE is not the size of avcpu_save_exit"
    .endif

// In: x0 the CPU's avcpu_cpu_local (x1, x2 saved in it), x1 kind, x2 source, SP_EL0 the old x0.
    .type   avcpu_save_fatal, %function
avcpu_save_fatal:
    .cfi_startproc
    cfi_outermost
    stp     x3, x4, [x0, #AVCPU_CPU_FATAL + 24]
    stp     x5, x6, [x0, #AVCPU_CPU_FATAL + 40]
    stp     x7, x8, [x0, #AVCPU_CPU_FATAL + 56]
    stp     x9, x10, [x0, #AVCPU_CPU_FATAL + 72]
    stp     x11, x12, [x0, #AVCPU_CPU_FATAL + 88]
    stp     x13, x14, [x0, #AVCPU_CPU_FATAL + 104]
    stp     x15, x16, [x0, #AVCPU_CPU_FATAL + 120]
    stp     x17, x18, [x0, #AVCPU_CPU_FATAL + 136]
    stp     x19, x20, [x0, #AVCPU_CPU_FATAL + 152]
    stp     x21, x22, [x0, #AVCPU_CPU_FATAL + 168]
    stp     x23, x24, [x0, #AVCPU_CPU_FATAL + 184]
    stp     x25, x26, [x0, #AVCPU_CPU_FATAL + 200]
    stp     x27, x28, [x0, #AVCPU_CPU_FATAL + 216]
    stp     x29, x30, [x0, #AVCPU_CPU_FATAL + 232]
    mrs     x3, sp_el0
    mov     x4, sp
    str     x3, [x0, #AVCPU_CPU_FATAL + AVCPU_FRAME_GPR]
    str     x4, [x0, #AVCPU_CPU_FATAL + AVCPU_FRAME_SP_EL0]       // here: SP_EL2 at the exception
    mrs     x5, elr_el2
    mrs     x6, spsr_el2
    stp     x5, x6, [x0, #AVCPU_CPU_FATAL + AVCPU_FRAME_ELR]
    mrs     x7, esr_el2
    mrs     x8, far_el2
    stp     x7, x8, [x0, #AVCPU_CPU_FATAL + AVCPU_ESR]
    mrs     x9, hpfar_el2
    stp     x9, x1, [x0, #AVCPU_CPU_FATAL + AVCPU_HPFAR]
    ldr     x10, [x0, #AVCPU_CPU_FATAL_DEPTH]
    add     x11, x10, #1
    str     x11, [x0, #AVCPU_CPU_FATAL_DEPTH]
    cbnz    x10, avcpu_halt                     // the report itself faulted, and would fault again
    ldr     x12, [x0, #AVCPU_CPU_FATAL_STACK]
    mov     sp, x12
    mov     x29, xzr
    mov     x30, xzr
    add     x0, x0, #AVCPU_CPU_FATAL
    bl      avcpu_fatal
    b       avcpu_halt
    .cfi_endproc
    .size   avcpu_save_fatal, . - avcpu_save_fatal

// Where a CPU halts after a fatal exception. A debugger breaks here, and continues after the `nop`: QEMU
// doesn't finish a step over WFI. It is alone on its page: QEMU runs code on a breakpoint's page an instruction at a time.
    .section .text.avcpu_halt, "ax"
    .balign 4096
    .global avcpu_halt
    .type   avcpu_halt, %function
avcpu_halt:
    .cfi_startproc
    cfi_outermost
    nop
    wfi
    b       avcpu_halt
    .cfi_endproc
    .size   avcpu_halt, . - avcpu_halt
    .balign 4096

#endif
