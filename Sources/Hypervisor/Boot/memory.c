// The image's memory, and what the Swift runtime expects from a C library.
#include "CHypervisor.h"

#if AVCPU_EL2_TARGET

struct avcpu_cpu_local hypervisor_cpus[HYPERVISOR_CPU_LIMIT];
struct avcpu_context hypervisor_vcpus[HYPERVISOR_CPU_LIMIT];
uint8_t hypervisor_scratch_memory[64] __attribute__((aligned(8)));
uint64_t hypervisor_tables[HYPERVISOR_TABLE_LIMIT][512] __attribute__((aligned(4096)));
uint32_t hypervisor_table_count;
// For a debugger that has to split a block of stage 2. The hypervisor itself never touches them.
__attribute__((used, retain, aligned(4096))) uint64_t avcpu_spare_tables[HYPERVISOR_SPARE_TABLE_COUNT][512];
uint64_t hypervisor_guest_actlr[HYPERVISOR_CPU_LIMIT];
uint64_t hypervisor_identification[HYPERVISOR_CPU_LIMIT][64];
// All OFF, which is 1. The boot CPU sets its own to ON when it is running.
uint32_t hypervisor_power_states[HYPERVISOR_CPU_LIMIT] = {1, 1, 1, 1, 1, 1, 1, 1};
uint32_t hypervisor_report_lock;
char hypervisor_stacks[HYPERVISOR_CPU_LIMIT][HYPERVISOR_STACK_SIZE] __attribute__((aligned(16)));
char hypervisor_fatal_stacks[HYPERVISOR_CPU_LIMIT][HYPERVISOR_FATAL_STACK_SIZE]
    __attribute__((aligned(16)));

uint64_t hypervisor_scratch_load_bytes(uint64_t offset, uint64_t byte_count) {
    uint64_t value = 0;
    while (byte_count--) value = value << 8 | hypervisor_scratch_memory[offset + byte_count];
    return value;
}

void hypervisor_scratch_store_bytes(uint64_t offset, uint64_t byte_count, uint64_t value) {
    for (; byte_count--; value >>= 8) hypervisor_scratch_memory[offset++] = (uint8_t)value;
}

// Freestanding: the loops below must not become calls to themselves.
#define NO_LIBRARY_CALLS __attribute__((no_builtin))

NO_LIBRARY_CALLS void *memset(void *destination, int value, size_t count) {
    unsigned char *to = destination;
    while (count--) *to++ = (unsigned char)value;
    return destination;
}

NO_LIBRARY_CALLS void *memcpy(void *restrict destination, const void *restrict source, size_t count) {
    unsigned char *to = destination;
    const unsigned char *from = source;
    if ((((uintptr_t)to | (uintptr_t)from) & 7) == 0) {
        for (; count >= 8; count -= 8, to += 8, from += 8) *(uint64_t *)to = *(const uint64_t *)from;
    }
    while (count--) *to++ = *from++;
    return destination;
}

NO_LIBRARY_CALLS void *memmove(void *destination, const void *source, size_t count) {
    unsigned char *to = destination;
    const unsigned char *from = source;
    if (to <= from) return memcpy(destination, source, count);
    while (count--) to[count] = from[count];
    return destination;
}

// EL2 doesn't allocate memory. A call to one of these is a bug in the image, and the vectors report
// where.
int posix_memalign(void **pointer, size_t alignment, size_t size) {
    (void)pointer, (void)alignment, (void)size;
    __builtin_trap();
}

void free(void *pointer) {
    (void)pointer;
    __builtin_trap();
}

// The debug build of the Swift runtime prints with this why it traps.
int putchar(int character) {
    if (character == '\n') hypervisor_uart_put('\r');
    hypervisor_uart_put((uint8_t)character);
    return character;
}

#endif
