// The debug block: what a debugger needs to know about this library in an image. It finds the structure by the
// symbol `vcpu_debug_descriptor`, and ignores it if it doesn't know the magic, the version or a size. Every
// number is little-endian, every address an EL2 address.
#ifndef AVCPU_DEBUG_BLOCK_H
#define AVCPU_DEBUG_BLOCK_H

#include "el2_target.h"

#define AVCPU_DEBUG_MAGIC 0x6775626475706376 // "vcpudbug"
#define AVCPU_DEBUG_VERSION 2

#define AVCPU_DEBUG_BYTE_COUNT 12
#define AVCPU_DEBUG_FRAME_SIZE 16
#define AVCPU_DEBUG_EXIT_RECORD_SIZE 20
#define AVCPU_DEBUG_CONTEXT_SIZE 24
#define AVCPU_DEBUG_CPU_LOCAL_SIZE 28
#define AVCPU_DEBUG_CPU_LOCAL_CONTEXT 32
#define AVCPU_DEBUG_CPU_LOCAL_RECORDER 36
#define AVCPU_DEBUG_VECTORS 40
#define AVCPU_DEBUG_SAVE 48
#define AVCPU_DEBUG_SAVE_END 56
#define AVCPU_DEBUG_TRAMPOLINE 64
#define AVCPU_DEBUG_ENTRY 72
#define AVCPU_DEBUG_ENTRY_END 80
#define AVCPU_DEBUG_HALT 88
#define AVCPU_DEBUG_HOOK 96
#define AVCPU_DEBUG_OBSERVER 104
#define AVCPU_DEBUG_OBSERVER_BYTE_COUNT 112
#define AVCPU_DEBUG_RECORD_SIZE 116
#define AVCPU_DEBUG_RING_RECORD_COUNT 120
#define AVCPU_DEBUG_RING_CELLS 124
#define AVCPU_DEBUG_DESCRIPTOR_SIZE 128

// The sizes of two pieces of code. A label at their ends would name the code after them in every backtrace, so
// the assembly checks these sizes instead.
#define AVCPU_SAVE_EXIT_SIZE 128   // avcpu_save_exit
#define AVCPU_ENTRY_SIZE 92        // context_vm_entry up to and including its `eret`

#ifndef __ASSEMBLER__
#include <stdint.h>

// A CPU's current context (`cpu_local.h`) describes the exit that the CPU handles, from
// `vmexit_trampoline` until the vCPU is entered. Before and after that, the guest's state is partly in memory
// and partly in the CPU:
// - from the lower-EL entries of `vectors` until `save_end`, the guest's registers are copied from the CPU to
//   memory, and the record is partly that of the previous exit;
// - from there to `trampoline` the record is complete, and the observer (`observer.h`) looks at it. An exit that
//   the filter matches passes `hook` first, in the same state as `trampoline`;
// - from `entry` to `entry_end`, they are loaded from memory into the CPU. The record stays complete, but
//   writes to it may come too late.
struct avcpu_debug_descriptor {
    uint64_t magic;
    uint32_t version;
    uint32_t byte_count;              // of this structure
    uint32_t frame_byte_count;        // of an avcpu_trap_frame
    uint32_t exit_record_byte_count;  // of an avcpu_context, up to the guest's system registers
    uint32_t context_byte_count;      // of an avcpu_context
    uint32_t cpu_local_byte_count;    // of an avcpu_cpu_local, whose address is in TPIDR_EL2
    uint32_t cpu_local_context;       // the offset in it of the address of the current context
    uint32_t cpu_local_recorder;      // the offset in it of AVCPU_CPU_OPEN_TIME and what comes after it
    uint64_t vectors;                 // exception_vector_base_vcpu, 2 KiB
    uint64_t save;                    // avcpu_save_exit, where the guest's vectors continue
    uint64_t save_end;                // the byte after it
    uint64_t trampoline;              // vmexit_trampoline
    uint64_t entry;                   // context_vm_entry
    uint64_t entry_end;               // the byte after its `eret`
    uint64_t halt;                    // avcpu_halt
    uint64_t hook;                    // vmexit_debug_hook
    uint64_t observer;                // avcpu_observer
    uint32_t observer_byte_count;     // of an avcpu_observer
    uint32_t record_byte_count;       // of an avcpu_exit_record
    uint32_t ring_record_count;       // of each CPU's ring
    uint32_t ring_cells;              // how far the counters are below a ring, in bytes
};

#if AVCPU_EL2_TARGET
extern const struct avcpu_debug_descriptor vcpu_debug_descriptor;
#endif
#endif

#endif
