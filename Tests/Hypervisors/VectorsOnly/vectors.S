// Two vector tables, as KVM has without VHE: the hypervisor's own, and the guest's, active from just before an entry to
// just after an exit. TPIDR_EL2 points to where the guest's registers are saved, in an order that no other hypervisor
// uses.
//
// With HOST_AT_EL1 it also has a host, as KVM has: a program at EL1, without a stage 2 (HCR_EL2.VM is 0), that calls
// EL2 with HVC through EL2's own table. The guest runs only during a call from the host.

#include "layout.h"

#include "../Common/hypervisor.h"

.macro own vector
    .balign 128
    b       own_\vector
.endm

.macro guest_exit kind
    .balign 128
    hint    #16                         // esb, which the oldest CPUs execute as a nop
    stp     x0, x1, [sp, #-16]!
    mov     x1, #\kind
    b       save_guest
.endm

.macro guest_fault vector
    .balign 128
    hint    #16
    mov     x0, #\vector
    b       handle_own_fault
.endm

    .text
    .balign 2048
own_table:
    .irp vector, 000, 080, 100, 180, 200, 280, 300, 380, 400, 480, 500, 580, 600, 680, 700, 780
    own     \vector
    .endr

.macro guest_vectors
    .irp vector, 000, 080, 100, 180, 200, 280, 300, 380
    guest_fault 0x\vector
    .endr
    guest_exit 0
    guest_exit 1
    guest_exit 2
    guest_exit 3
    .irp vector, 600, 680, 700, 780
    guest_fault 0x\vector
    .endr
.endm

    .balign 2048
    .global guest_table
guest_table:
    guest_vectors

#ifdef MOVE_VECTORS_AFTER
    .balign 4096
    .global other_guest_table
other_guest_table:
    guest_vectors
#endif

    .irp vector, 000, 080, 100, 180, 200, 280, 300, 380, 480, 500, 580, 600, 680, 700, 780
own_\vector:
    mov     x0, #0x\vector
    b       handle_own_fault
    .endr

#ifdef HOST_AT_EL1
own_400:
    cmp     x0, #HOST_CALL_HANDLE
    b.ne    1f
    stp     x29, x30, [sp, #-16]!
    bl      handle_last_exit            // the host doesn't expect to keep registers that C doesn't save
    ldp     x29, x30, [sp], #16
    mov     x0, #0
    eret
1:  cmp     x0, #HOST_CALL_RUN
    b.ne    2f
    stp     x19, x20, [sp, #-112]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    mrs     x1, elr_el2
    mrs     x2, spsr_el2
    stp     x1, x2, [sp, #96]
    b       enter_guest
2:  mov     x0, #0x400
    b       handle_own_fault

// Returns from the host's call that ran the guest.
return_to_host:
    ldr     x1, =HOST_HCR
    msr     hcr_el2, x1
    msr     vttbr_el2, xzr
    ldp     x1, x2, [sp, #96]
    msr     elr_el2, x1
    msr     spsr_el2, x2
    ldp     x29, x30, [sp, #80]
    ldp     x27, x28, [sp, #64]
    ldp     x25, x26, [sp, #48]
    ldp     x23, x24, [sp, #32]
    ldp     x21, x22, [sp, #16]
    ldp     x19, x20, [sp], #112
    mov     x0, #0
    eret

    .global enter_host
enter_host:
    ldr     x1, =HOST_HCR
    msr     hcr_el2, x1
    msr     vttbr_el2, xzr
    mov     x1, #GUEST_PSTATE
    msr     elr_el2, x0
    msr     spsr_el2, x1
    eret
    .ltorg

// EL1, with its MMU off, so at the load address.
    .global host_main
host_main:
    mov     x0, #HOST_CALL_RUN
    hvc     #0
    mov     x0, #HOST_CALL_HANDLE
    hvc     #0
    b       host_main
#else
own_400:
    mov     x0, #0x400
    b       handle_own_fault
#endif

// x1 is the trap kind; the guest's x0 and x1 are on the stack.
save_guest:
    mrs     x0, tpidr_el2
    add     x0, x0, #SAVED_X
    stp     x2, x3, [x0, #16]
    stp     x4, x5, [x0, #32]
    stp     x6, x7, [x0, #48]
    stp     x8, x9, [x0, #64]
    stp     x10, x11, [x0, #80]
    stp     x12, x13, [x0, #96]
    stp     x14, x15, [x0, #112]
    stp     x16, x17, [x0, #128]
    stp     x18, x19, [x0, #144]
    stp     x20, x21, [x0, #160]
    stp     x22, x23, [x0, #176]
    stp     x24, x25, [x0, #192]
    stp     x26, x27, [x0, #208]
    stp     x28, x29, [x0, #224]
    str     x30, [x0, #240]
    ldp     x2, x3, [sp], #16
    stp     x2, x3, [x0]
    mrs     x2, elr_el2
    mrs     x3, spsr_el2
    stp     x2, x3, [x0, #SAVED_PC - SAVED_X]
#ifdef NONSENSE_VECTORS
    ldr     x2, =0xdead00000800         // nothing is mapped there: EL2 must not take an exception
#else
    adrp    x2, own_table
    add     x2, x2, :lo12:own_table
#endif
    msr     vbar_el2, x2
    isb
    mov     x29, xzr
    mov     x30, xzr
    mov     x0, x1
    bl      guest_has_left
#ifdef HOST_AT_EL1
    b       return_to_host
#else
    bl      handle_last_exit
#endif

    .global enter_guest
enter_guest:
#ifdef HOST_AT_EL1
    ldr     x2, =GUEST_HCR
    msr     hcr_el2, x2
    mrs     x0, tpidr_el2
    ldr     x2, [x0, #SAVED_VTTBR]
    msr     vttbr_el2, x2
#endif
    mrs     x0, tpidr_el2
    ldr     x2, [x0, #SAVED_VECTORS]
    msr     vbar_el2, x2
    isb
    ldp     x2, x3, [x0, #SAVED_PC]
    msr     elr_el2, x2
    msr     spsr_el2, x3
    add     x0, x0, #SAVED_X
    ldp     x2, x3, [x0, #16]
    ldp     x4, x5, [x0, #32]
    ldp     x6, x7, [x0, #48]
    ldp     x8, x9, [x0, #64]
    ldp     x10, x11, [x0, #80]
    ldp     x12, x13, [x0, #96]
    ldp     x14, x15, [x0, #112]
    ldp     x16, x17, [x0, #128]
    ldp     x18, x19, [x0, #144]
    ldp     x20, x21, [x0, #160]
    ldp     x22, x23, [x0, #176]
    ldp     x24, x25, [x0, #192]
    ldp     x26, x27, [x0, #208]
    ldp     x28, x29, [x0, #224]
    ldr     x30, [x0, #240]
    ldp     x0, x1, [x0]
    eret
    .ltorg

// Called once per CPU.
    .global install_vectors
install_vectors:
    adrp    x2, own_table
    add     x2, x2, :lo12:own_table
    msr     vbar_el2, x2
    isb
    ret
