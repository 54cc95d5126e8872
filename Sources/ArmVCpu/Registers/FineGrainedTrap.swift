/// A bit of a register of fine-grained traps (FEAT_FGT and FEAT_FGT2).
///
/// The register of reads and that of writes have the same bits for the same registers, without the bits of what
/// can only be written or only be read: both are made from one list.
struct FineGrainedTrap: Sendable {
  /// Which accesses there are.
  enum Access: Sendable {
    case readsAndWrites
    case reads
    case writes
  }

  /// The mnemonic of the manual.
  var name: StaticString
  /// The lowest bit.
  var bit: UInt8
  /// How many bits it has.
  var bitWidth: UInt8 = 1
  /// The accesses that it is about.
  var access: Access
  /// Whether the bit traps when it is set. One whose name starts with `n` traps when it is clear: EL2 software
  /// that does not know it leaves it 0, and what it does not know then traps.
  var trapsWhenSet: Bool

  /// A bit that traps when it is set.
  static func trap(
    _ name: StaticString, _ bit: UInt8, _ access: Access = .readsAndWrites
  ) -> FineGrainedTrap {
    FineGrainedTrap(name: name, bit: bit, access: access, trapsWhenSet: true)
  }

  /// A bit that traps when it is clear.
  static func allow(
    _ name: StaticString, _ bit: UInt8, _ access: Access = .readsAndWrites
  ) -> FineGrainedTrap {
    FineGrainedTrap(name: name, bit: bit, access: access, trapsWhenSet: false)
  }

  /// Two bits, whose number speaks for itself.
  static func pair(_ name: StaticString, _ bit: UInt8) -> FineGrainedTrap {
    FineGrainedTrap(
      name: name, bit: bit, bitWidth: 2, access: .readsAndWrites, trapsWhenSet: false)
  }

  /// The field of the bit, with the words for an access that traps and for one that does not.
  func field(_ trap: StaticString, _ noTrap: StaticString) -> FieldSpec {
    guard bitWidth == 1 else { return .field(name, bit + bitWidth - 1, bit) }
    return trapsWhenSet ? .flag(name, bit, trap, noTrap) : .flag(name, bit, noTrap, trap)
  }
}

extension FieldTable {
  /// The register that traps reads.
  static func reads(of traps: [FineGrainedTrap]) -> FieldTable {
    FieldTable(
      traps.filter { $0.access != .writes }.map { $0.field("reads trap", "reads do not trap") })
  }

  /// The register that traps writes.
  static func writes(of traps: [FineGrainedTrap]) -> FieldTable {
    FieldTable(
      traps.filter { $0.access != .reads }.map { $0.field("writes trap", "writes do not trap") })
  }

  /// A register that traps instructions.
  static func instructions(_ traps: [FineGrainedTrap]) -> FieldTable {
    FieldTable(traps.map { $0.field("traps", "does not trap") })
  }
}
