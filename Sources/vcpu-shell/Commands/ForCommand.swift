internal import VCpuDebug

/// `for`: runs statements once for each of some values.
enum ForCommand: ShellCommand {
  static let name = "for"
  private static let head = Parameter<String>.expression(
    "$NAME in VALUE…", "needs a variable and its values, such as $i in 0..3")
  static let parameters: [any AnyParameter] = [head]
  static let summary = "Run the lines that follow, up to 'end', for each of some values."
  static let block = BlockKind.statements()
  static let manual = """
    Values are separated by blanks or, if they contain blanks, by commas. FIRST..LAST is every number from
    FIRST to LAST. All values are evaluated before the first iteration.

      for $vcpu in 0..3
      for $address in 0x9000000, $exit.ipa + 8
    """

  static let transcript = """
    (vcpu) for $i in 1..2 0x10
    > echo once more
    > end
    once more
    once more
    once more
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    var scanner = ArgumentScanner(arguments[head], of: name)
    guard let variable = scanner.takeWord(), variable.first == "$", variable.count > 1,
      scanner.takeWord() == "in"
    else { throw ShellError("'for' needs a variable and its values, such as $i in 0..3") }
    guard !scanner.rest.isEmpty else { throw ShellError("'for' needs values after 'in'") }
    try shell.checkVariable(variable)
    var values = try parts(of: scanner.rest).map { try range($0, in: shell) }[...]
    return .repeated(
      condition: {
        guard let first = values.first else { return false }
        try shell.setVariable(variable, to: first.next)
        if first.count > 1 {
          values[values.startIndex] = Range(next: first.next.successor, count: first.count - 1)
        } else {
          values.removeFirst()
        }
        return true
      }, arguments.block.statements)
  }

  /// The values, one at a time.
  private struct Range {
    let next: Value
    let count: UInt64
  }

  private static func parts(of text: String) -> [String] {
    var depth = 0
    let isDivided = text.contains(",")
    return text.replacing(#/\s*\.\.\s*/#, with: "..").split { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth == 0 && (isDivided ? character == "," : character.isWhitespace)
    }.map(\.trimmed)
  }

  private static func range(_ text: String, in shell: Shell) throws -> Range {
    guard let dots = text.firstRange(of: "..") else {
      return Range(next: try shell.value(of: text), count: 1)
    }
    let first = try shell.value(of: text[..<dots.lowerBound].trimmed)
    let last = try shell.value(of: text[dots.upperBound...].trimmed)
    let count = last.bits &- first.bits &+ 1
    guard try first.isAtMost(last), count > 0 else {
      throw ShellError("'\(text)' has no values: its first number is greater than its last")
    }
    return Range(next: first, count: count)
  }
}

extension Value {
  /// The number after this one.
  fileprivate var successor: Value {
    Value(bits &+ 1, type: type, addressSpace: addressSpace, displayType: displayType)
  }

  /// Compares by the types, as an expression does.
  fileprivate func isAtMost(_ other: Value) throws -> Bool {
    let isSigned = type.isSigned && other.type.isSigned
    return isSigned
      ? Int64(bitPattern: bits) <= Int64(bitPattern: other.bits) : bits <= other.bits
  }
}
