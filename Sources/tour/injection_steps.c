// Exceptions and interrupts that a debugger raises in the hypervisor's place, with `inject`. They run only if it has
// set tour_debugger_answers. The debugger identifies them by their labels, see device.h.
#include "device.h"

#if TOUR_GUEST

#define UNDEFINED 0x02000000ull
#define DATA_ABORT 0x96000010ull // an external one, of EL1; 0x40 is WnR
#define INSTRUCTION_ABORT 0x86000010ull
#define ADDRESS 0x0000123456789ab8ull // the address that the debugger gives
#define NO_ADDRESS 0x400ull // FnV
#define KEPT 0x4bed4bed4bed4bedull // FAR_EL1 before
#define NOWHERE 0x0c001000ull

extern const char tour_el0_load[];

// Something other than the one expected exception; the digit says what.
#define WRONG 0xbad0ull

static uint64_t exceptions_before;

static void begin(void) {
    exceptions_before = tour_exception_count;
    tour_interrupt_count = 0;
    __asm__ volatile("msr far_el1, %0" : : "r"(KEPT));
}

// The syndrome, if everything else is right: one exception, by `vector`, that returns to `at`, with FAR_EL1
// `address`, and x0, x1 and x2 unchanged.
static uint64_t taken(struct operands operands, uint64_t vector, const char *at, uint64_t address) {
    if (tour_exception_count - exceptions_before != 1) return WRONG + 1;
    if (tour_exception_vector != vector) return WRONG + 2;
    if (tour_exception_return != (uint64_t)at) return WRONG + 3;
    if (tour_exception_address != address) return WRONG + 4;
    if (operands.base != DEVICE || operands.first != A || operands.second != B) return WRONG + 5;
    return tour_exception_syndrome;
}

// The exception's return address is `offset` bytes after the instruction; the handler continues after that one.
#define EXCEPTION(name, before, instruction, after, vector, offset, address) \
    static uint64_t name(void) { \
        extern const char answer_##name[]; \
        begin(); \
        struct operands operands = ACCESS(before ANSWERED(name, instruction) "nop\n\t" after); \
        return taken(operands, vector, answer_##name + (offset), address); \
    }

// An HVC has executed when it exits, but an undefined one has not.
EXCEPTION(undef_at_hvc, "", "hvc #0", "", 0x200, 0, KEPT)
EXCEPTION(undef_at_smc, "", "smc #0", "", 0x200, 0, KEPT)
EXCEPTION(undef_at_ldr, "", "ldr x1, [x0]", "", 0x200, 0, KEPT)
EXCEPTION(undef_at_stp, "", "stp x1, x2, [x0], #16", "", 0x200, 0, KEPT)
EXCEPTION(undef_at_mrs, "", "mrs x1, actlr_el1", "", 0x200, 0, KEPT)
EXCEPTION(undef_at_msr, "", "msr actlr_el1, x1", "", 0x200, 0, KEPT)
EXCEPTION(undef_at_wfi, "", "wfi", "", 0x200, 0, KEPT)
EXCEPTION(undef_with_sp_el0, "msr spsel, #0\n\t", "hvc #0", "msr spsel, #1", 0x000, 0, KEPT)
EXCEPTION(dabt, "", "ldr x1, [x0]", "", 0x200, 0, DEVICE)
EXCEPTION(dabt_of_address, "", "ldrb w1, [x0]", "", 0x200, 0, ADDRESS)
EXCEPTION(dabt_of_store, "", "str x1, [x0]", "", 0x200, 0, DEVICE)
EXCEPTION(dabt_of_pair, "", "ldp x1, x2, [x0], #16", "", 0x200, 0, ADDRESS)
EXCEPTION(dabt_translated, TRANSLATED, "ldr x1, [x0]", "bic x0, x0, #0x80000000\n\t" UNTRANSLATED, 0x200, 0,
          DEVICE + ELSEWHERE)
EXCEPTION(dabt_at_hvc, "", "hvc #0", "", 0x200, 4, KEPT)
// The handler returns from a call after an instruction abort.
EXCEPTION(iabt_at_hvc, "mov x10, x30\n\tadr x30, 1f\n\t", "hvc #0", "1: mov x30, x10", 0x200, 4, ADDRESS)

static uint64_t dabt_of_virtual_address(void) {
    tour_prepare_translation();
    return dabt_translated();
}

static uint64_t undef_of_el0(void) {
    begin();
    tour_load_at_el0(DEVICE + 8);
    return taken((struct operands){DEVICE, A, B}, 0x400, tour_el0_load, KEPT);
}

// The hypervisor has answered the HVC, with -1: the instruction where the guest continues is undefined.
static uint64_t undef_at_entry(void) {
    extern const char answer_undef_at_entry[];
    begin();
    struct operands operands = ACCESS(ANSWERED(undef_at_entry, "hvc #0") "nop");
    if (operands.base != ~0ull) return WRONG;
    return taken((struct operands){DEVICE, A, B}, 0x200, answer_undef_at_entry + 4, KEPT);
}

// The hypervisor would inject this abort too, with the address of the call.
static uint64_t iabt_of_address(void) {
    begin();
    __asm__ volatile("blr %0" : : "r"(NOWHERE) : "x30", "x16", "x17", "memory");
    return taken((struct operands){DEVICE, A, B}, 0x200, (const char *)NOWHERE, ADDRESS);
}

// PSTATE is restored from SPSR_EL1.
static uint64_t undef_keeps_flags(void) {
    begin();
    struct operands operands = ACCESS(
        "mov x9, #0xa0000000\n\tmsr nzcv, x9\n\t" ANSWERED(undef_keeps_flags, "hvc #0") "mrs x1, nzcv");
    if (tour_exception_count - exceptions_before != 1) return WRONG + 1;
    return operands.first == 0xa0000000 ? tour_exception_syndrome : WRONG + 5;
}

#define UNMASK "msr daifclr, #7\n\tisb\n\t"
#define MASK "nop\n\tmsr daifset, #7\n\t"

// The number of interrupts while they were masked, then in two periods when they weren't, and the last one's vector.
static uint64_t count_interrupts(void) {
    uint64_t masked = tour_interrupt_count;
    __asm__ volatile(UNMASK MASK : : : "memory", "x16", "x17");
    uint64_t first = tour_interrupt_count;
    __asm__ volatile(UNMASK MASK : : : "memory", "x16", "x17");
    return masked << 24 | first << 20 | tour_interrupt_count << 16 | tour_interrupt_vector;
}

// Raised at an HVC while it is masked. The guest continues after the call, which hasn't been answered.
#define INTERRUPT(name) \
    static uint64_t name(void) { \
        begin(); \
        tour_interrupt_withdrawal = TOUR_DEBUGGER_WITHDRAWS; \
        struct operands operands = ACCESS(ANSWERED(name, "hvc #0")); \
        return operands.base == DEVICE ? count_interrupts() : WRONG; \
    }

INTERRUPT(irq_at_hvc)
INTERRUPT(fiq_at_hvc)
INTERRUPT(serror_at_hvc)

static uint64_t serror_class(void) {
    begin();
    ACCESS(ANSWERED(serror_class, "hvc #0"));
    count_interrupts();
    return tour_exception_syndrome >> 26;
}

// Raised while it isn't masked, so that it is taken immediately: after an HVC, and before other instructions.
#define INTERRUPT_AT_ONCE(name, before, instruction, after, offset) \
    static uint64_t name(void) { \
        extern const char answer_##name[]; \
        put(C, D); \
        begin(); \
        tour_interrupt_withdrawal = TOUR_DEBUGGER_WITHDRAWS; \
        struct operands operands = ACCESS(UNMASK before ANSWERED(name, instruction) MASK after); \
        if (tour_interrupt_return != (uint64_t)answer_##name + (offset)) return WRONG; \
        return operands.first + count_interrupts(); \
    }

INTERRUPT_AT_ONCE(irq_after_hvc, "", "hvc #0", "", 4)
// These are executed after the handler returned, and the hypervisor answers them.
INTERRUPT_AT_ONCE(irq_before_ldr, "", "ldr x1, [x0]", "", 0)
INTERRUPT_AT_ONCE(irq_translated, TRANSLATED, "ldr x1, [x0]", UNTRANSLATED, 0)
INTERRUPT_AT_ONCE(fiq_before_wfi, "", "wfi", "", 0)
INTERRUPT_AT_ONCE(serror_before_mrs, "", "mrs x1, mdscr_el1", "", 0)

static uint64_t irq_at_virtual_address(void) {
    tour_prepare_translation();
    return irq_translated();
}

// An interrupt with a number. At the first HVC the debugger turns on the virtual CPU interface, which the hypervisor
// leaves off.
static uint64_t irq_number(void) {
    begin();
    tour_interrupt_number = 0;
    tour_interrupt_withdrawal = TOUR_CONTROLLER_WITHDRAWS;
    ACCESS(ANSWERED(interface, "hvc #0"));
    // ICC_PMR_EL1, ICC_IGRPEN1_EL1
    __asm__ volatile("msr s3_0_c4_c6_0, %0\n\tmsr s3_0_c12_c12_7, %1\n\tisb"
                     : : "r"(0xffull), "r"(1ull) : "x16", "x17");
    ACCESS(ANSWERED(irq_number, "hvc #0"));
    uint64_t counts = count_interrupts();
    return tour_interrupt_number << 32 | counts;
}

const struct tour_step tour_injection_steps[] = {
    {"inject undef at hvc", undef_at_hvc, UNDEFINED},
    {"inject undef at smc", undef_at_smc, UNDEFINED},
    {"inject undef at ldr", undef_at_ldr, UNDEFINED},
    {"inject undef at stp", undef_at_stp, UNDEFINED},
    {"inject undef at mrs", undef_at_mrs, UNDEFINED},
    {"inject undef at msr", undef_at_msr, UNDEFINED},
    {"inject undef at wfi", undef_at_wfi, UNDEFINED},
    {"inject undef with sp_el0", undef_with_sp_el0, UNDEFINED},
    {"inject undef of el0", undef_of_el0, UNDEFINED},
    {"inject undef, flags", undef_keeps_flags, UNDEFINED},
    {"inject undef at an entry", undef_at_entry, UNDEFINED},
    {"inject dabt at ldr", dabt, DATA_ABORT},
    {"inject dabt of an address", dabt_of_address, DATA_ABORT},
    {"inject dabt at str", dabt_of_store, DATA_ABORT | 0x40},
    {"inject dabt at ldp", dabt_of_pair, DATA_ABORT},
    {"inject dabt at a virtual address", dabt_of_virtual_address, DATA_ABORT},
    {"inject dabt at hvc", dabt_at_hvc, DATA_ABORT | NO_ADDRESS},
    {"inject iabt at hvc", iabt_at_hvc, INSTRUCTION_ABORT},
    {"inject iabt of an address", iabt_of_address, INSTRUCTION_ABORT},
    {"inject serror", serror_at_hvc, 0x110380},
    {"inject serror, class", serror_class, 0x2f},
    {"inject serror, not masked", serror_before_mrs, 0x1110380},
    {"inject irq", irq_at_hvc, 0x110280},
    {"inject irq, not masked", irq_after_hvc, A + 0x1110280},
    {"inject irq at ldr", irq_before_ldr, C + 0x1110280},
    {"inject irq at a virtual address", irq_at_virtual_address, C + 0x1110280},
    {"inject fiq", fiq_at_hvc, 0x110300},
    {"inject fiq at wfi", fiq_before_wfi, A + 0x1110300},
    {"inject irq with a number", irq_number, 40ull << 32 | 0x110280},
};

const unsigned tour_injection_step_count =
    sizeof tour_injection_steps / sizeof tour_injection_steps[0];

#endif
