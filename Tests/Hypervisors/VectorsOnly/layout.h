// Shared by the vectors and C.

#ifndef LAYOUT_H
#define LAYOUT_H

// Offsets from the address in TPIDR_EL2.
#define SAVED_PC 0
#define SAVED_X 16
#define SAVED_VTTBR 264
#define SAVED_VECTORS 272

// A host at EL1 requests these with HVC, in x0: run the guest until its next exit, and handle that
// exit.
#define HOST_CALL_RUN 1
#define HOST_CALL_HANDLE 2
#define HOST_HCR 0x80000000  // RW

#ifndef __ASSEMBLER__
#include <stdint.h>

_Noreturn void enter_guest(void);
_Noreturn void enter_host(uint64_t address);
void host_main(void);
extern uint32_t guest_table[], other_guest_table[];
#endif

#endif
