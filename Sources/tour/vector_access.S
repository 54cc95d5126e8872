// Accesses with vector registers, the only code in the tour that uses them. Nothing else uses the registers
// that these functions clobber.
#if defined(__aarch64__) && !defined(__linux__) && !defined(__APPLE__)

    .arch_extension simd
    .text

// void tour_store_q(uint64_t address, uint64_t first, uint64_t second)
    .global tour_store_q
    .type   tour_store_q, %function
tour_store_q:
    ins     v3.d[0], x1
    ins     v3.d[1], x2
    str     q3, [x0]
    ret
    .size   tour_store_q, . - tour_store_q

// struct tour_pair tour_load_q(uint64_t address)
    .global tour_load_q
    .type   tour_load_q, %function
tour_load_q:
    ldr     q17, [x0], #-16
    umov    x0, v17.d[0]
    umov    x1, v17.d[1]
    ret
    .size   tour_load_q, . - tour_load_q

// struct tour_pair tour_load_d(uint64_t address): into a register that was all ones.
    .global tour_load_d
    .type   tour_load_d, %function
tour_load_d:
    movi    v5.16b, #255
    ldr     d5, [x0]
    umov    x0, v5.d[0]
    umov    x1, v5.d[1]
    ret
    .size   tour_load_d, . - tour_load_d

// struct tour_pair tour_copy_q(uint64_t address): the data there is copied to the 32 bytes before it,
// twice, and read back from there.
    .global tour_copy_q
    .type   tour_copy_q, %function
tour_copy_q:
    ldr     q1, [x0]
    stp     q1, q1, [x0, #-32]!
    ldp     q30, q31, [x0]
    umov    x0, v30.d[0]
    umov    x1, v31.d[1]
    ret
    .size   tour_copy_q, . - tour_copy_q

// The accesses of debugger_steps.c: the second instruction of a load, the third one of the store.
// struct tour_pair tour_answered_load_q(uint64_t address): into a register that was all ones.
    .global tour_answered_load_q
    .type   tour_answered_load_q, %function
tour_answered_load_q:
    movi    v31.16b, #255
    ldr     q31, [x0]
    umov    x0, v31.d[0]
    umov    x1, v31.d[1]
    ret
    .size   tour_answered_load_q, . - tour_answered_load_q

// struct tour_pair tour_answered_load_d(uint64_t address): the same.
    .global tour_answered_load_d
    .type   tour_answered_load_d, %function
tour_answered_load_d:
    movi    v6.16b, #255
    ldr     d6, [x0]
    umov    x0, v6.d[0]
    umov    x1, v6.d[1]
    ret
    .size   tour_answered_load_d, . - tour_answered_load_d

// void tour_answered_store_q(uint64_t address, uint64_t first, uint64_t second)
    .global tour_answered_store_q
    .type   tour_answered_store_q, %function
tour_answered_store_q:
    ins     v3.d[0], x1
    ins     v3.d[1], x2
    str     q3, [x0]
    ret
    .size   tour_answered_store_q, . - tour_answered_store_q

#endif
