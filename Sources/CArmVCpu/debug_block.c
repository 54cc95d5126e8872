// An image's debug block. A host program doesn't have one: a debugger that links this library would find its
// own.
#include "debug_block.h"

#include "cpu_local.h"
#include "observer.h"
#include "vcpu_context.h"

#if AVCPU_EL2_TARGET

extern const char exception_vector_base_vcpu[];
extern const char avcpu_save_exit[];
extern const char vmexit_trampoline[];
extern const char context_vm_entry[];
extern const char avcpu_halt[];
extern const char vmexit_debug_hook[];

#define ADDRESS(symbol) (uint64_t)(uintptr_t)(symbol)

// A page of its own: a debugger writes here while the hypervisor runs.
__attribute__((used, retain, aligned(4096), section(".data.avcpu_observer")))
struct avcpu_observer avcpu_observer;

// Nothing in the image refers to it: `retain` makes the linker keep it with any linker script.
__attribute__((used, retain, section(".rodata.vcpu_debug_descriptor")))
const struct avcpu_debug_descriptor vcpu_debug_descriptor = {
    .magic = AVCPU_DEBUG_MAGIC,
    .version = AVCPU_DEBUG_VERSION,
    .byte_count = sizeof(struct avcpu_debug_descriptor),
    .frame_byte_count = sizeof(struct avcpu_trap_frame),
    .exit_record_byte_count = AVCPU_EXIT_RECORD_SIZE,
    .context_byte_count = sizeof(struct avcpu_context),
    .cpu_local_byte_count = sizeof(struct avcpu_cpu_local),
    .cpu_local_context = offsetof(struct avcpu_cpu_local, context),
    .vectors = ADDRESS(exception_vector_base_vcpu),
    .save = ADDRESS(avcpu_save_exit),
    .save_end = ADDRESS(avcpu_save_exit + AVCPU_SAVE_EXIT_SIZE),
    .trampoline = ADDRESS(vmexit_trampoline),
    .entry = ADDRESS(context_vm_entry),
    .entry_end = ADDRESS(context_vm_entry + AVCPU_ENTRY_SIZE),
    .halt = ADDRESS(avcpu_halt),
    .cpu_local_recorder = offsetof(struct avcpu_cpu_local, open_time),
    .hook = ADDRESS(vmexit_debug_hook),
    .observer = ADDRESS(&avcpu_observer),
    .observer_byte_count = sizeof(struct avcpu_observer),
    .record_byte_count = sizeof(struct avcpu_exit_record),
    .ring_record_count = AVCPU_RING_RECORD_COUNT,
    .ring_cells = AVCPU_RECORDER_RING - AVCPU_RECORDER_CELLS,
};

#endif
