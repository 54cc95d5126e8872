// Stage 1 translation, for the steps that need it.
#include "tour.h"

#if TOUR_GUEST

// Memory is mapped one to one, and the device again 2 GiB above. Blocks of 1 GiB with AF; devices with UXN and PXN,
// memory inner shareable.
#define DEVICE_BLOCK (1ull << 54 | 1ull << 53 | 1 << 10 | 0 << 2 | 1)
#define MEMORY_BLOCK (0x40000000ull | 3 << 8 | 1 << 10 | 1 << 2 | 1)

static uint64_t level1_table[512] __attribute__((aligned(4096))) = {
    DEVICE_BLOCK, MEMORY_BLOCK, DEVICE_BLOCK};

void tour_prepare_translation(void) {
    __asm__ volatile("msr mair_el1, %0\n\tmsr tcr_el1, %1\n\tmsr ttbr0_el1, %2\n\t"
                     "dsb ish\n\ttlbi vmalle1\n\tdsb ish\n\tisb"
                     : : "r"(0xff00ull), "r"(1ull << 23 | 25), "r"(level1_table)
                     : "memory", "x16", "x17");
}

#endif
