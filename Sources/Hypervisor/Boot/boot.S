#ifdef __aarch64__
.section .text.boot,"ax"
.global _start
_start: bl main
bl vmexit_trampoline
b .
#endif
#ifdef __aarch64__
.global memmove, memcpy, memset, putchar, posix_memalign, free
memmove: memcpy: memset: putchar: posix_memalign: free: b .
#endif
