// EL2's tables, and a stage 2 for each CPU's guest. Descriptors: Arm ARM DDI 0487, D8.3.

#include "hypervisor.h"

enum : uint64_t {
    table = 3,
    own_normal = 0x701 | OWN_PAGE_BITS,    // block, AF, inner shareable, attribute 0
    own_device = 0x405 | OWN_PAGE_BITS | 1ull << 54,  // XN, AF, attribute 1
    guest_normal = 0x7fd,                  // block, AF, inner shareable, read and write, normal write-back
    block_2MiB = 0x200000,
};

// A guest's memory: 2 MiB for itself, and 2 MiB that are mapped wherever it accesses memory.
#define GUEST_MEMORY(cpu) (0x44000000ull + (cpu) * 2 * block_2MiB)
#define GUEST_DEMAND_MEMORY(cpu) (GUEST_MEMORY(cpu) + block_2MiB)

typedef uint64_t table_t[512] __attribute__((aligned(4096)));

table_t own_level1;
static table_t own_level2;
// 40 bits of IPA from level 1: two consecutive tables, 8 KiB aligned.
static uint64_t guest_level1[CPU_LIMIT][1024] __attribute__((aligned(8192)));
static table_t guest_level2[CPU_LIMIT];
static table_t guest_demand_level2[CPU_LIMIT];

extern const char guest_image[], guest_image_end[];

uint64_t physical(const void *address) { return (uint64_t)address + LOAD_OFFSET; }

// Runs with the MMU off, so PC-relative addresses are physical.
void build_own_tables(void) {
    own_level1[0] = (uint64_t)own_level2 | table;
    own_level1[1] = 0x40000000 | own_normal;  // RAM at its physical address
    for (uint64_t device = 0x08000000; device < 0x0a000000; device += block_2MiB)
        own_level2[device / block_2MiB] = device | own_device;  // interrupt controller, UART
    if (LOAD_OFFSET)  // the image at its link address
        own_level2[LINK_ADDRESS / block_2MiB] =
            ((LINK_ADDRESS + LOAD_OFFSET) & ~(block_2MiB - 1)) | own_normal;
}

uint64_t build_guest_tables(unsigned cpu) {
    guest_level2[cpu][(GUEST_ENTRY & 0x3fffffff) / block_2MiB] = GUEST_MEMORY(cpu) | guest_normal;
    guest_level1[cpu][1] = physical(guest_level2[cpu]) | table;
    guest_level1[cpu][513] = physical(guest_demand_level2[cpu]) | table;
    WRITE("vtcr_el2", 0x80023558);  // T0SZ 24, start at level 1, write-back, inner shareable, 40 bits
    __asm__ volatile("dsb ishst" ::: "memory");
    return physical(guest_level1[cpu]) | (7ull + cpu) << 48;
}

// The descriptor was invalid before, so no TLB holds it.
bool map_on_demand(unsigned cpu, uint64_t ipa) {
    if (ipa >> 30 != 513) return false;
    guest_demand_level2[cpu][(ipa & 0x3fffffff) / block_2MiB] =
        GUEST_DEMAND_MEMORY(cpu) | guest_normal;
    __asm__ volatile("dsb ishst; isb" ::: "memory");
    return true;
}

void load_guest(unsigned cpu) {
    char *to = (char *)GUEST_MEMORY(cpu);
    for (const char *from = guest_image; from < guest_image_end;) *to++ = *from++;
    __asm__ volatile("dsb ish; ic iallu; dsb ish; isb" ::: "memory");
}
