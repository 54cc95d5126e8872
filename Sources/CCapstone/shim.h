// Capstone, the disassembler. Versions 4 and 5 call A64's architecture CS_ARCH_ARM64; RISC-V came with
// version 5.

#ifndef CCAPSTONE_SHIM_H
#define CCAPSTONE_SHIM_H

#include <stdint.h>

#include <capstone/capstone.h>

/// Opens Capstone for an instruction set: 0 A64, 1 A32, 2 T32, 3 to 5 x86 with 16, 32 and 64 bits, 6 and 7
/// RISC-V with 32 and 64 bits. CS_ERR_ARCH if the installed Capstone doesn't support it.
static inline cs_err ccapstone_open(int32_t instruction_set, csh *handle) {
  switch (instruction_set) {
  case 0:
    return cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, handle);
  case 1:
    return cs_open(CS_ARCH_ARM, CS_MODE_ARM, handle);
  case 2:
    return cs_open(CS_ARCH_ARM, CS_MODE_THUMB, handle);
  case 3:
    return cs_open(CS_ARCH_X86, CS_MODE_16, handle);
  case 4:
    return cs_open(CS_ARCH_X86, CS_MODE_32, handle);
  case 5:
    return cs_open(CS_ARCH_X86, CS_MODE_64, handle);
#if CS_API_MAJOR >= 5
  case 6:
    return cs_open(CS_ARCH_RISCV, (cs_mode)(CS_MODE_RISCV32 | CS_MODE_RISCVC), handle);
  case 7:
    return cs_open(CS_ARCH_RISCV, (cs_mode)(CS_MODE_RISCV64 | CS_MODE_RISCVC), handle);
#endif
  default:
    return CS_ERR_ARCH;
  }
}

/// Selects AT&T syntax for x86, as GDB uses.
static inline cs_err ccapstone_use_att_syntax(csh handle) {
  return cs_option(handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
}

/// The text fields of an instruction are C arrays, which Swift sees as tuples of characters.
static inline const char *ccapstone_mnemonic(const cs_insn *instruction) {
  return instruction->mnemonic;
}
static inline const char *ccapstone_operands(const cs_insn *instruction) {
  return instruction->op_str;
}

#endif
