/// Registers with their values.
struct RegistersAnswer: Answer {
  static let kind = "registers"
  /// In the order in which they were asked for.
  let sections: [Section]

  /// Registers that belong together.
  struct Section: Codable, Equatable, Sendable {
    /// Whose they are, `guest` or `hv`; left out where there is one world.
    let world: String?
    /// The group of system registers that they are, such as `el1` or `timer`; left out where they are of none.
    let group: String?
    /// What has to be known of all of them.
    let note: String?
    /// What the section lists.
    let layout: Layout
    /// Those that have a value, and of `all` those that have none too.
    let registers: [Register]
    /// Those that have no value that can be had, and why.
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
    /// Many, each with its value alone.
    case list
  }

  /// A register with its value.
  struct Register: Codable, Equatable, Sendable {
    /// Its name, in lower case.
    let name: String
    /// In hexadecimal, however wide: `0x2a`. Left out where it cannot be read.
    let value: String?
    /// How many bytes the register has here; left out where it cannot be read.
    let byteCount: Int?
    /// The same in decimal, where it is a number as often as anything else.
    let decimal: String?
    /// The symbol that covers the address that it holds.
    let symbol: String?
    /// The flags that are set, and the fields that are not 0: `ZF`, `IOPL=3`; left out where it has none.
    let flags: [String]?
    /// Its fields, of a syndrome.
    let fields: [FieldAnswer]
    /// Whether it has another value than when it was shown at an earlier stop.
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
    /// How many they are.
    let count: Int
    /// Why they cannot be read.
    let reason: String
  }
}
