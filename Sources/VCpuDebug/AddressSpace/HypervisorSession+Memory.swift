public import ArmVCpu
internal import GDBRemote

extension HypervisorSession {
  /// Reads `byteCount` bytes of an address space.
  ///
  /// - Throws: `DebugError.unmapped` where the space has no memory.
  public func readMemory(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [UInt8] {
    try access(space, address, byteCount: byteCount) { address, range in
      .memory(at: address, byteCount: range.count)
    }
  }

  /// Writes bytes to an address space.
  public func writeMemory(_ space: AddressSpace, _ address: UInt64, _ bytes: [UInt8]) throws {
    _ = try access(space, address, byteCount: bytes.count) { address, range in
      .writeMemory(at: address, Array(bytes[range]))
    }
    // The context may be among what was written.
    if exit != nil { _ = try examineStop() }
  }

  private func access(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int,
    _ request: (UInt64, Range<Int>) -> Request
  ) throws -> [UInt8] {
    switch space {
    case .hypervisor, .guest, .plain:
      return try virtual(space, address, request(address, 0..<byteCount))
    case .physical:
      let response = try target.physicalMemory {
        try target.batch([request(address, 0..<byteCount)])[0]
      }
      return try bytes(response, space, address)
    case .intermediatePhysical:
      // Page by page: neighbours in the guest's memory need not be neighbours in the machine's.
      var result: [UInt8] = []
      var done = 0
      while done < byteCount {
        let input = address &+ UInt64(done)
        let count = min(byteCount - done, 4096 - Int(input & 0xfff))
        let output = try physicalAddress(of: input)
        let response = try target.physicalMemory {
          try target.batch([request(output, done..<done + count)])[0]
        }
        result += try bytes(response, space, input)
        done += count
      }
      return result
    }
  }

  /// Virtual addresses are looked up in the regime of the level that the CPU is at. For the other world's
  /// the CPU is put there for the request, and back, in one write.
  private func virtual(
    _ space: AddressSpace, _ address: UInt64, _ request: Request
  ) throws -> [UInt8] {
    let state = try requireState()
    let wantsEL2 = space == .hypervisor
    guard space != .plain, state.isAtEL2 != wantsEL2, let pstate = state.pstate,
      let cpsr = target.registers["cpsr"],
      let there = cpsr.bytes(
        of: (pstate & ~0x1f) | (wantsEL2 ? 0b1001 : 0b0101), byteOrder: byteOrders.registers),
      let back = cpsr.bytes(of: pstate, byteOrder: byteOrders.registers)
    else { return try bytes(try target.batch([request])[0], space, address) }
    let responses: [Response]
    do {
      responses = try target.batch([
        .writeRegister(cpsr, there), request, .writeRegister(cpsr, back),
      ])
    } catch {
      // The answers are lost, but the CPU must not stay where it was put.
      try? target.writeRegister(cpsr, back)
      throw error
    }
    do {
      try responses[2].check()
    } catch {
      try target.writeRegister(cpsr, back)
    }
    try responses[0].check()
    return try bytes(responses[1], space, address)
  }

  private func bytes(
    _ response: Response, _ space: AddressSpace, _ address: UInt64
  ) throws -> [UInt8] {
    do {
      return try response.bytes()
    } catch {
      guard error.isAboutMemory else { throw error }
      throw DebugError.unmapped(space, address, error.stubText ?? "no memory is mapped there")
    }
  }

  /// What stage 2 of the guest makes of an intermediate physical address, by the tables in memory.
  public func stage2Translation(of address: UInt64) throws -> Stage2Translation {
    let vttbr = try readCPURegister("VTTBR_EL2")
    let vtcr = try readCPURegister("VTCR_EL2")
    return try target.physicalMemory {
      Stage2.translation(
        of: IntermediatePhysicalAddress(address), vttbr: vttbr, vtcr: vtcr
      ) { [target] address in
        guard
          let response = try? target.batch([.memory(at: address.rawValue, byteCount: 8)])[0],
          let bytes = try? response.bytes()
        else { return nil }
        return RegisterDescription.integer(bytes)
      }
    }
  }

  private func physicalAddress(of address: UInt64) throws -> UInt64 {
    switch try stage2Translation(of: address) {
    case .mapped(let physical, _, _): return physical.rawValue
    case .unmapped(let level):
      throw DebugError.unmapped(
        .intermediatePhysical, address, "stage 2 ends at an invalid descriptor of level \(level)")
    case .outOfRange:
      throw DebugError.unmapped(
        .intermediatePhysical, address, "it is beyond the input range of stage 2")
    case .unreadable(let table):
      throw DebugError.unmapped(
        .intermediatePhysical, address,
        "its stage 2 table at 0x\(String(table.rawValue, radix: 16)) cannot be read")
    case .unsupported:
      throw DebugError.unmapped(
        .intermediatePhysical, address, "VTCR_EL2 asks for tables other than 4 KiB ones")
    }
  }
}

extension RemoteError {
  /// Whether the target answered that it has no such memory, rather than not at all.
  fileprivate var isAboutMemory: Bool {
    code.isStubError || code == .memoryUnreadable || code == .memoryUnwritable
  }
}
