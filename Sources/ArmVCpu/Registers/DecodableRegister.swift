/// A register that can be decoded offline into its tree of fields. Other 64-bit values with a layout count as registers
/// too: translation table descriptors, function identifiers.
public struct DecodableRegister: Sendable {
  /// The name, in the manual's spelling.
  public var name: StaticString
  /// The descriptive name.
  public var title: StaticString
  /// Other names.
  public var aliases: [StaticString]
  /// How many registers with this layout there are, each with its number after the name, before `_ELx`, as in
  /// `ICH_LR3_EL2`; 0 for a register without a number.
  public var count: Int
  private var layout: Layout

  private enum Layout: Sendable {
    case table(FieldTable)
    /// A syndrome, which `ESR_EL2` decodes.
    case syndrome
  }

  init(
    _ name: StaticString, _ title: StaticString, aliases: [StaticString] = [], count: Int = 0,
    _ table: FieldTable
  ) {
    self.name = name
    self.title = title
    self.aliases = aliases
    self.count = count
    layout = .table(table)
  }

  private init(syndrome name: StaticString, _ title: StaticString, aliases: [StaticString]) {
    self.name = name
    self.title = title
    self.aliases = aliases
    count = 0
    layout = .syndrome
  }

  /// Passes every field of `value` to `sink`, from bit 63 down, each field before its subfields. Defined for each of
  /// the 2^64 values; reserved bits are passed if they are set.
  public func describe<Sink: FieldSink>(_ value: UInt64, into sink: inout Sink) {
    switch layout {
    case .syndrome: ESR_EL2(rawValue: value).describe(into: &sink)
    case .table(let table):
      var cutter = FieldCutter(value, into: sink)
      table.describe(&cutter)
      sink = cutter.sink
    }
  }

  #if !hasFeature(Embedded)
    /// A syndrome's value in one line: `MRS x3, CTR_EL0`. Nil for other registers, whose fields have no order of
    /// importance.
    public func summary(of value: UInt64) -> String? {
      guard case .syndrome = layout else { return nil }
      return ESR_EL2(rawValue: value).summary
    }
  #endif

  /// ESR_ELx, whose classes and syndromes are the same (Arm ARM DDI 0487, "ESR_EL1", "ESR_EL2",
  /// "ESR_EL3").
  static let syndromes = [
    DecodableRegister(
      syndrome: "ESR_EL2", "Exception Syndrome Register (EL2)", aliases: ["ESR"]),
    DecodableRegister(syndrome: "ESR_EL1", "Exception Syndrome Register (EL1)", aliases: []),
    DecodableRegister(syndrome: "ESR_EL3", "Exception Syndrome Register (EL3)", aliases: []),
  ]

  /// All registers, grouped by family.
  public static let all: [DecodableRegister] =
    [
      syndromes, faults, errors, state, traps, fineGrainedTraps, moreFineGrainedTraps, access,
      monitor,
      monitorDebug, translation, permissions, systemControl, systemControl2, extensions, interrupts,
      interruptInterfaces, timers, counters, breakpoints, caches, identity, features, calls,
      descriptors,
    ].flatMap { $0 }
}
