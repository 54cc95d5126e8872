internal import ArmVCpu
internal import GDBRemote

/// Has the CPU of a live target help: another PSTATE shows the other world's memory, and instructions that it executes read
/// its system registers.
final class LiveReach: TargetReach {
  // The access owns it.
  private unowned let access: TargetAccess
  private let target: any LiveTarget
  /// How many calls have memory requests mean physical addresses.
  private var physicalDepth = 0

  init(_ access: TargetAccess, _ target: any LiveTarget) {
    self.access = access
    self.target = target
  }

  // MARK: Virtual memory

  /// Virtual addresses are looked up in the regime of the level that the CPU is at. For the other world's
  /// the CPU is put there for the request, and back.
  func virtual(_ request: Request, in space: AddressSpace) throws -> Response {
    let state = try access.requireState()
    let isElsewhere = space != .plain && state.isAtEL2 != (space == .hypervisor)
    if isElsewhere, let view = view(of: space, from: state) {
      return try through(view, request, space)
    }
    let response = try target.batch([request])[0]
    // EL0 does not see what is its kernel's, and a kernel with PSTATE.PAN not what is EL0's.
    guard case .failed(let error) = response, error.isRefusedMemory, state.isRestricted,
      let view = view(of: space, from: state)
    else { return response }
    return try through(view, request, space)
  }

  private func view(of space: AddressSpace, from state: CPUState) -> PSTATEView? {
    PSTATEView(of: space, from: state, target.registers, access.byteOrders.registers)
  }

  /// Carries out a request with another PSTATE, and gives the CPU back the one that it has.
  ///
  /// Where it writes, it goes out only once the CPU has that PSTATE: with the one before, it would land in the other
  /// world's memory. A read in the wrong place is not shown.
  private func through(
    _ view: PSTATEView, _ request: Request, _ space: AddressSpace
  ) throws -> Response {
    let there = Request.writeRegister(view.register, view.there)
    let back = Request.writeRegister(view.register, view.back)
    access.owedPSTATE = (view, target.selectedThread)
    let responses: [Response]
    do throws(RemoteError) {
      if request.writesMemory {
        try target.writeRegister(view.register, view.there)
        responses = [.done] + (try target.batch([request, back]))
      } else {
        responses = try target.borrowingRegisters { () throws(RemoteError) in
          try target.batch([there, request, back])
        }
      }
    } catch {
      try recover(from: error, request, space)
      throw error
    }
    if (try? responses[2].check()) != nil { access.owedPSTATE = nil }
    do throws(RemoteError) {
      try responses[0].check()
    } catch {
      try recover(from: error, request, space)
      throw error
    }
    try access.settle()
    return responses[1]
  }

  /// Throws what a refused PSTATE means; puts it back after any other failure, but for a wait that was given up: then
  /// the next access does.
  private func recover(
    from error: RemoteError, _ request: Request, _ space: AddressSpace
  ) throws(DebugError) {
    if error.code.isStubError || error.code == .unsupported || error.code == .writeIgnored {
      access.owedPSTATE = nil
      throw .unmapped(
        space, request.memoryRange?.address ?? 0,
        "its memory is seen with another PSTATE only, and the stub refuses that: \(error.description)"
      )
    }
    if error.code != .cancelled { try? access.settle() }
  }

  // MARK: Physical memory

  func physical(_ requests: [Request]) throws -> [Response] {
    try physicalMemory { try target.batch(requests) }
  }

  func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    physicalDepth += 1
    defer { physicalDepth -= 1 }
    return physicalDepth > 1 ? try body() : try target.physicalMemory(body)
  }

  // MARK: System registers

  func systemRegisters(_ registers: [SystemRegister]) throws -> [SystemRegisterAnswer] {
    try ExecutedReading(access).answers(for: registers)
  }

  // MARK: The machine

  func text(_ question: MachineQuestion) throws(RemoteError) -> String {
    try target.monitor(question.rawValue)
  }
}
