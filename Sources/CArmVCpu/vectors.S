#ifdef __aarch64__
.text
.global vmexit_trampoline
vmexit_trampoline: nop
b .
#endif
