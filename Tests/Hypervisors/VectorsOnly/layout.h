// Between the vectors and C.

#ifndef LAYOUT_H
#define LAYOUT_H

// Offsets of where TPIDR_EL2 points.
#define SAVED_PC 0
#define SAVED_X 16
#define SAVED_VTTBR 264

// A host at EL1 asks for these by HVC, in x0: to run the guest until its next exit, and to handle that.
#define HOST_CALL_RUN 1
#define HOST_CALL_HANDLE 2
#define HOST_HCR 0x80000000  // RW

#ifndef __ASSEMBLER__
#include <stdint.h>

_Noreturn void enter_guest(void);
_Noreturn void enter_host(uint64_t address);
void host_main(void);
#endif

#endif
