// Capstone, the disassembler. Version 4 spells the architecture CS_ARCH_ARM64.

#ifndef CCAPSTONE_SHIM_H
#define CCAPSTONE_SHIM_H

#include <stdint.h>

#include <capstone/capstone.h>

/// The text fields of an instruction are C arrays, which Swift sees as tuples of characters.
static inline const char *ccapstone_mnemonic(const cs_insn *instruction) {
  return instruction->mnemonic;
}
static inline const char *ccapstone_operands(const cs_insn *instruction) {
  return instruction->op_str;
}

#endif
