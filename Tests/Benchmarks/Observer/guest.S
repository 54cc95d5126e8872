// A guest at EL1 that makes x0 hypercalls, with [ on its console before them and ] after, and turns the machine off.
// What reads its console takes the time between the marks. It starts at its first byte, with its MMU off.

#define CONSOLE 0x09000000

    .text
    .global _start
_start:
    mov     x20, x0
    mov     x28, #CONSOLE
    ldr     x19, =0xc6000001                    // HVC echo
    mov     w27, #'['
    str     w27, [x28]
1:  mov     x0, x19
    hvc     #0
    subs    x20, x20, #1
    b.ne    1b
    mov     w27, #']'
    str     w27, [x28]
// An eighth of a second in which the time for which QEMU ran can be asked.
    mrs     x21, cntvct_el0
    mrs     x22, cntfrq_el0
    add     x21, x21, x22, lsr #3
1:  mrs     x22, cntvct_el0
    cmp     x22, x21
    b.lo    1b
// SYSTEM_OFF.
    ldr     x0, =0x84000008
    hvc     #0
    b       .
