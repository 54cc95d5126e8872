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
// physical address with the same number are different memory.
#define AVCPU_GUEST_IPA_BASE 0x40000000
#define AVCPU_GUEST_ENTRY 0x40200000
#define AVCPU_GUEST_MEMORY_SIZE_DEFAULT 0x4000000

#define AVCPU_LAUNCH_MAGIC 0x68636e75616c6376 // "vclaunch"
#define AVCPU_LAUNCH_VERSION 1

#ifndef __ASSEMBLER__
#include <stdint.h>

struct avcpu_launch_block {
    uint64_t magic;
    uint32_t version;
    uint32_t vcpu_count;
    uint64_t guest_memory_base; // physical
    uint64_t guest_memory_size;
    uint64_t guest_ipa_base;
    uint64_t guest_entry;       // IPA
    uint64_t guest_argument;    // x0 at the entry
};
#endif

#endif
