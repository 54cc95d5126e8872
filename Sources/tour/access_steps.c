// Steps that access the emulated device with instructions that the syndrome doesn't describe (ISV clear), so
// the hypervisor has to read them. Each first stores what it needs in the device and then reads back the
// result.
#include "device.h"

#if TOUR_GUEST

#define EXTERNAL_ABORT 0x96000010ull

static uint64_t store_pair(void) {
    put(0, 0);
    ACCESS("stp x1, x2, [x0]");
    return MIX(get(0), get(8));
}

static uint64_t load_pair(void) {
    put(B, A);
    struct operands after = ACCESS("ldp x1, x2, [x0]");
    return MIX(after.first, after.second);
}

static uint64_t load_pair_w(void) {
    put(A, 0);
    struct operands after = ACCESS("ldp w1, w2, [x0]");
    return MIX(after.first, after.second);
}

static uint64_t load_pair_signed(void) {
    put(A, 0);
    struct operands after = ACCESS("ldpsw x1, x2, [x0]");
    return MIX(after.first, after.second);
}

// The device as a stack: SP_EL1 moves.
static uint64_t push_pair(void) {
    put(0, 0);
    struct operands after = ACCESS(
        "mov x9, sp\n\tadd x10, x0, #16\n\tmov sp, x10\n\tstp x1, x2, [sp, #-16]!\n\tmov x0, sp\n\tmov sp, x9");
    return MIX(get(0), get(8)) + after.base;
}

static uint64_t load_post_index(void) {
    put(B, A);
    struct operands after = ACCESS("ldr x1, [x0], #8");
    return after.first + after.base;
}

static uint64_t load_signed_pre_index(void) {
    put(A, B);
    struct operands after = ACCESS("ldrsb w1, [x0, #9]!");
    return after.first + after.base;
}

static uint64_t store_pre_index(void) {
    put(0, 0);
    struct operands after = ACCESS("strh w1, [x0, #2]!\n\tstr w2, [x0, #6]!\n\tstr xzr, [x0], #-8");
    return MIX(get(0), get(8)) + after.base;
}

// Accesses with Q and D registers; the instructions are in vector_access.S.
static uint64_t store_q(void) {
    put(0, 0);
    tour_store_q(DEVICE, A, B);
    return MIX(get(0), get(8));
}

static uint64_t load_q(void) {
    put(A, B);
    struct tour_pair vector = tour_load_q(DEVICE);
    return MIX(vector.first, vector.second);
}

static uint64_t load_d(void) {
    put(A, B);
    struct tour_pair vector = tour_load_d(DEVICE);
    return MIX(vector.first, vector.second);
}

static uint64_t copy_q(void) {
    put(A, B);
    struct tour_pair vector = tour_copy_q(DEVICE);
    return MIX(vector.first, vector.second);
}

// STLR and LDAR have a syndrome. STLUR and LDAPUR come with FEAT_LRCPC2, ID_AA64ISAR1_EL1.LRCPC.
static uint64_t ordered(void) {
    uint64_t features;
    put(B, 0);
    uint64_t loaded = ACCESS("stlr w1, [x0]\n\tldar x2, [x0]").second;
    __asm__ volatile("mrs %0, id_aa64isar1_el1" : "=r"(features) : : "x16", "x17");
    if ((features >> 20 & 15) < 2) return loaded;
    // stlur w1, [x0, #12]; ldapur x2, [x0, #8]
    uint64_t again = ACCESS(".inst 0x9900c001, 0xd9408002").second;
    return again == A << 32 ? loaded : again;
}

// An exclusive is more than an access, so it doesn't work on a device.
static uint64_t load_exclusive(void) {
    struct operands after = ACCESS("ldxr x1, [x0]");
    return after.first == A ? tour_exception_syndrome : after.first;
}

// 8 bytes at the end of the device's memory, and 8 after it: neither the registers nor the base change.
static uint64_t load_pair_at_the_end(void) {
    struct operands after = ACCESS("add x0, x0, #24\n\tldp x1, x2, [x0], #16");
    int is_unchanged = after.first == A && after.second == B && after.base == DEVICE + 24;
    return is_unchanged ? tour_exception_syndrome : after.first;
}

// SCTLR_EL1.EE, bit 25, around a load with a syndrome and a store without.
static uint64_t big_endian(void) {
    put(A, 0);
    struct operands after = ACCESS(
        "mrs x9, sctlr_el1\n\torr x10, x9, #0x2000000\n\tmsr sctlr_el1, x10\n\tisb\n\t"
        "ldr x1, [x0]\n\tstp w2, wzr, [x0, #8]\n\tmsr sctlr_el1, x9\n\tisb");
    return MIX(after.first, get(8));
}

// The instruction and the access go through both stages.
static uint64_t virtual_address(void) {
    put(A, B);
    tour_prepare_translation();
    struct operands after = ACCESS(TRANSLATED "ldp x1, x2, [x0], #8\n\t" UNTRANSLATED);
    return MIX(after.first, after.second) + after.base;
}

const struct tour_step tour_access_steps[] = {
    {"stp of x", store_pair, MIX(A, B)},
    {"ldp to x", load_pair, MIX(B, A)},
    {"ldp to w", load_pair_w, MIX(A & 0xffffffff, A >> 32)},
    {"ldpsw", load_pair_signed, MIX(0xffffffff95969798, 0xffffffff91929394)},
    {"stp by sp, pre-indexed", push_pair, MIX(A, B) + DEVICE},
    {"ldr post-indexed", load_post_index, B + DEVICE + 8},
    {"ldrsb to w, pre-indexed", load_signed_pre_index, 0xffffffa7 + DEVICE + 9},
    {"strh, str, str of xzr, indexed", store_pre_index, MIX(0x97980000, 0) + DEVICE},
    {"str of q", store_q, MIX(A, B)},
    {"ldr to q", load_q, MIX(A, B)},
    {"ldr to d", load_d, A},
    {"stp and ldp of q", copy_q, MIX(A, B)},
    {"stlr and ldar", ordered, 0xa1a2a3a495969798},
    {"ldxr", load_exclusive, EXTERNAL_ABORT},
    {"ldp over the end of the device", load_pair_at_the_end, EXTERNAL_ABORT},
    {"big-endian ldr and stp", big_endian, MIX(0x9897969594939291, 0xa8a7a6a5ull)},
    {"ldp by a virtual address", virtual_address, MIX(A, B) + DEVICE + 0x80000008},
};

const unsigned tour_access_step_count = sizeof tour_access_steps / sizeof tour_access_steps[0];

#endif
