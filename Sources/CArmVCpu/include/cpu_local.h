// A physical CPU's private data at EL2. TPIDR_EL2 holds the address of this structure, so that the vectors
// have a place to save a fatal exception even if the stack is broken.
#ifndef AVCPU_CPU_LOCAL_H
#define AVCPU_CPU_LOCAL_H

#include "observer.h"
#include "vcpu_context.h"

#define AVCPU_CPU_CONTEXT 0        // address of the current context, 0 for none
#define AVCPU_CPU_NUMBER 8
#define AVCPU_CPU_STACK 48         // top of the CPU's stack
#define AVCPU_CPU_FATAL_STACK 56   // top of a stack for fatal exceptions only
#define AVCPU_CPU_FATAL_DEPTH 64   // fatal exceptions so far: the second one only halts
#define AVCPU_CPU_FATAL 80         // an avcpu_context, its frame and syndrome filled on a fatal exception
#define AVCPU_CPU_LOCAL_SIZE 784

#ifndef __ASSEMBLER__
struct avcpu_cpu_local {
    // The address of the avcpu_context that this CPU entered last: EL2 handles its exit here, if it has had
    // one. 0 before the first entry, and after the vCPU has been taken off the CPU.
    uint64_t context;
    uint64_t number;
    // The recorder's (`observer.h`).
    uint64_t open_time;
    uint64_t open_cell;
    uint64_t sequence;
    uint64_t ring;
    uint64_t stack_top;
    uint64_t fatal_stack_top;
    uint64_t fatal_depth;
    struct avcpu_context fatal;
};

#if AVCPU_EL2_TARGET
// Leaves this CPU without a current context.
AVCPU_INLINE void avcpu_clear_current_context(void) {
    struct avcpu_cpu_local *local;
    __asm__ volatile("mrs %0, tpidr_el2" : "=r"(local));
    local->context = 0;
}
#endif
#endif

#endif
