// The V registers, which belong to the guest: EL2 is compiled without them. These two functions are the
// only code in the image that accesses them. At EL2 the guest's CPACR_EL1 doesn't matter but CPTR_EL2 does:
// an embedder that sets TFP there must clear it before it emulates.
#include "el2_target.h"
#include "host_frame.h"

#if AVCPU_EL2_TARGET

    .arch_extension simd

// struct avcpu_vector avcpu_read_vector(unsigned index)
    .section .text.avcpu_read_vector, "ax"
    .balign 16
    .global avcpu_read_vector
    .type   avcpu_read_vector, %function
avcpu_read_vector:
    .cfi_startproc
    adr     x9, 1f
    ubfiz   x10, x0, #4, #5
    add     x9, x9, x10
    br      x9
    .balign 16
1:
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    umov    x0, v\n\().d[0]
    umov    x1, v\n\().d[1]
    ret
    .balign 16
    .endr
    .cfi_endproc
    .size   avcpu_read_vector, . - avcpu_read_vector

// void avcpu_write_vector(unsigned index, uint64_t low, uint64_t high)
    .section .text.avcpu_write_vector, "ax"
    .balign 16
    .global avcpu_write_vector
    .type   avcpu_write_vector, %function
avcpu_write_vector:
    .cfi_startproc
    adr     x9, 1f
    ubfiz   x10, x0, #4, #5
    add     x9, x9, x10
    br      x9
    .balign 16
1:
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ins     v\n\().d[0], x1
    ins     v\n\().d[1], x2
    ret
    .balign 16
    .endr
    .cfi_endproc
    .size   avcpu_write_vector, . - avcpu_write_vector

#endif
