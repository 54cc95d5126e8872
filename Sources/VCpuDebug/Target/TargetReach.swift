public import ArmVCpu
public import GDBRemote

/// What of the selected CPU takes more than a request to its target: the memory that it does not see as it is, the system
/// registers that are not among `DebugTarget.registers`, and what only the machine itself knows.
///
/// A live target has the CPU help (`LiveReach`); a snapshot has it all.
public protocol TargetReach: AnyObject {
  /// Carries out a request for memory of a virtual space: `hypervisor`, `guest` or `plain`.
  ///
  /// - Throws: `DebugError.unmapped` where that space cannot be seen, and what the target throws. Memory that is not
  ///   there is an answer.
  func virtual(_ request: Request, in space: AddressSpace) throws -> Response
  /// Carries out requests for physical memory, in one round trip where the target can.
  func physical(_ requests: [Request]) throws -> [Response]
  /// Has the requests for physical memory in `body` cost less, where there are several. Calls may be nested.
  func physicalMemory<R>(_ body: () throws -> R) throws -> R
  /// The values of system registers that are not among the target's registers.
  func systemRegisters(_ registers: [SystemRegister]) throws -> [SystemRegisterAnswer]
  /// What the machine says of itself.
  func text(_ question: MachineQuestion) throws(RemoteError) -> String
}

/// Something to ask of a machine that changes nothing: a command of QEMU's monitor.
public enum MachineQuestion: String, CaseIterable, Sendable {
  /// Which device is where in memory.
  case memoryTree = "info mtree"
  /// What was loaded before the machine began.
  case loadedImages = "info roms"
  /// The registers of every CPU, in the form of what it executes.
  case registers = "info registers -a"
}

extension Request {
  /// The memory that it is for; nil for one of registers.
  var memoryRange: (address: UInt64, byteCount: Int)? {
    switch self {
    case .memory(let address, let byteCount): (address, byteCount)
    case .writeMemory(let address, let bytes): (address, bytes.count)
    case .generalRegisters, .register, .writeRegister: nil
    }
  }

  /// Whether it changes memory.
  var writesMemory: Bool {
    if case .writeMemory = self { true } else { false }
  }
}

extension RemoteError {
  /// Whether a request for memory was refused, and not the target lost.
  var isRefusedMemory: Bool {
    code == .memoryUnreadable || code == .memoryUnwritable || code.isStubError
  }
}
