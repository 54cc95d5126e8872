/// A format letter of GDB's `print/F` and `x/F` (GDB manual, "Output Formats" and "Memory").
public enum FormatLetter: Character, Equatable, Sendable, CaseIterable {
  /// Hexadecimal.
  case hexadecimal = "x"
  /// Signed decimal.
  case signedDecimal = "d"
  /// Unsigned decimal.
  case unsignedDecimal = "u"
  /// Octal.
  case octal = "o"
  /// Binary ("two").
  case binary = "t"
  /// An address with its symbol.
  case address = "a"
  /// A character with its number.
  case character = "c"
  /// Floating point.
  case floatingPoint = "f"
  /// A string.
  case string = "s"
  /// An instruction.
  case instruction = "i"
  /// Hexadecimal with leading zeros.
  case zeroPaddedHexadecimal = "z"
}

/// A size letter of GDB's `x/F`.
public enum UnitSize: Character, Equatable, Sendable, CaseIterable {
  /// One byte.
  case byte = "b"
  /// Two bytes.
  case halfword = "h"
  /// Four bytes.
  case word = "w"
  /// Eight bytes.
  case giant = "g"

  /// The size in bytes.
  public var byteCount: Int {
    switch self {
    case .byte: 1
    case .halfword: 2
    case .word: 4
    case .giant: 8
    }
  }
}

/// What is wrong with a `/FMT`.
public enum FormatSpecError: Error, Equatable, CustomStringConvertible {
  /// A letter that is neither a format nor a size.
  case unknownLetter(Character)
  /// Two formats or two sizes.
  case repeated(Character)
  /// A count of 0 or above `FormatSpec.maximumCount`.
  case invalidCount(String)

  /// What happened and what to do, as a sentence.
  public var description: String {
    switch self {
    case .unknownLetter(let letter):
      "'\(letter)' is not a format; use x d u o t a c f s i z, with a size b h w g"
    case .repeated(let letter):
      "'\(letter)' is a second format or size; give one of each"
    case .invalidCount(let text):
      "a count of \(text) is out of range; use 1 to \(FormatSpec.maximumCount)"
    }
  }
}

/// GDB's `/FMT`: `/4xg`, `/i`, `/x`, `/3s`. Missing parts are nil; the command applies its
/// defaults.
public struct FormatSpec: Equatable, Sendable {
  /// How many units.
  public var count: Int?
  /// The format.
  public var letter: FormatLetter?
  /// The size of a unit.
  public var size: UnitSize?

  /// More units than anyone would read, but few enough for one request.
  public static let maximumCount = 1_000_000

  /// Makes a format.
  public init(count: Int? = nil, letter: FormatLetter? = nil, size: UnitSize? = nil) {
    self.count = count
    self.letter = letter
    self.size = size
  }

  /// Parses a format with or without its `/`. Letters come in any order, as in GDB.
  public init(parsing text: some StringProtocol) throws(FormatSpecError) {
    var rest = Substring(text)
    if rest.first == "/" { rest = rest.dropFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    if !digits.isEmpty {
      guard let count = Int(digits), 1...Self.maximumCount ~= count else {
        throw .invalidCount(String(digits))
      }
      self.count = count
    }
    for character in rest.dropFirst(digits.count) {
      if let letter = FormatLetter(rawValue: character) {
        guard self.letter == nil else { throw .repeated(character) }
        self.letter = letter
      } else if let size = UnitSize(rawValue: character) {
        guard self.size == nil else { throw .repeated(character) }
        self.size = size
      } else {
        throw .unknownLetter(character)
      }
    }
  }
}
