// What the launcher tells the hypervisor about the guest that it has put into memory. The launcher
// writes it before the first instruction; a hypervisor that finds no magic there boots the defaults.
#ifndef AVCPU_LAUNCH_BLOCK_H
#define AVCPU_LAUNCH_BLOCK_H

// Physical memory: QEMU's device tree at the start of RAM, the image, this block, then the guest.
#define AVCPU_RAM_BASE 0x40000000
#define AVCPU_IMAGE_BASE 0x40200000
#define AVCPU_LAUNCH_BLOCK_ADDRESS 0x40fff000
#define AVCPU_GUEST_MEMORY_BASE 0x41000000

// The guest sees its memory where the machine has its RAM, so an intermediate physical address and a
// physical address with the same number are different memory. A guest that programs devices has its memory
// where it is instead: a device knows physical addresses alone.
#define AVCPU_GUEST_IPA_BASE 0x40000000
#define AVCPU_GUEST_ENTRY 0x40200000
#define AVCPU_GUEST_MEMORY_SIZE_DEFAULT 0x4000000

// The guest's console, and the page of the device that the hypervisor emulates: no device range has it.
#define AVCPU_CONSOLE_BASE 0x09000000
#define AVCPU_SCRATCH_BASE 0x0b000000

#define AVCPU_LAUNCH_MAGIC 0x68636e75616c6376 // "vclaunch"
#define AVCPU_LAUNCH_VERSION 2

// Physical interrupts come to EL2, and the guest has no interrupt controller.
#define AVCPU_INTERRUPTS_NONE 0
// Physical interrupts and the machine's interrupt controller are the guest's.
#define AVCPU_INTERRUPTS_PASSTHROUGH 1

#define AVCPU_DEVICE_RANGE_LIMIT 4

#ifndef __ASSEMBLER__
#include <stdint.h>

// Devices that the guest has to itself, mapped one to one. A size of 0 is no range.
struct avcpu_device_range {
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
    struct avcpu_device_range devices[AVCPU_DEVICE_RANGE_LIMIT];
};
#endif

#endif
