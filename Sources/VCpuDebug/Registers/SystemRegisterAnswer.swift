/// Where the value of a register came from.
public enum RegisterOrigin: Equatable, Sendable {
  /// The stub shows it.
  case stub
  /// The CPU was made to read it.
  case executed
}

/// What came of reading a system register.
public enum SystemRegisterAnswer: Equatable, Sendable {
  /// Its value.
  case value(UInt64, from: RegisterOrigin)
  /// It has none that can be had, and why: the end of a sentence.
  case unavailable(String)

  /// The value; nil where there is none.
  public var value: UInt64? {
    if case .value(let value, _) = self { value } else { nil }
  }
}

/// What came of writing a system register.
public struct SystemRegisterWrite: Equatable, Sendable {
  /// What it has now; nil where that can't be read.
  public let value: UInt64?
  /// The bits that have another value than what was written.
  public let differingBits: UInt64

  /// In a sentence, where it does not have what was written; nil where it has.
  public func note(on name: String) -> String? {
    guard let value else { return "$\(name) was written and cannot be read back" }
    guard differingBits != 0 else { return nil }
    return
      "$\(name) is 0x\(String(value, radix: 16)): \(Self.text(of: differingBits)) did not take what was written"
  }

  /// `bits 63:48 and 3`.
  private static func text(of bits: UInt64) -> String {
    var ranges: [String] = []
    var high = 63
    while high >= 0 {
      guard bits >> UInt64(high) & 1 != 0 else {
        high -= 1
        continue
      }
      var low = high
      while low > 0, bits >> UInt64(low - 1) & 1 != 0 { low -= 1 }
      ranges.append(low == high ? "\(high)" : "\(high):\(low)")
      high = low - 1
    }
    let noun = ranges.count == 1 && !ranges[0].contains(":") ? "bit" : "bits"
    let last = ranges.removeLast()
    return "\(noun) " + (ranges.isEmpty ? last : ranges.joined(separator: ", ") + " and " + last)
  }
}
