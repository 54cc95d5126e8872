// Steps that a debugger answers in the hypervisor's place, with `complete` and `skip`. They run only if it has set
// tour_debugger_answers. Each expects a result that the hypervisor wouldn't give, so that it fails if the
// hypervisor has seen the exit. The debugger identifies them by their labels, see device.h.
#include "device.h"

#if TOUR_GUEST

volatile uint64_t tour_debugger_answers;

#define VALUE 0xf1f2f3f4f5f6f7f8ull // the debugger's answer: negative in every width
#define VALUE_W (VALUE & 0xffffffff)
#define SUM(base, first, second) (MIX((uint64_t)(first), (uint64_t)(second)) + (base))
#define UNCHANGED SUM(DEVICE, A, B)

// Returns x0, x1 and x2 afterwards.
#define STEP(name, before, instruction, after) \
    static uint64_t name(void) { \
        put(C, D); \
        struct operands operands = ACCESS(before ANSWERED(name, instruction) after); \
        return SUM(operands.base, operands.first, operands.second); \
    }

// The same, plus the device's contents: a store that the debugger completes doesn't reach the device.
#define STORE(name, instruction) \
    static uint64_t name(void) { \
        put(C, D); \
        struct operands operands = ACCESS(ANSWERED(name, instruction)); \
        return SUM(operands.base, get(0), get(8)) + SUM(0, operands.first, operands.second); \
    }
#define NOT_STORED(base) (SUM(base, C, D) + SUM(0, A, B))

// The device has 64 bytes of registers, and nothing at 0x400.
STEP(complete_ldrb, "", "ldrb w1, [x0]", "")
STEP(complete_ldrh, "", "ldrh w1, [x0]", "")
STEP(complete_ldr_w, "", "ldr w1, [x0]", "")
STEP(complete_ldr_x, "", "ldr x1, [x0]", "")
STEP(complete_ldrsb_x, "", "ldrsb x1, [x0]", "")
STEP(complete_ldrsb_w, "", "ldrsb w1, [x0]", "")
STEP(complete_ldrsh_x, "", "ldrsh x1, [x0]", "")
STEP(complete_ldrsh_w, "", "ldrsh w1, [x0]", "")
STEP(complete_ldrsw, "", "ldrsw x1, [x0]", "")
STEP(complete_ldr_wzr, "", "ldr wzr, [x0, #0x400]", "")
STEP(complete_ldr_xzr, "", "ldr xzr, [x0, #0x400]", "")
STEP(complete_ldar, "", "ldar x1, [x0]", "")
STEP(complete_ldp_x, "", "ldp x1, x2, [x0]", "")
STEP(complete_ldp_two_values, "", "ldp x1, x2, [x0]", "")
STEP(complete_ldp_w, "", "ldp w1, w2, [x0]", "")
STEP(complete_ldpsw, "", "ldpsw x1, x2, [x0]", "")
STEP(complete_ldp_pre_index, "", "ldp w1, w2, [x0, #8]!", "")
STEP(complete_ldp_post_index, "", "ldp x1, x2, [x0], #-16", "")
STEP(complete_ldr_pre_index, "", "ldrh w1, [x0, #6]!", "")
STEP(complete_ldr_post_index, "", "ldrsb w1, [x0], #1", "")
// SP_EL1 moves.
STEP(complete_ldr_sp, "mov x9, sp\n\tmov sp, x0\n\t", "ldr x1, [sp], #16", "mov x0, sp\n\tmov sp, x9")
// SCTLR_EL1.EE, bit 25. The value is the device's, which is little-endian.
STEP(complete_big_endian, "mrs x9, sctlr_el1\n\torr x10, x9, #0x2000000\n\tmsr sctlr_el1, x10\n\tisb\n\t",
     "ldr x1, [x0]", "msr sctlr_el1, x9\n\tisb")
STEP(complete_virtual_address, TRANSLATED, "ldp x1, x2, [x0], #8", UNTRANSLATED)
// Nothing changes, but there is no exception either.
STEP(skip_ldp_of_nothing, "", "ldp x1, x2, [x0, #0x100]!", "")

STORE(complete_strb, "strb w1, [x0]")
STORE(complete_str_x, "str x1, [x0, #8]")
STORE(complete_str_xzr, "str xzr, [x0]")
STORE(complete_stp, "stp x1, x2, [x0]")
STORE(complete_str_pre_index, "str w1, [x0, #8]!")
STORE(complete_stp_post_index, "stp w1, w2, [x0], #8")
STORE(skip_str, "str x1, [x0]")
STORE(skip_stp, "stp x1, x2, [x0], #16")

static uint64_t vector_sum(struct tour_pair vector) { return SUM(0, vector.first, vector.second); }

static uint64_t complete_translated(void) {
    tour_prepare_translation();
    return complete_virtual_address();
}

static uint64_t complete_ldr_q(void) {
    put(C, D);
    return vector_sum(tour_answered_load_q(DEVICE));
}

static uint64_t complete_ldr_d(void) {
    put(C, D);
    return vector_sum(tour_answered_load_d(DEVICE));
}

static uint64_t complete_str_q(void) {
    put(C, D);
    tour_answered_store_q(DEVICE, A, B);
    return SUM(0, get(0), get(8));
}

static uint64_t complete_ldr_of_el0(void) {
    put(C, D);
    return tour_load_at_el0(DEVICE);
}

// The number in x0 isn't a known function: the hypervisor answers -1.
STEP(complete_hvc, "", "hvc #0", "")
STEP(complete_hvc_immediate, "", "hvc #0xffff", "")
STEP(complete_smc, "", "smc #0", "")
STEP(skip_hvc, "", "hvc #0", "")
STEP(skip_smc, "", "smc #0", "")
STEP(skip_ldr, "", "ldr x1, [x0]", "")
STEP(skip_ldp, "", "ldp x1, x2, [x0], #16", "")

STEP(complete_mrs, "", "mrs x1, actlr_el1", "")
// A register that the guest doesn't have. A value read into XZR must not end up in another register.
STEP(complete_mrs_xzr, "", "mrs xzr, dbgbvr2_el1", "")
STEP(complete_mrs_of_nothing, "", "mrs x1, dbgbvr2_el1", "")
// ACTLR_EL1 contains B, and keeps it.
STEP(skip_mrs, "msr actlr_el1, x2\n\t", "mrs x1, actlr_el1", "")
STEP(complete_msr, "msr actlr_el1, x2\n\t", "msr actlr_el1, x1", "mrs x1, actlr_el1")
STEP(skip_msr, "msr actlr_el1, x2\n\t", "msr actlr_el1, x1", "mrs x1, actlr_el1")

// A WFI changes nothing, whoever handles it, so the debugger also sets x1 to VALUE.
STEP(complete_wfi, "", "wfi", "")
STEP(skip_wfi, "", "wfi", "")

const struct tour_step tour_debugger_steps[] = {
    {"complete ldrb", complete_ldrb, SUM(DEVICE, 0xf8, B)},
    {"complete ldrh", complete_ldrh, SUM(DEVICE, 0xf7f8, B)},
    {"complete ldr to w", complete_ldr_w, SUM(DEVICE, VALUE_W, B)},
    {"complete ldr to x", complete_ldr_x, SUM(DEVICE, VALUE, B)},
    {"complete ldrsb to x", complete_ldrsb_x, SUM(DEVICE, 0xfffffffffffffff8, B)},
    {"complete ldrsb to w", complete_ldrsb_w, SUM(DEVICE, 0xfffffff8, B)},
    {"complete ldrsh to x", complete_ldrsh_x, SUM(DEVICE, 0xfffffffffffff7f8, B)},
    {"complete ldrsh to w", complete_ldrsh_w, SUM(DEVICE, 0xfffff7f8, B)},
    {"complete ldrsw", complete_ldrsw, SUM(DEVICE, 0xfffffffff5f6f7f8, B)},
    {"complete ldr to wzr", complete_ldr_wzr, UNCHANGED},
    {"complete ldr to xzr", complete_ldr_xzr, UNCHANGED},
    {"complete ldar", complete_ldar, SUM(DEVICE, VALUE, B)},
    {"complete ldp to x", complete_ldp_x, SUM(DEVICE, VALUE, VALUE)},
    {"complete ldp to x, two values", complete_ldp_two_values, SUM(DEVICE, VALUE, A)},
    {"complete ldp to w", complete_ldp_w, SUM(DEVICE, VALUE_W, VALUE_W)},
    {"complete ldpsw", complete_ldpsw, SUM(DEVICE, 0xfffffffff5f6f7f8, 0xfffffffff5f6f7f8)},
    {"complete ldp, pre-indexed", complete_ldp_pre_index, SUM(DEVICE + 8, VALUE_W, VALUE_W)},
    {"complete ldp, post-indexed", complete_ldp_post_index, SUM(DEVICE - 16, VALUE, VALUE)},
    {"complete ldrh, pre-indexed", complete_ldr_pre_index, SUM(DEVICE + 6, 0xf7f8, B)},
    {"complete ldrsb to w, post-indexed", complete_ldr_post_index, SUM(DEVICE + 1, 0xfffffff8, B)},
    {"complete ldr by sp, post-indexed", complete_ldr_sp, SUM(DEVICE + 16, VALUE, B)},
    {"complete big-endian ldr", complete_big_endian, SUM(DEVICE, 0xf8f7f6f5f4f3f2f1, B)},
    {"complete ldr to q", complete_ldr_q, SUM(0, VALUE, 0)},
    {"complete ldr to d", complete_ldr_d, SUM(0, VALUE, 0)},
    {"complete ldr of el0", complete_ldr_of_el0, VALUE},
    {"complete ldp by a virtual address", complete_translated, SUM(DEVICE + ELSEWHERE + 8, VALUE, VALUE)},
    {"complete strb", complete_strb, NOT_STORED(DEVICE)},
    {"complete str of x", complete_str_x, NOT_STORED(DEVICE)},
    {"complete str of xzr", complete_str_xzr, NOT_STORED(DEVICE)},
    {"complete stp", complete_stp, NOT_STORED(DEVICE)},
    {"complete str, pre-indexed", complete_str_pre_index, NOT_STORED(DEVICE + 8)},
    {"complete stp, post-indexed", complete_stp_post_index, NOT_STORED(DEVICE + 8)},
    {"complete str of q", complete_str_q, SUM(0, C, D)},
    {"complete hvc", complete_hvc, SUM(VALUE, A, B)},
    {"complete hvc with an immediate", complete_hvc_immediate, SUM(VALUE, A, B)},
    {"complete smc", complete_smc, SUM(VALUE, A, B)},
    {"complete mrs", complete_mrs, SUM(DEVICE, VALUE, B)},
    {"complete mrs to xzr", complete_mrs_xzr, UNCHANGED},
    {"complete mrs of a missing register", complete_mrs_of_nothing, SUM(DEVICE, VALUE, B)},
    {"complete msr", complete_msr, SUM(DEVICE, B, B)},
    {"complete wfi", complete_wfi, SUM(DEVICE, VALUE, B)},
    {"skip hvc", skip_hvc, UNCHANGED},
    {"skip smc", skip_smc, UNCHANGED},
    {"skip ldr", skip_ldr, UNCHANGED},
    {"skip ldp, post-indexed", skip_ldp, UNCHANGED},
    {"skip ldp of no device register", skip_ldp_of_nothing, UNCHANGED},
    {"skip str", skip_str, NOT_STORED(DEVICE)},
    {"skip stp, post-indexed", skip_stp, NOT_STORED(DEVICE)},
    {"skip mrs", skip_mrs, UNCHANGED},
    {"skip msr", skip_msr, SUM(DEVICE, B, B)},
    {"skip wfi", skip_wfi, SUM(DEVICE, VALUE, B)},
};

const unsigned tour_debugger_step_count =
    sizeof tour_debugger_steps / sizeof tour_debugger_steps[0];

#endif
