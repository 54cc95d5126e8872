// The contract's vCPU: 272 bytes of frame, the host's stack pointer, and then whatever else this version keeps for
// the guest. A debugger that mistakes it for its own record reads a syndrome (a data abort, with a store of w0) and a
// trap kind there, both wrong.

#include "../Common/hypervisor.h"

struct vcpu {
    uint64_t x[31], sp_el0, elr, spsr;
    uint64_t host_stack_top;
    uint64_t cntvoff_el2;   // at 280
    uint64_t cntv_cval_el0;
    uint64_t sp_el1;
    uint64_t cntkctl_el1;   // at 304
    uint64_t tpidr_el1;
    uint64_t host_sp_el0;
} __attribute__((aligned(16)));

_Static_assert(__builtin_offsetof(struct vcpu, host_stack_top) == 272, "the frame's end");
_Static_assert(__builtin_offsetof(struct vcpu, cntkctl_el1) == 304, "what looks like a trap kind");

extern char exception_vector_base_vcpu[];
enum trap_kind run_guest(struct vcpu *vcpu);

static struct vcpu vcpus[CPU_LIMIT];

void install_vectors(unsigned cpu) {
    (void)cpu;
    WRITE("vbar_el2", exception_vector_base_vcpu);
    ISB();
}

static void restore(struct vcpu *vcpu) {
    vcpu->host_sp_el0 = READ("sp_el0");
    WRITE("cntvoff_el2", vcpu->cntvoff_el2);
    WRITE("cntv_cval_el0", vcpu->cntv_cval_el0);
    WRITE("sp_el1", vcpu->sp_el1);
    WRITE("cntkctl_el1", vcpu->cntkctl_el1);
    WRITE("tpidr_el1", vcpu->tpidr_el1);
}

static void save(struct vcpu *vcpu) {
    vcpu->cntv_cval_el0 = READ("cntv_cval_el0");
    vcpu->sp_el1 = READ("sp_el1");
    vcpu->cntkctl_el1 = READ("cntkctl_el1");
    vcpu->tpidr_el1 = READ("tpidr_el1");
    WRITE("sp_el0", vcpu->host_sp_el0);
}

_Noreturn void run_guest_for_ever(unsigned cpu) {
    struct vcpu *vcpu = &vcpus[cpu];
    vcpu->x[0] = ROUND_COUNT;
    vcpu->elr = GUEST_ENTRY;
    vcpu->spsr = GUEST_PSTATE;
    vcpu->cntvoff_el2 = 0x93000046;  // as ESR_EL2: a data abort, byte store of w0
    vcpu->cntv_cval_el0 = 0x40201234;
    vcpu->sp_el1 = 0x403ff000;
    vcpu->cntkctl_el1 = 3;
    WRITE("sp_el0", 0x5ca1ab1e00000000 + cpu);  // the host's, which no debugger may change
    for (;;) {
        restore(vcpu);
        enum trap_kind kind = run_guest(vcpu);
        save(vcpu);
        struct exit exit = {
            .cpu = cpu, .kind = kind, .x = vcpu->x, .pc = &vcpu->elr, .pstate = &vcpu->spsr,
            .esr = READ("esr_el2"), .far = READ("far_el2"), .hpfar = READ("hpfar_el2"),
        };
        handle_exit(&exit);
        if (READ("sp_el0") != 0x5ca1ab1e00000000 + cpu) handle_own_fault(0xbad);  // no vector: its own is lost
    }
}
