// The launcher's description of the guest that it has put into memory, for the hypervisor. The launcher writes
// it before the first instruction; a hypervisor that doesn't find the magic there boots the defaults.
#ifndef AVCPU_LAUNCH_BLOCK_H
#define AVCPU_LAUNCH_BLOCK_H

// Physical memory: QEMU's device tree in the first 2 MiB of RAM, the image, this block, then the guest.
#define AVCPU_RAM_BASE 0x40000000
#define AVCPU_IMAGE_BASE 0x40200000
#define AVCPU_LAUNCH_BLOCK_ADDRESS 0x40fff000
#define AVCPU_GUEST_MEMORY_BASE 0x41000000

// The guest sees its memory at the address of the machine's RAM, so an intermediate physical address and a
// physical address with the same number are different memory. A guest that has the machine's devices has its
// memory at its physical address instead, because a device uses only physical addresses; it also has the first 2
// MiB of RAM, which the hypervisor doesn't use.
#define AVCPU_GUEST_IPA_BASE 0x40000000
#define AVCPU_GUEST_ENTRY 0x40200000
#define AVCPU_GUEST_MEMORY_SIZE_DEFAULT 0x4000000

// The guest's console, and the page of the device that the hypervisor emulates, which isn't in a device range.
#define AVCPU_CONSOLE_BASE 0x09000000
// The machine's flash, two banks: firmware starts there.
#define AVCPU_FLASH_BASE 0x00000000
#define AVCPU_FLASH_SIZE 0x08000000
#define AVCPU_SCRATCH_BASE 0x0b000000

#define AVCPU_LAUNCH_MAGIC 0x68636e75616c6376 // "vclaunch"
#define AVCPU_LAUNCH_VERSION 4

// Physical interrupts go to EL2, and the guest doesn't have an interrupt controller.
#define AVCPU_INTERRUPTS_NONE 0
// The guest has the physical interrupts and the machine's interrupt controller.
#define AVCPU_INTERRUPTS_PASSTHROUGH 1

#define AVCPU_DEVICE_RANGE_LIMIT 4
#define AVCPU_MEMORY_RANGE_LIMIT 2

#ifndef __ASSEMBLER__
#include <stdint.h>

// A range that belongs to the guest alone, mapped one to one. Unused if the size is 0.
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
    uint64_t recorder;          // physical: the recorder's memory, AVCPU_RECORDER_STRIDE for each CPU; 0 for none
    uint64_t observer_flags;    // `avcpu_observer.flags` from the start
    struct avcpu_guest_range devices[AVCPU_DEVICE_RANGE_LIMIT];
    struct avcpu_guest_range memory[AVCPU_MEMORY_RANGE_LIMIT]; // where code may run, besides the guest's memory
};
#endif

#endif
