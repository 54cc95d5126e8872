import ArmVCpu

/// The values tried, and the results.
struct Tally: Sendable {
  var count: UInt64 = 0
  /// The first value that failed.
  var failure: UInt64?
  /// The number of exits of each class.
  var classes = [UInt64](repeating: 0, count: ExitClass.allCases.count)

  mutating func add(_ other: Tally) {
    count += other.count
    failure = failure ?? other.failure
    for index in classes.indices { classes[index] += other.classes[index] }
  }

  /// The classes that occurred, with their numbers.
  var exits: String {
    ExitClass.allCases.filter { classes[Int($0.rawValue)] > 0 }
      .map { "\($0.name) \(classes[Int($0.rawValue)])" }.joined(separator: ", ")
  }
}

/// A range of numbers that one thread tries.
struct Block {
  /// The binary logarithm of its usual size.
  static let bits = 20
  static let mask: UInt64 = (1 << UInt64(bits)) - 1

  var first: UInt64
  var count: UInt64

  /// Tries the value that `value` makes from each number.
  func check(_ value: (UInt64) -> UInt64) -> Tally {
    var tally = Tally()
    var frame = TrapFrame.initial
    for number in first..<first + count {
      let esr = ESR_EL2(rawValue: value(number))
      let noise = mix(number)
      // Half of the calls are near those of PSCI.
      frame.setGPR(0, noise & 1 == 0 ? noise : 0x8400_0000 | noise & 0x4000_003e)
      let syndrome = ExitSyndrome(
        kind: .synchronous, esr: esr, far: noise, hpfar: HPFAR_EL2(rawValue: noise << 7))
      // AArch64 or AArch32, any flags, either byte order.
      frame.spsr = noise >> 8
      let reason = ExitDecoder.reason(
        syndrome, frame, sctlr: { noise },
        faultAddress: { address in
          address.rawValue & 1 == 0 ? nil : IntermediatePhysicalAddress(address.rawValue)
        })
      tally.classes[Int(reason.exitClass.rawValue)] += 1
      tally.count += 1
      if esr.reencoded != esr.rawValue || !reason.belongs(to: .any) {
        tally.failure = tally.failure ?? esr.rawValue
      }
    }
    return tally
  }
}
