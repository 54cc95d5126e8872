// QEMU's PL011, with a lock so that each line is from one CPU.

#include "hypervisor.h"

static volatile uint32_t *const uart = (volatile uint32_t *)0x09000000;
enum { data_register = 0x00 / 4, flag_register = 0x18 / 4, control_register = 0x30 / 4 };

static bool lock;

void console_start(void) { uart[control_register] = 0x301; }  // UARTEN, TXE, RXE

void console_lock(void) {
    while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) __asm__ volatile("yield");
}

void console_unlock(void) { __atomic_clear(&lock, __ATOMIC_RELEASE); }

void print(const char *text) {
    for (; *text; text++) {
        while (uart[flag_register] & 1 << 5) {}  // TXFF
        uart[data_register] = (uint8_t)*text;
    }
}

static void print_number(uint64_t value, unsigned base) {
    char digits[21];
    unsigned position = sizeof digits;
    digits[--position] = 0;
    do {
        digits[--position] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    print(&digits[position]);
}

void print_hex(uint64_t value) {
    print("0x");
    print_number(value, 16);
}

void print_decimal(uint64_t value) { print_number(value, 10); }
