// What watches exits without stopping them. `avcpu_save_exit` comes here if a flag of `avcpu_observer` is set; every
// exit goes on to `vmexit_trampoline`, those that the filter matches through `vmexit_debug_hook`.
#include "cpu_local.h"
#include "el2_target.h"
#include "host_frame.h"
#include "observer.h"
#include "vcpu_context.h"

#if AVCPU_EL2_TARGET

// At most 32 KiB from the trampoline, so that its branch reaches it, and not on its page. In: SP the vCPU context, complete;
// x0 the trap kind; x2 ELR, x3 SPSR, x4 ESR, x5 FAR, x6 HPFAR, x8 the time, x10 the flags. Every other register is
// free: the guest's are in memory, and the hypervisor's on its stack.
    .section .text.avcpu_observe_exit, "ax"
    .global avcpu_observe_exit
    .type   avcpu_observe_exit, %function
avcpu_observe_exit:
    .cfi_startproc
    cfi_host_registers
    cfi_host_frame AVCPU_HOST_STACK_TOP
    tbz     x10, #AVCPU_OBSERVE_RECORDER, .Lfilter

    // The exit before this one ended with the last entry: count the time that it took.
    mrs     x9, tpidr_el2
    ldp     x11, x12, [x9, #AVCPU_CPU_OPEN_TIME]        // and its cell
    ldr     x13, [sp, #AVCPU_ENTRY_TIME]
    sub     x14, x13, x11
    clz     x15, x14
    ldr     x16, [x12, x15, lsl #3]
    add     x16, x16, #1
    str     x16, [x12, x15, lsl #3]
    ldr     x17, [x12, #AVCPU_CELL_SUM]
    add     x17, x17, x14
    str     x17, [x12, #AVCPU_CELL_SUM]

    // x21: which cell this one belongs to; x22: x0, or what the instruction transfers.
    ldp     x18, x19, [x9, #AVCPU_CPU_SEQUENCE]         // and the ring
    sub     x20, x19, #AVCPU_RECORDER_RING - AVCPU_RECORDER_CELLS
    cbnz    x0, .Linterrupt
    lsr     w21, w4, #26
    tbnz    w21, #5, .Lupper
    cmp     w21, #0x18
    b.eq    .Lregister
.Lother:
    ldr     x22, [sp, #AVCPU_FRAME_GPR]
    bfi     w21, w4, #6, #1
    b       .Lrecord
.Lregister:
    ubfx    w22, w4, #5, #5                             // Rt
    ldr     x22, [sp, x22, lsl #3]
    bfi     w21, w4, #6, #1
    b       .Lrecord
.Linterrupt:
    bfi     x4, x0, #62, #2                             // the record says which interrupt
    ldr     x22, [sp, #AVCPU_FRAME_GPR]
    add     w21, w0, #AVCPU_CELL_KIND
    b       .Lrecord
.Lupper:
    cmp     w21, #0x24
    b.ne    .Lother
    ubfx    w21, w4, #2, #5                             // WnR, DFSC[5:2]
    lsr     w22, w4, #24                                // ISV
    bfi     w21, w22, #5, #1
    add     w21, w21, #AVCPU_CELL_DATA_ABORT
    ubfx    w22, w4, #16, #5                            // SRT
    ldr     x22, [sp, x22, lsl #3]

.Lrecord:
    add     x20, x20, x21, lsl #AVCPU_CELL_SHIFT
    stp     x8, x20, [x9, #AVCPU_CPU_OPEN_TIME]
    ubfiz   x23, x18, #6, #AVCPU_RING_RECORD_SHIFT
    add     x19, x19, x23
    ldr     x24, [sp, #AVCPU_VCPU_ID]                   // and the VM in the upper half
    add     x26, x18, #1
    orr     x24, x24, x24, lsr #16
    bfi     x18, x24, #32, #32
    bfi     x14, x3, #32, #32
    stp     x18, x8, [x19, #AVCPU_RECORD_SEQUENCE]
    stp     x14, x4, [x19, #AVCPU_RECORD_LAST_DURATION]
    stp     x5, x6, [x19, #AVCPU_RECORD_FAR]
    stp     x2, x22, [x19, #AVCPU_RECORD_ELR]
    dmb     ishst                                       // the record before the count of records
    str     x26, [x9, #AVCPU_CPU_SEQUENCE]
    tbz     x10, #AVCPU_OBSERVE_FILTER, vmexit_trampoline

.Lfilter:
    adrp    x9, avcpu_observer
    add     x9, x9, :lo12:avcpu_observer
    ldp     x11, x12, [x9, #AVCPU_OBSERVER_KINDS]       // and the classes
    lsr     x11, x11, x0
    tbz     x11, #0, .Lpass
    cbnz    x0, .Levaluate
    lsr     w13, w4, #26
    lsr     x12, x12, x13
    tbz     x12, #0, .Lpass
.Levaluate:
    mov     x19, sp
    mov     x20, x0
    ldr     x10, [sp, #AVCPU_HOST_STACK_TOP]
    mov     sp, x10
    .cfi_def_cfa 31, AVCPU_HOST_FRAME_SIZE
    mov     x0, x19
    bl      avcpu_filter_exit
    mov     sp, x19
    cfi_host_frame AVCPU_HOST_STACK_TOP
    mov     x1, x0
    mov     x0, x20
    tbnz    w1, #0, .Lhook
.Lpass:
    b       vmexit_trampoline
.Lhook:
    b       vmexit_debug_hook
    .cfi_endproc
    .size   avcpu_observe_exit, . - avcpu_observe_exit

// Where an exit stops that the filter matches: everything is as at `vmexit_trampoline`.
    .section .text.vmexit_debug_hook, "ax"
    .balign 4096
    .global vmexit_debug_hook
    .type   vmexit_debug_hook, %function
vmexit_debug_hook:
    .cfi_startproc
    cfi_host_registers
    cfi_host_frame AVCPU_HOST_STACK_TOP
    nop
    b       vmexit_trampoline
    .cfi_endproc
    .size   vmexit_debug_hook, . - vmexit_debug_hook
    .balign 4096

#endif
