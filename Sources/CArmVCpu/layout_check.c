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
CHECK(avcpu_debug_descriptor, filter, AVCPU_DEBUG_FILTER);
CHECK(avcpu_debug_descriptor, recorder, AVCPU_DEBUG_RECORDER);
_Static_assert(
    sizeof(struct avcpu_debug_descriptor) == AVCPU_DEBUG_DESCRIPTOR_SIZE, "the debugger reads this many");

// The launcher writes doublewords one after the other.
CHECK(avcpu_launch_block, version, 8);
CHECK(avcpu_launch_block, guest_argument, 48);
CHECK(avcpu_launch_block, interrupts, 56);
CHECK(avcpu_launch_block, devices, 64);
CHECK(avcpu_launch_block, memory, 64 + 16 * AVCPU_DEVICE_RANGE_LIMIT);
_Static_assert(
    sizeof(struct avcpu_launch_block)
        == 64 + 16 * (AVCPU_DEVICE_RANGE_LIMIT + AVCPU_MEMORY_RANGE_LIMIT), "no gaps");
