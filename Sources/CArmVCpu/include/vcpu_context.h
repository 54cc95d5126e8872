// The vCPU context: the single description of its layout for assembly, EL2 Swift and the debugger.
//
// At the first instruction of `vmexit_trampoline` SP_EL2 holds the address of this structure, x0 the
// trap kind, and everything below up to AVCPU_GUEST_REGISTERS is in memory. A debugger reads those
// AVCPU_EXIT_RECORD_SIZE bytes in one request and has the whole exit. The hypervisor decodes what the
// debugger writes there, and the guest resumes with it.
//
// The first 280 bytes keep the layout of the Rust crate arm_vcpu. `layout_check.c` verifies every
// offset against the structure at compile time.
#ifndef AVCPU_VCPU_CONTEXT_H
#define AVCPU_VCPU_CONTEXT_H

#include "el2_target.h"

// The trap frame: 34 doublewords.
#define AVCPU_FRAME_GPR 0          // x0 … x30
#define AVCPU_FRAME_SP_EL0 248
#define AVCPU_FRAME_ELR 256        // ELR_EL2 at the exit: the guest's PC
#define AVCPU_FRAME_SPSR 264       // SPSR_EL2 at the exit: the guest's PSTATE
#define AVCPU_FRAME_SIZE 272

#define AVCPU_HOST_STACK_TOP 272

// The captured syndrome. The registers are read once, by the vector, before anything can change them.
#define AVCPU_ESR 280
#define AVCPU_FAR 288
#define AVCPU_HPFAR 296
#define AVCPU_TRAP_KIND 304        // 0 synchronous, 1 IRQ, 2 FIQ, 3 SError
#define AVCPU_EXIT_COUNT 312       // exits of this vCPU so far, this one included
#define AVCPU_EXIT_TIME 320        // CNTVCT_EL0 at the exit
#define AVCPU_ENTRY_TIME 328       // CNTVCT_EL0 at the last entry into the guest
#define AVCPU_VCPU_ID 336          // 32 bits
#define AVCPU_VM_ID 340            // 32 bits
#define AVCPU_EXIT_RECORD_SIZE 344

#define AVCPU_GUEST_REGISTERS 344  // the guest's EL1 system registers while it is off the CPU

#define AVCPU_TRAP_SYNCHRONOUS 0
#define AVCPU_TRAP_IRQ 1
#define AVCPU_TRAP_FIQ 2
#define AVCPU_TRAP_SERROR 3

// Which quarter of the vector table a fatal exception came through; exceptions from a guest are
// exits.
#define AVCPU_SOURCE_CURRENT_SP_EL0 0
#define AVCPU_SOURCE_CURRENT_SP_ELX 1

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct avcpu_trap_frame {
    uint64_t gpr[31];
    uint64_t sp_el0;
    uint64_t elr;
    uint64_t spsr;
};

// The EL1 and EL0 system registers that make up a vCPU, in the order in which they are switched.
// All are kept in 64 bits: SCTLR_EL1, CPACR_EL1, ESR_EL1 and SPSR_EL1 have fields above bit 31.
#define AVCPU_GUEST_REGISTER_LIST(X) \
    X(sctlr_el1) X(actlr_el1) X(cpacr_el1) X(ttbr0_el1) X(ttbr1_el1) X(tcr_el1) X(mair_el1) \
    X(amair_el1) X(vbar_el1) X(esr_el1) X(far_el1) X(afsr0_el1) X(afsr1_el1) X(par_el1) \
    X(contextidr_el1) X(tpidr_el0) X(tpidrro_el0) X(tpidr_el1) X(sp_el1) X(elr_el1) X(spsr_el1) \
    X(csselr_el1) X(mdscr_el1) X(cntkctl_el1) X(cntv_cval_el0) X(cntv_ctl_el0) X(cntp_cval_el0) \
    X(cntp_ctl_el0)

// The pointer authentication keys, if the CPU has FEAT_PAuth, with encodings that any assembler
// accepts.
#define AVCPU_KEY_REGISTER_LIST(X) \
    X(apiakeylo_el1, "s3_0_c2_c1_0") X(apiakeyhi_el1, "s3_0_c2_c1_1") \
    X(apibkeylo_el1, "s3_0_c2_c1_2") X(apibkeyhi_el1, "s3_0_c2_c1_3") \
    X(apdakeylo_el1, "s3_0_c2_c2_0") X(apdakeyhi_el1, "s3_0_c2_c2_1") \
    X(apdbkeylo_el1, "s3_0_c2_c2_2") X(apdbkeyhi_el1, "s3_0_c2_c2_3") \
    X(apgakeylo_el1, "s3_0_c2_c3_0") X(apgakeyhi_el1, "s3_0_c2_c3_1")

// The syndrome of a virtual SError, pending and deferred, if the CPU has FEAT_RAS.
#define AVCPU_RAS_REGISTER_LIST(X) X(vsesr_el2, "s3_4_c5_c2_3") X(vdisr_el2, "s3_4_c12_c1_1")

// The EL2 registers that belong to a vCPU. They are written when it is bound to a CPU, not at exits.
#define AVCPU_VIRTUALIZATION_REGISTER_LIST(X) \
    X(vpidr_el2) X(vmpidr_el2) X(cntvoff_el2) X(vttbr_el2) X(hcr_el2)

struct avcpu_guest_registers {
#define AVCPU_MEMBER(name) uint64_t name;
    AVCPU_GUEST_REGISTER_LIST(AVCPU_MEMBER)
    AVCPU_VIRTUALIZATION_REGISTER_LIST(AVCPU_MEMBER)
#undef AVCPU_MEMBER
#define AVCPU_MEMBER(name, spelling) uint64_t name;
    AVCPU_KEY_REGISTER_LIST(AVCPU_MEMBER)
    AVCPU_RAS_REGISTER_LIST(AVCPU_MEMBER)
#undef AVCPU_MEMBER
};

struct avcpu_context {
    struct avcpu_trap_frame frame;
    uint64_t host_stack_top;
    uint64_t esr;
    uint64_t far;
    uint64_t hpfar;
    uint64_t trap_kind;
    uint64_t exit_count;
    uint64_t exit_time;
    uint64_t entry_time;
    uint32_t vcpu_id;
    uint32_t vm_id;
    struct avcpu_guest_registers guest;
} __attribute__((aligned(16)));

// Swift imports `gpr` as a tuple, which has no subscript.
AVCPU_INLINE uint64_t avcpu_frame_gpr(const struct avcpu_trap_frame *frame, unsigned index) {
    return frame->gpr[index];
}

AVCPU_INLINE void avcpu_frame_set_gpr(
    struct avcpu_trap_frame *frame, unsigned index, uint64_t value) {
    frame->gpr[index] = value;
}
#endif

#endif
