/// Registers with their values.
struct RegistersAnswer: Answer {
  static let kind = "registers"
  /// In the order in which they were asked for.
  let sections: [Section]

  /// Registers that belong together.
  struct Section: Codable, Equatable, Sendable {
    /// Whose they are, `guest` or `hv`; omitted if there is one world.
    let world: String?
    /// Their group of system registers, such as `el1` or `timer`; omitted if they belong to none.
    let group: String?
    /// A note on all of them.
    let note: String?
    /// What the section lists.
    let layout: Layout
    /// The registers that have a value; for `all`, also those without one.
    let registers: [Register]
    /// The registers whose values are not available, and why.
    let missing: [Missing]

    /// The same section with other registers.
    func replacing(_ registers: [Register]) -> Section {
      Section(
        world: world, group: group, note: note, layout: layout, registers: registers,
        missing: missing)
    }
  }

  /// What a section lists.
  enum Layout: String, Codable, CaseIterable, Sendable {
    /// The general registers.
    case general
    /// Registers that were asked for by name.
    case named
    /// Many registers, each with only its value.
    case list
  }

  /// A register with its value.
  struct Register: Codable, Equatable, Sendable {
    /// Its name, in lower case.
    let name: String
    /// The value in hexadecimal, of any width: `0x2a`. Omitted if it cannot be read.
    let value: String?
    /// The register's size here in bytes; omitted if it cannot be read.
    let byteCount: Int?
    /// The value in decimal, for registers that often hold plain numbers.
    let decimal: String?
    /// The symbol that covers the address that it holds.
    let symbol: String?
    /// The flags that are set, and the fields that are not 0: `ZF`, `IOPL=3`; omitted if it has none.
    let flags: [String]?
    /// A syndrome's fields.
    let fields: [FieldAnswer]
    /// Whether its value has changed since it was shown at an earlier stop.
    let isChanged: Bool

    /// - Parameter digits: the value in hexadecimal, with as many digits as the register has.
    init(
      name: String, digits: String?, decimal: String? = nil, symbol: String? = nil,
      flags: [String]? = nil, fields: [FieldAnswer] = [], isChanged: Bool = false
    ) {
      self.name = name
      value = digits.map { digits in
        let significant = digits.dropFirst(2).drop { $0 == "0" }
        return "0x" + (significant.isEmpty ? "0" : significant)
      }
      byteCount = digits.map { ($0.utf8.count - 1) / 2 }
      self.decimal = decimal
      self.symbol = symbol
      self.flags = flags
      self.fields = fields
      self.isChanged = isChanged
    }

    /// The value with as many digits as the register has.
    var digits: String? {
      guard let value, let byteCount else { return nil }
      let missing = 2 + byteCount * 2 - value.utf8.count
      return "0x" + String(repeating: "0", count: max(0, missing)) + value.dropFirst(2)
    }

    /// The same register, changed or not.
    func marked(isChanged: Bool) -> Register {
      Register(
        name: name, digits: digits, decimal: decimal, symbol: symbol, flags: flags, fields: fields,
        isChanged: isChanged)
    }
  }

  /// Registers that cannot be read, for one reason.
  struct Missing: Codable, Equatable, Sendable {
    /// The number of registers.
    let count: Int
    /// Why they cannot be read.
    let reason: String
  }
}
