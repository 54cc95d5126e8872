// A KVM guest that makes x1 unknown hypercalls, to measure speed, and powers off.

    .text
    .global _start
_start:
    mov     x25, x1
1:  movz    x0, #1
    movk    x0, #0xc600, lsl #16
    hvc     #0
    subs    x25, x25, #1
    b.ne    1b
    movz    x0, #8
    movk    x0, #0x8400, lsl #16
    hvc     #0
    b       .
