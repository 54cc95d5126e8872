/// What a kernel's code says about its data, of which kallsyms may have no names.
///
/// Source of the encodings: Arm ARM DDI 0487, C6.2 (ADRP, ADD (immediate), LDR (immediate), LDR (register), MRS).
struct KernelCode {
  /// The first instruction's address.
  let address: UInt64
  /// The instructions.
  let instructions: [UInt32]

  init(_ bytes: [UInt8], at address: UInt64) {
    self.address = address
    instructions = stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map {
      UInt32(bytes.u32($0))
    }
  }

  /// The page that an ADRP computes, and its register; nil for another instruction.
  private func page(_ index: Int) -> (register: UInt32, page: UInt64)? {
    let word = instructions[index]
    guard word & 0x9f00_0000 == 0x9000_0000 else { return nil }
    let offset = (word >> 5 & 0x7ffff) << 2 | word >> 29 & 3
    let pages = Int64(Int32(bitPattern: offset << 11) >> 11)
    let place = (address &+ UInt64(index * 4)) & ~0xfff
    return (word & 31, place &+ UInt64(bitPattern: pages << 12))
  }

  /// What `add x, x, #n` or `ldr x, [x, #n]` adds to a register; nil for another instruction, or of another register.
  private func offset(_ word: UInt32, from register: UInt32) -> UInt64? {
    guard word >> 5 & 31 == register else { return nil }
    switch word & 0xffc0_0000 {
    case 0x9100_0000: return UInt64(word >> 10 & 0xfff)
    case 0xf940_0000: return UInt64(word >> 10 & 0xfff) * 8
    default: return nil
    }
  }

  /// The addresses of data that the code computes, relative to itself: the page by one instruction, the rest by one of
  /// the next few.
  var dataAddresses: [UInt64] {
    var found: [UInt64] = []
    for index in instructions.indices {
      guard let (register, page) = page(index) else { continue }
      for next in instructions.dropFirst(index + 1).prefix(8) {
        if let offset = offset(next, from: register) { found.append(page &+ offset) }
      }
    }
    var seen: Set<UInt64> = []
    return found.filter { seen.insert($0).inserted }
  }

  /// Where the entry code of exceptions from EL0 has the address of the current task: a variable of each CPU, whose
  /// distance from the address is in TPIDR_EL1, or in TPIDR_EL2 of a kernel at EL2. Nil if that isn't in the code.
  ///
  /// It is `kernel_entry` of arch/arm64/kernel/entry.S: `ldr_this_cpu tsk, __entry_task, tmp`.
  var entryTask: (address: UInt64, isAtEL2: Bool)? {
    for index in instructions.indices.dropLast(3) {
      guard let (register, page) = page(index), instructions[index + 1] >> 22 == 0x244,
        let offset = offset(instructions[index + 1], from: register)
      else { continue }
      let (sum, mrs, load) = (
        instructions[index + 1] & 31, instructions[index + 2], instructions[index + 3]
      )
      // MRS of TPIDR_EL1 (3, 0, 13, 0, 4) or TPIDR_EL2 (3, 4, 13, 0, 2).
      let isAtEL2 = mrs & 0xffff_ffe0 == 0xd53c_d040
      guard isAtEL2 || mrs & 0xffff_ffe0 == 0xd538_d080 else { continue }
      // LDR x, [sum, distance], without an extension; either may be the base.
      let (base, other) = (load >> 5 & 31, load >> 16 & 31)
      guard load & 0xffe0_fc00 == 0xf860_6800,
        (base, other) == (sum, mrs & 31) || (base, other) == (mrs & 31, sum)
      else { continue }
      return (page &+ offset, isAtEL2)
    }
    return nil
  }
}
