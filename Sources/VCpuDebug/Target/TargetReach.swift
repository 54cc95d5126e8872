public import ArmVCpu
public import GDBRemote

/// Access to what takes more than a request to the target: memory as the selected CPU sees it and the machine's,
/// system registers that are not among `DebugTarget.registers`, and what only the machine itself knows.
///
/// A live target uses the CPU (`LiveReach`); a snapshot has what was saved.
public protocol TargetReach: AnyObject {
  /// Carries out a request for memory of a space that the selected CPU sees; nil for a space that it doesn't.
  ///
  /// - Throws: what the target throws. Unmapped memory is an answer, not an error.
  func virtual(_ request: Request, in space: AddressSpace) throws -> Response?
  /// Carries out requests for physical memory, in one round trip if the target can.
  func physical(_ requests: [Request]) throws -> [Response]
  /// Makes several requests for physical memory in `body` cheaper. Calls may be nested.
  func physicalMemory<R>(_ body: () throws -> R) throws -> R
  /// The values of system registers that are not among the target's registers.
  func systemRegisters(_ registers: [SystemRegister]) throws -> [SystemRegisterAnswer]
  /// The machine's answer to a question about itself.
  func text(_ question: MachineQuestion) throws(RemoteError) -> String
}

/// A question to a machine that doesn't change it: a QEMU monitor command.
public enum MachineQuestion: String, CaseIterable, Sendable {
  /// Where each device is in memory.
  case memoryTree = "info mtree"
  /// What is at each physical address, for each address space.
  case flatMemory = "info mtree -f"
  /// What was loaded before the machine started.
  case loadedImages = "info roms"
  /// The registers of every CPU, in the form of its execution state.
  case registers = "info registers -a"
}

extension RemoteError {
  /// Whether a request for memory was refused, rather than the target lost.
  var isRefusedMemory: Bool {
    code == .memoryUnreadable || code == .memoryUnwritable || code.isStubError
  }
}
