// Two vector tables, as KVM has them without VHE: the hypervisor's own, and the guest's, in force from just before an
// entry to just after an exit. TPIDR_EL2 points to where the guest's registers go, in an order that nobody else has.

#define SAVED_PC 0
#define SAVED_X 16

.macro own vector
    .balign 128
    b       own_\vector
.endm

.macro guest_exit kind
    .balign 128
    hint    #16                         // esb, which the oldest CPUs take for a nop
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

    .balign 2048
guest_table:
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

    .irp vector, 000, 080, 100, 180, 200, 280, 300, 380, 400, 480, 500, 580, 600, 680, 700, 780
own_\vector:
    mov     x0, #0x\vector
    b       handle_own_fault
    .endr

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
    adrp    x2, own_table
    add     x2, x2, :lo12:own_table
    msr     vbar_el2, x2
    isb
    mov     x29, xzr
    mov     x30, xzr
    mov     x0, x1
    bl      guest_has_left

    .global enter_guest
enter_guest:
    adrp    x2, guest_table
    add     x2, x2, :lo12:guest_table
    msr     vbar_el2, x2
    isb
    mrs     x0, tpidr_el2
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

// Called once per CPU.
    .global install_vectors
install_vectors:
    adrp    x2, own_table
    add     x2, x2, :lo12:own_table
    msr     vbar_el2, x2
    isb
    ret
