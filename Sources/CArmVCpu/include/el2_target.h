// Whether this translation unit is part of the EL2 image (or of a guest of it) rather than of a
// program on a host. A host may be AArch64 too, so the architecture alone does not tell.
#ifndef AVCPU_EL2_TARGET_H
#define AVCPU_EL2_TARGET_H

#if defined(__aarch64__) && !defined(__linux__) && !defined(__APPLE__)
#define AVCPU_EL2_TARGET 1
#else
#define AVCPU_EL2_TARGET 0
#endif

// LLVM does not inline a C function into Swift of its own accord where their target features differ, as
// they do in the image (-mgeneral-regs-only is clang's alone).
#define AVCPU_INLINE static inline __attribute__((always_inline))

#endif
