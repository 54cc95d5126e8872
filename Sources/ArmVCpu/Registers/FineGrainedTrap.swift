/// A bit of a fine-grained trap register (FEAT_FGT and FEAT_FGT2).
///
/// The read trap register and the write trap register have the same bits for the same registers, except for
/// write-only and read-only registers, so both are made from one list.
struct FineGrainedTrap: Sendable {
  /// The kinds of accesses.
  enum Access: Sendable {
    case readsAndWrites
    case reads
    case writes
  }

  /// The manual's mnemonic.
  var name: StaticString
  /// The lowest bit.
  var bit: UInt8
  /// How many bits it has.
  var bitWidth: UInt8 = 1
  /// The accesses that it traps.
  var access: Access
  /// Whether the bit traps when it is set. A bit whose name starts with `n` traps when it is clear: EL2
  /// software that doesn't know it leaves it 0, so the feature that it doesn't know traps.
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

  /// Two bits, whose number needs no explanation.
  static func pair(_ name: StaticString, _ bit: UInt8) -> FineGrainedTrap {
    FineGrainedTrap(
      name: name, bit: bit, bitWidth: 2, access: .readsAndWrites, trapsWhenSet: false)
  }

  /// The field of the bit, with the texts for an access that traps and for one that doesn't.
  func field(_ trap: StaticString, _ noTrap: StaticString) -> FieldSpec {
    guard bitWidth == 1 else { return .field(name, bit + bitWidth - 1, bit) }
    return trapsWhenSet ? .flag(name, bit, trap, noTrap) : .flag(name, bit, noTrap, trap)
  }
}

extension FieldTable {
  /// The layout of the register that traps reads.
  static func reads(of traps: [FineGrainedTrap]) -> FieldTable {
    FieldTable(
      traps.filter { $0.access != .writes }.map { $0.field("reads trap", "reads do not trap") })
  }

  /// The layout of the register that traps writes.
  static func writes(of traps: [FineGrainedTrap]) -> FieldTable {
    FieldTable(
      traps.filter { $0.access != .reads }.map { $0.field("writes trap", "writes do not trap") })
  }

  /// The layout of a register that traps instructions.
  static func instructions(_ traps: [FineGrainedTrap]) -> FieldTable {
    FieldTable(traps.map { $0.field("traps", "does not trap") })
  }
}
