extension SymbolTable {
  /// The symbols of a kernel's own table.
  ///
  /// It has no sizes: a symbol ends where the next one begins, or where the kernel's code ends, of which there are two
  /// parts. Without CONFIG_KALLSYMS_ALL it has no data.
  convenience init(_ kallsyms: Kallsyms) {
    let ends = ["_stext", "_etext", "_sinittext", "_einittext"].map(kallsyms.address)
    var sections: [Section] = []
    func add(_ start: UInt64?, _ end: UInt64?, isExecutable: Bool) {
      guard let start, let end, start < end else { return }
      sections.append(
        Section(
          index: sections.count + 1, address: start, byteCount: end - start,
          isExecutable: isExecutable))
    }
    let code = kallsyms.entries.filter { Self.kind($0.type) == .function }
    add(
      ends[0] ?? code.first?.address,
      ends[1] ?? code.last.map { $0.address &+ Self.unknownByteCount }, isExecutable: true)
    add(ends[2], ends[3], isExecutable: true)
    let last = kallsyms.entries.last.map { $0.address &+ Self.unknownByteCount }
    add(kallsyms.entries.first?.address, last, isExecutable: false)
    let entries = kallsyms.entries.compactMap { entry -> Entry? in
      // Absolute numbers aren't where anything is.
      guard entry.type | 0x20 != UInt8(ascii: "a") else { return nil }
      let section = sections.first { $0.contains(entry.address) }
      return Entry(
        address: entry.address, byteCount: 0, name: UInt32(entry.name),
        section: UInt16(section?.index ?? 0), kind: Self.kind(entry.type),
        isGlobal: entry.type & 0x20 == 0)
    }
    self.init(entries: entries, strings: kallsyms.strings, sections: sections)
  }

  /// How far the last symbol is taken to reach.
  private static let unknownByteCount: UInt64 = 4096

  /// `nm`'s letters: t and w are code, d, b, r, v and others are data.
  private static func kind(_ type: UInt8) -> Symbol.Kind {
    switch type | 0x20 {
    case UInt8(ascii: "t"), UInt8(ascii: "w"), UInt8(ascii: "i"): .function
    case UInt8(ascii: "n"), UInt8(ascii: "a"), UInt8(ascii: "u"): .label
    default: .object
    }
  }
}

extension Kallsyms {
  /// The address of the first symbol with a name.
  func address(of name: String) -> UInt64? {
    let wanted = Array(name.utf8)
    return entries.first { entry in
      let end = entry.name + wanted.count
      return end < strings.count && strings[end] == 0
        && strings[entry.name..<end].elementsEqual(wanted)
    }?.address
  }
}
