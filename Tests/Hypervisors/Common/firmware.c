// PSCI (Arm DEN0022) in QEMU's firmware, which answers SMC.

#include "hypervisor.h"

static int64_t call(uint64_t function, uint64_t a, uint64_t b, uint64_t c) {
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;
    __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
    return (int64_t)x0;
}

int64_t firmware_cpu_on(unsigned cpu) { return call(0xc4000003, cpu, physical(start), 0); }

_Noreturn void firmware_system_off(void) {
    call(0x84000008, 0, 0, 0);
    for (;;) __asm__ volatile("wfi");
}
