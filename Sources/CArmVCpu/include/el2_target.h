// Whether this translation unit is part of the EL2 image (or of one of its guests) rather than of a
// host program. A host may be AArch64 too, so the architecture alone doesn't say.
#ifndef AVCPU_EL2_TARGET_H
#define AVCPU_EL2_TARGET_H

#if defined(__aarch64__) && !defined(__linux__) && !defined(__APPLE__)
#define AVCPU_EL2_TARGET 1
#else
#define AVCPU_EL2_TARGET 0
#endif

// LLVM doesn't inline a C function into Swift by default if their target features differ, as they do in
// the image (only clang has -mgeneral-regs-only).
#define AVCPU_INLINE static inline __attribute__((always_inline))

#endif
