// The emulated device, for the steps with hand-written accesses: its contents, and a way to run an instruction
// on it.
#ifndef DEVICE_H
#define DEVICE_H

#include "tour.h"

#if TOUR_GUEST

#define DEVICE 0x0b000020ull // the upper half of the emulated device's 64 bytes
#define A 0x9192939495969798ull
#define B 0xa1a2a3a4a5a6a7a8ull
#define C 0x0102030405060708ull
#define D 0x1112131415161718ull
#define MIX(first, second) ((first) ^ (second) << 1)

static inline void put(uint64_t first, uint64_t second) {
    __asm__ volatile("str %0, [%2]\n\tadd x9, %2, #8\n\tstr %1, [x9]"
                     : : "r"(first), "r"(second), "r"(DEVICE) : "memory", "x9", "x16", "x17");
}

static inline uint64_t get(uint64_t offset) {
    uint64_t value;
    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(DEVICE + offset) : "memory", "x16", "x17");
    return value;
}

// Runs an instruction with A and B in x1 and x2 and the address of the device in x0; all three come back.
struct operands { uint64_t base, first, second; };

#define ACCESS(instruction) \
    ({ \
        register uint64_t x0 __asm__("x0") = DEVICE; \
        register uint64_t x1 __asm__("x1") = A; \
        register uint64_t x2 __asm__("x2") = B; \
        __asm__ volatile(instruction \
                         : "+r"(x0), "+r"(x1), "+r"(x2) : : "memory", "cc", "x9", "x10", "x16", "x17"); \
        (struct operands){x0, x1, x2}; \
    })

// Around an instruction of `ACCESS`: the MMU is on, SCTLR_EL1.M, and x0 is the device's other address.
#define ELSEWHERE 0x80000000ull
#define TRANSLATED \
    "mrs x9, sctlr_el1\n\torr x10, x9, #1\n\tmsr sctlr_el1, x10\n\tisb\n\torr x0, x0, #0x80000000\n\t"
#define UNTRANSLATED "msr sctlr_el1, x9\n\tisb\n\t"

// The instruction of a step that a debugger answers, with the label answer_NAME, by which the debugger
// identifies it.
#define ANSWERED(name, instruction) \
    ".global answer_" #name "\nanswer_" #name ":\n\t" instruction "\n\t"

#endif
#endif
