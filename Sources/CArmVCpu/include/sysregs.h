// The CPU's system registers and barriers, only for the hardware interface (ArmVCpu/Machine). Empty on a host.
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
AVCPU_KEY_REGISTER_LIST(AVCPU_ACCESSORS)
AVCPU_RAS_REGISTER_LIST(AVCPU_ACCESSORS)
AVCPU_NAMED(vtcr_el2)
AVCPU_NAMED(cptr_el2)
AVCPU_NAMED(hstr_el2)
AVCPU_NAMED(mdcr_el2)
AVCPU_NAMED(cnthctl_el2)
AVCPU_ACCESSORS(hcrx_el2, "s3_4_c1_c2_2")
AVCPU_ACCESSORS(icc_sre_el2, "s3_4_c12_c9_5")
AVCPU_ACCESSORS(ich_hcr_el2, "s3_4_c12_c11_0")
AVCPU_ACCESSORS(hfgrtr_el2, "s3_4_c1_c1_4")
AVCPU_ACCESSORS(hfgwtr_el2, "s3_4_c1_c1_5")
AVCPU_ACCESSORS(hfgitr_el2, "s3_4_c1_c1_6")
AVCPU_ACCESSORS(hdfgrtr_el2, "s3_4_c3_c1_4")
AVCPU_ACCESSORS(hdfgwtr_el2, "s3_4_c3_c1_5")
AVCPU_ACCESSORS(hdfgrtr2_el2, "s3_4_c3_c1_0")
AVCPU_ACCESSORS(hdfgwtr2_el2, "s3_4_c3_c1_1")
AVCPU_ACCESSORS(hfgrtr2_el2, "s3_4_c3_c1_2")
AVCPU_ACCESSORS(hfgwtr2_el2, "s3_4_c3_c1_3")
AVCPU_ACCESSORS(hfgitr2_el2, "s3_4_c3_c1_7")
AVCPU_ACCESSORS(mpam2_el2, "s3_4_c10_c5_0")
AVCPU_READER(oslsr_el1)
AVCPU_READER(cntpct_el0)
AVCPU_READER(pmcr_el0)
AVCPU_READER(clidr_el1)

AVCPU_INLINE void avcpu_write_oslar_el1(uint64_t value) {
    __asm__ volatile("msr oslar_el1, %0" : : "r"(value) : "memory");
}

// Turns every breakpoint and watchpoint off. `features`, ID_AA64DFR0_EL1, has their numbers minus one. A cold
// reset leaves them UNKNOWN, and the guest can't access them but would take their exceptions.
AVCPU_INLINE void avcpu_clear_breakpoints(uint64_t features) {
#define AVCPU_BREAKPOINTS(X) X(15) X(14) X(13) X(12) X(11) X(10) X(9) X(8) X(7) X(6) X(5) X(4) X(3) X(2) X(1) X(0)
#define AVCPU_CLEAR_BREAKPOINT(n) if ((features >> 12 & 15) >= n) __asm__ volatile("msr dbgbcr" #n "_el1, xzr");
#define AVCPU_CLEAR_WATCHPOINT(n) if ((features >> 20 & 15) >= n) __asm__ volatile("msr dbgwcr" #n "_el1, xzr");
    AVCPU_BREAKPOINTS(AVCPU_CLEAR_BREAKPOINT)
    AVCPU_BREAKPOINTS(AVCPU_CLEAR_WATCHPOINT)
#undef AVCPU_CLEAR_WATCHPOINT
#undef AVCPU_CLEAR_BREAKPOINT
#undef AVCPU_BREAKPOINTS
}

// CCSIDR_EL1 for the cache that `selection`, a value of CSSELR_EL1, names. CSSELR_EL1 belongs to the guest and is
// restored.
AVCPU_INLINE uint64_t avcpu_read_cache_size(uint64_t selection) {
    uint64_t guest_selection = avcpu_read_csselr_el1();
    uint64_t size;
    avcpu_write_csselr_el1(selection);
    __asm__ volatile("isb\n\tmrs %0, ccsidr_el1" : "=r"(size) : : "memory");
    avcpu_write_csselr_el1(guest_selection);
    return size;
}

AVCPU_INLINE void avcpu_clean_invalidate_set_way(uint64_t operand) {
    __asm__ volatile("dc cisw, %0" : : "r"(operand) : "memory");
}

// MIDR_EL1, or a register of the identification space that HCR_EL2.TID3 traps: Op0 3, Op1 0, CRn 0, CRm 1–7. Every
// one of these can be read; those that are not allocated are zero.
AVCPU_INLINE uint64_t avcpu_read_identification(uint32_t crm, uint32_t op2) {
#define AVCPU_IDENTIFICATION(m, o) \
    case m * 8 + o: { \
        uint64_t value; \
        __asm__ volatile("mrs %0, s3_0_c0_c" #m "_" #o : "=r"(value)); \
        return value; \
    }
#define AVCPU_IDENTIFICATION_GROUP(m) \
    AVCPU_IDENTIFICATION(m, 0) AVCPU_IDENTIFICATION(m, 1) AVCPU_IDENTIFICATION(m, 2) \
    AVCPU_IDENTIFICATION(m, 3) AVCPU_IDENTIFICATION(m, 4) AVCPU_IDENTIFICATION(m, 5) \
    AVCPU_IDENTIFICATION(m, 6) AVCPU_IDENTIFICATION(m, 7)
    switch (crm * 8 + op2) {
        AVCPU_IDENTIFICATION(0, 0)
        AVCPU_IDENTIFICATION_GROUP(1)
        AVCPU_IDENTIFICATION_GROUP(2)
        AVCPU_IDENTIFICATION_GROUP(3)
        AVCPU_IDENTIFICATION_GROUP(4)
        AVCPU_IDENTIFICATION_GROUP(5)
        AVCPU_IDENTIFICATION_GROUP(6)
        AVCPU_IDENTIFICATION_GROUP(7)
    default: return 0;
    }
#undef AVCPU_IDENTIFICATION_GROUP
#undef AVCPU_IDENTIFICATION
}

// Loads all of the guest's registers into this CPU, or saves them: those that every CPU has, and those of its
// features. ERET synchronizes the writes, so there is no ISB here.
#define AVCPU_RESTORE(name, ...) avcpu_write_##name(registers->name);
#define AVCPU_SAVE(name, ...) registers->name = avcpu_read_##name();
#define AVCPU_SWITCH(verb, pointer, step) \
    AVCPU_INLINE void avcpu_##verb##_guest_registers(pointer registers) { \
        AVCPU_GUEST_REGISTER_LIST(step) \
        AVCPU_VIRTUALIZATION_REGISTER_LIST(step) \
    } \
    AVCPU_INLINE void avcpu_##verb##_key_registers(pointer registers) { \
        AVCPU_KEY_REGISTER_LIST(step) \
    } \
    AVCPU_INLINE void avcpu_##verb##_ras_registers(pointer registers) { \
        AVCPU_RAS_REGISTER_LIST(step) \
    }
AVCPU_SWITCH(restore, const struct avcpu_guest_registers *, AVCPU_RESTORE)
AVCPU_SWITCH(save, struct avcpu_guest_registers *, AVCPU_SAVE)
#undef AVCPU_SWITCH
#undef AVCPU_SAVE
#undef AVCPU_RESTORE

// The result of an address translation instruction for `va`, in the form of PAR_EL1, which belongs to the guest
// and is restored: stage 1 of the guest's translation for a read by EL1; both stages of it; and EL2's own
// translation.
#define AVCPU_TRANSLATION(name, instruction) \
    AVCPU_INLINE uint64_t avcpu_translate_##name(uint64_t va) { \
        uint64_t guest_par = avcpu_read_par_el1(); \
        uint64_t par; \
        __asm__ volatile("at " instruction ", %1\n\tisb\n\tmrs %0, par_el1" \
                         : "=r"(par) : "r"(va) : "memory"); \
        avcpu_write_par_el1(guest_par); \
        return par; \
    }
AVCPU_TRANSLATION(stage1, "s1e1r")
AVCPU_TRANSLATION(both_stages, "s12e1r")
AVCPU_TRANSLATION(hypervisor, "s1e2r")

// Loads an aligned word from EL2's memory at `address`.
AVCPU_INLINE uint32_t avcpu_load_word(uint64_t address) {
    return *(const volatile uint32_t *)(uintptr_t)address;
}

// Invalidates what the TLBs of all CPUs in the inner shareable domain hold for the current VMID, both stages. The
// ISB makes a VMID that was just written current, the first DSB makes table updates visible to the walkers, the
// second waits for the invalidation.
AVCPU_INLINE void avcpu_invalidate_guest_tlb(void) {
    __asm__ volatile("isb\n\tdsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
}

// Waits until an interrupt is pending, including one that EL2 doesn't take.
AVCPU_INLINE void avcpu_wait_for_interrupt(void) {
    __asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

AVCPU_INLINE void avcpu_isb(void) { __asm__ volatile("isb" : : : "memory"); }

// A guest's instruction fetches may bypass the data cache through which EL2 wrote its code.
AVCPU_INLINE void avcpu_invalidate_instruction_caches(void) {
    __asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

// Enters the guest and returns at its next exit, with the trap kind. world_switch.S.
uint64_t avcpu_run_guest(struct avcpu_context *context);

// The guest's V registers, all 128 bits of them, while it is on this CPU. vector_registers.S.
struct avcpu_vector {
    uint64_t low;
    uint64_t high;
};
struct avcpu_vector avcpu_read_vector(unsigned index);
void avcpu_write_vector(unsigned index, uint64_t low, uint64_t high);

// The vector table that an embedder installs in VBAR_EL2. vectors.S.
extern char exception_vector_base_vcpu[];

// A guest's SMC #0 to the machine's firmware: x0–x17 of its frame are the arguments and receive the results.
void avcpu_forward_firmware_call(struct avcpu_trap_frame *frame);

// A call to the machine's firmware, x0–x3 in, x0 out. x4–x17 are clobbered: SMCCC 1.0 allows it.
uint64_t avcpu_firmware_call(uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3);
#endif

#endif
