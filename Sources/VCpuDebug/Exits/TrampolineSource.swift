internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// The layout of an exit's parts in arm_vcpu's frame: 34 doublewords, x0–x30, SP_EL0, ELR_EL2, SPSR_EL2.
enum FrameLayout {
  static let byteCount = 272

  /// The offset of a part, in bytes; nil if it isn't in the frame.
  static func offset(of part: ExitPart) -> UInt64? {
    switch part {
    case .gpr(let number): UInt64(number) * 8
    case .spEL0: 248
    case .pc: 256
    case .pstate: 264
    case .spEL1, .esr, .far, .hpfar: nil
    }
  }

  /// The frame from its bytes, or nil if there are too few.
  static func frame(_ bytes: [UInt8]) -> TrapFrame? {
    guard bytes.count >= byteCount else { return nil }
    func word(_ offset: Int) -> UInt64 {
      var word: UInt64 = 0
      for index in 0..<8 { word |= UInt64(bytes[offset + index]) << (index * 8) }
      return word
    }
    var frame = TrapFrame()
    for index in 0..<31 { frame.setGPR(UInt8(index), word(index * 8)) }
    frame.sp_el0 = word(248)
    frame.elr = word(256)
    frame.spsr = word(264)
    return frame
  }
}

/// Finds exits by the trampoline of the Rust crate arm_vcpu, recognised by the code that leads to it: 272 bytes at SP
/// hold the guest's registers, x0 holds the trap kind, and ESR_EL2, FAR_EL2 and HPFAR_EL2 are still the exit's.
///
/// What comes after the 272 bytes differs between the crate's versions: it is neither read nor written.
final class TrampolineSource: ExitSource {
  private let trampoline: UInt64
  private let access: TargetAccess
  /// Entries and faults have no specific address in this contract.
  private let vectors: VectorSource
  /// Each CPU's last frame address: the frame there is read with the registers.
  private var recentAddresses = RecentAddresses()
  /// The frame address that the answers to `requests()` refer to.
  private var askedAddress: UInt64?
  private var hasSeenExit = false
  /// The CPU registers that are read with each exit: HCR_EL2 only if it is compared at the next
  /// entry.
  private var registers = TrampolineSource.exitRegisters
  private lazy var registerRequests = access.requests(registers) ?? []
  private var interest: ExitInterest = []
  /// The frames that were found valid at this stop.
  private var checkedAddresses: Set<UInt64> = []

  let way = ExitWay.trampoline
  let reason: String

  var coverage: ExitCoverage { interest.contains(.exits) ? .all : .none }
  var revision: Int { vectors.revision + (hasSeenExit ? 1 : 0) }
  let catchAddresses: Set<UInt64>
  /// The vectors are the ones that lead to the trampoline. Once they are in use there is nothing more to find out,
  /// and breakpoints that are never hit slow down the code around them.
  var scoutAddresses: Set<UInt64> { hasSeenExit ? [] : vectors.scoutAddresses }
  var entryAddresses: Set<UInt64> { vectors.entryAddresses }
  var faultAddresses: Set<UInt64> { vectors.faultAddresses }
  var stopsAtFaults: Bool { vectors.stopsAtFaults }
  var exceptionReturns: [UInt64] { vectors.exceptionReturns }

  init(at trampoline: UInt64, reason: String, _ access: TargetAccess, vectors: VectorSource) {
    self.trampoline = trampoline
    catchAddresses = [trampoline]
    self.reason = reason
    self.access = access
    self.vectors = vectors
  }

  func prepare(for interest: ExitInterest) throws {
    if interest.contains(.entries) != self.interest.contains(.entries) {
      registers = Self.exitRegisters + (interest.contains(.entries) ? ["HCR_EL2"] : [])
      registerRequests = access.requests(registers) ?? []
    }
    self.interest = interest
    let rest = interest.subtracting(.everyExit)
    guard rest.isEmpty else { return try vectors.prepare(for: rest.union(.vectors)) }
    // Exits are also found without them.
    do {
      try vectors.prepare(for: interest.isEmpty ? [] : .vectors)
    } catch DebugError.cannotFindExits {
      try vectors.prepare(for: [])
    }
  }

  func giveUp(_ address: UInt64, because reason: String) -> Bool {
    vectors.giveUp(address, because: reason)
  }

  private static let exitRegisters = [
    "ESR_EL2", "FAR_EL2", "HPFAR_EL2", "ELR_EL2", "SPSR_EL2", "VTTBR_EL2", "VMPIDR_EL2", "SP_EL1",
  ]

  func requests() -> [Request] {
    askedAddress = interest.contains(.exits) ? recentAddresses[access.thread] : nil
    return askedAddress.map { [Self.frame(at: $0)] + registerRequests } ?? []
  }

  private static func frame(at address: UInt64) -> Request {
    .memory(at: address, byteCount: FrameLayout.byteCount)
  }

  func look(at state: CPUState, _ responses: ArraySlice<Response>) throws -> ExitSighting {
    guard state.isAtEL2, state.pc == trampoline else {
      let sighting = try vectors.look(at: state, [])
      // An exit through a vector is caught at the trampoline, and must count only once.
      if case .exit(let exit) = sighting, exit.moment == .caught { return .elsewhere }
      return sighting
    }
    var frameResponse: Response?
    var values: [String: UInt64]?
    if !responses.isEmpty { values = access.values(registers, responses.dropFirst()) }
    if state.sp == askedAddress, !responses.isEmpty {
      frameResponse = responses.first
    } else {
      frameResponse = try access.target.batch([Self.frame(at: state.sp)])[0]
      recentAddresses.note(state.sp, of: access.thread)
    }
    guard let bytes = try? frameResponse?.bytes(), let frame = FrameLayout.frame(bytes) else {
      throw DebugError.damagedFrame(state.sp, "there is no memory")
    }
    let found = try values ?? access.read(registers)
    let kind = try access.readRegister("x0")
    guard let kind = UInt8(exactly: kind).flatMap(TrapKind.init(rawValue:)) else {
      throw DebugError.damagedFrame(
        state.sp, "x0 is 0x\(String(kind, radix: 16)), which isn't a trap kind")
    }
    // The CPU still has what the vector has just saved, unless the user has changed the frame since.
    for (part, name) in [(frame.elr, "ELR_EL2"), (frame.spsr, "SPSR_EL2")]
    where !checkedAddresses.contains(state.sp) && found[name] != part {
      throw DebugError.damagedFrame(
        state.sp,
        "it has 0x\(String(part, radix: 16)) where \(name) is 0x\(String(found[name] ?? 0, radix: 16))"
      )
    }
    checkedAddresses.insert(state.sp)
    if !hasSeenExit {
      try vectors.noteControl(at: state)
      hasSeenExit = true
    }
    return .exit(
      Exit(
        way: .trampoline, storage: .frame(at: state.sp), frame: frame, spEL1: found["SP_EL1"],
        syndrome: ExitSyndrome(kind: kind, found),
        origin: ExitOrigin(vttbr: found["VTTBR_EL2"] ?? 0, vmpidr: found["VMPIDR_EL2"] ?? 0),
        count: .seen(0), hcr: found["HCR_EL2"].map { HCR_EL2(rawValue: $0) }))
  }

  /// Nothing in memory shows that an exit is being handled; but a CPU in the vectors has a later one on its way to
  /// the trampoline.
  func handledExit(at state: CPUState) throws -> Exit? {
    let offset = state.pc &- (try access.readRegister("VBAR_EL2"))
    guard offset >= 0x400, offset < 0x800 else { return nil }
    // The end of a table without entries for AArch32 may hold the trampoline itself.
    if state.pc >= trampoline, state.pc &- trampoline < 0x80 - trampoline % 0x80 { return nil }
    throw DebugError.notAtExit(.isBeingSaved)
  }

  func beginRun(fromExit: Bool) { vectors.beginRun(fromExit: fromExit) }

  func noteResume() { checkedAddresses = [] }
}

extension ExitSyndrome {
  /// The syndrome in the CPU, by the names of its registers.
  init(kind: TrapKind, _ values: [String: UInt64]) {
    self.init(
      kind: kind, esr: ESR_EL2(rawValue: values["ESR_EL2"] ?? 0), far: values["FAR_EL2"] ?? 0,
      hpfar: HPFAR_EL2(rawValue: values["HPFAR_EL2"] ?? 0))
  }
}
