// Stubs that have `g` and `G` but neither `p` nor `P`: gdbserver on x86.

extension RemoteTarget {
  /// The raw bytes of a register from the answer to its packet, or to the packet for all of them.
  func bytes(
    of register: RegisterDescription, _ reply: [UInt8], canAskAgain: Bool
  ) throws(RemoteError) -> [UInt8] {
    guard canAskAgain, !lacksGeneralRegisters, StandardReply(reply) == .unsupported else {
      guard lacksSingleRegisters else { return try registerBytes(reply, of: register) }
      return try bytes(of: register, in: generalRegisters(reply))
    }
    let all = try generalRegisters(try exchange(.readGeneralRegisters))
    let bytes = try bytes(of: register, in: all)
    lacksSingleRegisters = true
    return bytes
  }

  private func bytes(
    of register: RegisterDescription, in all: GeneralRegisters
  ) throws(RemoteError) -> [UInt8] {
    guard let index = all.registers.firstIndex(of: register), !all.unavailable.contains(index)
    else {
      throw RemoteError(
        .registerUnavailable, "the stub does not have the value of \(register.name)")
    }
    return Array(all.bytes[all.range(at: index)])
  }

  /// Writes a register by writing all of them, the others as they are.
  func writeAmongAll(
    _ register: RegisterDescription, _ bytes: [UInt8]
  ) throws(RemoteError) {
    guard profile.traits.takesGeneralRegisters else {
      throw RemoteError(.unsupported, "the stub cannot write \(register.name)")
    }
    let all = try generalRegisters(try exchange(.readGeneralRegisters))
    // What the stub does not have cannot be written back as it is.
    guard let index = all.registers.firstIndex(of: register), all.unavailable.isEmpty else {
      throw RemoteError(.unsupported, "the stub cannot write \(register.name) alone")
    }
    var whole = all.bytes
    whole.replaceSubrange(all.range(at: index), with: bytes)
    let reply = try exchange(.writeGeneralRegisters(whole))
    try StandardReply.requireOK(reply, of: "the write of \(register.name)")
    let found = try self.bytes(
      of: register, in: generalRegisters(try exchange(.readGeneralRegisters)))
    guard found == bytes else { throw writeIgnored(register, found) }
  }
}

extension Request {
  /// Whether it changes the target.
  var isWrite: Bool {
    switch self {
    case .writeRegister, .writeMemory: true
    case .generalRegisters, .register, .memory: false
    }
  }

  var isRegisterWrite: Bool {
    if case .writeRegister = self { true } else { false }
  }
}
