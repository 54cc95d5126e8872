// What the launcher tells the hypervisor about the guest that it has put into memory. The launcher
// writes it before the first instruction; a hypervisor that finds no magic there boots the defaults.
#ifndef AVCPU_LAUNCH_BLOCK_H
#define AVCPU_LAUNCH_BLOCK_H

// Physical memory: QEMU's device tree in the first 2 MiB of RAM, the image, this block, then the guest.
#define AVCPU_RAM_BASE 0x40000000
#define AVCPU_IMAGE_BASE 0x40200000
#define AVCPU_LAUNCH_BLOCK_ADDRESS 0x40fff000
#define AVCPU_GUEST_MEMORY_BASE 0x41000000

// The guest sees its memory where the machine has its RAM, so an intermediate physical address and a
// physical address with the same number are different memory. A guest that has the machine's devices has its
// memory where it is instead, for a device knows physical addresses alone; and the first 2 MiB of RAM, which the
// hypervisor does not use.
#define AVCPU_GUEST_IPA_BASE 0x40000000
#define AVCPU_GUEST_ENTRY 0x40200000
#define AVCPU_GUEST_MEMORY_SIZE_DEFAULT 0x4000000

// The guest's console, and the page of the device that the hypervisor emulates: no device range has it.
#define AVCPU_CONSOLE_BASE 0x09000000
// The flash of the machine, two banks: firmware starts in it.
#define AVCPU_FLASH_BASE 0x00000000
#define AVCPU_FLASH_SIZE 0x08000000
#define AVCPU_SCRATCH_BASE 0x0b000000

#define AVCPU_LAUNCH_MAGIC 0x68636e75616c6376 // "vclaunch"
#define AVCPU_LAUNCH_VERSION 3

// Physical interrupts come to EL2, and the guest has no interrupt controller.
#define AVCPU_INTERRUPTS_NONE 0
// Physical interrupts and the machine's interrupt controller are the guest's.
#define AVCPU_INTERRUPTS_PASSTHROUGH 1

#define AVCPU_DEVICE_RANGE_LIMIT 4
#define AVCPU_MEMORY_RANGE_LIMIT 2

#ifndef __ASSEMBLER__
#include <stdint.h>

// What the guest has to itself, mapped one to one. A size of 0 is no range.
struct avcpu_guest_range {
    uint64_t base;
    uint64_t size;
};

struct avcpu_launch_block {
    uint64_t magic;
    uint32_t version;
    uint32_t vcpu_count;
    uint64_t guest_memory_base; // physical
    uint64_t guest_memory_size;
    uint64_t guest_ipa_base;
    uint64_t guest_entry;       // IPA
    uint64_t guest_argument;    // x0 at the entry
    uint64_t interrupts;        // AVCPU_INTERRUPTS_…
    struct avcpu_guest_range devices[AVCPU_DEVICE_RANGE_LIMIT];
    struct avcpu_guest_range memory[AVCPU_MEMORY_RANGE_LIMIT]; // where code may run, beside the guest's memory
};
#endif

#endif
