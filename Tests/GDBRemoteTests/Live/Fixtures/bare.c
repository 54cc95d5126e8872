// A program without a library, for any architecture that the toolchain has: calls here(1), here(2) and so on. On AArch64
// only five times; then it sends itself SIGUSR1, which ends it unless a debugger keeps it away, and exits with status 3.

volatile unsigned int word = 0x11223344;
volatile unsigned long counter;

__attribute__((noinline)) void here(unsigned long number) { counter = number; }

#ifdef __aarch64__
static long call(long number, long first, long second) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = first;
  register long x1 __asm__("x1") = second;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
  return x0;
}

static void end(void) {
  call(129, call(172, 0, 0), 10);  // kill(getpid(), SIGUSR1)
  call(94, 3, 0);                  // exit_group(3)
}
#else
static void end(void) {}
#endif

void _start(void) {
  for (unsigned long number = 1;; number++) {
    here(number);
    if (number == 5)
      end();
  }
}
