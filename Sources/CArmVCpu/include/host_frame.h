// Call frame information of EL2's assembly: directives alone, no instruction. A debugger finds the hypervisor's
// functions by it also where SP points into a context, and the registers are a guest's.
#ifndef AVCPU_HOST_FRAME_H
#define AVCPU_HOST_FRAME_H

#include "el2_target.h"

#if defined(__ASSEMBLER__) && AVCPU_EL2_TARGET

// What avcpu_run_guest has pushed before a guest runs, below its caller's SP, the canonical frame address.
#define AVCPU_HOST_FRAME_SIZE 96

// The images keep .debug_frame, and not .eh_frame.
    .cfi_sections .debug_frame

// A function without a caller: nothing is around it on the stack.
.macro cfi_outermost
    .cfi_undefined 30
.endm

// Where avcpu_run_guest saved its caller's registers.
.macro cfi_host_registers
    .cfi_offset 29, -96
    .cfi_offset 30, -88
    .cfi_offset 27, -80
    .cfi_offset 28, -72
    .cfi_offset 25, -64
    .cfi_offset 26, -56
    .cfi_offset 23, -48
    .cfi_offset 24, -40
    .cfi_offset 21, -32
    .cfi_offset 22, -24
    .cfi_offset 19, -16
    .cfi_offset 20, -8
.endm

// The frame is where host_stack_top says, which is `offset` bytes from SP: DW_CFA_def_cfa_expression with
// DW_OP_breg31 (offset, as SLEB128 of two bytes), DW_OP_deref, DW_OP_plus_uconst (AVCPU_HOST_FRAME_SIZE).
.macro cfi_host_frame offset
    .cfi_escape 0x0f, 6, 0x8f, 0x80 | ((\offset) & 0x7f), (\offset) >> 7, 0x06, 0x23, AVCPU_HOST_FRAME_SIZE
.endm

#endif
#endif
