// The image's memory, and the entry points between its assembly and its Swift.
#ifndef CHYPERVISOR_H
#define CHYPERVISOR_H

#include "cpu_local.h"
#include "el2_target.h"
#include "launch_block.h"

#define HYPERVISOR_CPU_LIMIT 8
#define HYPERVISOR_STACK_SIZE 0x8000
#define HYPERVISOR_FATAL_STACK_SIZE 0x4000
#define HYPERVISOR_TABLE_LIMIT 64
#define HYPERVISOR_SPARE_TABLE_COUNT 8

#define HYPERVISOR_UART_BASE AVCPU_CONSOLE_BASE

#ifndef __ASSEMBLER__
#include "CArmVCpu.h"

// Swift accesses the arrays of memory.c through these functions, because it would import them as
// tuples.
extern struct avcpu_cpu_local hypervisor_cpus[HYPERVISOR_CPU_LIMIT];
extern struct avcpu_context hypervisor_vcpus[HYPERVISOR_CPU_LIMIT];
extern uint8_t hypervisor_scratch_memory[64];
extern uint64_t hypervisor_tables[HYPERVISOR_TABLE_LIMIT][512];
extern uint32_t hypervisor_table_count;
extern uint64_t hypervisor_guest_actlr[HYPERVISOR_CPU_LIMIT];
extern uint64_t hypervisor_identification[HYPERVISOR_CPU_LIMIT][64];

// vCPU n runs on CPU n.
AVCPU_INLINE struct avcpu_context *hypervisor_vcpu_context(uint32_t vcpu) {
    return &hypervisor_vcpus[vcpu];
}

AVCPU_INLINE uint64_t hypervisor_cpu_address(uint32_t cpu) {
    return (uint64_t)(uintptr_t)&hypervisor_cpus[cpu];
}

#if AVCPU_EL2_TARGET
// Gives the calling CPU its part of the recorder's memory, if there is one, and shows the CPU to a debugger.
AVCPU_INLINE void hypervisor_begin_recording(uint32_t cpu, uint64_t recorder) {
    struct avcpu_cpu_local *local = &hypervisor_cpus[cpu];
    if (recorder != 0) {
        uint64_t part = recorder + (uint64_t)cpu * AVCPU_RECORDER_STRIDE;
        local->open_cell = part + AVCPU_RECORDER_CELLS + (AVCPU_CELL_NONE << AVCPU_CELL_SHIFT);
        local->ring = part + AVCPU_RECORDER_RING;
#if AVCPU_EL2_TARGET
        // The exit that turned the CPU off doesn't last until now.
        __asm__ volatile("mrs %0, cntvct_el0" : "=r"(local->open_time));
#endif
    }
    __atomic_store_n(&avcpu_observer.cpus[cpu], hypervisor_cpu_address(cpu), __ATOMIC_RELEASE);
}

// Before any guest runs.
AVCPU_INLINE void hypervisor_prepare_observer(uint64_t flags, uint64_t cpu_count) {
    // A debugger may have set others before the machine started.
    avcpu_observer.flags |= flags;
    avcpu_observer.cpu_count = cpu_count;
}
#endif

// 1, 2, 4 or 8 bytes of the emulated device: one access if they are aligned, otherwise one for each byte.
#define HYPERVISOR_SCRATCH_COPY(type, to, from) __builtin_memcpy( \
    __builtin_assume_aligned(to, sizeof(type)), __builtin_assume_aligned(from, sizeof(type)), sizeof(type))

uint64_t hypervisor_scratch_load_bytes(uint64_t offset, uint64_t byte_count);
void hypervisor_scratch_store_bytes(uint64_t offset, uint64_t byte_count, uint64_t value);

AVCPU_INLINE uint64_t hypervisor_scratch_load(uint64_t offset, uint64_t byte_count) {
#define HYPERVISOR_LOAD(type) { \
        type value; \
        HYPERVISOR_SCRATCH_COPY(type, &value, &hypervisor_scratch_memory[offset]); \
        return value; \
    }
    if (offset & (byte_count - 1)) return hypervisor_scratch_load_bytes(offset, byte_count);
    if (byte_count == 4) HYPERVISOR_LOAD(uint32_t)
    if (byte_count == 8) HYPERVISOR_LOAD(uint64_t)
    if (byte_count == 2) HYPERVISOR_LOAD(uint16_t)
    HYPERVISOR_LOAD(uint8_t)
#undef HYPERVISOR_LOAD
}

AVCPU_INLINE void hypervisor_scratch_store(uint64_t offset, uint64_t byte_count, uint64_t value) {
#define HYPERVISOR_STORE(type) { \
        type part = (type)value; \
        HYPERVISOR_SCRATCH_COPY(type, &hypervisor_scratch_memory[offset], &part); \
    }
    if (offset & (byte_count - 1)) hypervisor_scratch_store_bytes(offset, byte_count, value);
    else if (byte_count == 4) HYPERVISOR_STORE(uint32_t)
    else if (byte_count == 8) HYPERVISOR_STORE(uint64_t)
    else if (byte_count == 2) HYPERVISOR_STORE(uint16_t)
    else HYPERVISOR_STORE(uint8_t)
#undef HYPERVISOR_STORE
}
#undef HYPERVISOR_SCRATCH_COPY

AVCPU_INLINE uint64_t hypervisor_actlr(uint32_t vcpu) { return hypervisor_guest_actlr[vcpu]; }

AVCPU_INLINE void hypervisor_set_actlr(uint32_t vcpu, uint64_t value) {
    hypervisor_guest_actlr[vcpu] = value;
}

// What vCPU `vcpu` reads in an identification register, by CRm and Op2, three bits each.
AVCPU_INLINE uint64_t hypervisor_identification_value(uint32_t vcpu, uint32_t index) {
    return hypervisor_identification[vcpu][index & 63];
}

AVCPU_INLINE void hypervisor_set_identification_value(uint32_t vcpu, uint32_t index, uint64_t value) {
    hypervisor_identification[vcpu][index & 63] = value;
}

// The tables of stage 2, built by the boot CPU alone.
AVCPU_INLINE uint64_t hypervisor_table_address(uint32_t index) {
    return (uint64_t)(uintptr_t)&hypervisor_tables[index];
}

AVCPU_INLINE uint64_t hypervisor_table_allocate(void) {
    if (hypervisor_table_count == HYPERVISOR_TABLE_LIMIT) return 0;
    return hypervisor_table_address(hypervisor_table_count++);
}

AVCPU_INLINE uint64_t hypervisor_table_load(uint64_t address) {
    return *(uint64_t *)(uintptr_t)address;
}

AVCPU_INLINE void hypervisor_table_store(uint64_t address, uint64_t value) {
    *(uint64_t *)(uintptr_t)address = value;
}

// The power states of the vCPUs, changed by any CPU, with the numbers of PSCI: ON, OFF, ON_PENDING.
extern uint32_t hypervisor_power_states[HYPERVISOR_CPU_LIMIT];

AVCPU_INLINE uint32_t hypervisor_power_state(uint32_t vcpu) {
    return __atomic_load_n(&hypervisor_power_states[vcpu], __ATOMIC_ACQUIRE);
}

AVCPU_INLINE void hypervisor_set_power_state(uint32_t vcpu, uint32_t state) {
    __atomic_store_n(&hypervisor_power_states[vcpu], state, __ATOMIC_RELEASE);
}

// Changes the state of `vcpu` from `from` to `to`, and returns whether it was in that state.
AVCPU_INLINE _Bool hypervisor_exchange_power_state(uint32_t vcpu, uint32_t from, uint32_t to) {
    return __atomic_compare_exchange_n(
        &hypervisor_power_states[vcpu], &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

AVCPU_INLINE void hypervisor_uart_put(uint8_t byte) {
    volatile uint32_t *uart = (volatile uint32_t *)(uintptr_t)HYPERVISOR_UART_BASE;
    while (uart[0x18 / 4] & 1 << 5) {} // UARTFR.TXFF
    uart[0] = byte;
}

// Serializes the fatal reports of several CPUs.
extern uint32_t hypervisor_report_lock;

AVCPU_INLINE void hypervisor_take_report_lock(void) {
    while (__atomic_exchange_n(&hypervisor_report_lock, 1, __ATOMIC_ACQUIRE)) {}
}

AVCPU_INLINE void hypervisor_release_report_lock(void) {
    __atomic_store_n(&hypervisor_report_lock, 0, __ATOMIC_RELEASE);
}

AVCPU_INLINE struct avcpu_launch_block *hypervisor_launch_block(void) {
    return (struct avcpu_launch_block *)(uintptr_t)AVCPU_LAUNCH_BLOCK_ADDRESS;
}

// Swift imports the ranges as tuples, which have no subscript.
AVCPU_INLINE struct avcpu_guest_range hypervisor_device_range(
    const struct avcpu_launch_block *block, uint32_t index) {
    return block->devices[index];
}

AVCPU_INLINE struct avcpu_guest_range hypervisor_memory_range(
    const struct avcpu_launch_block *block, uint32_t index) {
    return block->memory[index];
}

// boot.S: where CPU_ON starts another CPU, its avcpu_cpu_local in x0.
extern char hypervisor_secondary_start[];

AVCPU_INLINE uint64_t hypervisor_secondary_entry(void) {
    return (uint64_t)(uintptr_t)hypervisor_secondary_start;
}
#endif

#endif
