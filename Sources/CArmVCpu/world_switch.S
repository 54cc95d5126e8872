// Enters the guest and returns from it. `vmexit_trampoline` and `context_vm_entry` are contracts: each
// begins with a `nop`, so that a debugger stopped there can continue at the next instruction with one
// packet, and each has its own 4 KiB page, because QEMU single-steps code that shares a page with a
// breakpoint.
#include "cpu_local.h"
#include "debug_block.h"
#include "el2_target.h"
#include "host_frame.h"
#include "vcpu_context.h"

#if AVCPU_EL2_TARGET

// uint64_t avcpu_run_guest(struct avcpu_context *context)
// Returns, through vmexit_trampoline, at the next exit.
    .section .text.avcpu_run_guest, "ax"
    .global avcpu_run_guest
    .type   avcpu_run_guest, %function
avcpu_run_guest:
    .cfi_startproc
    stp     x29, x30, [sp, #-AVCPU_HOST_FRAME_SIZE]!
    .cfi_def_cfa_offset AVCPU_HOST_FRAME_SIZE
    .cfi_offset 29, -96
    .cfi_offset 30, -88
    stp     x27, x28, [sp, #16]
    stp     x25, x26, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x21, x22, [sp, #64]
    stp     x19, x20, [sp, #80]
    cfi_host_registers
    mov     x9, sp
    str     x9, [x0, #AVCPU_HOST_STACK_TOP]
    mrs     x9, tpidr_el2
    str     x0, [x9, #AVCPU_CPU_CONTEXT]        // from here on this CPU handles its exit
    mrs     x10, cntvct_el0
    str     x10, [x0, #AVCPU_ENTRY_TIME]
    b       context_vm_entry
    .cfi_endproc
    .size   avcpu_run_guest, . - avcpu_run_guest

// In: x0 the vCPU context.
    .section .text.context_vm_entry, "ax"
    .balign 4096
    .global context_vm_entry
    .type   context_vm_entry, %function
context_vm_entry:
    .cfi_startproc
    .cfi_def_cfa_offset AVCPU_HOST_FRAME_SIZE
    cfi_host_registers
    nop
    mov     sp, x0
    cfi_host_frame AVCPU_HOST_STACK_TOP
    ldp     x2, x3, [sp, #AVCPU_FRAME_ELR]
    msr     elr_el2, x2
    msr     spsr_el2, x3
    ldp     x30, x1, [sp, #240]
    msr     sp_el0, x1
    ldp     x28, x29, [sp, #224]
    ldp     x26, x27, [sp, #208]
    ldp     x24, x25, [sp, #192]
    ldp     x22, x23, [sp, #176]
    ldp     x20, x21, [sp, #160]
    ldp     x18, x19, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #AVCPU_FRAME_SIZE     // SP is now at the end of the frame, as the vectors expect
    cfi_host_frame AVCPU_HOST_STACK_TOP - AVCPU_FRAME_SIZE
    eret
    .if     . - context_vm_entry != AVCPU_ENTRY_SIZE
    .error  "AVCPU_ENTRY_SIZE is not the size of context_vm_entry up to its eret"
    .endif
    dsb     nsh                                 // nothing may be speculated past the ERET
    isb
    .cfi_endproc
    .size   context_vm_entry, . - context_vm_entry
    .balign 4096

// In: SP the vCPU context, x0 the trap kind. Returns to the caller of avcpu_run_guest.
    .section .text.vmexit_trampoline, "ax"
    .balign 4096
    .global vmexit_trampoline
    .type   vmexit_trampoline, %function
vmexit_trampoline:
    .cfi_startproc
    cfi_host_registers
    cfi_host_frame AVCPU_HOST_STACK_TOP
    nop
    ldr     x10, [sp, #AVCPU_HOST_STACK_TOP]
    mov     sp, x10
    .cfi_def_cfa 31, AVCPU_HOST_FRAME_SIZE
    ldp     x19, x20, [sp, #80]
    ldp     x21, x22, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #32]
    ldp     x27, x28, [sp, #16]
    ldp     x29, x30, [sp], #AVCPU_HOST_FRAME_SIZE
    .cfi_def_cfa_offset 0
    .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    .cfi_restore \n
    .endr
    ret
    .cfi_endproc
    .size   vmexit_trampoline, . - vmexit_trampoline
    .balign 4096

// uint64_t avcpu_firmware_call(uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3)
    .section .text.avcpu_firmware_call, "ax"
    .global avcpu_firmware_call
    .type   avcpu_firmware_call, %function
avcpu_firmware_call:
    .cfi_startproc
    dsb     ish                                 // CPU_ON: memory that the other CPU reads, before it starts
    smc     #0
    ret
    .cfi_endproc
    .size   avcpu_firmware_call, . - avcpu_firmware_call

// void avcpu_forward_firmware_call(struct avcpu_trap_frame *frame)
// The firmware may change all of x0–x17 (SMCCC DEN 0028, 2.6): they belong to the guest, and nothing of
// EL2's is in them.
    .section .text.avcpu_forward_firmware_call, "ax"
    .global avcpu_forward_firmware_call
    .type   avcpu_forward_firmware_call, %function
avcpu_forward_firmware_call:
    .cfi_startproc
    stp     x29, x30, [sp, #-32]!
    .cfi_def_cfa_offset 32
    .cfi_offset 29, -32
    .cfi_offset 30, -24
    stp     x18, x0, [sp, #16]
    .cfi_offset 18, -16
    mov     x18, x0
    ldp     x16, x17, [x18, #128]
    ldp     x14, x15, [x18, #112]
    ldp     x12, x13, [x18, #96]
    ldp     x10, x11, [x18, #80]
    ldp     x8, x9, [x18, #64]
    ldp     x6, x7, [x18, #48]
    ldp     x4, x5, [x18, #32]
    ldp     x2, x3, [x18, #16]
    ldp     x0, x1, [x18, #0]
    smc     #0
    ldr     x18, [sp, #24]
    stp     x0, x1, [x18, #0]
    stp     x2, x3, [x18, #16]
    stp     x4, x5, [x18, #32]
    stp     x6, x7, [x18, #48]
    stp     x8, x9, [x18, #64]
    stp     x10, x11, [x18, #80]
    stp     x12, x13, [x18, #96]
    stp     x14, x15, [x18, #112]
    stp     x16, x17, [x18, #128]
    ldr     x18, [sp, #16]
    ldp     x29, x30, [sp], #32
    .cfi_def_cfa_offset 0
    .cfi_restore 18
    .cfi_restore 29
    .cfi_restore 30
    ret
    .cfi_endproc
    .size   avcpu_forward_firmware_call, . - avcpu_forward_firmware_call

#endif
