import ArmVCpu
import Foundation
import TestSupport
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// The library's walk held against AT instructions, which QEMU's CPUs execute: registers and tables of every shape that
  /// they have, for addresses that the tables map, neighbours of them, and others.
  @Suite(.enabled(if: BareProgram.problem == nil, Comment(rawValue: BareProgram.problem ?? "")))
  struct HardwareWalks {
    /// A machine.
    struct Subject: CustomTestStringConvertible {
      /// QEMU's name of the CPU, with its options.
      let cpu: String
      /// Whether the program runs at EL3, for the translations of EL2; else at EL2, for those of a guest.
      let hasEL3: Bool
      /// The number of the first shape: others have others.
      let firstSeed: UInt64
      /// How many shapes there are.
      let count: Int

      var testDescription: String { "\(cpu), at EL\(hasEL3 ? 3 : 2)" }

      static let all = [
        Self(cpu: "max", hasEL3: false, firstSeed: 1, count: 200),
        Self(cpu: "max", hasEL3: true, firstSeed: 10_001, count: 60),
        Self(cpu: "max,lpa2=off", hasEL3: false, firstSeed: 20_001, count: 60),
      ]
    }

    /// How many shapes are in the machine's memory at once, each with memory of its own.
    private static let batchCount = 50

    @Test(arguments: Subject.all)
    func shapes(subject: Subject) throws {
      let machine = try TranslatingMachine(cpu: subject.cpu, hasEL3: subject.hasEL3)
      let features = try machine.features()
      var comparison = WalkComparison(features: features)
      let only = ProcessInfo.processInfo.environment["VCPU_SHELL_WALK_SEED"].flatMap { UInt64($0) }
      let count = only != nil ? 1 : isSoak ? subject.count * 5 : subject.count
      var seed = only ?? subject.firstSeed
      let end = seed + UInt64(count)
      while seed < end {
        let seeds = seed..<min(seed + UInt64(Self.batchCount), end)
        seed = seeds.upperBound
        var place = TranslatingMachine.free.lowerBound
        let tables = seeds.map { seed in
          defer { place += 32 << 20 }
          return RandomTables(
            seed: seed,
            on: .init(
              features: ModelRegisters(features),
              regimes: subject.hasEL3 ? [.el2, .el20] : [.el10],
              base: place))
        }
        for shape in tables {
          for (address, word) in shape.words { try machine.write([word], at: address) }
        }
        let cases = tables.map { shape in
          TranslatingMachine.Case(
            registers: shape.registers,
            addresses: shape.addresses.filter { comparison.isBearable($0, of: shape) })
        }
        let results = try machine.run(cases)
        for (((seed, shape), one), results) in zip(zip(zip(seeds, tables), cases), results) {
          for (address, values) in zip(one.addresses, results) {
            comparison.compare(address, values, of: shape, seed: seed)
          }
          for address in shape.words.keys { try machine.write([0], at: address) }
        }
      }
      #expect(
        comparison.failures.isEmpty, "\(comparison.failures.prefix(20).joined(separator: "\n"))")
      let comment = Comment(rawValue: "\(comparison)")
      #expect(comparison.addressCount >= count * 35, comment)
      #expect(comparison.mappedCount > comparison.count / 10, comment)
      #expect(comparison.faultCounts.count > 12, comment)
      #expect(comparison.skippedCount < comparison.count / 5, comment)
    }
  }
}

extension ModelRegisters {
  /// The features of a CPU of QEMU's, by its ID_AA64MMFR0_EL1 to ID_AA64MMFR3_EL1.
  fileprivate init(_ values: [UInt64]) {
    self.init()
    let features = TranslationFeatures(
      mmfr0: values[0], mmfr1: values[1], mmfr2: values[2], mmfr3: values[3])
    physicalRange = features.physicalAddressBitWidth
    hasLPA = physicalRange == 52
    hasLVA = features.hasLargeVirtualAddresses
    hasLPA2 = features.hasWide4KiBDescriptors
    hasTTST = features.hasSmallTables
    hasXNX = features.hasStage2ExecutePermissions
    hasHAFDBS = features.setsDirtyState
    hasE0PD = features.hasE0PD
    hasPAN3 = features.hasEnhancedPAN
    hasNV = false
  }
}
