// Steps that test the machine around the guest: firmware, timers, debug and maintenance registers, and exceptions
// and interrupts that the hypervisor raises in each state that the guest may be in.
#include "tour.h"

#if TOUR_GUEST

#define UNMAPPED 0x0c000000ull
#define WRONG_VECTOR 0xbadull

// An SMCCC 1.1 call preserves x1–x3 unless they are results.
static uint64_t call_hvc(uint64_t function, uint64_t argument) {
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = argument;
    __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1) : : "x2", "x3", "x16", "x17", "memory");
    return x0;
}

static uint64_t call_smc(uint64_t function) {
    register uint64_t x0 __asm__("x0") = function;
    __asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "x16", "x17", "memory");
    return x0;
}

#define READ(name) \
    ({ \
        uint64_t value; \
        __asm__ volatile("mrs %0, " name : "=r"(value) : : "memory", "x16", "x17"); \
        value; \
    })
#define WRITE(name, value) \
    __asm__ volatile("msr " name ", %0\n\tisb" : : "r"((uint64_t)(value)) : "memory", "x16", "x17")

static uint64_t smccc_version(void) { return call_hvc(0x80000000, 0); }
static uint64_t smccc_is_announced(void) { return call_hvc(0x8400000a, 0x80000000); }
static uint64_t smccc_workaround(void) { return call_hvc(0x80000001, 0x80008000) & 0xffffffff; }
static uint64_t psci_cpu_on_itself(void) { return call_hvc(0xc4000003, 0) & 0xffffffff; }
// TRNG_VERSION is on the hypervisor's allow-list. QEMU's firmware has no TRNG and says so.
static uint64_t smc_forwarded(void) { return call_smc(0x84000050) & 0xffffffff; }

static uint64_t timer_compare_value(void) {
    WRITE("cntp_cval_el0", 0x123456789abcdef0);
    return READ("cntp_cval_el0");
}

static uint64_t timer_condition(void) {
    WRITE("cntp_cval_el0", ~0ull);
    WRITE("cntp_ctl_el0", 3);
    uint64_t before = READ("cntp_ctl_el0");
    WRITE("cntp_tval_el0", 0);
    uint64_t after = READ("cntp_ctl_el0");
    WRITE("cntp_ctl_el0", 0);
    return before << 4 | after;
}

static uint64_t os_lock(void) {
    WRITE("oslar_el1", 1);
    uint64_t locked = READ("oslsr_el1") >> 1 & 1;
    WRITE("oslar_el1", 0);
    return locked << 4 | (READ("oslsr_el1") >> 1 & 1);
}

static uint64_t monitor_debug_control(void) {
    WRITE("mdscr_el1", 1 << 12);
    uint64_t value = READ("mdscr_el1");
    WRITE("mdscr_el1", 0);
    return value;
}

static uint64_t breakpoint_register(void) {
    WRITE("dbgbvr1_el1", 0x1000);
    return READ("dbgbvr1_el1");
}

// The guest sees two breakpoints.
static uint64_t missing_breakpoint_register(void) {
    (void)READ("dbgbvr2_el1");
    return tour_exception_syndrome;
}

// The guest doesn't see performance monitors.
static uint64_t performance_monitor(void) {
    (void)READ("pmcr_el0");
    return tour_exception_syndrome;
}

// The guest doesn't see an interrupt controller. ICC_PMR_EL1; on a CPU without a GIC, EL1 takes the exception.
static uint64_t interrupt_priority_mask(void) {
    (void)READ("s3_0_c4_c6_0");
    return tour_exception_syndrome;
}

// All bits set: a cache level that no CPU has.
static uint64_t set_way_of_no_cache(void) {
    __asm__ volatile("dc cisw, %0" : : "r"(0xffffffffffffffffull) : "memory", "x16", "x17");
    return 0;
}

static uint64_t set_way(void) {
    __asm__ volatile("dc cisw, %0" : : "r"(0ull) : "memory", "x16", "x17");
    return 0;
}

// Loads from an unmapped address, at EL1 with SP_EL0.
static uint64_t abort_with_sp_el0(void) {
    uint64_t value;
    __asm__ volatile("msr spsel, #0\n\tldr %0, [%1]\n\tmsr spsel, #1"
                     : "=r"(value) : "r"(UNMAPPED) : "memory", "x16", "x17");
    return tour_exception_vector == 0x000 ? tour_exception_syndrome : WRONG_VECTOR;
}

static uint64_t abort_of_el0(void) {
    tour_load_at_el0(UNMAPPED);
    return tour_exception_vector == 0x400 ? tour_exception_syndrome : WRONG_VECTOR;
}

static uint64_t store_of_nowhere(void) {
    __asm__ volatile("str xzr, [%0]" : : "r"(UNMAPPED) : "memory", "x16", "x17");
    return tour_exception_vector == 0x200 ? tour_exception_syndrome : WRONG_VECTOR;
}

// Makes the hypervisor raise an interrupt of this kind (0 IRQ, 1 FIQ, 2 SError) while it is masked, then unmasks
// all. Returns the vectors taken before and after. The handler has the interrupt withdrawn.
static uint64_t take_interrupt(uint64_t kind) {
    tour_interrupt_vector = 0;
    uint64_t answer = call_hvc(0xc6000003, kind);
    uint64_t masked = tour_interrupt_vector;
    __asm__ volatile("msr daifclr, #7\n\tisb\n\tnop\n\tmsr daifset, #7" : : : "memory", "x16", "x17");
    return answer << 32 | masked << 16 | tour_interrupt_vector;
}

static uint64_t take_irq(void) { return take_interrupt(0); }
static uint64_t take_fiq(void) { return take_interrupt(1); }
static uint64_t take_serror(void) { return take_interrupt(2); }
static uint64_t serror_class(void) {
    take_interrupt(2);
    return tour_exception_syndrome >> 26;
}

static uint64_t withdrawn_irq(void) {
    tour_interrupt_vector = 0;
    call_hvc(0xc6000003, 0);
    call_hvc(0xc6000004, 0);
    __asm__ volatile("msr daifclr, #7\n\tisb\n\tnop\n\tmsr daifset, #7" : : : "memory", "x16", "x17");
    return tour_interrupt_vector;
}

const struct tour_step tour_machine_steps[] = {
    {"smccc version", smccc_version, 0x10001},
    {"smccc version is announced", smccc_is_announced, 0},
    {"smccc workaround, not implemented", smccc_workaround, 0xffffffff},
    {"psci cpu on of itself", psci_cpu_on_itself, 0xfffffff7},
    {"smc, forwarded", smc_forwarded, 0xffffffff},
    {"physical timer, compare value", timer_compare_value, 0x123456789abcdef0},
    {"physical timer, condition", timer_condition, 0x37},
    {"os lock", os_lock, 0x10},
    {"mdscr_el1", monitor_debug_control, 1 << 12},
    {"dbgbvr1_el1", breakpoint_register, 0},
    {"dbgbvr2_el1, not implemented", missing_breakpoint_register, 0x02000000},
    {"pmcr_el0, not implemented", performance_monitor, 0x02000000},
    {"icc_pmr_el1, not implemented", interrupt_priority_mask, 0x02000000},
    {"dc cisw", set_way, 0},
    {"dc cisw of a missing cache", set_way_of_no_cache, 0},
    {"data abort with sp_el0", abort_with_sp_el0, 0x96000010},
    {"data abort of el0", abort_of_el0, 0x92000010},
    {"data abort of a store", store_of_nowhere, 0x96000050},
    {"virtual irq", take_irq, 0x280},
    {"virtual irq, withdrawn", withdrawn_irq, 0},
    {"virtual fiq", take_fiq, 0x300},
    {"virtual serror", take_serror, 0x380},
    {"virtual serror, class", serror_class, 0x2f},
};

const unsigned tour_machine_step_count =
    sizeof tour_machine_steps / sizeof tour_machine_steps[0];

#endif
