internal import GDBRemote

/// An error of a debug session, with a message that says what to do.
public enum DebugError: Error, Equatable, CustomStringConvertible {
  /// The target has no program counter; with the name of its architecture.
  case noProgramCounter(String)
  /// The stub doesn't describe the registers, and they can't be found out in another way; with the name of the
  /// architecture if the stub gives one that isn't known.
  case noRegisters(architecture: String?)
  /// The byte order isn't known, and the architecture's usual one is wrong; with the program counter
  /// in that order.
  case unknownByteOrder(UInt64)
  /// Something that needs a hypervisor: what it is, and the target's architecture.
  case noHypervisor(String, architecture: String)
  /// A breakpoint that the target refused, with its reason.
  case cannotInsert(UInt64, reason: String)
  /// The PC can't be set to an address, and why.
  case cannotJump(String)
  /// A thread that does not exist, by its number.
  case noSuchThread(String)
  /// A CPU of another cluster, by its name.
  case otherCluster(String)
  /// The exits of this target can't be found, and what the user can do.
  case cannotFindExits(String)
  /// There is no exit to show, and why.
  case notAtExit(NoExit)
  /// The target is a snapshot, which can only be inspected.
  case snapshot
  /// An error that was recorded when the snapshot was saved, as a sentence.
  case recorded(String)
  /// The target is running.
  case running
  /// The target has ended, with a reason.
  case ended(String)
  /// A value that doesn't fit the memory that it would be written to.
  case valueTooWide(UInt64, byteCount: Int)
  /// A size was given for a register.
  case sizeOfRegister(String)
  /// A write to a symbol whose size isn't a number's.
  case sizeOfSymbol(String, byteCount: UInt64)
  /// The session has ended: the target was killed, or the shell detached from it.
  case detached
  /// A source file that can't be found or read.
  case noSourceFile(String)
  /// Something that has no source lines.
  case noSource(String)
  /// The stack has no frame with that number.
  case noFrame(Int)
  /// Neither the line nor the function of the next instruction is known.
  case noBounds
  /// It isn't known what a frame returns to.
  case noCaller(Int)
  /// No frame of the guest, or of the hypervisor, is on the stack.
  case noFrameOf(AddressSpace.Kind)
  /// A name of several functions where one is needed; each of them for display.
  case ambiguousName(String, [String])
  /// There is no breakpoint with that number.
  case noSuchBreakpoint(Int)
  /// Exits aren't recorded, and why.
  case noRecorder(String)
  /// An exit class that does not exist.
  case noSuchClass(String)
  /// A register that can't be written here, and why.
  case readOnly(String, reason: String)
  /// A register that can't be read as a number, and why.
  case notReadable(String, reason: String)
  /// A hypervisor's register while the CPU runs the guest.
  case notAtEL2(String)
  /// Memory that an address space doesn't have.
  case unmapped(AddressSpace, UInt64, String)
  /// The CPU cannot be made to execute an instruction, and why.
  case cannotExecute(ExecutionObstacle)
  /// The CPU did not translate an address, and why.
  case cannotTranslate(String)
  /// No tables were walked, and why.
  case cannotWalk(String)
  /// A CPU, vCPU or VM that a breakpoint can't be for, and why.
  case noSuchOwner(String, reason: String)
  /// Memory that can't be watched, and why.
  case unwatchable(String)
  /// The target refused a watchpoint at an address, and why.
  case cannotWatch(UInt64, reason: String)
  /// Memory can't be watched by permission at stage 2, and why.
  case cannotWatchByStage2(String)
  /// What was taken from a guest's stage 2 for watchpoints isn't all given back, and what is left.
  case notGivenBack(String)
  /// A name that a virtual machine can't have.
  case badVMName(String)
  /// A virtual machine that isn't known, by its VMID or name.
  case noSuchVM(String)
  /// Nothing was done about an exit, and why.
  case refused(GuestActionRefusal)
  /// A virtual interrupt that the debugger raised is still pending, and why.
  case notWithdrawn(String)
  /// EL2 has halted after a fatal exception.
  case halted
  /// The context of an exit is not where it should be.
  case damagedContext(UInt64)
  /// The frame of an exit is not where it should be: its address, and what is wrong.
  case damagedFrame(UInt64, String)

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .noProgramCounter(let name):
      "the target's description has no program counter (\(name)): it cannot be debugged without one"
    case .noRegisters(nil):
      "the stub does not describe its target's registers: pass the ELF file that runs there with --symbols"
    case .noRegisters(let name?):
      "the stub names the architecture \(name) but not its registers, and no standard ones are known for it: "
        + "pass the ELF file that runs there with --symbols"
    case .unknownByteOrder(let pc):
      "the target's byte order isn't known, and it isn't the usual one (the program counter would be "
        + "0x\(String(pc, radix: 16))): pass the ELF file that runs there with --symbols"
    case .noHypervisor(let what, let architecture):
      "this target is \(architecture) without a hypervisor: there are no \(what)"
    case .cannotInsert(let address, let reason):
      "the target refused the breakpoint at 0x\(String(address, radix: 16)): \(reason); "
        + "'delete' or 'disable' it to go on"
    case .cannotJump(let reason): "cannot jump: \(reason)"
    case .noSuchThread(let number): "no thread number \(number): see 'info threads'"
    case .otherCluster(let name):
      "CPU \(name) belongs to another cluster, which this session does not debug: 'monitor info registers -a' shows "
        + "its registers"
    case .cannotFindExits(let reason): "guest exits cannot be caught: \(reason)"
    case .notAtExit(let reason): "\(reason)"
    case .snapshot:
      "this is a snapshot: it cannot run, and cannot be changed"
    case .recorded(let text): text
    case .running: "the target is running: 'interrupt' stops it, 'continue' waits for it"
    case .ended(let reason): "\(reason): there is no target to inspect"
    case .valueTooWide(let value, let byteCount):
      "0x\(String(value, radix: 16)) does not fit \(byteCount == 1 ? "1 byte" : "\(byteCount) bytes")"
    case .sizeOfRegister(let name):
      "a size is for memory, but $\(name) isn't memory: leave the size out"
    case .sizeOfSymbol(let name, 0):
      "the size of '\(name)' isn't known: give the number of bytes to write, as in 'set /w \(name) = 1'"
    case .sizeOfSymbol(let name, let byteCount):
      "'\(name)' has \(byteCount) bytes: give the number of bytes to write, as in 'set /w \(name) = 1'"
    case .detached: "there is no target: it was killed or detached"
    case .noSourceFile(let path):
      "\(path) can't be found: 'directory' says where to look, 'set substitute-path' what its path is here"
    case .noSource(let what): "no source lines of \(what)"
    case .noFrame(let number): "no frame \(number): 'backtrace' lists them"
    case .noBounds:
      "cannot find bounds of current function: 'stepi' executes one instruction"
    case .noCaller(let number): "it isn't known what frame \(number) returns to"
    case .noFrameOf(.hypervisor):
      "no frame of the hypervisor is on the stack: the CPU runs its guest"
    case .noFrameOf: "no frame of a guest is on the stack: the hypervisor handles no exit"
    case .ambiguousName(let name, let functions):
      "'\(name)' is the name of \(functions.count) functions: "
        + functions.prefix(4).joined(separator: ", ") + (functions.count > 4 ? ", …" : "")
    case .noSuchBreakpoint(let number):
      "no breakpoint or catchpoint number \(number): see 'info breakpoints'"
    case .noRecorder(let reason): "exits are not recorded here: \(reason)"
    case .noSuchClass(let name):
      "no exit class '\(name)'"
    case .readOnly(let name, let reason): "cannot set $\(name): \(reason)"
    case .notReadable(let name, let reason): "cannot read $\(name): \(reason)"
    case .notAtEL2(let name):
      "$\(name) is not available: the CPU runs the guest, so the hypervisor's registers are not in it"
    case .unmapped(let space, let address, let reason):
      "cannot access \(space.label)0x\(String(address, radix: 16)): \(reason)"
    case .cannotExecute(let obstacle):
      "the CPU cannot execute an instruction for it: \(obstacle)"
    case .cannotTranslate(let reason): "the CPU did not translate the address: \(reason)"
    case .cannotWalk(let reason): "cannot walk the tables: \(reason)"
    case .noSuchOwner(let owner, let reason): "no breakpoint can be for '\(owner)': \(reason)"
    case .unwatchable(let reason): "cannot watch it: \(reason)"
    case .cannotWatch(let address, let reason):
      "the target refuses a watchpoint at 0x\(String(address, radix: 16)): \(reason)"
    case .cannotWatchByStage2(let reason): "cannot watch it by permission at stage 2: \(reason)"
    case .notGivenBack(let reason): "stage 2 is not as it was: \(reason)"
    case .badVMName(let name):
      "'\(name)' can't be the name of a virtual machine: begin with a letter, and use letters, digits, '_', '-' and '.'"
    case .noSuchVM(let name):
      "no virtual machine '\(name)' is known: 'info vms' lists those that were seen, 'vm add' names one"
    case .refused(let reason): "nothing was done: \(reason)"
    case .notWithdrawn(let reason):
      "the virtual interrupt is still pending (HCR_EL2.VI or VF is 1): \(reason)"
    case .halted:
      "the hypervisor has halted after a fatal exception and cannot go on: see what led to it, "
        + "then 'quit'"
    case .damagedFrame(let address, let reason):
      "no trap frame of arm_vcpu at 0x\(String(address, radix: 16)): \(reason). Does the --symbols ELF file match the "
        + "running hypervisor? 'set catch-way vectors' does not need it"
    case .damagedContext(let address):
      "no vCPU context at 0x\(String(address, radix: 16)): does the --symbols ELF file match the "
        + "running hypervisor?"
    }
  }
}
