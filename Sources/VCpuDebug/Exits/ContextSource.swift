internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// The layout of an exit's parts in our hypervisor's vCPU context.
enum ContextLayout {
  /// The offset of a part, in bytes; nil for one that stays in the CPU.
  static func offset(of part: ExitPart) -> UInt64? {
    switch part {
    case .gpr(let number): VCpuContextOffset.gpr(number)
    case .spEL0: VCpuContextOffset.spEL0
    case .spEL1: nil
    case .pc: VCpuContextOffset.elr
    case .pstate: VCpuContextOffset.spsr
    case .esr: VCpuContextOffset.esr
    case .far: VCpuContextOffset.far
    case .hpfar: VCpuContextOffset.hpfar
    }
  }
}

/// Finds exits by our hypervisor's context. Its `vcpu_debug_descriptor` gives the addresses of the code that every exit
/// passes; the context, at SP there, holds the whole exit, and each CPU's local block holds the address of the context
/// that it handles.
final class ContextSource: ExitSource {
  private let descriptor: DebugDescriptor
  private let access: TargetAccess
  private let memory: SessionMemory
  /// Each CPU's last context address: the context there is read with the registers.
  private var recentAddresses = RecentAddresses()
  /// The context address that the answers to `requests()` refer to.
  private var askedAddress: UInt64?
  private var interest: ExitInterest = []
  /// The first instruction at the address that exits pass, as read at the last stop.
  private var word: UInt32?

  let way = ExitWay.context
  let reason: String
  let scoutAddresses: Set<UInt64> = []
  let stopsAtFaults = true

  var coverage: ExitCoverage {
    guard interest.contains(.exits) else { return .none }
    return isFiltering ? .some : .all
  }
  var catchAddresses: Set<UInt64> { [catchAddress] }
  private var catchAddress: UInt64 { isFiltering ? descriptor.hook : descriptor.trampoline }
  var observer: UInt64? { descriptor.observer }
  var isFiltering = false { didSet { if isFiltering != oldValue { revision += 1 } } }
  let entryAddresses: Set<UInt64>
  private(set) var faultAddresses: Set<UInt64>
  private(set) var revision = 0

  init(
    _ descriptor: DebugDescriptor, at address: UInt64, _ access: TargetAccess,
    _ memory: SessionMemory
  ) {
    self.descriptor = descriptor
    entryAddresses = [descriptor.entering.lowerBound]
    faultAddresses = [descriptor.halt]
    self.access = access
    self.memory = memory
    reason =
      "the hypervisor's \(DebugDescriptor.symbolName) is at hv:0x\(String(address, radix: 16))"
  }

  func prepare(for interest: ExitInterest) throws { self.interest = interest }

  /// An unreported fault is better than a target that can't run. Without the other addresses nothing is
  /// caught.
  func giveUp(_ address: UInt64, because reason: String) -> Bool {
    guard address == descriptor.halt, !faultAddresses.isEmpty else { return false }
    faultAddresses = []
    revision += 1
    return true
  }

  /// `avcpu_halt` is three instructions: `nop`, `wfi`, and back.
  func isHalted(_ state: CPUState) -> Bool {
    (descriptor.halt..<descriptor.halt &+ 12).contains(state.pc)
  }

  /// The last instruction of `context_vm_entry`.
  var exceptionReturns: [UInt64] { [descriptor.entering.upperBound &- 4] }

  func instruction(at state: CPUState) -> UInt32? {
    state.pc == catchAddress ? word : nil
  }

  /// The hook comes before the trampoline.
  func catchAddress(after address: UInt64) -> UInt64? {
    // `nop`, and the branch to the trampoline.
    let isBefore = (descriptor.hook..<descriptor.hook &+ 8).contains(address)
    return isBefore && !isFiltering ? descriptor.trampoline : nil
  }

  func requests() -> [Request] {
    word = nil
    askedAddress = recentAddresses[access.thread]
    guard !interest.isEmpty || askedAddress != nil else { return [] }
    let instruction = Request.memory(at: catchAddress, byteCount: 4)
    let hcr = interest.contains(.entries) ? access.requests(["HCR_EL2"]) : nil
    return (askedAddress.map { [Self.record(at: $0)] } ?? []) + [instruction] + (hcr ?? [])
  }

  private static func record(at address: UInt64) -> Request {
    .memory(at: address, byteCount: VCpuContext.exitRecordByteCount)
  }

  func look(at state: CPUState, _ responses: ArraySlice<Response>) throws -> ExitSighting {
    guard state.isAtEL2 else { return .guest }
    var rest = responses
    let record = askedAddress == nil ? nil : rest.popFirst()
    // Read as EL2 sees it.
    word = (try? rest.popFirst()?.bytes()).flatMap { RegisterDescription.integer($0) }
      .map { UInt32(truncatingIfNeeded: $0) }
    let isEntering = state.pc == descriptor.entering.lowerBound
    guard isEntering || state.pc == catchAddress else { return .elsewhere }
    let address = isEntering ? try access.readRegister("x0") : state.sp
    let bytes: [UInt8]
    if address == askedAddress, let record {
      bytes = try self.record(record, at: address)
    } else {
      bytes = try self.record(try access.target.batch([Self.record(at: address)])[0], at: address)
      recentAddresses.note(address, of: access.thread)
    }
    var exit = try Exit(contextAddress: address, record: bytes)
    // At a vCPU's first entry there was no exit.
    if isEntering { exit.moment = .entering }
    if interest.contains(.entries) {
      exit.hcr = try (access.values(["HCR_EL2"], rest) ?? access.read(["HCR_EL2"]))[
        "HCR_EL2"
      ].map { HCR_EL2(rawValue: $0) }
    }
    return .exit(exit)
  }

  private func record(_ response: Response, at address: UInt64) throws -> [UInt8] {
    do throws(RemoteError) {
      return try response.bytes()
    } catch {
      guard error.code == .memoryUnreadable || error.code.isStubError else { throw error }
      throw DebugError.damagedContext(address)
    }
  }

  func handledExit(at state: CPUState) throws -> Exit? {
    let vectors = descriptor.vectors &+ 0x400..<descriptor.vectors &+ 0x800
    if vectors.contains(state.pc) || descriptor.saving.contains(state.pc) {
      throw DebugError.notAtExit(.isBeingSaved)
    }
    if descriptor.entering.contains(state.pc) {
      throw DebugError.notAtExit(.isBeingEntered)
    }
    let local = try access.readRegister("TPIDR_EL2")
    guard local != 0 else { throw DebugError.notAtExit(.neverEntered) }
    let pointer = try memory.read(
      .hypervisor, local &+ UInt64(descriptor.currentContextOffset), byteCount: 8)
    guard let address = RegisterDescription.integer(pointer), address != 0 else {
      throw DebugError.notAtExit(.neverEntered)
    }
    let bytes = try memory.read(
      .hypervisor, address, byteCount: VCpuContext.exitRecordByteCount)
    var exit = try Exit(contextAddress: address, record: bytes)
    guard exit.count.value > 0 else { throw DebugError.notAtExit(.neverEntered) }
    exit.moment = .handled
    return exit
  }
}

extension Exit {
  /// The exit in the first `VCpuContext.exitRecordByteCount` bytes of our hypervisor's context.
  ///
  /// - Throws: `DebugError.damagedContext` if the bytes can't be one: too few, or a trap kind that no
  ///   vector writes.
  init(contextAddress: UInt64, record: [UInt8]) throws(DebugError) {
    guard let context = VCpuContext(exitRecord: record.span), context.syndrome.kind != nil else {
      throw .damagedContext(contextAddress)
    }
    self.init(
      way: .context, storage: .context(at: contextAddress), frame: context.frame,
      syndrome: context.syndrome, origin: ExitOrigin(vm: context.vm_id, vcpu: context.vcpu_id),
      count: .kept(context.exit_count),
      times: ExitTimes(exit: context.exit_time, entry: context.entry_time))
  }
}

extension DebugDescriptor {
  /// Reads the descriptor that the symbols name from the target's memory.
  ///
  /// - Throws: `DebugDescriptorError` for an unknown one, `DebugError` if its memory can't be read.
  init?(of symbols: ModuleGroup, in memory: SessionMemory) throws {
    guard let address = symbols.address(of: Self.symbolName.description) else { return nil }
    let bytes = try memory.read(.hypervisor, address, byteCount: Self.byteCount)
    self = try DebugDescriptor(bytes.span)
  }
}
