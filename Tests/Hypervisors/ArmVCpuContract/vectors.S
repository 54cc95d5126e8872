// The contract of the Rust crate arm_vcpu: exception_vector_base_vcpu, vmexit_trampoline and context_vm_entry. While
// a guest runs, SP is the end of its vCPU's frame; at vmexit_trampoline SP is the frame and x0 the trap kind.

#define FRAME_BYTE_COUNT 272

.macro guest_exit kind
    .balign 128
    sub     sp, sp, #FRAME_BYTE_COUNT
    stp     x0, x1, [sp]
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
    mrs     x1, elr_el2
    mrs     x2, spsr_el2
    stp     x1, x2, [sp, #256]
    mov     x0, #\kind
    b       vmexit_trampoline
.endm

.macro own_fault vector
    .balign 128
    mov     x0, #\vector
    b       handle_own_fault
.endm

    .text
    .balign 2048
    .global exception_vector_base_vcpu
exception_vector_base_vcpu:
    own_fault 0x000
    own_fault 0x080
    own_fault 0x100
    own_fault 0x180
    own_fault 0x200
    own_fault 0x280
    own_fault 0x300
    own_fault 0x380
    guest_exit 0
    guest_exit 1
    guest_exit 2
    guest_exit 3
    own_fault 0x600
    own_fault 0x680
    own_fault 0x700
    own_fault 0x780

#ifdef OTHER_BUILD
    .space  256                         // the other vectors are elsewhere
#endif

// x0 = run_guest(x0: the vCPU). Returns at the next exit, with the trap kind.
    .global run_guest
    .type run_guest, %function
run_guest:
    stp     x19, x20, [sp, #-96]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    mov     x9, sp
    str     x9, [x0, #FRAME_BYTE_COUNT]
    b       context_vm_entry
    .size run_guest, . - run_guest

    .balign 64
    .global vmexit_trampoline
    .type vmexit_trampoline, %function
vmexit_trampoline:
    add     x9, sp, #FRAME_BYTE_COUNT   // not a hint: skipping it loads the stack pointer from a wrong address
    ldr     x10, [x9]
    mov     sp, x10
    ldp     x29, x30, [sp, #80]
    ldp     x27, x28, [sp, #64]
    ldp     x25, x26, [sp, #48]
    ldp     x23, x24, [sp, #32]
    ldp     x21, x22, [sp, #16]
    ldp     x19, x20, [sp], #96
    ret
    .size vmexit_trampoline, . - vmexit_trampoline

    .balign 64
    .global context_vm_entry
    .type context_vm_entry, %function
context_vm_entry:
    add     sp, x0, #FRAME_BYTE_COUNT
    ldp     x1, x2, [x0, #256]
    msr     elr_el2, x1
    msr     spsr_el2, x2
    ldp     x30, x1, [x0, #240]
    msr     sp_el0, x1
    ldp     x28, x29, [x0, #224]
    ldp     x26, x27, [x0, #208]
    ldp     x24, x25, [x0, #192]
    ldp     x22, x23, [x0, #176]
    ldp     x20, x21, [x0, #160]
    ldp     x18, x19, [x0, #144]
    ldp     x16, x17, [x0, #128]
    ldp     x14, x15, [x0, #112]
    ldp     x12, x13, [x0, #96]
    ldp     x10, x11, [x0, #80]
    ldp     x8, x9, [x0, #64]
    ldp     x6, x7, [x0, #48]
    ldp     x4, x5, [x0, #32]
    ldp     x2, x3, [x0, #16]
    ldp     x0, x1, [x0]
    eret
    .size context_vm_entry, . - context_vm_entry
