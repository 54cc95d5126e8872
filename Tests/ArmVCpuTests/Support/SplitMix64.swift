/// Random-looking numbers that are the same in every run (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators").
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var result = value
    result = (result ^ result >> 30) &* 0xbf58_476d_1ce4_e5b9
    result = (result ^ result >> 27) &* 0x94d0_49bb_1331_11eb
    return result ^ result >> 31
  }

  /// ISS values that find what a decoder misses: none, each bit alone, all, all but one, and `count`
  /// random ones.
  mutating func syndromes(_ count: Int) -> [UInt64] {
    let all: UInt64 = 0x1ff_ffff
    var values: [UInt64] = [0, all]
    for bit in 0..<25 { values += [1 << bit, all & ~(1 << bit)] }
    for _ in 0..<count { values.append(next() & all) }
    return values
  }
}
