// Vectors are all that this hypervisor shows: no name that a debugger knows, no frame at SP, and the image moves to its
// link address before it runs a guest.

#include "layout.h"

#include "../Common/hypervisor.h"

struct saved {
    uint64_t pc, pstate, x[31], vttbr;
} __attribute__((aligned(16)));

_Static_assert(__builtin_offsetof(struct saved, x) == SAVED_X, "as the vectors have it");
_Static_assert(__builtin_offsetof(struct saved, vttbr) == SAVED_VTTBR, "as the vectors have it");

static struct saved saved[CPU_LIMIT];
static struct exit exits[CPU_LIMIT];

// The vectors have put the guest's registers away.
void guest_has_left(enum trap_kind kind) {
    unsigned cpu = current_cpu();
    exits[cpu] = (struct exit){
        .cpu = cpu, .kind = kind, .x = saved[cpu].x, .pc = &saved[cpu].pc, .pstate = &saved[cpu].pstate,
        .esr = READ("esr_el2"), .far = READ("far_el2"), .hpfar = READ("hpfar_el2"),
    };
}

void handle_last_exit(void) { handle_exit(&exits[current_cpu()]); }

_Noreturn void run_guest_for_ever(unsigned cpu) {
    saved[cpu].x[0] = ROUND_COUNT;
    saved[cpu].pc = GUEST_ENTRY;
    saved[cpu].pstate = GUEST_PSTATE;
    saved[cpu].vttbr = READ("vttbr_el2");
    WRITE("tpidr_el2", &saved[cpu]);
    WRITE("sp_el1", 0x403ff000);
#ifdef HOST_AT_EL1
    enter_host(physical(host_main));
#else
    enter_guest();
#endif
}
