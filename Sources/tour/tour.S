#ifdef __aarch64__
.text
.global _start
_start: b .
#endif
