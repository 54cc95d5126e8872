// What a benchmark at EL2 needs besides Swift: a counter of instructions, and a wall for the optimiser.
#ifndef BENCHMARK_H
#define BENCHMARK_H

#include "CHypervisor.h"

#if AVCPU_EL2_TARGET

// The virtual counter. Under QEMU's `-icount shift=0` an instruction takes a nanosecond.
AVCPU_INLINE uint64_t benchmark_counter(void) {
    uint64_t value;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
    return value;
}

// Its ticks in a second.
AVCPU_INLINE uint64_t benchmark_frequency(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

// What decides the order of a guest's bytes.
AVCPU_INLINE uint64_t benchmark_sctlr_el1(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, sctlr_el1" : "=r"(value));
    return value;
}

// No instruction, but memory may be another after it, and has been used.
AVCPU_INLINE void benchmark_use(const void *memory) {
    __asm__ volatile("" : : "r"(memory) : "memory");
}

#endif
#endif
