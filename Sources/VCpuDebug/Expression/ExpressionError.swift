/// What is wrong with an expression, and where.
///
/// Errors of a resolver (a lost target, unreadable memory) are not wrapped: they pass through the
/// evaluator unchanged.
public struct ExpressionError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Equatable, Sendable {
    /// The grammar expects something else. `found` is nil at the end of the text.
    case expected(String, found: String?)
    /// A character that can't begin a token.
    case unexpectedCharacter(String)
    /// Not a number: it has a digit of another base, or no digit.
    case invalidNumber(String)
    /// A number that does not fit 64 bits.
    case numberTooLarge(String)
    /// A quote without its partner.
    case unterminatedQuote
    /// An empty character literal, or a backslash with an unknown letter.
    case invalidCharacter(String)
    /// `hv:` and the like in the middle of an expression.
    case misplacedPrefix(String)
    /// Parentheses, operators or branches nest too deeply.
    case tooDeep(limit: Int)
    /// Neither a symbol nor a word.
    case unknownName(String)
    /// `&` before something that isn't a symbol.
    case notASymbol(String)
    /// Neither a register that the target has nor a variable; the path without its `$`.
    case unknownRegister(String)
    /// A field that the register doesn't have.
    case noSuchField(NoSuchField)
    /// `$3` where fewer values were printed, and how many were.
    case notInHistory(String, count: Int)
    /// Words in a cast that aren't a type, and the first of them.
    case noSuchType(String, like: String)
    /// A cast to a pointer, which is only possible after `*`.
    case pointer(String)
    /// A structure, an array without a place or a floating-point number where an integer is needed.
    case notANumber(type: String)
    /// `&` before something that has no place in memory.
    case noAddress(String)
    /// Members of something that isn't a variable of the program.
    case notAStructure(String)
    /// What the program's debug information doesn't allow.
    case program(String)
    /// No type of the program has the name.
    case unknownType(String)
    /// Bit numbers above 63, or in the wrong order.
    case badSlice(high: String, low: String)
    /// A number that is assigned to fewer bits than it has.
    case tooWideForBits(String, count: Int)
    /// A shift by less than 0.
    case negativeShift(String)
    /// The right side of `/` or `%` is 0.
    case divisionByZero
    /// Addresses of two spaces in one calculation.
    case mixedSpaces(AddressSpace, AddressSpace)
    /// An address of one space after the prefix of another, and the register that holds it.
    case otherSpace(AddressSpace, wanted: AddressSpace, register: String?)
    /// The left side of `=` is neither a register, nor a variable, nor an address.
    case notAssignable
  }

  /// What is wrong.
  public let code: Code
  /// Where, in characters from 1; one past the end when something is missing there.
  public let column: Int

  /// Makes an error.
  public init(_ code: Code, column: Int) {
    self.code = code
    self.column = column
  }

  /// What is wrong and what was expected, without the column.
  public var description: String {
    switch code {
    case .expected(let what, let found):
      "expected \(what)" + (found.map { ", found '\($0)'" } ?? " at the end of the expression")
    case .unexpectedCharacter(let character):
      "'\(character)' cannot begin a number, name or operator"
    case .invalidNumber(let text):
      "'\(text)' is not a number; write 42, 0x2a, 0b101010 or 052"
    case .numberTooLarge(let text): "\(text) does not fit 64 bits"
    case .unterminatedQuote: "the quote is not closed; expected '"
    case .invalidCharacter(let text):
      "'\(text)' is not a character; write 'a', '\\n' or '\\x41'"
    case .misplacedPrefix(let prefix):
      "\(prefix): covers a whole expression; put it first or write (\(prefix):…)"
    case .tooDeep(let limit): "the expression nests more than \(limit) levels; split it"
    case .unknownName(let name): "no symbol or word '\(name)'"
    case .notASymbol(let name): "'\(name)' has no address; expected a symbol after &"
    case .unknownRegister(let path) where path.lowercased().hasPrefix("exit."):
      "$exit has no field '\(path.dropFirst(5))'"
    case .unknownRegister(let path):
      path.contains(".")
        ? "no register $\(path)" : "no register or variable $\(path)"
    case .noSuchField(let error): "\(error)"
    case .notInHistory(let text, let count):
      count == 0
        ? "no value \(text): nothing has been printed yet"
        : "no value \(text): \(count == 1 ? "1 value was" : "\(count) values were") printed"
    case .noSuchType(let text, let first):
      "'\(text)' is not a type; a name that begins with '\(first)' needs quotes if it is a symbol"
    case .pointer(let text):
      "a cast cannot make a pointer; '*(\(text) *)ADDRESS' reads memory, '(\(text))X' converts a number"
    case .notANumber(let type): "a value of type \(type) isn't a number"
    case .noAddress(let text):
      "'\(text)' has no address: only symbols, the program's variables and parts of them have"
    case .notAStructure(let text):
      "'\(text)' has no members: only the program's variables and casts to its types have"
    case .program(let reason): reason
    case .unknownType(let name):
      "no type '\(name)': the debug information of the files has none with that name"
    case .badSlice(let high, let low) where high == low:
      "no bit \(high): bits are numbered from 0 to 63"
    case .badSlice(let high, let low):
      "no bits \(high):\(low): write the higher bit first, from 63 to 0"
    case .tooWideForBits(let number, let count):
      "\(number) does not fit \(count == 1 ? "1 bit" : "\(count) bits")"
    case .negativeShift(let distance): "cannot shift by \(distance): use the opposite shift"
    case .divisionByZero: "division by zero"
    case .mixedSpaces(let left, let right):
      "cannot combine \(left.words) with \(right.words)"
    case .otherSpace(let space, let wanted, let register):
      (register.map { "$\($0) holds " } ?? "this is ") + "\(space.words), not \(wanted.words)"
        + Self.alternative(to: register, wanted)
    case .notAssignable:
      "expected a register, bits of one, a variable, *ADDRESS or SPACE:ADDRESS to assign to"
    }
  }
}

extension ExpressionError {
  /// What to write to get the register of the other world.
  private static func alternative(to register: String?, _ wanted: AddressSpace) -> String {
    guard let register, wanted == .hypervisor || wanted == .guest,
      let name = register.split(separator: ".").last
    else { return "; no translation leads from one to the other" }
    return "; write $\(wanted.prefix).\(name)"
  }
}

extension AddressSpace {
  /// `a pa: address`.
  fileprivate var words: String {
    switch kind {
    case .plain: "a plain address"
    case .hypervisor, .program, .intermediatePhysical: "an \(label) address"
    case .guest, .physical: "a \(label) address"
    }
  }
}
