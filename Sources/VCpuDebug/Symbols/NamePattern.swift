/// A function's name as people write it: scopes, the name itself, and perhaps its arguments.
///
/// `run`, `VCpu.run` and `VCpu.run(_:)` of Swift, `exception::handle_exception_sync` of Rust, `ns::T::f(int)` of C++.
/// A name matches a declaration whose last parts it has, as in GDB.
struct NamePattern: Equatable {
  /// The scopes and the name, without generic arguments.
  let parts: [String]
  /// What is between the parentheses after the name, without blanks; nil if there are none.
  let arguments: String?

  init(parts: [String], arguments: String?) {
    self.parts = parts
    self.arguments = arguments
  }

  /// The name itself.
  var base: String { parts.last ?? "" }

  /// Reads what a person typed; nil for something that can't be a name.
  init?(typed text: String) {
    guard let pattern = Self.patterns(of: text).first, pattern.parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    self = pattern
  }

  /// Whether a person who types this means a declaration.
  func matches(_ declaration: NamePattern) -> Bool {
    guard parts.count <= declaration.parts.count,
      declaration.parts.suffix(parts.count).elementsEqual(parts)
    else { return false }
    return arguments == nil || arguments == (declaration.arguments ?? "")
  }

  /// The names by which a declaration of Rust or C++ is known, or one of Swift that was shortened. A method of Rust's
  /// `<Type as Trait>` is known by both.
  static func patterns(of declaration: String) -> [NamePattern] {
    // What the compiler made for something has its name, but isn't it.
    guard
      ![
        "vtable for ", "typeinfo ", "VTT for ", "guard variable ", "non-virtual thunk to ",
        "virtual thunk to ",
        "covariant return thunk to ",
      ].contains(where: { declaration.hasPrefix($0) })
    else { return [] }
    var scanner = Scanner(Array(declaration.utf8))
    return scanner.patterns()
  }

  private struct Scanner {
    let text: [UInt8]
    var index = 0
    var parts: [[UInt8]] = [[]]
    /// Other scopes in place of the first part: those of a trait.
    var otherScopes: [[String]] = []
    /// How many parts the first scope, a type between brackets, takes.
    var typePartCount = 1
    var arguments: String?

    init(_ text: [UInt8]) { self.text = text }

    mutating func patterns() -> [NamePattern] {
      while index < text.count, step() {}
      let own = parts.map { String(decoding: $0, as: UTF8.self) }
      return [NamePattern(parts: own, arguments: arguments)]
        + otherScopes.map {
          NamePattern(parts: $0 + own.dropFirst(typePartCount), arguments: arguments)
        }
    }

    /// Takes a character, a separator or brackets; false at the end of the name.
    private mutating func step() -> Bool {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: ":") where index + 1 < text.count && text[index + 1] == byte:
        parts.append([])
        index += 2
      case UInt8(ascii: "."):
        // `.llvm.123` and `.cold` are the compiler's copies of the function.
        parts.append([])
        index += 1
      case UInt8(ascii: "<") where isOperator: take()
      case UInt8(ascii: ">") where isOperator: take()
      case UInt8(ascii: "<"):
        let inner = bracketed(UInt8(ascii: "<"), UInt8(ascii: ">"))
        if parts.count == 1, parts[0].isEmpty { takeQualifiedType(inner) }
      case UInt8(ascii: "(") where isOperator && parts[parts.count - 1].count == 8:
        // `operator()` takes the first pair for its name.
        parts[parts.count - 1] += bracketed(byte, UInt8(ascii: ")"), whole: true)
      case UInt8(ascii: "(") where parts[parts.count - 1].isEmpty:
        parts[parts.count - 1] += bracketed(byte, UInt8(ascii: ")"), whole: true)
      case UInt8(ascii: "("):
        let inner = bracketed(byte, UInt8(ascii: ")"))
        arguments = String(decoding: inner.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        return false
      case UInt8(ascii: " ") where !isOperator:
        // What is before it is the type of the result.
        parts = [[]]
        index += 1
      case UInt8(ascii: "{"):
        parts[parts.count - 1] += bracketed(byte, UInt8(ascii: "}"), whole: true)
      default: take()
      }
      return true
    }

    private mutating func take() {
      parts[parts.count - 1].append(text[index])
      index += 1
    }

    private var isOperator: Bool { parts[parts.count - 1].starts(with: "operator".utf8) }

    /// The text between a bracket and the one that closes it, which may be missing; with them if it is whole.
    private mutating func bracketed(_ open: UInt8, _ close: UInt8, whole: Bool = false) -> [UInt8] {
      let start = index
      var depth = 0
      while index < text.count {
        if text[index] == open { depth += 1 }
        if text[index] == close, index == 0 || text[index - 1] != UInt8(ascii: "-") { depth -= 1 }
        index += 1
        if depth == 0 { break }
      }
      return whole ? Array(text[start..<index]) : Array(text[start..<index].dropFirst().dropLast())
    }

    /// `<Type>::f`, and `<Type as Trait>::f`, which is known as `Trait::f`, too.
    private mutating func takeQualifiedType(_ inner: [UInt8]) {
      let sides = Self.split(String(decoding: inner, as: UTF8.self))
      parts = scopes(sides[0]).map { Array($0.utf8) }
      typePartCount = parts.count
      otherScopes += sides.dropFirst().map(scopes)
    }

    private func scopes(_ type: String) -> [String] {
      NamePattern.patterns(of: type).first?.parts ?? [type]
    }

    /// The sides of ` as ` outside of brackets.
    private static func split(_ text: String) -> [String] {
      var depth = 0
      let bytes = Array(text.utf8)
      let separator = Array(" as ".utf8)
      for (index, byte) in bytes.enumerated() {
        if byte == UInt8(ascii: "<") { depth += 1 }
        if byte == UInt8(ascii: ">") { depth -= 1 }
        if depth == 0, bytes[index...].starts(with: separator) {
          return [
            String(decoding: bytes[..<index], as: UTF8.self),
            String(decoding: bytes[(index + separator.count)...], as: UTF8.self),
          ]
        }
      }
      return [text]
    }
  }
}
