internal import VCpuDebug

/// The value of an expression.
struct ValueAnswer: Answer {
  static let kind = "value"
  /// The value in the requested format, or in the most readable one.
  let text: String
  /// The value as a 64-bit number; negative values are sign-extended.
  let value: Hex
  /// The type: `int64_t`, `uint64_t`, `int8_t` and so on.
  let type: String
  /// Its number in the history: 3 for `$3`.
  let number: Int
  /// The space that the value is an address of: `hv`, `guest`, `ipa` or `pa`.
  let space: String?
  /// The symbol that covers the address.
  let symbol: String?
  /// The parts of a structure or an array of the program, in order; omitted for a value without parts.
  let parts: [ValuePart]?

  /// - Throws: `ShellError` for a format that cannot show a number.
  init(
    _ value: Value, as letter: FormatLetter?, isPretty: Bool = false, number: Int,
    in session: HypervisorSession
  ) throws {
    self.value = Hex(value.bits)
    type = value.object?.typeName ?? value.type.name
    self.number = number
    space = value.addressSpace.map(\.prefix)
    if let object = value.object {
      let node = object.node(as: letter) { session.symbolName(at: $0, in: object.space) }
      symbol = node.symbol
      text = ValueText(isPretty: isPretty).text(node)
      parts = ValuePart(node).parts
      return
    }
    parts = nil
    let isAddress = letter == .address || (letter == nil && value.displayType == .address)
    let symbol = isAddress ? Self.symbol(value, session) : nil
    self.symbol = symbol
    let suffix = symbol.map { " <\($0)>" } ?? ""
    if let letter {
      guard let text = IntegerFormatter.text(value.bits, as: letter, bitWidth: value.type.bitWidth)
      else {
        throw ShellError("'print' cannot show a number as /\(letter.rawValue); use x d u o t a c z")
      }
      self.text = text + suffix
      return
    }
    switch value.displayType {
    case .object?: text = ""
    case .word(let word)?: text = word
    case .boolean?: text = value.decimal
    case .character?: text = IntegerFormatter.text(value.bits, as: .character) ?? ""
    case .address?:
      text = (value.addressSpace?.label ?? "") + hexadecimal(value.bits) + suffix
    // A register's content is as often a number as an address: both forms are shown, if they differ.
    case nil:
      text =
        value.isNegative || value.bits < 10
        ? value.decimal : "\(hexadecimal(value.bits)) (\(value.bits))"
    }
  }

  private static func symbol(_ value: Value, _ session: HypervisorSession) -> String? {
    guard let space = try? session.expressions.space(of: value) else { return nil }
    return session.symbolName(at: value.bits, in: space)
  }
}

/// A change made by `set`.
struct AssignmentAnswer: Answer {
  static let kind = "assignment"
  /// The value that was written.
  let value: Hex
  /// What the register did not take of the value, in words.
  let note: String?
  /// The space of the memory that was written: `hv`, `guest`, `ipa`, `pa`; omitted for a register and a variable.
  let space: String?
  /// Where the bytes went, in the order of addresses; omitted where that isn't known or the address is physical.
  let landed: [Landing]?
}

extension AssignmentAnswer {
  init(_ assigned: AssignedValue) {
    value = Hex(assigned.value.bits)
    note = assigned.note
    space = assigned.written?.space.prefix
    let parts = assigned.written?.parts ?? []
    landed = parts.isEmpty ? nil : parts.map(Landing.init)
  }
}
