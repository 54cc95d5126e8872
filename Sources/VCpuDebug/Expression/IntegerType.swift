/// A C integer type: a width and a signedness.
///
/// Arithmetic is done in 64 bits: narrower values are converted to a 64-bit `int` first, by value, and the result
/// is unsigned if either side is an unsigned 64-bit number (C17 6.3.1.8, with a 64-bit `int`).
public struct IntegerType: Equatable, Hashable, Sendable {
  /// 8, 16, 32 or 64.
  public var bitWidth: Int { Int(width) }
  private let width: UInt8
  /// Whether the highest bit is the sign.
  public let isSigned: Bool

  private init(_ bitWidth: Int, isSigned: Bool) {
    width = UInt8(bitWidth)
    self.isSigned = isSigned
  }

  /// The type of small literals, comparisons and promoted values.
  public static let int64 = IntegerType(64, isSigned: true)
  /// The type of registers, addresses and memory.
  public static let uint64 = IntegerType(64, isSigned: false)
  /// 32 bits, signed.
  public static let int32 = IntegerType(32, isSigned: true)
  /// 32 bits, unsigned.
  public static let uint32 = IntegerType(32, isSigned: false)
  /// 16 bits, signed.
  public static let int16 = IntegerType(16, isSigned: true)
  /// 16 bits, unsigned.
  public static let uint16 = IntegerType(16, isSigned: false)
  /// 8 bits, signed.
  public static let int8 = IntegerType(8, isSigned: true)
  /// 8 bits, unsigned.
  public static let uint8 = IntegerType(8, isSigned: false)

  /// The signed type of 1, 2, 4 or 8 bytes; nil for any other number.
  static func signed(byteCount: Int) -> IntegerType? {
    [1, 2, 4, 8].contains(byteCount) ? IntegerType(byteCount * 8, isSigned: true) : nil
  }

  /// The unsigned type of 1, 2, 4 or 8 bytes; nil for any other number.
  public static func unsigned(byteCount: Int) -> IntegerType? {
    [1, 2, 4, 8].contains(byteCount) ? IntegerType(byteCount * 8, isSigned: false) : nil
  }

  /// The name in `<stdint.h>`.
  public var name: String { (isSigned ? "int" : "uint") + "\(bitWidth)_t" }

  /// How many bytes of memory it takes.
  public var byteCount: Int { bitWidth / 8 }

  /// The type after integer promotion.
  var promoted: IntegerType { bitWidth < 64 ? .int64 : self }

  /// The common type of two operands.
  func common(with other: IntegerType) -> IntegerType {
    promoted == .uint64 || other.promoted == .uint64 ? .uint64 : .int64
  }

  /// The low bits as a value of the type, extended to 64 bits by its sign.
  func wrapping(_ bits: UInt64) -> UInt64 {
    let unused = UInt64(64 - bitWidth)
    let high = bits << unused
    return isSigned ? UInt64(bitPattern: Int64(bitPattern: high) >> Int64(unused)) : high >> unused
  }
}

/// The name of a type in a cast or a load: `uint32_t`, `unsigned long`.
public struct TypeName: Equatable, Sendable {
  /// What was typed, with one space between words.
  public let text: String
  /// The type.
  public let type: IntegerType

  /// The unsigned type of 1, 2, 4 or 8 bytes; nil for any other number.
  init?(byteCount: Int) {
    guard let type = IntegerType.unsigned(byteCount: byteCount) else { return nil }
    text = "uint\(type.bitWidth)_t"
    self.type = type
  }

  /// `char` is shown as a character; `int8_t` is a small number.
  var isCharacter: Bool { text == "char" }

  /// The type that words name, or nil if they don't name one.
  ///
  /// The names mean what they mean to a C compiler for AArch64 Linux, LP64: `int` is 32 bits wide here, although
  /// arithmetic uses
  /// 64. `char` is signed, as in GDB on most machines.
  init?(_ words: [String]) {
    let text = words.joined(separator: " ")
    guard let type = Self.fixed[text] ?? Self.type(of: words) else { return nil }
    self.text = text
    self.type = type
  }

  /// The types with a single-word name.
  private static let fixed: [String: IntegerType] = [
    "int8_t": .int8, "int16_t": .int16, "int32_t": .int32, "int64_t": .int64,
    "uint8_t": .uint8, "uint16_t": .uint16, "uint32_t": .uint32, "uint64_t": .uint64,
    "intptr_t": .int64, "uintptr_t": .uint64, "size_t": .uint64, "ssize_t": .int64,
  ]

  /// Whether a word can be part of a type's name.
  static func isWord(_ word: String) -> Bool { fixed[word] != nil || keywords.contains(word) }

  private static let keywords: Set<String> = ["signed", "unsigned", "char", "short", "int", "long"]

  /// C's combinations, in any order (C17 6.7.2).
  private static func type(of words: [String]) -> IntegerType? {
    func count(_ word: String) -> Int { words.count { $0 == word } }
    let (signs, longs) = (count("signed") + count("unsigned"), count("long"))
    guard !words.isEmpty, words.allSatisfy(keywords.contains), signs <= 1, count("int") <= 1 else {
      return nil
    }
    let isSigned = count("unsigned") == 0
    switch (count("char"), count("short"), longs) {
    case (1, 0, 0): return count("int") > 0 ? nil : isSigned ? .int8 : .uint8
    case (0, 1, 0): return isSigned ? .int16 : .uint16
    case (0, 0, 0): return isSigned ? .int32 : .uint32
    case (0, 0, 1...2): return isSigned ? .int64 : .uint64
    default: return nil
    }
  }
}
