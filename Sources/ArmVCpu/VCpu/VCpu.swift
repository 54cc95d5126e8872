public import CArmVCpu

/// A virtual CPU: its context in memory and the machine that runs it.
///
/// `run()` runs the guest until its next exit and returns the reason. An exit doesn't change the PC; how the
/// hypervisor handles it determines how the guest resumes:
/// - `emulate(_:)` carries out an access to a device,
/// - `complete(value:)` finishes the instruction,
/// - `skip()` steps over it,
/// - `inject(_:)` raises an exception in the guest,
/// - and running again without any of them retries it.
@safe
public struct VCpu<M: Machine>: ~Copyable {
  /// The context. It outlives the vCPU and never moves: SP_EL2 points into it while the guest runs.
  let context: UnsafeMutablePointer<VCpuContext>
  /// The hardware.
  public var machine: M
  /// The CPU's architectural features, as far as the vCPU depends on them.
  public let features: CPUFeatures
  /// The guest's EL1 physical timer, if the hypervisor traps it.
  public var physicalTimer = PhysicalTimer()
  /// The reason of the last exit. An optional would have to be put together for every question.
  var lastExit = ExitReason.irq
  /// Whether the last exit is still to be handled: there was one, and its instruction isn't finished.
  var isExitOpen = false
  /// How often `emulate(_:)` has let the guest repeat the instruction at `address` without success.
  var retries: (address: UInt64, count: Int) = (0, 0)

  /// A vCPU over `context`, which it resets: all registers zero, at EL1h with exceptions masked and its
  /// MMU off.
  ///
  /// - Parameters:
  ///   - context: memory that only this vCPU uses, for as long as it exists.
  ///   - machine: the hardware.
  ///   - configuration: the vCPU's identity, and where it starts.
  public init(
    context: UnsafeMutablePointer<VCpuContext>, machine: M, configuration: VCpuConfiguration
  ) {
    unsafe self.context = context
    self.machine = machine
    self.features = configuration.features
    unsafe context.pointee = VCpuContext()
    unsafe context.pointee.frame = .initial
    unsafe context.pointee.frame.elr = configuration.entry.rawValue
    unsafe context.pointee.frame.setGPR(0, configuration.argument)
    unsafe context.pointee.vcpu_id = configuration.vcpuID
    unsafe context.pointee.vm_id = configuration.vmID
    unsafe context.pointee.guest = configuration.initialRegisters
  }

  /// A vCPU for an exit that has already happened: `context` has its frame and syndrome, and the guest is on the CPU
  /// that `machine` represents. Use it to handle an exit in a hypervisor's place; don't call `run()` on it.
  ///
  /// - Parameters:
  ///   - context: an exit, as a vector leaves it. It outlives the vCPU, and only the changes made to the guest modify
  ///     it.
  ///   - machine: the hardware.
  ///   - features: what the CPU implements.
  ///   - isAnswered: whether the exit has already been handled, so that there is no instruction to finish and an
  ///     injected exception is raised where the guest resumes.
  public init(
    exitIn context: UnsafeMutablePointer<VCpuContext>, machine: M, features: CPUFeatures,
    isAnswered: Bool = false
  ) {
    unsafe self.context = context
    self.machine = machine
    self.features = features
    if !isAnswered {
      lastExit = decoded().reason
      isExitOpen = true
    }
  }

  /// The reason of the last exit; nil before the first one, and once its instruction is finished.
  public var exit: ExitReason? {
    @inline(__always) get { isExitOpen ? lastExit : nil }
  }

  /// The guest's registers at the last exit.
  public var frame: TrapFrame {
    @inline(__always) get { unsafe context.pointee.frame }
    @inline(__always) set { unsafe context.pointee.frame = newValue }
  }

  /// General-purpose register `index` of the guest; 31 reads zero.
  @inline(__always)
  public func gpr(_ index: UInt8) -> UInt64 { unsafe context.frameReader.gpr(index) }

  /// Sets general-purpose register `index` of the guest; 31 is discarded.
  @inline(__always)
  public mutating func setGPR(_ index: UInt8, _ value: UInt64) {
    unsafe context.pointee.frame.setGPR(index, value)
  }

  /// The syndrome of the last exit.
  public var syndrome: ExitSyndrome {
    // An out-of-line getter would be called with a copy of the whole vCPU.
    @inline(__always) get { unsafe context.pointee.syndrome }
  }

  /// The number of exits so far.
  public var exitCount: UInt64 { unsafe context.pointee.exit_count }

  /// Loads the guest's system registers into this CPU. Required before its first `run()` here.
  public mutating func bind() {
    unsafe machine.restore(&context.pointee.guest, features: features)
  }

  /// Binds a new vCPU to this CPU. EL2 has written its VM's tables and code with data accesses of its own, so what
  /// the CPUs still cache of either is invalidated.
  public mutating func begin() {
    bind()
    // Uses the VMID that is now bound.
    machine.invalidateTranslations()
    machine.invalidateInstructions()
  }

  /// Takes the guest off this CPU, to bind it elsewhere or another one here, or because the CPU or the vCPU is
  /// shutting down. This CPU must have finished handling its last exit.
  public mutating func unbind() {
    unsafe machine.save(&context.pointee.guest, features: features)
    // This comes last: while the registers are still on the CPU, they belong to the exit.
    machine.clearCurrentContext()
  }

  /// How often a fault that the MMU, or the instruction, doesn't confirm is repeated.
  static var maximumRetries: Int { 8 }

  /// Runs the guest until its next exit. It must be bound to this CPU.
  @inline(__always)
  public mutating func run() -> ExitReason {
    var retries = 0
    while true {
      unsafe machine.run(context)
      let (reason, translationFailed) = decoded()
      // Another vCPU changed the guest's tables between the fault and this translation. The guest repeats the access
      // with the current tables. After too many attempts the address stays unknown.
      if translationFailed, retries < Self.maximumRetries {
        retries += 1
        continue
      }
      lastExit = reason
      isExitOpen = true
      return reason
    }
  }

  /// The exit reason from the context, and whether the MMU failed to translate the address.
  @inline(__always)
  private mutating func decoded() -> (reason: ExitReason, translationFailed: Bool) {
    var translationFailed = false
    let reason = unsafe ExitDecoder.reason(
      context.pointee.syndrome, context.frameReader, sctlr: { machine.read(.sctlr_el1) },
      faultAddress: {
        let par = machine.translateStage1($0)
        translationFailed = par & 1 != 0
        // PAR_EL1.PA, bits 51:12, and the offset in the page.
        return translationFailed
          ? nil : IntermediatePhysicalAddress(par & 0x000f_ffff_ffff_f000 | $0.rawValue & 0xfff)
      })
    return (reason, translationFailed)
  }
}
