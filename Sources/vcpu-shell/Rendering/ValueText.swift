internal import VCpuDebug

/// A value of an expression as text.
struct ValueText {
  let session: HypervisorSession

  func text(_ value: Value, as letter: FormatLetter?) throws -> String {
    if let letter {
      guard let text = IntegerFormatter.text(value.bits, as: letter) else {
        throw ShellError("'print' cannot show a number as /\(letter.rawValue); use x d u o t a c z")
      }
      return letter == .address ? text + symbol(value) : text
    }
    switch value.displayType {
    case .word(let word)?: return word
    case .boolean?: return String(value.bits)
    case .character?: return IntegerFormatter.text(value.bits, as: .character) ?? ""
    case .address?: return prefix(value) + hexadecimal(value.bits) + symbol(value)
    // A register's content is a number as often as an address: both readings, where they differ.
    case nil:
      return value.bits < 10 ? String(value.bits) : "\(hexadecimal(value.bits)) (\(value.bits))"
    }
  }

  private func prefix(_ value: Value) -> String { value.addressSpace?.label ?? "" }

  private func symbol(_ value: Value) -> String {
    guard let space = try? session.expressions.space(of: value) else { return "" }
    return session.symbols.of(space)?.symbol(at: value.bits).map { " <\($0)>" } ?? ""
  }
}
