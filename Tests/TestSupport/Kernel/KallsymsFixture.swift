/// A kernel's memory with a table of symbols, as scripts/kallsyms.c writes it in different versions.
package struct KallsymsFixture {
  /// The order and the forms of the tables.
  package enum Layout: CaseIterable {
    /// 5.x: lengths of names have one byte.
    case linux5
    /// 6.1: long names have two bytes of length.
    case linux6_1
    /// 6.2: `kallsyms_seqs_of_names` after the markers.
    case linux6_2
    /// 6.4: the offsets are after the tokens.
    case linux6_4
    /// Offsets that are negative for all but absolute symbols.
    case absolutePerCPU
    /// Addresses instead of offsets.
    case addresses
  }

  package static let base: UInt64 = 0xffff_8000_0801_0000
  /// Where the tables begin.
  package static let start = 0x21_0000
  package static let byteCount = 4 << 20

  package var names: [String]
  package var addresses: [UInt64]
  package var bytes = [UInt8](repeating: 0, count: byteCount)
  /// Where the tables are.
  package private(set) var tables = start..<start

  package init(_ layout: Layout, count: Int = 1500, relativeBase: UInt64 = base) {
    names = (0..<count).map { index in
      switch index {
      case 0: "T_stext"
      case 1: "Tvectors"
      case 4: "tel0t_64_sync"
      case 5: "Tkmsg_dump_get_buffer"
      // More than 127 tokens.
      case 7 where layout != .linux5: "t" + String(repeating: "very_long_", count: 30)
      default: "\(["t", "T", "W", "d"][index % 4])name_\(index)_of_\(index * 7919 % 1000)"
      }
    }
    addresses = (0..<count).map { Self.base + UInt64($0) * 48 }
    if layout == .absolutePerCPU {
      for index in 0..<3 { addresses[index] = UInt64(index) * 16 }
    }
    write(layout, relativeBase)
  }

  private mutating func write(_ layout: Layout, _ relativeBase: UInt64) {
    let count = names.count
    // Every byte is its own token, but for some of the bytes that no name has.
    var tokens: [String] = (0..<256).map {
      $0 == 0 ? "?" : String(UnicodeScalar(UInt8($0 & 0x7f | ($0 < 33 ? 64 : 0))))
    }
    tokens[0x80] = "name_"
    tokens[0x81] = "_of_"
    let encoded: [[UInt8]] = names.map { name in
      var bytes: [UInt8] = []
      var rest = name[...]
      while let first = rest.first {
        if rest.hasPrefix("name_") {
          bytes.append(0x80)
          rest = rest.dropFirst(5)
        } else if rest.hasPrefix("_of_") {
          bytes.append(0x81)
          rest = rest.dropFirst(4)
        } else {
          bytes.append(first.asciiValue ?? 0)
          rest = rest.dropFirst()
        }
      }
      return bytes
    }
    var nameTable: [UInt8] = []
    var markers: [UInt32] = []
    for (index, name) in encoded.enumerated() {
      if index % 256 == 0 { markers.append(UInt32(nameTable.count)) }
      if name.count > 127 {
        nameTable += [UInt8(name.count & 0x7f | 0x80), UInt8(name.count >> 7)]
      } else {
        nameTable.append(UInt8(name.count))
      }
      nameTable += name
    }
    let offsets: [UInt8] = addresses.flatMap { address -> [UInt8] in
      if layout == .addresses { return Self.little(address, 8) }
      guard layout == .absolutePerCPU else { return Self.little(address &- Self.base, 4) }
      return Self.little(address < Self.base ? address : Self.base &- 1 &- address, 4)
    }
    var tokenTable: [UInt8] = []
    var tokenIndex: [UInt8] = []
    for token in tokens {
      tokenIndex += Self.little(UInt64(tokenTable.count), 2)
      tokenTable += Array(token.utf8) + [0]
    }
    let seqs = (0..<count).flatMap { Self.little(UInt64($0 * 31 % count), 3) }
    let relative = layout == .addresses ? [] : Self.little(relativeBase, 8)
    let places = [offsets, relative]
    let text = [
      Self.little(UInt64(count), 4), nameTable, markers.flatMap { Self.little(UInt64($0), 4) },
    ]
    let order: [[UInt8]] =
      switch layout {
      case .linux6_4: text + [tokenTable, tokenIndex] + places + [seqs]
      case .linux6_2: places + text + [seqs, tokenTable, tokenIndex]
      default: places + text + [tokenTable, tokenIndex]
      }
    var place = Self.start
    for table in order {
      bytes.replaceSubrange(place..<place + table.count, with: table)
      place = (place + table.count + 7) & ~7
    }
    tables = Self.start..<place
  }

  package static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
