extension RemoteTarget {
  /// The raw bytes of a register, least significant first.
  public func readRegister(_ register: RegisterDescription) throws(RemoteError) -> [UInt8] {
    try batch([.register(register)])[0].bytes()
  }

  /// The value of a register with at most 64 bits, found as `RegisterMap` finds names.
  public func readInteger(_ name: String) throws(RemoteError) -> UInt64 {
    let register = try register(named: name)
    guard let value = RegisterDescription.integer(try readRegister(register)) else {
      throw RemoteError(.valueSize, "\(register.name) has more than 64 bits")
    }
    return value
  }

  /// Writes the raw bytes of a register, and reads it back.
  ///
  /// Throws `.writeIgnored` if the register then has another value: QEMU 7.2 answers OK to a write
  /// of a system register and does nothing.
  public func writeRegister(
    _ register: RegisterDescription, _ bytes: [UInt8]
  ) throws(RemoteError) {
    guard bytes.count == register.byteCount else { throw wrongSize(register, bytes.count) }
    let responses = try batch([.writeRegister(register, bytes), .register(register)])
    try responses[0].check()
    let value = try responses[1].bytes()
    guard value == bytes else {
      var text: [UInt8] = []
      for byte in value.reversed() { Hex.append(byte: byte, to: &text) }
      throw RemoteError(
        .writeIgnored,
        "the stub accepted the write of \(register.name) but did not carry it out: its value is "
          + "0x\(String(decoding: text, as: UTF8.self))")
    }
  }

  /// Writes the value of a register with at most 64 bits, and reads it back.
  public func writeInteger(_ name: String, _ value: UInt64) throws(RemoteError) {
    let register = try register(named: name)
    guard let bytes = register.bytes(of: value) else {
      throw RemoteError(
        .valueSize,
        "0x\(String(value, radix: 16)) does not fit into the \(register.bitWidth) bits of "
          + register.name)
    }
    try writeRegister(register, bytes)
  }

  /// The general registers, in one packet if the stub has that.
  public func readGeneralRegisters() throws(RemoteError) -> GeneralRegisters {
    if !lacksGeneralRegisters {
      do throws(RemoteError) {
        return try batch([.generalRegisters])[0].generalRegisters()
      } catch {
        guard error.code == .unsupported else { throw error }
        lacksGeneralRegisters = true
      }
    }
    let core = registers.core
    var raw = RegisterBytes([])
    for (register, response) in zip(core, try batch(core.map { .register($0) })) {
      do throws(RemoteError) {
        raw.bytes += try response.bytes()
      } catch {
        guard error.code == .registerUnavailable else { throw error }
        raw.missing.formUnion(raw.bytes.count..<raw.bytes.count + register.byteCount)
        raw.bytes += [UInt8](repeating: 0, count: register.byteCount)
      }
    }
    return GeneralRegisters(raw, in: RegisterMap(core))
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
    guard raw.missing.isEmpty else {
      throw RemoteError(
        .registerUnavailable, "the stub does not have the value of \(register.name)")
    }
    return raw.bytes
  }

  func generalRegisters(_ payload: [UInt8]) throws(RemoteError) -> GeneralRegisters {
    // An error has an odd number of characters, registers an even one.
    if let error = StandardReply(payload).error(of: "the read of the general registers") {
      throw error
    }
    guard let raw = RegisterBytes(parsing: payload) else {
      throw .unexpected(payload, of: "the read of the general registers")
    }
    return GeneralRegisters(raw, in: registers)
  }

  func wrongSize(_ register: RegisterDescription, _ byteCount: Int) -> RemoteError {
    RemoteError(
      .valueSize, "\(register.name) has \(register.byteCount) bytes, not \(byteCount)")
  }
}
