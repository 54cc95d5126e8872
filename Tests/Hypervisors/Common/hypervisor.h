// What the tests' small hypervisors share. Each has its own vectors, its own layout for a guest's registers and its own
// code to enter and leave the guest; the rest is here.

#ifndef HYPERVISOR_H
#define HYPERVISOR_H

// Sizes and addresses that boot.S needs too.
#define CPU_LIMIT 2
#define STACK_BYTE_COUNT 0x4000

// HCR_EL2 while a guest runs: RW, TACR, TSC, TWI, AMO, IMO, FMO, VM. CPTR_EL2: no traps of SIMD. CNTHCTL_EL2: no traps
// of timers. TCR_EL2: 39 bits, 4 KiB, inner shareable, write-back, 40-bit addresses. With VHE, where EL2 has registers
// like EL1's (HCR_EL2.E2H), they have different layouts, and EL2's pages aren't accessible to EL0, or EL2 couldn't
// execute them.
#ifdef VHE
#define OWN_HCR 0x480000000            // E2H, RW
#define GUEST_HCR 0x480282039
#define GUEST_CPTR 0x300000            // FPEN
#define GUEST_CNTHCTL 0xc00
#define OWN_TCR 0x200803519            // without TTBR1_EL2
#define OWN_PAGE_BITS 0
#else
#define GUEST_HCR 0x80282039
#define GUEST_CPTR 0x33ff              // only RES1
#define GUEST_CNTHCTL 3
#define OWN_TCR 0x80823519
#define OWN_PAGE_BITS 0x40             // RES1 of AP
#endif
// PSTATE at its start: EL1h; D, A, I and F masked.
#define GUEST_PSTATE 0x3c5

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#define READ(name)                                             \
    ({                                                         \
        uint64_t value_;                                       \
        __asm__ volatile("mrs %0, " name : "=r"(value_));      \
        value_;                                                \
    })
#define WRITE(name, value) __asm__ volatile("msr " name ", %0" ::"r"((uint64_t)(value)) : "memory")
#define ISB() __asm__ volatile("isb" ::: "memory")

enum trap_kind { synchronous, irq, fiq, serror };

// An exit: its syndrome, and where the hypervisor keeps the guest's registers.
struct exit {
    unsigned cpu;
    enum trap_kind kind;
    uint64_t esr, far, hpfar;
    uint64_t *x;   // x0 … x30
    uint64_t *pc;
    uint64_t *pstate;
};

// console.c: the lock keeps each line whole, whichever CPUs print.
void console_start(void);
void console_lock(void);
void console_unlock(void);
void print(const char *text);
void print_hex(uint64_t value);
void print_decimal(uint64_t value);

// exits.c: prints an exit and does what the guest asked for.
void handle_exit(struct exit *exit);
// An exception that EL2 took from itself: prints it and ends the machine.
_Noreturn void handle_own_fault(unsigned vector);

// memory.c
void build_own_tables(void);
uint64_t build_guest_tables(unsigned cpu);  // VTTBR_EL2
bool map_on_demand(unsigned cpu, uint64_t ipa);  // false if the guest doesn't have memory there
void load_guest(unsigned cpu);
uint64_t physical(const void *address);

// interrupts.c
void interrupts_start(unsigned cpu);
void interrupts_raise(unsigned cpu);
uint64_t interrupts_take(void);

// firmware.c: the machine firmware's PSCI, by SMC.
int64_t firmware_cpu_on(unsigned cpu);
_Noreturn void firmware_system_off(void);

// boot.S
void start(void);
unsigned current_cpu(void);

extern uint64_t running_cpu_count;  // exits.c

// A guest's initial state.
#define GUEST_ENTRY 0x40200000
#ifndef ROUND_COUNT
#define ROUND_COUNT 3
#endif

// Each hypervisor defines these itself.
void install_vectors(unsigned cpu);
_Noreturn void run_guest_for_ever(unsigned cpu);
#endif

#endif
