/// A generator whose numbers are the same for a seed on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// Whether something that happens so many times in a hundred happens.
  mutating func chance(_ percent: UInt64) -> Bool {
    next() % 100 < percent
  }

  /// A number below a limit.
  mutating func below(_ limit: Int) -> Int {
    Int(next() % UInt64(limit))
  }

  /// A number of so many bits.
  mutating func bits(_ width: Int) -> UInt64 {
    width == 0 ? 0 : next() >> UInt64(64 - width)
  }
}
