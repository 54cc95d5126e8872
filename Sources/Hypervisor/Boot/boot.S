// From reset to Swift: the boot CPU at _start, the others at hypervisor_secondary_start. QEMU enters at
// EL2 with the MMU and all interrupts off.
#include "CHypervisor.h"
#include "el2_target.h"
#include "host_frame.h"

#if AVCPU_EL2_TARGET

    .section .text.boot, "ax"
    .global _start
    .type   _start, %function
_start:
    .cfi_startproc
    cfi_outermost
    b       boot
    .cfi_endproc
    .size   _start, . - _start

// Not at the address where many guests begin: a breakpoint there would stop in every iteration of the
// loops.
    .section .text.boot_cpus, "ax"
    .type   boot, %function
boot:
    .cfi_startproc
    cfi_outermost
    adrp    x1, __bss_start
    add     x1, x1, :lo12:__bss_start
    adrp    x2, __bss_end
    add     x2, x2, :lo12:__bss_end
1:  cmp     x1, x2
    b.hs    2f
    stp     xzr, xzr, [x1], #16
    b       1b

    // The avcpu_cpu_local of every CPU: its number and its two stacks.
2:  adrp    x0, hypervisor_cpus
    add     x0, x0, :lo12:hypervisor_cpus
    adrp    x1, hypervisor_stacks
    add     x1, x1, :lo12:hypervisor_stacks
    adrp    x2, hypervisor_fatal_stacks
    add     x2, x2, :lo12:hypervisor_fatal_stacks
    mov     x3, #0
3:  mov     x4, #HYPERVISOR_STACK_SIZE
    add     x1, x1, x4
    mov     x4, #HYPERVISOR_FATAL_STACK_SIZE
    add     x2, x2, x4
    str     x1, [x0, #AVCPU_CPU_STACK]
    str     x2, [x0, #AVCPU_CPU_FATAL_STACK]
    str     x3, [x0, #AVCPU_CPU_NUMBER]
    add     x0, x0, #AVCPU_CPU_LOCAL_SIZE
    add     x3, x3, #1
    cmp     x3, #HYPERVISOR_CPU_LIMIT
    b.lo    3b

    adrp    x0, hypervisor_cpus
    add     x0, x0, :lo12:hypervisor_cpus
    bl      prepare_cpu
    bl      main
    b       avcpu_halt
    .cfi_endproc
    .size   boot, . - boot

    .global hypervisor_secondary_start
    .type   hypervisor_secondary_start, %function
hypervisor_secondary_start:
    .cfi_startproc
    cfi_outermost
    bl      prepare_cpu
    mrs     x0, tpidr_el2
    bl      hypervisor_secondary_main
    b       avcpu_halt
    .cfi_endproc
    .size   hypervisor_secondary_start, . - hypervisor_secondary_start

// In: x0 the CPU's avcpu_cpu_local. Out: stack, vectors and MMU ready. Clobbers x1–x4.
    .type   prepare_cpu, %function
prepare_cpu:
    .cfi_startproc
    msr     tpidr_el2, x0
    ldr     x1, [x0, #AVCPU_CPU_STACK]
    mov     sp, x1
    adrp    x1, exception_vector_base_vcpu
    add     x1, x1, :lo12:exception_vector_base_vcpu
    msr     vbar_el2, x1

    // E2H decides what TCR_EL2 and SCTLR_EL2 look like, so it comes first. RW alone: EL1 is AArch64.
    mov     x1, #1 << 31
    msr     hcr_el2, x1
    isb

    // Attribute 0 is Device-nGnRE, attribute 1 is normal write-back.
    mov     x1, #0xff04
    msr     mair_el2, x1
    adrp    x1, level1_table
    add     x1, x1, :lo12:level1_table
    msr     ttbr0_el2, x1
    // RES1, TBI (the compiler may rely on it), inner-shareable write-back walks, 39 bits of input, and
    // as many bits of output as the CPU has, up to 48.
    ldr     x1, =0x80903519
    mrs     x2, id_aa64mmfr0_el1
    and     x2, x2, #0xf
    mov     x3, #5
    cmp     x2, x3
    csel    x2, x2, x3, lo
    orr     x1, x1, x2, lsl #16
    msr     tcr_el2, x1
    dsb     ish
    tlbi    alle2
    dsb     ish
    isb
    // RES1, M, C, SA, I, WXN.
    ldr     x1, =0x30cd183d
    msr     sctlr_el2, x1
    isb
    ret
    .cfi_endproc
    .size   prepare_cpu, . - prepare_cpu
    .ltorg

// EL2's identity map. Nothing is both writable and executable; only the image is executable.
// AP[1], bit 6, is RES1 in a regime with one privilege level.
#define BLOCK_DEVICE 0x0040000000000441      // XN, AF, attribute 0
#define BLOCK_DATA 0x0040000000000745        // XN, AF, inner shareable, attribute 1
#define BLOCK_CODE 0x00000000000007c5        // read-only, AF, inner shareable, attribute 1

    .section .data.translation_tables, "aw"
    .balign 4096
level1_table:
    .quad   BLOCK_DEVICE                     // 0–1 GiB: devices
    .quad   level2_table + 3                 // 1–2 GiB: the start of RAM, with the image
    .set    gigabyte, 2
    .rept   7                                // up to 8 GiB of RAM
    .quad   (gigabyte << 30) + BLOCK_DATA
    .set    gigabyte, gigabyte + 1
    .endr
    .balign 4096
level2_table:
    .quad   0x40000000 + BLOCK_DATA          // QEMU's device tree
    .quad   0x40200000 + BLOCK_CODE          // .text and .rodata
    .set    block, 2
    .rept   510
    .quad   0x40000000 + (block << 21) + BLOCK_DATA
    .set    block, block + 1
    .endr

#endif
