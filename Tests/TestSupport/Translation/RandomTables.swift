/// Registers and tables in memory of a random shape, the same for a seed: granules, widths, start
/// levels, regimes and features of every kind, mostly with sound descriptors, sometimes with wild
/// ones; and addresses to try.
///
/// What the architecture leaves open stays out but for the choices that `TranslationModel` names:
/// no reserved shareability, no reserved memory attribute, no table base register with bits below
/// the table's alignment.
package struct RandomTables: Sendable {
  package internal(set) var registers = ModelRegisters()
  /// Where there is memory.
  package internal(set) var ram: Range<UInt64> = 0..<0
  /// The doublewords of memory by their physical addresses; the others are 0.
  package internal(set) var words: [UInt64: UInt64] = [:]
  /// Virtual addresses to try: those that tables map, their neighbours, tagged, random and
  /// non-canonical ones.
  package internal(set) var addresses: [UInt64] = []

  /// A machine whose CPU translates the addresses: what it has, and where.
  package struct Machine: Sendable {
    /// What its CPU has.
    package var features: ModelRegisters
    /// The regimes that it is asked for.
    package var regimes: [ModelRegisters.Regime]
    /// Where there is memory for tables, 32 MiB.
    package var base: UInt64

    package init(features: ModelRegisters, regimes: [ModelRegisters.Regime], base: UInt64) {
      self.features = features
      self.regimes = regimes
      self.base = base
    }
  }

  /// Every access.
  package static let accesses: [ModelAccess] = ModelAccess.Kind.allCases.flatMap { kind in
    [false, true].flatMap { isUnprivileged in
      [false, true].map { ModelAccess(kind, isUnprivileged: isUnprivileged, pan: $0) }
    }
  }

  var random: SplitMix64
  var nextFree: UInt64 = 0
  /// The stages: the lower and the upper half of stage 1, and stage 2 where it is on.
  var lower = Stage()
  var upper: Stage?
  var second: Stage?
  /// Where the tables of stage 1 and stage 2 are in memory, by the addresses that descriptors have.
  var stage1Tables: [UInt64: UInt64] = [:]
  var stage2Tables: [UInt64: UInt64] = [:]
  /// The descriptors that were written.
  var entries: [Entry] = []
  var targets: [(address: UInt64, stage: Stage, level: Int)] = []

  /// The machine that they are for; nil for one of any kind.
  let machine: Machine?

  package init(seed: UInt64, on machine: Machine? = nil) {
    self.machine = machine
    random = SplitMix64(seed: seed)
    chooseFeatures()
    chooseStages()
    chooseControls()
    build()
    misplaceRoots()
    encodeRegisters()
    if random.chance(60) {
      for _ in 0...random.below(3) { spoilADescriptor() }
    }
    if random.chance(12) { spoilARegister() }
    chooseAddresses()
  }

  /// The doubleword at a physical address, nil where there is no memory.
  package func read(_ physical: UInt64) -> UInt64? {
    ram.contains(physical) ? words[physical, default: 0] : nil
  }

  /// One of the addresses.
  package mutating func anAddress() -> UInt64 {
    addresses[random.below(addresses.count)]
  }

  /// One of the accesses, often a plain read.
  package mutating func anAccess() -> ModelAccess {
    if random.chance(35) { return ModelAccess(.read) }
    return Self.accesses[random.below(Self.accesses.count)]
  }
}
