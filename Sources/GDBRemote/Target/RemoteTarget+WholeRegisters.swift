// Stubs that don't have all of the packets `g`, `G`, `p` and `P`: the others replace a missing one.
// gdbserver on x86 has neither `p` nor `P`, valgrind has no `p`, and some debug monitors have no `g`.

extension RemoteTarget {
  /// The general registers in the answer to `g`.
  func generalRegisters(_ payload: [UInt8]) throws(RemoteError) -> GeneralRegisters {
    // An error has an odd number of characters, registers an even one.
    if let error = StandardReply(payload).error(of: "the read of the general registers") {
      throw error
    }
    guard let raw = RegisterBytes(parsing: payload) else {
      throw .unexpected(payload, of: "the read of the general registers")
    }
    generalByteCount = raw.bytes.count
    return GeneralRegisters(raw, in: registers, byteOrder: byteOrder)
  }

  /// The general registers in the answer to `g`, or read one by one if `g` is refused or has no program
  /// counter.
  func generalRegisters(
    _ payload: [UInt8], canAskAgain: Bool
  ) throws(RemoteError) -> GeneralRegisters {
    let refusal: RemoteError?
    do throws(RemoteError) {
      let all = try generalRegisters(payload)
      guard canAskAgain, let pc = registers.programCounter, !all.registers.contains(pc) else {
        return all
      }
      refusal = nil
    } catch {
      guard canAskAgain, error.code == .unsupported || error.code.isStubError else { throw error }
      refusal = error
    }
    let core = registers.core
    let single: GeneralRegisters
    do throws(RemoteError) {
      let replies = try exchange(core.map { .readRegister($0.number) })
      single = try generalRegisters(core, replies[...])
    } catch {
      // The stub's error for the first packet is the one to report.
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      if let refusal { throw refusal }
      return try generalRegisters(payload)
    }
    // The registers of `g` are better than fewer of them from single packets.
    if refusal == nil, registers.programCounter.flatMap(single.bytes(of:)) == nil {
      return try generalRegisters(payload)
    }
    // An error may be about the thread, rather than about the packet.
    lacksGeneralRegisters = refusal.map { $0.code == .unsupported } ?? true
    return single
  }

  /// The core registers in the answers to one `p` each. A register that the stub doesn't have is
  /// unavailable; an error is thrown if it has none of them.
  func generalRegisters(
    _ core: [RegisterDescription], _ replies: ArraySlice<[UInt8]>
  ) throws(RemoteError) -> GeneralRegisters {
    var raw = RegisterBytes([])
    var refusal: RemoteError?
    for (register, reply) in zip(core, replies) {
      do throws(RemoteError) {
        raw.bytes += try registerBytes(reply, of: register)
      } catch {
        guard [.registerUnavailable, .unsupported].contains(error.code) || error.code.isStubError
        else { throw error }
        refusal = refusal ?? error
        raw.missing.formUnion(raw.bytes.count..<raw.bytes.count + register.byteCount)
        raw.bytes += [UInt8](repeating: 0, count: register.byteCount)
      }
    }
    if let refusal, raw.missing.count == raw.bytes.count { throw refusal }
    return GeneralRegisters(raw, in: RegisterMap(core), byteOrder: byteOrder)
  }

  /// The raw bytes of a register from the answer to its packet or, if the stub has no such packet, from
  /// the answer to `g`.
  func bytes(
    of register: RegisterDescription, _ reply: [UInt8], canAskAgain: Bool
  ) throws(RemoteError) -> [UInt8] {
    guard canAskAgain, !lacksGeneralRegisters,
      let refusal = StandardReply(reply).error(of: "the read of \(register.name)"),
      refusal.code == .unsupported || mayBeGeneral(register)
    else { return try registerBytes(reply, of: register) }
    do throws(RemoteError) {
      let all = try generalRegisters(try exchange(.readGeneralRegisters))
      let bytes = try bytes(of: register, in: all)
      if refusal.code == .unsupported { lacksSingleRegisters = true }
      return bytes
    } catch {
      // An error is about this register.
      throw refusal.code == .unsupported ? error : refusal
    }
  }

  /// Whether the answer to `g` has the register, or may have it if none was seen yet.
  private func mayBeGeneral(_ register: RegisterDescription) -> Bool {
    guard let index = registers.generalLayout.firstIndex(of: register) else { return false }
    guard let generalByteCount else { return true }
    return index < registers.generalCount(byteCount: generalByteCount)
  }

  func bytes(
    of register: RegisterDescription, in all: GeneralRegisters
  ) throws(RemoteError) -> [UInt8] {
    guard let bytes = all.bytes(of: register) else {
      throw RemoteError(
        .registerUnavailable, "the stub does not have the value of \(register.name)")
    }
    return bytes
  }

  /// Finds out whether the stub has packets for a single register, if it accepts a write of all
  /// registers.
  ///
  /// This must be known before a write: requests after a failed write would apply to a target in the
  /// wrong state. `register` is written with its current value.
  func trySingleRegister(_ register: RegisterDescription) throws(RemoteError) {
    guard !profile.isReplaying, !lacksGeneralRegisters else { return }
    // QEMU has these packets if it has a description, which it doesn't for MIPS.
    guard profile.traits.takesGeneralRegisters || !profile.features.has("qXfer:features:read")
    else { return }
    let reply = try exchange(.readRegister(register.number))
    if StandardReply(reply) == .unsupported {
      let all = try exchange(.readGeneralRegisters)
      lacksSingleRegisters = StandardReply(all) == .other
      lacksSingleRegisterWrites = lacksSingleRegisters
    } else if let value = try? registerBytes(reply, of: register) {
      let written = try exchange(.writeRegister(register.number, value))
      lacksSingleRegisterWrites = StandardReply(written) == .unsupported
    }
  }

  /// Writes a register by writing all of them, the others unchanged. The packet is as long as the answer
  /// to `g`, as stubs that can't handle a short one require.
  func writeAmongAll(
    _ register: RegisterDescription, _ bytes: [UInt8]
  ) throws(RemoteError) {
    let all = try generalRegisters(try exchange(.readGeneralRegisters))
    // Unavailable registers can't be written back unchanged.
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
  /// Whether the request changes the target.
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
