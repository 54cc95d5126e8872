import Foundation
import TestSupport

@testable import VCpuDebug

/// A copy of an ELF file with some bytes of a section changed.
struct DamagedFile {
  private let bytes: [UInt8]
  private let path: String

  init(of path: String) throws {
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    self.path = path + ".damaged"
  }

  private func number(_ offset: Int, _ count: Int) -> Int {
    bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Where a section is in the file (System V ABI, generic part, chapter 4); nil if there is none.
  func section(_ name: String) -> Range<Int>? {
    header(of: name).map { header in
      let offset = number(header + 0x18, 8)
      return offset..<offset + number(header + 0x20, 8)
    }
  }

  /// Where the headers of all sections are.
  var sectionHeaders: Range<Int> {
    let table = number(0x28, 8)
    return table..<table + 64 * number(0x3c, 2)
  }

  /// Where the header of a section is.
  func header(of name: String) -> Int? {
    let table = number(0x28, 8)
    let names = number(table + 64 * number(0x3e, 2) + 0x18, 8)
    for index in 0..<number(0x3c, 2) {
      let header = table + 64 * index
      let text = bytes[(names + number(header, 4))...].prefix { $0 != 0 }
      guard String(decoding: text, as: UTF8.self) == name else { continue }
      return header
    }
    return nil
  }

  /// Writes a copy with one to four bytes changed.
  func write(changing range: Range<Int>, _ random: inout SplitMix64) throws -> String {
    var changed = bytes
    for _ in 0...Int(random.next() % 4) {
      let place = range.lowerBound + Int(random.next() % UInt64(range.count))
      changed[place] =
        switch Int(random.next() % 4) {
        case 0: 0
        case 1: 0xff
        case 2: changed[place] ^ (1 << UInt8(random.next() % 8))
        default: UInt8(truncatingIfNeeded: random.next())
        }
    }
    try Data(changed).write(to: URL(fileURLWithPath: path))
    return path
  }
}
