internal import GDBRemote

/// What went wrong in a debug session, in words that say what to do.
public enum DebugError: Error, Equatable, CustomStringConvertible {
  /// The target does not say where its CPU is: its architecture's name.
  case noProgramCounter(String)
  /// The stub does not describe the registers, and nothing else says which there are; perhaps with the name of
  /// the architecture, which is not known.
  case noRegisters(architecture: String?)
  /// Nothing tells the byte order, and the usual one of the architecture is the wrong one: the program
  /// counter in that order.
  case unknownByteOrder(UInt64)
  /// Something that only a hypervisor's target has: what it is, and the target's architecture.
  case noHypervisor(String, architecture: String)
  /// A breakpoint that the target does not take, with its reason.
  case cannotInsert(UInt64, reason: String)
  /// A thread that does not exist.
  case noSuchThread(Int)
  /// The exits of this target cannot be found, and what a person can do.
  case cannotFindExits(String)
  /// There is no exit to look at, and why.
  case notAtExit(NoExit)
  /// The target is a snapshot, with which nothing can be done but to look at it.
  case snapshot
  /// What was wrong when a snapshot was saved, in a sentence.
  case recorded(String)
  /// The target runs.
  case running
  /// The target is over, with a reason.
  case ended(String)
  /// A value that does not fit the memory that it is to be written to.
  case valueTooWide(UInt64, byteCount: Int)
  /// A number of bytes was given for a register.
  case sizeOfRegister(String)
  /// A symbol whose size isn't that of a number was to be written.
  case sizeOfSymbol(String, byteCount: UInt64)
  /// The shell let the target go.
  case detached
  /// There is no breakpoint of that number.
  case noSuchBreakpoint(Int)
  /// An exit class that does not exist.
  case noSuchClass(String)
  /// A register can be read, but not written here, and why.
  case readOnly(String, reason: String)
  /// A register that cannot be read as a number, and why.
  case notReadable(String, reason: String)
  /// A register of the hypervisor while the CPU runs the guest.
  case notAtEL2(String)
  /// A field that a register does not have.
  case noSuchField(register: String, field: String, fields: [String])
  /// Memory that an address space does not have.
  case unmapped(AddressSpace, UInt64, String)
  /// The CPU cannot be made to execute an instruction, and why.
  case cannotExecute(ExecutionObstacle)
  /// The CPU did not translate an address, and why.
  case cannotTranslate(String)
  /// Nothing was done about an exit, and why.
  case refused(GuestActionRefusal)
  /// A virtual interrupt of the debugger's is still pending, and why.
  case notWithdrawn(String)
  /// EL2 has halted after a fatal exception and will do nothing more.
  case halted
  /// The context of an exit is not where it should be.
  case damagedContext(UInt64)
  /// The frame of an exit is not where it should be: its address, and what is wrong.
  case damagedFrame(UInt64, String)

  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .noProgramCounter(let name):
      "the target's description has no program counter (\(name)): without one there is nothing to debug"
    case .noRegisters(nil):
      "the stub does not describe the registers of its target: name the ELF that runs there, with --symbols"
    case .noRegisters(let name?):
      "the stub names the architecture \(name) and none of its registers, and no standard ones of it are known: "
        + "name the ELF that runs there, with --symbols"
    case .unknownByteOrder(let pc):
      "nothing tells the byte order of this target, and it isn't the usual one (the program counter would be "
        + "0x\(String(pc, radix: 16))): name the ELF that runs there, with --symbols"
    case .noHypervisor(let what, let architecture):
      "this target is \(architecture) without a hypervisor: there are no \(what)"
    case .cannotInsert(let address, let reason):
      "the target takes no breakpoint at 0x\(String(address, radix: 16)): \(reason); 'delete' or 'disable' it to go on"
    case .noSuchThread(let number): "no thread number \(number): see 'info threads'"
    case .cannotFindExits(let reason): "guest exits cannot be caught: \(reason)"
    case .notAtExit(let reason): "\(reason)"
    case .snapshot:
      "a snapshot is opened: nothing runs in it, and nothing of it can be changed"
    case .recorded(let text): text
    case .running: "the target is running: 'interrupt' stops it, 'continue' waits for it"
    case .ended(let reason): "\(reason): there is no target to look at"
    case .valueTooWide(let value, let byteCount):
      "0x\(String(value, radix: 16)) does not fit \(byteCount == 1 ? "1 byte" : "\(byteCount) bytes")"
    case .sizeOfRegister(let name):
      "a size is for memory, and $\(name) isn't memory: leave the size out"
    case .sizeOfSymbol(let name, 0):
      "the size of '\(name)' isn't known: say how much is written, as in 'set /w \(name) = 1'"
    case .sizeOfSymbol(let name, let byteCount):
      "'\(name)' has \(byteCount) bytes: say how many are written, as in 'set /w \(name) = 1'"
    case .detached: "there is no target: the shell let it go"
    case .noSuchBreakpoint(let number):
      "no breakpoint or catchpoint number \(number): see 'info breakpoints'"
    case .noSuchClass(let name):
      "no exit class '\(name)'"
    case .readOnly(let name, let reason): "cannot set $\(name): \(reason)"
    case .notReadable(let name, let reason): "cannot read $\(name): \(reason)"
    case .notAtEL2(let name):
      "$\(name) is not at hand: the CPU runs the guest, and the hypervisor has no registers in it"
    case .noSuchField(let register, let field, let fields):
      "$\(register) has no field '\(field)': "
        + (fields.isEmpty ? "no fields of it are known" : "it has " + fields.joined(separator: " "))
    case .unmapped(let space, let address, let reason):
      "cannot access \(space.label)0x\(String(address, radix: 16)): \(reason)"
    case .cannotExecute(let obstacle):
      "no instruction can be executed for it: \(obstacle)"
    case .cannotTranslate(let reason): "the CPU did not translate the address: \(reason)"
    case .refused(let reason): "nothing was done: \(reason)"
    case .notWithdrawn(let reason):
      "the virtual interrupt is still pending (HCR_EL2.VI or VF is 1): \(reason)"
    case .halted:
      "the hypervisor has halted after its fatal exception and cannot go on: look at what led there, "
        + "then 'quit'"
    case .damagedFrame(let address, let reason):
      "no trap frame of arm_vcpu at 0x\(String(address, radix: 16)): \(reason). Does the ELF of --symbols match the "
        + "running hypervisor? 'set catch-way vectors' does without it"
    case .damagedContext(let address):
      "no vCPU context at 0x\(String(address, radix: 16)): does the ELF of --symbols match the "
        + "running hypervisor?"
    }
  }
}
