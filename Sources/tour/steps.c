// The steps of the tour. Each spells out the instruction that exits, so that the compiler can't choose
// another one. Any of them may take an exception if the hypervisor is wrong, and the handler uses x16 and
// x17.
#include "tour.h"

#if TOUR_GUEST

#define SCRATCH 0x0b000000ull   // the emulated device: 64 bytes of memory
#define UNMAPPED 0x0c000000ull  // not mapped
#define PATTERN 0x8182838485868788ull

// Stores `value` with `instruction`, an access to the device at `offset`.
#define STORE(name, instruction, offset, value) \
    static uint64_t name(void) { \
        register uint64_t data __asm__("x1") = (value); \
        __asm__ volatile(instruction : : "r"(data), "r"(SCRATCH + (offset)) : "memory", "x16", "x17"); \
        return data; \
    }

// Loads into a register that was all ones, to show what the load clears.
#define LOAD(name, instruction, offset) \
    static uint64_t name(void) { \
        register uint64_t data __asm__("x2") = ~0ull; \
        __asm__ volatile(instruction : "+r"(data) : "r"(SCRATCH + (offset)) : "memory", "x16", "x17"); \
        return data; \
    }

STORE(store8, "strb %w0, [%1]", 0, 0x5a)
STORE(store16, "strh %w0, [%1]", 2, 0xa55a)
STORE(store32, "str %w0, [%1]", 4, 0xcafebabe)
STORE(store64, "str %0, [%1]", 8, PATTERN)
LOAD(load8, "ldrb %w0, [%1]", 0)
LOAD(load16, "ldrh %w0, [%1]", 2)
LOAD(load32, "ldr %w0, [%1]", 4)
LOAD(load64, "ldr %0, [%1]", 8)
LOAD(load_signed8, "ldrsb %0, [%1]", 8)
LOAD(load_signed8_w, "ldrsb %w0, [%1]", 8)
LOAD(load_signed16, "ldrsh %0, [%1]", 8)
LOAD(load_signed16_w, "ldrsh %w0, [%1]", 8)
LOAD(load_signed32, "ldrsw %0, [%1]", 8)
LOAD(load32_w, "ldr %w0, [%1]", 8)

// A store of a W register stores only the low half.
STORE(store32_of_64, "str %w0, [%1]", 16, PATTERN)
LOAD(load_back, "ldr %0, [%1]", 16)

static uint64_t store_zero_register(void) {
    __asm__ volatile("str xzr, [%0]" : : "r"(SCRATCH + 8) : "memory", "x16", "x17");
    return load64();
}

static uint64_t load_zero_register(void) {
    uint64_t zero;
    __asm__ volatile("ldr xzr, [%1]\n\tmov %0, xzr" : "=r"(zero) : "r"(SCRATCH) : "memory", "x16", "x17");
    return zero;
}

static uint64_t hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3) {
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a1;
    register uint64_t x2 __asm__("x2") = a2;
    register uint64_t x3 __asm__("x3") = a3;
    register uint64_t x4 __asm__("x4") = 4000;
    register uint64_t x5 __asm__("x5") = 50000;
    register uint64_t x6 __asm__("x6") = 600000;
    __asm__ volatile("hvc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x6)
                     : "memory", "x16", "x17");
    return x0;
}

static uint64_t smc(uint64_t function) {
    register uint64_t x0 __asm__("x0") = function;
    __asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "x16", "x17", "memory");
    return x0;
}

static uint64_t hypercall_sum(void) { return hvc(0xc6000002, 1, 20, 300); }
static uint64_t hypercall_echo(void) { return hvc(0xc6000001, 0x1234, 0, 0); }
static uint64_t hypercall_unknown(void) { return hvc(0xc600ffff, 0, 0, 0); }

static uint64_t hypercall_immediate(void) {
    register uint64_t x0 __asm__("x0") = 0xc6000001;
    __asm__ volatile("hvc #0x77" : "+r"(x0) : : "memory", "x16", "x17");
    return x0;
}

static uint64_t psci_version_hvc(void) { return hvc(0x84000000, 0, 0, 0); }
// The upper half of x0 is not part of a function identifier.
static uint64_t psci_version_smc(void) { return smc(0xffffffff84000000); }
// A 64-bit identifier of a function that has only a 32-bit one.
static uint64_t psci_version_64(void) { return hvc(0xc4000000, 0, 0, 0) & 0xffffffff; }
static uint64_t psci_affinity_info(void) { return hvc(0xc4000004, 0, 0, 0); }
static uint64_t smc_unknown(void) { return smc(0xc2001234) & 0xffffffff; }

static uint64_t write_actlr(void) {
    __asm__ volatile("msr actlr_el1, %0" : : "r"(0x600dcafeull) : "x16", "x17");
    return 0x600dcafe;
}

static uint64_t read_actlr(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, actlr_el1" : "=r"(value) : : "x16", "x17");
    return value;
}

// ID_AA64PFR0_EL1: EL1 and EL0 exist (one or two states each), SVE is hidden from guests.
static uint64_t read_id_register(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, id_aa64pfr0_el1" : "=r"(value) : : "x16", "x17");
    return (value & 0xf) != 0 && (value >> 4 & 0xf) != 0 && (value >> 32 & 0xf) == 0;
}

// A register that no guest has, in IMPLEMENTATION DEFINED space. It exits if the CPU has TIDCP; QEMU 7.2
// doesn't, and takes the exception to EL1 itself. The guest sees the same.
static uint64_t read_unknown_register(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, s3_0_c15_c12_7" : "=r"(value) : : "x16", "x17");
    return tour_exception_syndrome;
}

static uint64_t wait_for_interrupt(void) {
    __asm__ volatile("wfi" : : : "memory", "x16", "x17");
    return 0;
}

static uint64_t wait_for_event(void) {
    // An event may be pending from anything before: the first WFE takes it, the second one waits. QEMU 7.2
    // treats WFE as a NOP, so it doesn't exit there.
    __asm__ volatile("wfe\n\twfe" : : : "memory", "x16", "x17");
    return 0;
}

static uint64_t data_abort(void) {
    uint64_t value;
    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(UNMAPPED) : "memory", "x16", "x17");
    return tour_exception_syndrome;
}

// A pair of registers doesn't have an instruction syndrome, and there is no device at the address.
static uint64_t load_pair(void) {
    uint64_t first, second;
    __asm__ volatile("ldp %0, %1, [%2]"
                     : "=&r"(first), "=&r"(second)
                     : "r"(UNMAPPED)
                     : "memory", "x16", "x17");
    return tour_exception_syndrome;
}

static uint64_t instruction_abort(void) {
    __asm__ volatile("blr %0" : : "r"(UNMAPPED) : "x30", "x16", "x17", "memory");
    return tour_exception_syndrome;
}

const struct tour_step tour_steps[] = {
    {"mmio write 1 byte", store8, 0x5a},
    {"mmio write 2 bytes", store16, 0xa55a},
    {"mmio write 4 bytes", store32, 0xcafebabe},
    {"mmio write 8 bytes", store64, PATTERN},
    {"mmio read 1 byte", load8, 0x5a},
    {"mmio read 2 bytes", load16, 0xa55a},
    {"mmio read 4 bytes", load32, 0xcafebabe},
    {"mmio read 8 bytes", load64, PATTERN},
    {"ldrsb to x", load_signed8, 0xffffffffffffff88},
    {"ldrsb to w", load_signed8_w, 0xffffff88},
    {"ldrsh to x", load_signed16, 0xffffffffffff8788},
    {"ldrsh to w", load_signed16_w, 0xffff8788},
    {"ldrsw to x", load_signed32, 0xffffffff85868788},
    {"ldr to w", load32_w, 0x85868788},
    {"str of w", store32_of_64, PATTERN},
    {"str of w, read back", load_back, 0x85868788},
    {"str of xzr, read back", store_zero_register, 0},
    {"ldr to xzr", load_zero_register, 0},
    {"hvc sum of six arguments", hypercall_sum, 654321},
    {"hvc echo", hypercall_echo, 0x1234},
    {"hvc unknown function", hypercall_unknown, ~0ull},
    {"hvc with an immediate", hypercall_immediate, ~0ull},
    {"psci version by hvc", psci_version_hvc, 0x10001},
    {"psci version by smc", psci_version_smc, 0x10001},
    {"psci version by a 64-bit id", psci_version_64, 0xffffffff},
    {"psci affinity info of itself", psci_affinity_info, 0},
    {"smc unknown function", smc_unknown, 0xffffffff},
    {"msr actlr_el1", write_actlr, 0x600dcafe},
    {"mrs actlr_el1", read_actlr, 0x600dcafe},
    {"mrs id_aa64pfr0_el1", read_id_register, 1},
    {"mrs of an unknown register", read_unknown_register, 0x02000000},
    {"wfi", wait_for_interrupt, 0},
    {"wfe", wait_for_event, 0},
    {"data abort", data_abort, 0x96000010},
    {"data abort of ldp", load_pair, 0x96000010},
    {"instruction abort", instruction_abort, 0x86000010},
};

const unsigned tour_step_count = sizeof tour_steps / sizeof tour_steps[0];

#endif
