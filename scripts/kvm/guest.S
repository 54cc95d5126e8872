// A KVM guest with every kind of exit. It reports results: a doubleword at offset 0xf00 of its vCPU's device, with the
// number of the report in its highest byte. x0 is the number of vCPUs; vCPU 0 starts the others, waits for them and
// powers off.

.macro constant register, value
    movz    \register, #((\value) & 0xffff)
    movk    \register, #((\value) >> 16 & 0xffff), lsl #16
.endm

.macro report step
    mov     x2, #\step
    bfi     x0, x2, #56, #8
    str     x0, [x21, #0xf00]
.endm

    .text
    .global _start
_start:
    mov     x19, x0                         // vCPUs
    mov     x20, #1
1:  cmp     x20, x19
    b.eq    body
    constant x0, 0xc4000003                 // CPU_ON of vCPU x20, with its x0
    mov     x1, x20
    adr     x2, body
    mov     x3, #0
    hvc     #0
    add     x20, x20, #1
    b       1b

body:
    mrs     x22, mpidr_el1
    and     x22, x22, #0xff
    constant x21, 0x0b000000
    add     x21, x21, x22, lsl #12          // its device
    mov     x0, #3 << 20                    // CPACR_EL1.FPEN
    msr     cpacr_el1, x0
    isb
    constant x0, 0x84000000                 // PSCI_VERSION, answered by KVM
    hvc     #0
    report  1
    constant x0, 0xc6000001                 // an unknown call: -1
    mov     x1, #0x1234
    hvc     #0
    report  2
    constant x23, 0x80aa55a5
    strb    w23, [x21]
    ldrb    w0, [x21]
    report  3
    strh    w23, [x21, #8]
    ldrh    w0, [x21, #8]
    report  4
    str     w23, [x21, #16]
    ldr     w0, [x21, #16]
    report  5
    ldrsb   x0, [x21]
    report  6
    mrs     x0, actlr_el1                   // HCR_EL2.TACR
    report  7
    mrs     x0, id_aa64mmfr0_el1            // HCR_EL2.TID3
    report  8
    constant x9, 0x80100000                 // memory that stage 2 does not map yet
    add     x9, x9, x22, lsl #16
    mov     x0, #0x55
    str     x0, [x9]
    ldr     x0, [x9]
    report  9
    constant x0, 0x84000000
    smc     #0
    report  10
    fmov    d0, x0                          // KVM enables SIMD on its first use, inside its world switch
    constant x25, 20000000                  // long enough for one of the host's interrupts
1:  subs    x25, x25, #1
    b.ne    1b

    adr     x9, finished
2:  ldaxr   w0, [x9]                        // stage 1 is off: exclusives work in QEMU
    add     w0, w0, #1
    stlxr   w1, w0, [x9]
    cbnz    w1, 2b
    cbnz    x22, park
3:  ldar    w0, [x9]
    cmp     w0, w19
    b.ne    3b
    constant x0, 0x84000008                 // SYSTEM_OFF
    hvc     #0
park:
    constant x0, 0x84000002                 // CPU_OFF
    hvc     #0
    b       park

    .balign 8
finished:
    .word   0
