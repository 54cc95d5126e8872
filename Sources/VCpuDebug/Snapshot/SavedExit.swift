internal import ArmVCpu
internal import CArmVCpu

/// An exit in a snapshot.
struct SavedExit: Codable, Equatable {
  enum Moment: String, Codable {
    case caught, handled, entering
  }
  enum Storage: String, Codable {
    case context, frame, cpu, seen
  }
  struct Origin: Codable, Hashable {
    var vm: SavedNumber
    var vcpu: SavedNumber
    var isByRegisters: Bool
    var tables: SavedNumber
  }

  var way: String
  var moment: Moment
  var storage: Storage
  /// Where it is stored in EL2's memory.
  var address: SavedNumber?
  /// Why it can't be changed.
  var reason: String?
  /// x0–x30, SP_EL0, PC and PSTATE of the guest.
  var registers: [SavedNumber]
  var spEL1: SavedNumber?
  /// 0 synchronous, 1 IRQ, 2 FIQ, 3 SError.
  var trapKind: UInt8?
  var esr: SavedNumber
  var far: SavedNumber
  var hpfar: SavedNumber
  var origin: Origin
  /// How often the vCPU had left, and whether the hypervisor counts its exits.
  var count: SavedNumber
  var isCountKept: Bool
  var exitTime: SavedNumber?
  var entryTime: SavedNumber?
  var hcr: SavedNumber?
  var sctlr: SavedNumber?
  var hasSetPC: Bool
  var repetition: Int
}

extension SavedExit.Origin {
  init(_ origin: ExitOrigin) {
    vm = SavedNumber(origin.vm)
    vcpu = SavedNumber(origin.vcpu)
    isByRegisters = origin.isByRegisters
    tables = SavedNumber(origin.tables)
  }

  var origin: ExitOrigin {
    ExitOrigin(
      vm: vm.value, vcpu: vcpu.value, isByRegisters: isByRegisters, tables: tables.value)
  }
}

extension SavedExit {
  init(_ exit: Exit) {
    way = exit.way.rawValue
    switch exit.moment {
    case .caught: moment = .caught
    case .handled: moment = .handled
    case .entering: moment = .entering
    }
    switch exit.storage {
    case .context(let address): (storage, self.address) = (.context, SavedNumber(address))
    case .frame(let address): (storage, self.address) = (.frame, SavedNumber(address))
    case .cpu: storage = .cpu
    case .seen(let reason): (storage, self.reason) = (.seen, reason)
    }
    registers =
      (0..<31).map { SavedNumber(exit.frame.gpr(UInt8($0))) }
      + [exit.frame.sp_el0, exit.frame.elr, exit.frame.spsr].map { SavedNumber($0) }
    spEL1 = exit.spEL1.map { SavedNumber($0) }
    trapKind = exit.syndrome.kind?.rawValue
    esr = SavedNumber(exit.syndrome.esr.rawValue)
    far = SavedNumber(exit.syndrome.far)
    hpfar = SavedNumber(exit.syndrome.hpfar.rawValue)
    origin = Origin(exit.origin)
    count = SavedNumber(exit.count.value)
    isCountKept = if case .kept = exit.count { true } else { false }
    exitTime = exit.times.map { SavedNumber($0.exit) }
    entryTime = exit.times.map { SavedNumber($0.entry) }
    hcr = exit.hcr.map { SavedNumber($0.rawValue) }
    sctlr = exit.sctlr.map { SavedNumber($0) }
    hasSetPC = exit.hasSetPC
    repetition = exit.repetition
  }

  /// The exit.
  ///
  /// - Throws: `SnapshotError.malformed` for one that a session can't have.
  func exit() throws(SnapshotError) -> Exit {
    guard let way = ExitWay(rawValue: way) else {
      throw .malformed("exits can't be found by '\(way)'")
    }
    guard registers.count == Self.registerCount else {
      throw .malformed("an exit has \(registers.count) registers and not \(Self.registerCount)")
    }
    guard trapKind.map({ TrapKind(rawValue: $0) != nil }) ?? true else {
      throw .malformed("an exit has a trap kind that no vector writes")
    }
    // The next exit's count continues from it.
    guard count.value < 1 << 62, repetition > 0, repetition < 1 << 30 else {
      throw .malformed("the count of an exit is too large")
    }
    var frame = TrapFrame()
    for number in 0..<31 { frame.setGPR(UInt8(number), registers[number].value) }
    (frame.sp_el0, frame.elr, frame.spsr) =
      (registers[31].value, registers[32].value, registers[33].value)
    var times: ExitTimes?
    if let exitTime, let entryTime {
      times = ExitTimes(exit: exitTime.value, entry: entryTime.value)
    }
    var exit = Exit(
      way: way, storage: try exitStorage(), frame: frame, spEL1: spEL1?.value,
      syndrome: ExitSyndrome(
        kind: trapKind.flatMap { TrapKind(rawValue: $0) }, esr: ESR_EL2(rawValue: esr.value),
        far: far.value, hpfar: HPFAR_EL2(rawValue: hpfar.value)),
      origin: origin.origin, count: isCountKept ? .kept(count.value) : .seen(count.value),
      times: times, hcr: hcr.map { HCR_EL2(rawValue: $0.value) })
    exit.moment =
      switch moment {
      case .caught: .caught
      case .handled: .handled
      case .entering: .entering
      }
    exit.sctlr = sctlr?.value
    exit.hasSetPC = hasSetPC
    exit.repetition = repetition
    return exit
  }

  private static let registerCount = 34

  private func exitStorage() throws(SnapshotError) -> ExitStorage {
    switch (storage, address) {
    case (.context, let address?): return .context(at: address.value)
    case (.frame, let address?): return .frame(at: address.value)
    case (.cpu, _): return .cpu
    case (.seen, _): return .seen(reason: reason ?? "")
    case (.context, nil), (.frame, nil):
      throw .malformed("an exit in memory has no address")
    }
  }
}
