internal import ArmVCpu
internal import CArmVCpu

/// What the hypervisor's filter compares exits with: `avcpu_observer` of `observer.h`, except for its flags.
struct FilterPlan: Equatable {
  /// One catchpoint.
  struct Entry: Equatable {
    /// The catchpoint's number.
    var number: Int
    /// The exits that it waits for: a bit for each class.
    var classes: UInt32
    /// The program of its condition; empty if it holds for each of them, as far as the target can say.
    var words: [UInt64] = []
    /// How many matches to pass over.
    var ignoreCount = 0
    /// Whether it is disabled by its first stop.
    var isOneShot = false

    /// Whether there is nothing that the filter could sort out.
    var matchesEveryExit: Bool {
      classes & ExitClass.any.bit != 0 && words.isEmpty && ignoreCount == 0
    }
  }

  var entries: [Entry] = []

  /// Whether the filter has room for it.
  var fits: Bool {
    entries.count <= ExitFilter.maximumEntryCount && wordCount <= ExitFilter.maximumWordCount
  }

  private var wordCount: Int { entries.reduce(0) { $0 + $1.words.count } }

  /// The trap kinds to look at: a bit for each.
  var kinds: UInt64 { union(of: \.kinds) }
  /// The exception classes to look at, if the exit is synchronous.
  var exceptionClasses: UInt64 { union(of: \.exceptionClasses) }

  private func union(of bits: (ExitClass) -> UInt64) -> UInt64 {
    let classes = entries.reduce(UInt32(0)) { $0 | $1.classes }
    return ExitClass.allCases.reduce(0) { classes & $1.bit == 0 ? $0 : $0 | bits($1) }
  }

  /// The bytes from `kinds` up to `cpu_count`.
  func header(generation: UInt64, verified: UInt64) -> [UInt8] {
    Self.bytes([
      kinds, exceptionClasses, generation, verified, 0,
      UInt64(entries.count) | UInt64(wordCount) << 32,
    ])
  }

  /// The bytes of the entries.
  var entryBytes: [UInt8] {
    var start = 0
    return entries.flatMap { entry in
      defer { start += entry.words.count }
      var flags: UInt64 = 1 << UInt64(AVCPU_FILTER_ENABLED)
      if entry.isOneShot { flags |= 1 << UInt64(AVCPU_FILTER_ONE_SHOT) }
      return Self.bytes([
        UInt64(entry.classes), UInt64(start) | UInt64(entry.words.count) << 32,
        UInt64(entry.ignoreCount), 0, 0,
        flags | UInt64(UInt32(truncatingIfNeeded: entry.number)) << 32,
      ])
    }
  }

  /// The bytes of the programs.
  var programBytes: [UInt8] { Self.bytes(entries.flatMap(\.words)) }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }
}

/// Whether the target's filter can be used.
enum FilterChoice: Equatable {
  /// It can, for this.
  case plan(FilterPlan)
  /// It can't: the target has to stop at each exit. The reason is a sentence without a full stop; nil if there isn't a
  /// catchpoint of exits.
  case none(String?)

  var plan: FilterPlan? { if case .plan(let plan) = self { plan } else { nil } }
  var reason: String? { if case .none(let reason) = self { reason } else { nil } }
}

extension ExitClass {
  /// The trap kinds that its exits come through: a bit for each.
  var kinds: UInt64 {
    switch self {
    case .irq: 1 << UInt64(TrapKind.irq.rawValue)
    case .fiq: 1 << UInt64(TrapKind.fiq.rawValue)
    case .serror: 1 | 1 << UInt64(TrapKind.serror.rawValue)
    case .any: 0xf
    default: 1
    }
  }

  /// The exception classes of its synchronous exits: a bit for each. (Arm ARM DDI 0487, "ESR_EL2".)
  var exceptionClasses: UInt64 {
    switch self {
    case .hvc: Self.bits(0x12, 0x16)
    case .smc: Self.bits(0x13, 0x17)
    case .psci: Self.bits(0x12, 0x13, 0x16, 0x17)
    case .mmio, .mmioRead, .mmioWrite, .dabt: Self.bits(0x24)
    case .sysreg, .sysregRead, .sysregWrite: Self.bits(0x18)
    case .wfi, .wfe: Self.bits(0x01)
    case .iabt: Self.bits(0x20)
    case .fp: Self.bits(0x07)
    case .sve: Self.bits(0x19, 0x1d)
    case .debug: Self.bits(0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x38, 0x3a, 0x3c)
    case .irq, .fiq: 0
    case .serror: Self.bits(0x2f)
    // An AArch32 instruction whose condition fails has any class of its own.
    case .unhandled, .any: .max
    }
  }

  private static func bits(_ classes: UInt64...) -> UInt64 {
    classes.reduce(0) { $0 | 1 << $1 }
  }
}
