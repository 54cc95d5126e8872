// The guest of each CPU: every kind of exit in each round; it reports the results to the hypervisor. x0 is the number
// of rounds. It doesn't use absolute addresses, so that it can be part of the hypervisor's image.
//
// x19 rounds left, x20 its number, x21 the round, x22 the device, x23 memory that isn't mapped yet, x24 the calls after
// which it continued at the right place.

.macro call number
    mov     w0, #\number
    movk    w0, #0xc600, lsl #16
    hvc     #\number
    add     x24, x24, #1
.endm

.macro report step
    mov     x1, x0
    mov     x2, #\step
    call    2
.endm

    .section .guest, "ax"
    .global guest_image
    .global _start
guest_image:
_start:
    mov     x19, x0
    mrs     x20, mpidr_el1
    and     x20, x20, #0xff
    mov     x21, #0
    mov     x24, #0
    mov     x22, #0x0b000000
    movz    x23, #0x80, lsl #32
    movk    x23, #0x4000, lsl #16
    adr     x0, guest_vectors
    msr     vbar_el1, x0
    isb
    .global guest_round
guest_round:
    mov     x1, x20                     // a hypercall with arguments
    mov     x2, x21
    mov     x3, #0xbeef
    call    1
    report  1
    add     w2, w21, #0xa0              // a device
    strb    w2, [x22]
    ldrb    w0, [x22]
    report  2
    strh    wzr, [x22, #0x102]
    ldr     x0, [x22, #8]
    report  3
    mrs     x0, actlr_el1               // a trapped system register
    report  4
    msr     actlr_el1, x21
    wfi
    mov     w0, #0x84000000             // PSCI_VERSION
    smc     #3
    report  5
    add     x1, x23, x21, lsl #21       // memory that is mapped on its first use; a pair has no syndrome
    stp     x20, x21, [x1, #16]
    ldr     x0, [x1, #24]
    report  6
    call    3                           // an IRQ, right after it
    mov     x0, x24
    report  7
    add     x21, x21, #1
    sub     x19, x19, #1
    cbnz    x19, guest_round
    mov     w0, #8                      // SYSTEM_OFF
    movk    w0, #0x8400, lsl #16
    hvc     #0
    b       .

// A guest that takes an exception itself has got a wrong result: it reports the exception, forever.
    .balign 2048
guest_vectors:
    .rept 16
    mrs     x0, esr_el1
    report  99
    b       .
    .balign 128
    .endr
    .global guest_image_end
guest_image_end:
