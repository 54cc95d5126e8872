internal import ArmVCpu
internal import GDBRemote

/// Uses the CPU of a live target: a different PSTATE gives access to the other world's memory, and instructions that
/// the CPU executes read its system registers.
final class LiveReach: TargetReach {
  // The access owns it.
  private unowned let access: TargetAccess
  private let target: any LiveTarget
  /// How many nested calls make memory requests physical.
  private var physicalDepth = 0

  init(_ access: TargetAccess, _ target: any LiveTarget) {
    self.access = access
    self.target = target
  }

  // MARK: Virtual memory

  /// Virtual addresses are translated in the regime of the CPU's exception level. For the other world's
  /// addresses, the CPU is switched to that level for the request, and back.
  func virtual(_ request: Request, in space: AddressSpace) throws -> Response {
    let state = try access.requireState()
    let isElsewhere = space != .plain && state.isAtEL2 != (space == .hypervisor)
    if isElsewhere, let view = view(of: space, from: state) {
      return try through(view, request, space)
    }
    let response = try target.batch([request])[0]
    // EL0 can't access its kernel's memory, and a kernel with PSTATE.PAN can't access EL0's.
    guard case .failed(let error) = response, error.isRefusedMemory, state.isRestricted,
      let view = view(of: space, from: state)
    else { return response }
    return try through(view, request, space)
  }

  private func view(of space: AddressSpace, from state: CPUState) -> PSTATEView? {
    PSTATEView(of: space, from: state, target.registers, access.byteOrders.registers)
  }

  /// Carries out a request with another PSTATE, and restores the CPU's PSTATE.
  ///
  /// A write is sent only once the CPU has that PSTATE: with the previous one, it would change the wrong world's
  /// memory. The result of a misdirected read is discarded.
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

  /// Throws the error for a refused PSTATE. Restores PSTATE after any other failure, except a cancelled wait: then
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
