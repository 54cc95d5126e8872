// Functions that the hypervisor's boot code and vectors call, but a benchmark doesn't need.
#include "benchmark.h"

#if AVCPU_EL2_TARGET

static void end(const char *reason) {
    while (*reason) hypervisor_uart_put((uint8_t)*reason++);
    avcpu_firmware_call(0x84000008, 0, 0, 0); // SYSTEM_OFF
}

void avcpu_fatal(void) { end("benchmark: an exception at EL2\r\n"); }

void hypervisor_secondary_main(void) { end("benchmark: a second CPU\r\n"); }

#endif
