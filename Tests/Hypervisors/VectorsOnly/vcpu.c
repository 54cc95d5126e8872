// A debugger can recognize only this hypervisor's vectors: it doesn't have a symbol that a debugger knows or a frame at
// SP, and the image moves to its link address before it runs a guest.

#include "layout.h"

#include "../Common/hypervisor.h"

struct saved {
    uint64_t pc, pstate, x[31], vttbr, vectors;
} __attribute__((aligned(16)));

_Static_assert(__builtin_offsetof(struct saved, x) == SAVED_X, "as the vectors have it");
_Static_assert(__builtin_offsetof(struct saved, vttbr) == SAVED_VTTBR, "as the vectors have it");
_Static_assert(__builtin_offsetof(struct saved, vectors) == SAVED_VECTORS, "as the vectors have it");

static struct saved saved[CPU_LIMIT];
static struct exit exits[CPU_LIMIT];

// The vectors have saved the guest's registers.
void guest_has_left(enum trap_kind kind) {
    unsigned cpu = current_cpu();
    exits[cpu] = (struct exit){
        .cpu = cpu, .kind = kind, .x = saved[cpu].x, .pc = &saved[cpu].pc, .pstate = &saved[cpu].pstate,
        .esr = READ("esr_el2"), .far = READ("far_el2"), .hpfar = READ("hpfar_el2"),
    };
}

#ifdef REWRITE_VECTORS_AFTER
// Replaces the first instruction of each of a guest's vectors with another one that has no effect either.
static void rewrite_vectors(void) {
    for (unsigned vector = 0x400; vector < 0x600; vector += 0x80) guest_table[vector / 4] = 0xd503201f;  // nop
    __asm__ volatile("dsb ish; ic iallu; dsb ish; isb" ::: "memory");
}
#endif

void handle_last_exit(void) {
    unsigned cpu = current_cpu();
    handle_exit(&exits[cpu]);
    static unsigned exit_count[CPU_LIMIT];
    exit_count[cpu]++;
#ifdef MOVE_VECTORS_AFTER
    if (exit_count[cpu] == MOVE_VECTORS_AFTER) saved[cpu].vectors = (uint64_t)other_guest_table;
#endif
#ifdef REWRITE_VECTORS_AFTER
    if (exit_count[cpu] == REWRITE_VECTORS_AFTER) rewrite_vectors();
#endif
}

_Noreturn void run_guest_for_ever(unsigned cpu) {
    saved[cpu].x[0] = ROUND_COUNT;
    saved[cpu].pc = GUEST_ENTRY;
    saved[cpu].pstate = GUEST_PSTATE;
    saved[cpu].vttbr = READ("vttbr_el2");
    saved[cpu].vectors = (uint64_t)guest_table;
    WRITE("tpidr_el2", &saved[cpu]);
    WRITE("sp_el1", 0x403ff000);
#ifdef HOST_AT_EL1
    enter_host(physical(host_main));
#else
    enter_guest();
#endif
}
