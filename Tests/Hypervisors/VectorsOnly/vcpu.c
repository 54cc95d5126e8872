// Vectors are all that this hypervisor shows: no name that a debugger knows, no frame at SP, and the image moves to its
// link address before it runs a guest.

#include "../Common/hypervisor.h"

struct saved {
    uint64_t pc, pstate, x[31];
} __attribute__((aligned(16)));

_Noreturn void enter_guest(void);

static struct saved saved[CPU_LIMIT];

void guest_has_left(enum trap_kind kind) {
    unsigned cpu = current_cpu();
    struct exit exit = {cpu, kind, saved[cpu].x, &saved[cpu].pc, &saved[cpu].pstate};
    handle_exit(&exit);
}

_Noreturn void run_guest_for_ever(unsigned cpu) {
    saved[cpu].x[0] = ROUND_COUNT;
    saved[cpu].pc = GUEST_ENTRY;
    saved[cpu].pstate = GUEST_PSTATE;
    WRITE("tpidr_el2", &saved[cpu]);
    WRITE("sp_el1", 0x403ff000);
    enter_guest();
}
