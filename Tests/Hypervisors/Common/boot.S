// From QEMU, or from PSCI's CPU_ON, to C: EL2, MMU off, at the load address. Turning the MMU on moves the image to
// its link address, which may be different.

#include "hypervisor.h"

    .section .text.boot, "ax"
    .global start
    .type start, %function
start:
    mrs     x19, mpidr_el1
    and     x19, x19, #0xff
    adrp    x20, stacks                 // relative to the PC: valid at either address
    add     x20, x20, :lo12:stacks
    mov     x21, #STACK_BYTE_COUNT
    madd    x21, x19, x21, x21
    add     sp, x20, x21
    cbnz    x19, 1f                     // CPU 0 has built them before it starts others
    bl      build_own_tables
1:
#ifdef VHE
    ldr     x0, =OWN_HCR
    msr     hcr_el2, x0
    isb
#endif
    adrp    x0, own_level1
    add     x0, x0, :lo12:own_level1
    msr     ttbr0_el2, x0
    mov     x0, #0x04ff                 // attributes 0: normal, write-back; 1: device, nGnRE
    msr     mair_el2, x0
    ldr     x0, =OWN_TCR
    msr     tcr_el2, x0
    tlbi    alle2
    dsb     sy
    isb
    mrs     x0, sctlr_el2
    mov     x1, #0x1005                 // I, C, M
    orr     x0, x0, x1
    msr     sctlr_el2, x0
    isb
    ldr     x0, =at_link_address
    br      x0
    .size start, . - start
    .ltorg

    .text
at_link_address:
    ldr     x0, =stacks
    add     sp, x0, x21
    mov     x29, xzr
    mov     x30, xzr
    mov     x0, x19
    bl      hypervisor_main
    b       .
    .ltorg

    .global current_cpu
    .type current_cpu, %function
current_cpu:
    mrs     x0, mpidr_el1
    and     x0, x0, #0xff
    ret
    .size current_cpu, . - current_cpu

    .bss
    .balign 16
stacks:
    .space  CPU_LIMIT * STACK_BYTE_COUNT
