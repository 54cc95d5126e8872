// Declarations that the parts of the tour share. A step is a function that causes one or a few exits and returns
// what the guest saw; the table in steps.c says what it should see.
#ifndef TOUR_H
#define TOUR_H

#include <stdint.h>

#if defined(__aarch64__) && !defined(__linux__) && !defined(__APPLE__)
#define TOUR_GUEST 1
#else
#define TOUR_GUEST 0
#endif

struct tour_step {
    const char *what;
    uint64_t (*run)(void);
    uint64_t want;
};

extern const struct tour_step tour_steps[];
extern const unsigned tour_step_count;

// access_steps.c, then machine_steps.c. They come after the others.
extern const struct tour_step tour_access_steps[];
extern const unsigned tour_access_step_count;
extern const struct tour_step tour_machine_steps[];
extern const unsigned tour_machine_step_count;

// debugger_steps.c and injection_steps.c. They come last, and only if a debugger has set tour_debugger_answers: it
// answers them in the hypervisor's place.
extern volatile uint64_t tour_debugger_answers;
extern const struct tour_step tour_debugger_steps[];
extern const unsigned tour_debugger_step_count;
extern const struct tour_step tour_injection_steps[];
extern const unsigned tour_injection_step_count;

// vector_access.S
struct tour_pair {
    uint64_t first;
    uint64_t second;
};
void tour_store_q(uint64_t address, uint64_t first, uint64_t second);
struct tour_pair tour_load_q(uint64_t address);
struct tour_pair tour_load_d(uint64_t address);
struct tour_pair tour_copy_q(uint64_t address);
struct tour_pair tour_answered_load_q(uint64_t address);
struct tour_pair tour_answered_load_d(uint64_t address);
void tour_answered_store_q(uint64_t address, uint64_t first, uint64_t second);

// start.S. The last synchronous exception that EL1 took: its syndrome, the offset of its vector, its ELR_EL1 and
// FAR_EL1, and how many there were.
extern volatile uint64_t tour_exception_syndrome;
extern volatile uint64_t tour_exception_vector;
extern volatile uint64_t tour_exception_return;
extern volatile uint64_t tour_exception_address;
extern volatile uint64_t tour_exception_count;

// start.S. The last interrupt that EL1 took: the offset of its vector, its ELR_EL1, its number if there is an
// interrupt controller, and how many there were. An SError's syndrome is recorded above.
extern volatile uint64_t tour_interrupt_vector;
extern volatile uint64_t tour_interrupt_return;
extern volatile uint64_t tour_interrupt_number;
extern volatile uint64_t tour_interrupt_count;

// start.S. Who withdraws an interrupt that has been taken.
enum {
    TOUR_HYPERVISOR_WITHDRAWS, // when the handler calls it
    TOUR_DEBUGGER_WITHDRAWS,   // by itself
    TOUR_CONTROLLER_WITHDRAWS, // the GIC's CPU interface, when the handler acknowledges
};
extern volatile uint64_t tour_interrupt_withdrawal;

// start.S: loads from `address` at EL0, and returns the value.
uint64_t tour_load_at_el0(uint64_t address);

// start.S: has the same address in the guest as the hypervisor's vmexit_trampoline at EL2, so that the guest also
// hits a debugger's breakpoint there. Returns its argument.
uint64_t tour_at_trampoline_address(uint64_t value);

// translation.c: prepares what the MMU needs, but leaves it off. The device is also mapped 2 GiB above its
// address.
void tour_prepare_translation(void);

// console.c
void tour_print(const char *text);
void tour_print_decimal(uint64_t value);
void tour_print_hex(uint64_t value);

// main.c, called by start.S.
void tour_main(void);

// start.S: PSCI SYSTEM_OFF.
void tour_power_off(void);

#endif
