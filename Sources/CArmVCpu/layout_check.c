// Checks every offset that assembly and the debugger use against the compiler's structure layout.
#include "cpu_local.h"
#include "debug_block.h"
#include "launch_block.h"
#include "vcpu_context.h"

#define CHECK(type, member, offset) \
    _Static_assert(offsetof(struct type, member) == (offset), #type "." #member)

CHECK(avcpu_trap_frame, gpr, AVCPU_FRAME_GPR);
CHECK(avcpu_trap_frame, sp_el0, AVCPU_FRAME_SP_EL0);
CHECK(avcpu_trap_frame, elr, AVCPU_FRAME_ELR);
CHECK(avcpu_trap_frame, spsr, AVCPU_FRAME_SPSR);
_Static_assert(sizeof(struct avcpu_trap_frame) == AVCPU_FRAME_SIZE, "the trap frame is 34 words");

CHECK(avcpu_context, frame, 0);
CHECK(avcpu_context, host_stack_top, AVCPU_HOST_STACK_TOP);
CHECK(avcpu_context, esr, AVCPU_ESR);
CHECK(avcpu_context, far, AVCPU_FAR);
CHECK(avcpu_context, hpfar, AVCPU_HPFAR);
CHECK(avcpu_context, trap_kind, AVCPU_TRAP_KIND);
CHECK(avcpu_context, exit_count, AVCPU_EXIT_COUNT);
CHECK(avcpu_context, exit_time, AVCPU_EXIT_TIME);
CHECK(avcpu_context, entry_time, AVCPU_ENTRY_TIME);
CHECK(avcpu_context, vcpu_id, AVCPU_VCPU_ID);
CHECK(avcpu_context, vm_id, AVCPU_VM_ID);
CHECK(avcpu_context, guest, AVCPU_GUEST_REGISTERS);
_Static_assert(AVCPU_EXIT_RECORD_SIZE == AVCPU_GUEST_REGISTERS, "the record ends where EL1 begins");

CHECK(avcpu_cpu_local, fatal, AVCPU_CPU_FATAL);
CHECK(avcpu_cpu_local, fatal_stack_top, AVCPU_CPU_FATAL_STACK);
CHECK(avcpu_cpu_local, fatal_depth, AVCPU_CPU_FATAL_DEPTH);
CHECK(avcpu_cpu_local, stack_top, AVCPU_CPU_STACK);
CHECK(avcpu_cpu_local, number, AVCPU_CPU_NUMBER);
CHECK(avcpu_cpu_local, context, AVCPU_CPU_CONTEXT);
CHECK(avcpu_cpu_local, open_time, AVCPU_CPU_OPEN_TIME);
CHECK(avcpu_cpu_local, open_cell, AVCPU_CPU_OPEN_CELL);
CHECK(avcpu_cpu_local, sequence, AVCPU_CPU_SEQUENCE);
CHECK(avcpu_cpu_local, ring, AVCPU_CPU_RING);
_Static_assert(sizeof(struct avcpu_cpu_local) == AVCPU_CPU_LOCAL_SIZE, "boot.S strides by this");

CHECK(avcpu_debug_descriptor, magic, 0);
CHECK(avcpu_debug_descriptor, version, 8);
CHECK(avcpu_debug_descriptor, byte_count, AVCPU_DEBUG_BYTE_COUNT);
CHECK(avcpu_debug_descriptor, frame_byte_count, AVCPU_DEBUG_FRAME_SIZE);
CHECK(avcpu_debug_descriptor, exit_record_byte_count, AVCPU_DEBUG_EXIT_RECORD_SIZE);
CHECK(avcpu_debug_descriptor, context_byte_count, AVCPU_DEBUG_CONTEXT_SIZE);
CHECK(avcpu_debug_descriptor, cpu_local_byte_count, AVCPU_DEBUG_CPU_LOCAL_SIZE);
CHECK(avcpu_debug_descriptor, cpu_local_context, AVCPU_DEBUG_CPU_LOCAL_CONTEXT);
CHECK(avcpu_debug_descriptor, vectors, AVCPU_DEBUG_VECTORS);
CHECK(avcpu_debug_descriptor, save, AVCPU_DEBUG_SAVE);
CHECK(avcpu_debug_descriptor, save_end, AVCPU_DEBUG_SAVE_END);
CHECK(avcpu_debug_descriptor, trampoline, AVCPU_DEBUG_TRAMPOLINE);
CHECK(avcpu_debug_descriptor, entry, AVCPU_DEBUG_ENTRY);
CHECK(avcpu_debug_descriptor, entry_end, AVCPU_DEBUG_ENTRY_END);
CHECK(avcpu_debug_descriptor, halt, AVCPU_DEBUG_HALT);
CHECK(avcpu_debug_descriptor, cpu_local_recorder, AVCPU_DEBUG_CPU_LOCAL_RECORDER);
CHECK(avcpu_debug_descriptor, hook, AVCPU_DEBUG_HOOK);
CHECK(avcpu_debug_descriptor, observer, AVCPU_DEBUG_OBSERVER);
CHECK(avcpu_debug_descriptor, observer_byte_count, AVCPU_DEBUG_OBSERVER_BYTE_COUNT);
CHECK(avcpu_debug_descriptor, record_byte_count, AVCPU_DEBUG_RECORD_SIZE);
CHECK(avcpu_debug_descriptor, ring_record_count, AVCPU_DEBUG_RING_RECORD_COUNT);
CHECK(avcpu_debug_descriptor, ring_cells, AVCPU_DEBUG_RING_CELLS);
_Static_assert(
    sizeof(struct avcpu_debug_descriptor) == AVCPU_DEBUG_DESCRIPTOR_SIZE, "the debugger reads this many");

CHECK(avcpu_filter_entry, exit_classes, AVCPU_FILTER_ENTRY_CLASSES);
CHECK(avcpu_filter_entry, start, AVCPU_FILTER_ENTRY_START);
CHECK(avcpu_filter_entry, word_count, AVCPU_FILTER_ENTRY_WORD_COUNT);
CHECK(avcpu_filter_entry, ignored, AVCPU_FILTER_ENTRY_IGNORED);
CHECK(avcpu_filter_entry, passed, AVCPU_FILTER_ENTRY_PASSED);
CHECK(avcpu_filter_entry, matched, AVCPU_FILTER_ENTRY_MATCHED);
CHECK(avcpu_filter_entry, flags, AVCPU_FILTER_ENTRY_FLAGS);
CHECK(avcpu_filter_entry, number, AVCPU_FILTER_ENTRY_NUMBER);
_Static_assert(sizeof(struct avcpu_filter_entry) == AVCPU_FILTER_ENTRY_SIZE, "the debugger's stride");

CHECK(avcpu_observer, flags, AVCPU_OBSERVER_FLAGS);
CHECK(avcpu_observer, kinds, AVCPU_OBSERVER_KINDS);
CHECK(avcpu_observer, classes, AVCPU_OBSERVER_CLASSES);
CHECK(avcpu_observer, generation, AVCPU_OBSERVER_GENERATION);
CHECK(avcpu_observer, verified, AVCPU_OBSERVER_VERIFIED);
CHECK(avcpu_observer, refusal, AVCPU_OBSERVER_REFUSAL);
CHECK(avcpu_observer, entry_count, AVCPU_OBSERVER_ENTRY_COUNT);
CHECK(avcpu_observer, word_count, AVCPU_OBSERVER_WORD_COUNT);
CHECK(avcpu_observer, cpu_count, AVCPU_OBSERVER_CPU_COUNT);
CHECK(avcpu_observer, cpus, AVCPU_OBSERVER_CPUS);
CHECK(avcpu_observer, entries, AVCPU_OBSERVER_ENTRIES);
CHECK(avcpu_observer, words, AVCPU_OBSERVER_WORDS);
_Static_assert(sizeof(struct avcpu_observer) == AVCPU_OBSERVER_SIZE, "the debugger's size");

CHECK(avcpu_exit_record, vm, AVCPU_RECORD_VM);
CHECK(avcpu_exit_record, vcpu, AVCPU_RECORD_VCPU);
CHECK(avcpu_exit_record, time, AVCPU_RECORD_TIME);
CHECK(avcpu_exit_record, last_duration, AVCPU_RECORD_LAST_DURATION);
CHECK(avcpu_exit_record, spsr, AVCPU_RECORD_SPSR);
CHECK(avcpu_exit_record, esr, AVCPU_RECORD_ESR);
CHECK(avcpu_exit_record, far, AVCPU_RECORD_FAR);
CHECK(avcpu_exit_record, hpfar, AVCPU_RECORD_HPFAR);
CHECK(avcpu_exit_record, elr, AVCPU_RECORD_ELR);
CHECK(avcpu_exit_record, value, AVCPU_RECORD_VALUE);
_Static_assert(sizeof(struct avcpu_exit_record) == AVCPU_RECORD_SIZE, "the debugger's stride");

// The launcher writes doublewords one after the other.
CHECK(avcpu_launch_block, version, 8);
CHECK(avcpu_launch_block, guest_argument, 48);
CHECK(avcpu_launch_block, interrupts, 56);
CHECK(avcpu_launch_block, recorder, 64);
CHECK(avcpu_launch_block, observer_flags, 72);
CHECK(avcpu_launch_block, devices, 80);
CHECK(avcpu_launch_block, memory, 80 + 16 * AVCPU_DEVICE_RANGE_LIMIT);
_Static_assert(
    sizeof(struct avcpu_launch_block)
        == 80 + 16 * (AVCPU_DEVICE_RANGE_LIMIT + AVCPU_MEMORY_RANGE_LIMIT), "no gaps");
