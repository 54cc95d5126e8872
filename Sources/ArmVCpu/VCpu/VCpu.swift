public import CArmVCpu

/// A virtual CPU: its context in memory and the machine that runs it.
///
/// `run()` lets the guest go on until its next exit and says why it left. An exit changes no PC; what the
/// hypervisor does about it decides how the guest resumes:
/// - `emulate(_:)` carries out the access of a device,
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
  /// What of the architecture the CPU implements, as far as injection depends on it.
  public let features: CPUFeatures
  /// The guest's EL1 physical timer, where the hypervisor traps it.
  public var physicalTimer = PhysicalTimer()
  /// Why the guest left last; nil before its first exit.
  public internal(set) var exit: ExitReason?
  /// How often `emulate(_:)` has let the guest repeat the instruction at `address` without avail.
  var retries: (address: UInt64, count: Int) = (0, 0)

  /// A vCPU over `context`, which it resets: all registers zero, at EL1h with exceptions masked and its
  /// MMU off.
  ///
  /// - Parameters:
  ///   - context: memory for this vCPU alone, for as long as it exists.
  ///   - machine: the hardware seam.
  ///   - configuration: who the vCPU is, and where it starts.
  public init(
    context: UnsafeMutablePointer<VCpuContext>, machine: M, configuration: VCpuConfiguration
  ) {
    unsafe self.context = context
    self.machine = machine
    self.features = configuration.features
    self.exit = nil
    unsafe context.pointee = VCpuContext()
    unsafe context.pointee.frame = .initial
    unsafe context.pointee.frame.elr = configuration.entry.rawValue
    unsafe context.pointee.frame.setGPR(0, configuration.argument)
    unsafe context.pointee.vcpu_id = configuration.vcpuID
    unsafe context.pointee.vm_id = configuration.vmID
    unsafe context.pointee.guest = configuration.initialRegisters
  }

  /// A vCPU over an exit that has happened: `context` has its frame and syndrome, and the guest is on the CPU that
  /// `machine` is. It is for who carries an exit out in a hypervisor's place; `run()` is not for it.
  ///
  /// - Parameters:
  ///   - context: an exit, as a vector leaves it. It outlives the vCPU and stays as it is but for what is done to the
  ///     guest.
  ///   - machine: the hardware seam.
  ///   - features: what the CPU implements.
  ///   - isAnswered: whether something was done about the exit already, so that there is no instruction to finish, and
  ///     what is injected is raised where the guest goes on.
  public init(
    exitIn context: UnsafeMutablePointer<VCpuContext>, machine: M, features: CPUFeatures,
    isAnswered: Bool = false
  ) {
    unsafe self.context = context
    self.machine = machine
    self.features = features
    self.exit = nil
    if !isAnswered { self.exit = decoded().reason }
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
    // A getter out of line is called with a copy of the whole vCPU.
    @inline(__always) get { unsafe context.pointee.syndrome }
  }

  /// How often the guest has left so far.
  public var exitCount: UInt64 { unsafe context.pointee.exit_count }

  /// Puts the guest's system registers onto this CPU: before its first `run()` here.
  public mutating func bind() {
    unsafe machine.restore(&context.pointee.guest, features: features)
  }

  /// Binds a vCPU that begins to this CPU. EL2 has written its VM's tables and code since CPUs last looked at
  /// them, by data accesses of its own: what they still cache of either is dropped.
  public mutating func begin() {
    bind()
    // By the VMID that is bound now.
    machine.invalidateTranslations()
    machine.invalidateInstructions()
  }

  /// Takes the guest off this CPU: to bind it elsewhere or another one here, or because the CPU or the vCPU ends.
  /// This CPU has finished with its last exit.
  public mutating func unbind() {
    unsafe machine.save(&context.pointee.guest, features: features)
    // Last: while the registers are still on the CPU, they are those of the exit.
    machine.clearCurrentContext()
  }

  /// How often a fault that the MMU, or the instruction, does not confirm is repeated.
  static var maximumRetries: Int { 8 }

  /// Runs the guest until its next exit. It must be bound to this CPU.
  public mutating func run() -> ExitReason {
    var retries = 0
    while true {
      unsafe machine.run(context)
      let (reason, translationFailed) = decoded()
      // Another vCPU changed the guest's tables between the fault and the question. The guest repeats
      // the access and meets whatever is true now; one for which it never comes out is given up on, and
      // its address stays unknown.
      if translationFailed, retries < Self.maximumRetries {
        retries += 1
        continue
      }
      exit = reason
      return reason
    }
  }

  /// Why the guest has left, by its context, and whether the MMU was asked for the address and had none.
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
