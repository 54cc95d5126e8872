// The tour's console: the PL011, which belongs to the guest.
#include "tour.h"

#if TOUR_GUEST

static void put(char character) {
    volatile uint32_t *uart = (volatile uint32_t *)(uintptr_t)0x09000000;
    while (uart[0x18 / 4] & 1 << 5) {} // UARTFR.TXFF
    uart[0] = (uint32_t)character;
}

void tour_print(const char *text) {
    for (; *text; text++) {
        if (*text == '\n') put('\r');
        put(*text);
    }
}

void tour_print_decimal(uint64_t value) {
    if (value >= 10) tour_print_decimal(value / 10);
    put((char)('0' + value % 10));
}

void tour_print_hex(uint64_t value) {
    int shift = 60;
    tour_print("0x");
    while (shift > 0 && (value >> shift & 15) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

#endif
