/// Where the value of a register came from.
public enum RegisterOrigin: Equatable, Sendable {
  /// The stub shows it.
  case stub
  /// The CPU was made to read it.
  case executed
}

/// The result of reading a system register.
public enum SystemRegisterAnswer: Equatable, Sendable {
  /// Its value.
  case value(UInt64, from: RegisterOrigin)
  /// The value isn't available; with the reason, as the end of a sentence.
  case unavailable(String)

  /// The value, or nil if it isn't available.
  public var value: UInt64? {
    if case .value(let value, _) = self { value } else { nil }
  }
}

/// The result of writing a system register.
public struct SystemRegisterWrite: Equatable, Sendable {
  /// The value after the write, or nil if it can't be read.
  public let value: UInt64?
  /// The bits that differ from the written value.
  public let differingBits: UInt64

  /// A sentence about the difference from the written value, or nil if there is none.
  public func note(on name: String) -> String? {
    guard let value else { return "$\(name) was written but cannot be read back" }
    guard differingBits != 0 else { return nil }
    return
      "$\(name) is 0x\(String(value, radix: 16)): \(Self.text(of: differingBits)) did not accept the written value"
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
