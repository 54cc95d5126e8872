internal import ArmVCpu
internal import GDBRemote

/// Uses the CPU of a live target: its own view of virtual memory, and instructions that it executes to read its system
/// registers.
final class LiveReach: TargetReach {
  // The access owns it.
  private unowned let access: TargetAccess
  private let target: any LiveTarget

  init(_ access: TargetAccess, _ target: any LiveTarget) {
    self.access = access
    self.target = target
  }

  // MARK: Memory

  /// A stub translates virtual addresses as the CPU does at its exception level.
  func virtual(_ request: Request, in space: AddressSpace) throws -> Response? {
    guard try space == .plain || access.seenSpace() == space else { return nil }
    return try target.batch([request])[0]
  }

  func physical(_ requests: [Request]) throws -> [Response] {
    try target.physicalBatch(requests)
  }

  func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    try target.physicalMemory(body)
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
