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
    try settle()
    switch space {
    case .hypervisor, .guest, .plain:
      return try virtual(space, address, request(address, 0..<byteCount))
    case .physical:
      let request = request(address, 0..<byteCount)
      let response = try target.physicalMemory { try target.batch([request])[0] }
      return try bytes(response, of: request, space, address)
    case .intermediatePhysical:
      // Page by page: neighbours in the guest's memory need not be neighbours in the machine's.
      var result: [UInt8] = []
      var done = 0
      while done < byteCount {
        let input = address &+ UInt64(done)
        let count = min(byteCount - done, 4096 - Int(input & 0xfff))
        let request = request(try physicalAddress(of: input), done..<done + count)
        let response = try target.physicalMemory { try target.batch([request])[0] }
        result += try bytes(response, of: request, space, input)
        done += count
      }
      return result
    }
  }

  /// Virtual addresses are looked up in the regime of the level that the CPU is at. For the other world's
  /// the CPU is put there for the request, and back.
  private func virtual(
    _ space: AddressSpace, _ address: UInt64, _ request: Request
  ) throws -> [UInt8] {
    let state = try requireState()
    let isElsewhere = space != .plain && state.isAtEL2 != (space == .hypervisor)
    if isElsewhere, let view = view(of: space, from: state) {
      return try bytes(try through(view, request, space, address), of: request, space, address)
    }
    let response = try target.batch([request])[0]
    do {
      return try bytes(response, of: request, space, address)
    } catch let error as DebugError {
      // EL0 does not see what is its kernel's, and a kernel with PSTATE.PAN not what is EL0's.
      guard state.isRestricted, let view = view(of: space, from: state) else { throw error }
      return try bytes(try through(view, request, space, address), of: request, space, address)
    }
  }

  private func view(of space: AddressSpace, from state: CPUState) -> PSTATEView? {
    PSTATEView(of: space, from: state, target.registers, byteOrders.registers)
  }

  /// Carries out a request with another PSTATE.
  ///
  /// Where it writes, it goes out only once the CPU has that PSTATE: with the one before, it would land in the other
  /// world's memory. A read in the wrong place does no harm, and is not shown.
  private func through(
    _ view: PSTATEView, _ request: Request, _ space: AddressSpace, _ address: UInt64
  ) throws -> Response {
    owedPSTATE = (view, target.selectedThread)
    do throws(RemoteError) {
      let response = try exchange(request, through: view)
      owedPSTATE = nil
      return response
    } catch {
      // The CPU must not stay where it was put. Who gives up a wait has it put back by the next access.
      if error.code != .cancelled { try? settle() }
      guard error.code.isStubError || error.code == .unsupported || error.code == .writeIgnored
      else { throw error }
      throw DebugError.unmapped(
        space, address, "the stub does not let the CPU be put there for it: \(error.description)")
    }
  }

  private func exchange(
    _ request: Request, through view: PSTATEView
  ) throws(RemoteError) -> Response {
    let there = Request.writeRegister(view.register, view.there)
    let back = Request.writeRegister(view.register, view.back)
    guard takesPSTATE, !request.isWrite else {
      try target.writeRegister(view.register, view.there)
      takesPSTATE = true
      let responses = try target.batch([request, back])
      try responses[1].check()
      return responses[0]
    }
    let responses = try target.batch([there, request, back])
    for index in [0, 2] { try responses[index].check() }
    return responses[1]
  }

  /// Gives the CPU back the PSTATE that an access has left it without, as when its answers were lost. Called before
  /// anything that depends on it.
  public func settle() throws {
    guard let (view, thread) = owedPSTATE else { return }
    guard case .stopped = target.state else { return }
    if let thread, thread != target.selectedThread { try target.select(thread) }
    // Most often it has it: a late answer is one all the same.
    let found = try target.batch([.register(view.register)])[0]
    if (try? found.bytes()) != view.back { try target.writeRegister(view.register, view.back) }
    owedPSTATE = nil
  }

  private func bytes(
    _ response: Response, of request: Request, _ space: AddressSpace, _ address: UInt64
  ) throws -> [UInt8] {
    do {
      return try response.bytes()
    } catch {
      if let text = error.stubText { throw DebugError.unmapped(space, address, text) }
      switch error.code {
      case .memoryUnreadable:
        throw DebugError.unmapped(space, address, "no memory is mapped there")
      case .memoryUnwritable:
        throw DebugError.unmapped(
          space, address, "the stub refuses to write there: nothing is mapped, or it is read-only")
      default: throw error
      }
    }
  }

  /// What stage 2 of the guest makes of an intermediate physical address, by the tables in memory.
  public func stage2Translation(of address: UInt64) throws -> Stage2Translation {
    let vttbr = try readCPURegister("VTTBR_EL2")
    let vtcr = try readCPURegister("VTCR_EL2")
    var failure: RemoteError?
    let translation = try target.physicalMemory {
      Stage2.translation(
        of: IntermediatePhysicalAddress(address), vttbr: vttbr, vtcr: vtcr
      ) { descriptor(at: $0.rawValue, &failure) }
    }
    // A table that is not there is a result; a target that is not, or a wait that was given up, is none.
    if let failure, failure.code != .memoryUnreadable { throw failure }
    return translation
  }

  private func descriptor(at address: UInt64, _ failure: inout RemoteError?) -> UInt64? {
    do throws(RemoteError) {
      let response = try target.batch([.memory(at: address, byteCount: 8)])[0]
      return RegisterDescription.integer(try response.bytes())
    } catch {
      failure = error
      return nil
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

extension Request {
  /// Whether it changes memory.
  fileprivate var isWrite: Bool {
    if case .writeMemory = self { true } else { false }
  }
}
