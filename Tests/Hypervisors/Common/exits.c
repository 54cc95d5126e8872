// Prints each exit, and does what the guest asked for. All hypervisors here share this handler, because a
// debugger's tests need the same exits from each.
//
//   exit cpu 0 kind 0 elr 0x40200018 spsr 0x… [esr 0x… [far 0x… hpfar 0x…]] x0 0x… x1 0x… x2 0x… x3 0x…
//   guest cpu 0 step 1 value 0x…
//
// ESR_EL2 is printed for kinds 0 and 3 only, FAR_EL2 and HPFAR_EL2 for aborts only: otherwise they are
// stale.

#include "hypervisor.h"

enum exception_class {
    class_wfx = 0x01, class_hvc = 0x16, class_smc = 0x17, class_sysreg = 0x18, class_data_abort = 0x24,
};

// What the guest may request with HVC.
enum : uint64_t {
    call_mix = 0xc6000001,        // the answer is made from x1 … x3
    call_report = 0xc6000002,     // x1 a value, x2 which: printed
    call_interrupt = 0xc6000003,  // an IRQ as soon as the guest runs again
    psci_version = 0x84000000,
    psci_system_off = 0x84000008,
};

#define DEVICE 0x0b000000ull
static uint64_t device_register[CPU_LIMIT];
static uint64_t exit_count[CPU_LIMIT];
uint64_t running_cpu_count = 1;

static void print_field(const char *name, uint64_t value) {
    print(" ");
    print(name);
    print(" ");
    print_hex(value);
}

static void print_beginning(const char *what, unsigned cpu) {
    print(what);
    print(" cpu ");
    print_decimal(cpu);
}

static void print_exit(const struct exit *exit) {
    console_lock();
    print_beginning("exit", exit->cpu);
    print(" kind ");
    print_decimal(exit->kind);
    print_field("elr", *exit->pc);
    print_field("spsr", *exit->pstate);
    if (exit->kind == synchronous || exit->kind == serror) print_field("esr", exit->esr);
    if (exit->kind == synchronous && exit->esr >> 26 == class_data_abort) {
        print_field("far", exit->far);
        print_field("hpfar", exit->hpfar);
    }
    print_field("x0", exit->x[0]);
    print_field("x1", exit->x[1]);
    print_field("x2", exit->x[2]);
    print_field("x3", exit->x[3]);
    print("\n");
    console_unlock();
}

static void print_report(unsigned cpu, uint64_t step, uint64_t value) {
    console_lock();
    print_beginning("guest", cpu);
    print(" step ");
    print_decimal(step);
    print_field("value", value);
    print("\n");
    console_unlock();
}

// The machine ends with the last guest.
static _Noreturn void end_guest(unsigned cpu) {
    console_lock();
    print_beginning("end", cpu);
    print(" exits ");
    print_decimal(exit_count[cpu]);
    print("\n");
    console_unlock();
    if (!__atomic_sub_fetch(&running_cpu_count, 1, __ATOMIC_ACQ_REL)) firmware_system_off();
    for (;;) __asm__ volatile("wfi");
}

static void handle_call(struct exit *exit) {
    uint64_t *x = exit->x;
    switch (x[0]) {
    case call_mix: x[0] = (x[1] << 32 | x[2] << 16) ^ x[3]; break;
    case call_report: print_report(exit->cpu, x[2], x[1]); break;
    case call_interrupt: interrupts_raise(exit->cpu); break;
    case psci_version: x[0] = 0x10001; break;
    case psci_system_off: end_guest(exit->cpu);
    default: x[0] = ~0ull;
    }
#ifdef BUG_SKIP_AFTER_HVC
    if (exit->esr >> 26 == class_hvc) *exit->pc += 4;  // ELR_EL2 is already past the HVC
#endif
}

// A load or store that the syndrome describes: the device stores what is written and returns it inverted.
static void emulate_access(struct exit *exit) {
    uint64_t iss = exit->esr & 0x1ffffff;
    unsigned number = iss >> 16 & 31;
    uint64_t mask = ~0ull >> (64 - (8 << (iss >> 22 & 3)));
    if (iss & 1 << 6)
        device_register[exit->cpu] = (number == 31 ? 0 : exit->x[number]) & mask;
    else if (number != 31)
        exit->x[number] = ~device_register[exit->cpu] & mask;
    *exit->pc += 4;
}

static void handle_abort(struct exit *exit) {
    uint64_t ipa = exit->hpfar << 8 | (exit->far & 0xfff);
    if ((ipa & ~0xfffull) == DEVICE && exit->esr & 1 << 24) return emulate_access(exit);
#ifndef BUG_RETRY_FAULT
    if (!map_on_demand(exit->cpu, ipa)) handle_own_fault(0x400);  // else the guest tries again
#endif
}

void handle_exit(struct exit *exit) {
    uint64_t esr = exit->esr;
    exit_count[exit->cpu]++;
    print_exit(exit);
#ifdef FAULT_AFTER
    if (exit->cpu == 0 && exit_count[0] == FAULT_AFTER) WRITE("scr_el3", 1);  // undefined at EL2
#endif
    if (exit->kind == irq) {
        interrupts_take();
        return;
    }
    switch (exit->kind == synchronous ? esr >> 26 : 0) {
    case class_hvc: handle_call(exit); break;
    case class_smc:
        handle_call(exit);
        *exit->pc += 4;  // a trapped SMC: ELR_EL2 is at it
        break;
    case class_sysreg:
        if (esr & 1 && (esr >> 5 & 31) != 31) exit->x[esr >> 5 & 31] = 0xac710000 + exit->cpu;
        *exit->pc += 4;
        break;
    case class_wfx: *exit->pc += 4; break;
    case class_data_abort: handle_abort(exit); break;
    default: handle_own_fault(0x400);
    }
}

// An unexpected exit ends the machine.
_Noreturn void handle_own_fault(unsigned vector) {
    console_lock();
    print_beginning("panic", current_cpu());
    print_field("vector", vector);
    print_field("esr", READ("esr_el2"));
    print_field("elr", READ("elr_el2"));
    print_field("far", READ("far_el2"));
    print("\n");
    console_unlock();
    firmware_system_off();
}
