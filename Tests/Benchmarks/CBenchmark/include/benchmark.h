// What a benchmark at EL2 needs besides Swift: an instruction counter, and a barrier for the optimizer.
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

// Its ticks per second.
AVCPU_INLINE uint64_t benchmark_frequency(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

// The register that determines a guest's byte order.
AVCPU_INLINE uint64_t benchmark_sctlr_el1(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, sctlr_el1" : "=r"(value));
    return value;
}

// Emits no instruction, but the compiler must assume that memory is used and changed.
AVCPU_INLINE void benchmark_use(const void *memory) {
    __asm__ volatile("" : : "r"(memory) : "memory");
}

#endif
#endif
