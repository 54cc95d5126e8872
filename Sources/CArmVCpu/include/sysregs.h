// System registers and barriers of the CPU, for the hardware seam alone (ArmVCpu/Machine). On a host
// there is nothing here.
#ifndef AVCPU_SYSREGS_H
#define AVCPU_SYSREGS_H

#include "el2_target.h"

#if AVCPU_EL2_TARGET
#include "vcpu_context.h"

#define AVCPU_ACCESSORS(name, spelling) \
    AVCPU_INLINE uint64_t avcpu_read_##name(void) { \
        uint64_t value; \
        __asm__ volatile("mrs %0, " spelling : "=r"(value)); \
        return value; \
    } \
    AVCPU_INLINE void avcpu_write_##name(uint64_t value) { \
        __asm__ volatile("msr " spelling ", %0" : : "r"(value) : "memory"); \
    }
#define AVCPU_READER(name) \
    AVCPU_INLINE uint64_t avcpu_read_##name(void) { \
        uint64_t value; \
        __asm__ volatile("mrs %0, " #name : "=r"(value)); \
        return value; \
    }
#define AVCPU_NAMED(name) AVCPU_ACCESSORS(name, #name)

AVCPU_GUEST_REGISTER_LIST(AVCPU_NAMED)
AVCPU_VIRTUALIZATION_REGISTER_LIST(AVCPU_NAMED)
AVCPU_NAMED(vtcr_el2)
AVCPU_NAMED(cptr_el2)
AVCPU_NAMED(hstr_el2)
AVCPU_NAMED(mdcr_el2)
AVCPU_NAMED(cnthctl_el2)
AVCPU_NAMED(vbar_el2)
AVCPU_NAMED(tpidr_el2)
AVCPU_ACCESSORS(hcrx_el2, "s3_4_c1_c2_2")
AVCPU_ACCESSORS(icc_sre_el2, "s3_4_c12_c9_5")
AVCPU_READER(midr_el1)
AVCPU_READER(mpidr_el1)
AVCPU_READER(id_aa64pfr0_el1)
AVCPU_READER(id_aa64pfr1_el1)
AVCPU_READER(id_aa64dfr0_el1)
AVCPU_READER(id_aa64dfr1_el1)
AVCPU_READER(id_aa64isar0_el1)
AVCPU_READER(id_aa64isar1_el1)
AVCPU_READER(id_aa64mmfr0_el1)
AVCPU_READER(id_aa64mmfr1_el1)
AVCPU_READER(id_aa64mmfr2_el1)
AVCPU_READER(id_aa64isar2_el1)
AVCPU_READER(pmcr_el0)

// The whole guest onto this CPU, and off it. ERET synchronises the writes, so there is no ISB here.
AVCPU_INLINE void avcpu_restore_guest_registers(const struct avcpu_guest_registers *registers) {
#define AVCPU_RESTORE(name) avcpu_write_##name(registers->name);
    AVCPU_GUEST_REGISTER_LIST(AVCPU_RESTORE)
    AVCPU_VIRTUALIZATION_REGISTER_LIST(AVCPU_RESTORE)
#undef AVCPU_RESTORE
}

AVCPU_INLINE void avcpu_save_guest_registers(struct avcpu_guest_registers *registers) {
#define AVCPU_SAVE(name) registers->name = avcpu_read_##name();
    AVCPU_GUEST_REGISTER_LIST(AVCPU_SAVE)
    AVCPU_VIRTUALIZATION_REGISTER_LIST(AVCPU_SAVE)
#undef AVCPU_SAVE
}

// Stage 1 of the guest's translation of `va`, as a read by EL1. PAR_EL1 is the guest's and is put back.
AVCPU_INLINE uint64_t avcpu_translate_stage1(uint64_t va) {
    uint64_t guest_par = avcpu_read_par_el1();
    uint64_t par;
    __asm__ volatile("at s1e1r, %1\n\tisb\n\tmrs %0, par_el1" : "=r"(par) : "r"(va) : "memory");
    avcpu_write_par_el1(guest_par);
    return par;
}

// Drops what every CPU of the inner shareable domain caches of the current VMID, both stages. The
// first DSB makes table updates visible to the walkers, the second waits for the invalidation.
AVCPU_INLINE void avcpu_invalidate_guest_tlb(void) {
    __asm__ volatile("dsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
}

AVCPU_INLINE void avcpu_isb(void) { __asm__ volatile("isb" : : : "memory"); }

// Instruction fetches of a guest may go past the data cache that EL2 wrote its code through.
AVCPU_INLINE void avcpu_invalidate_instruction_caches(void) {
    __asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

AVCPU_INLINE void avcpu_wait_for_interrupt(void) { __asm__ volatile("wfi" : : : "memory"); }

// Enters the guest and comes back at its next exit, with the trap kind. world_switch.S.
uint64_t avcpu_run_guest(struct avcpu_context *context);

// The vector table that an embedder installs in VBAR_EL2. vectors.S.
extern char exception_vector_base_vcpu[];

// A call to the firmware of the machine, x0–x3 in, x0 out. x4–x17 are clobbered: SMCCC 1.0 allows it.
uint64_t avcpu_firmware_call(uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3);
#endif

#endif
