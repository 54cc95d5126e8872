extension RemoteTarget {
  /// The raw bytes of a register, in the target's byte order.
  public func readRegister(_ register: RegisterDescription) throws(RemoteError) -> [UInt8] {
    try batch([.register(register)])[0].bytes()
  }

  /// The value of a register with at most 64 bits, looked up as in `RegisterMap`.
  public func readInteger(_ name: String) throws(RemoteError) -> UInt64 {
    let register = try register(named: name)
    guard let value = integer(try readRegister(register)) else {
      throw RemoteError(.valueSize, "\(register.name) is wider than 64 bits")
    }
    return value
  }

  /// Writes the raw bytes of a register, and reads it back.
  ///
  /// Throws `.writeIgnored` if the register then has another value: QEMU 7.2 answers OK to a write
  /// of a system register, but does nothing. Once that was found, registers of the same kind aren't
  /// tried again.
  public func writeRegister(
    _ register: RegisterDescription, _ bytes: [UInt8]
  ) throws(RemoteError) {
    let responses = try batch([.writeRegister(register, bytes), .register(register)])
    try responses[0].check()
    let value = try responses[1].bytes()
    guard value == bytes else { throw writeIgnored(register, value) }
  }

  /// Writes the value of a register with at most 64 bits, and reads it back.
  public func writeInteger(_ name: String, _ value: UInt64) throws(RemoteError) {
    let register = try register(named: name)
    guard let bytes = bytes(of: value, in: register) else {
      throw RemoteError(
        .valueSize,
        "0x\(String(value, radix: 16)) does not fit into the \(register.bitWidth) bits of "
          + register.name)
    }
    try writeRegister(register, bytes)
  }

  /// The general registers, in one packet if the stub supports that.
  public func readGeneralRegisters() throws(RemoteError) -> GeneralRegisters {
    try batch([.generalRegisters])[0].generalRegisters()
  }

  /// Writes new values for the general registers that `readGeneralRegisters()` returned: in one
  /// packet if that is safe with the stub, or else one by one.
  ///
  /// `bytes` must be as long as those of `registers`. Unavailable registers are not written. The
  /// registers are read back, and `.writeIgnored` is thrown if some don't have their new value.
  public func writeGeneralRegisters(
    _ registers: GeneralRegisters, _ bytes: [UInt8]
  ) throws(RemoteError) {
    try requireStopped()
    guard !profile.isReplaying else { throw Self.replaying }
    guard bytes.count == registers.bytes.count else {
      throw RemoteError(
        .valueSize,
        "the general registers have \(registers.bytes.count) bytes, not \(bytes.count)")
    }
    guard profile.traits.takesGeneralRegisters, registers.unavailable.isEmpty,
      !lacksGeneralRegisters
    else { return try writeOneByOne(registers, bytes) }
    let responses = try carryOut([.generalRegisters], thenResume: nil)
    // The packet must be as long as the answer to `g`, or a stub may write whatever is in memory
    // after it.
    guard try responses[0].generalRegisters().bytes.count == bytes.count else {
      return try writeOneByOne(registers, bytes)
    }
    let reply = try exchange(.writeGeneralRegisters(bytes))
    if StandardReply(reply) == .unsupported { return try writeOneByOne(registers, bytes) }
    try StandardReply.requireOK(reply, of: "the write of the general registers")
    let found = try readGeneralRegisters()
    for (index, register) in registers.registers.enumerated() {
      let range = registers.range(at: index)
      guard range.upperBound <= found.bytes.count, found.bytes[range] == bytes[range] else {
        throw writeIgnored(register, Array(found.bytes[range.clamped(to: found.bytes.indices)]))
      }
    }
  }

  private func writeOneByOne(
    _ registers: GeneralRegisters, _ bytes: [UInt8]
  ) throws(RemoteError) {
    for (index, register) in registers.registers.enumerated()
    where !registers.unavailable.contains(index) {
      let range = registers.range(at: index)
      if registers.bytes[range] != bytes[range] {
        try writeRegister(register, Array(bytes[range]))
      }
    }
  }

  /// The value of raw bytes in the target's byte order, or nil if it is wider than 64 bits.
  func integer(_ bytes: [UInt8]) -> UInt64? {
    byteOrder.integer(bytes)
  }

  /// The raw bytes of a value in the target's byte order, or nil if it doesn't fit the register.
  func bytes(of value: UInt64, in register: RegisterDescription) -> [UInt8]? {
    register.bytes(of: value, byteOrder: byteOrder)
  }

  /// The register that `name` means.
  public func register(named name: String) throws(RemoteError) -> RegisterDescription {
    if let register = registers[name] { return register }
    throw RemoteError(.noSuchRegister, "the target has no register \(name)")
  }

  func registerBytes(
    _ payload: [UInt8], of register: RegisterDescription
  ) throws(RemoteError) -> [UInt8] {
    if let error = StandardReply(payload).error(of: "the read of \(register.name)") { throw error }
    guard let raw = RegisterBytes(parsing: payload), raw.bytes.count >= register.byteCount else {
      throw .unexpected(payload, of: "the read of \(register.name)")
    }
    guard raw.missing.allSatisfy({ $0 >= register.byteCount }) else {
      throw RemoteError(
        .registerUnavailable, "the stub does not have the value of \(register.name)")
    }
    // For a vector register, QEMU returns the whole SVE register that begins with it.
    return Array(raw.bytes.prefix(register.byteCount))
  }

  func wrongSize(_ register: RegisterDescription, _ byteCount: Int) -> RemoteError {
    RemoteError(
      .valueSize, "\(register.name) has \(register.byteCount) bytes, not \(byteCount)")
  }
}
