import Foundation

/// A file that no linker makes: an ELF file of 64 bits for AArch64, of given tables (System V ABI, generic part, chapters
/// 4 and 5).
struct HostileELF {
  struct Section {
    var name: String
    var type: UInt32 = 1
    var flags: UInt64 = 0
    var address: UInt64 = 0
    var bytes: [UInt8] = []
    var link: UInt32 = 0
    var info: UInt32 = 0
    var entryByteCount: UInt64 = 0
  }
  struct Segment {
    var address: UInt64
    var offset: UInt64
    var byteCount: UInt64
  }

  /// `e_type`: `ET_EXEC`.
  var type: UInt16 = 2
  var sections: [Section] = []
  var segments: [Segment] = []

  /// The symbols of a table with overlapping names, each at the same place.
  static func symbols(count: Int, nameOffset: (Int) -> Int) -> [UInt8] {
    var bytes: [UInt8] = [UInt8](repeating: 0, count: 24)
    for index in 0..<count {
      bytes += little(UInt32(nameOffset(index)))
      // A global function, in section 1.
      bytes += [0x12, 0] + little(UInt16(1)) + little(UInt64(0x1000)) + little(UInt64.max)
    }
    return bytes
  }

  static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// An unsigned LEB128 (DWARF 5, 7.6).
  static func leb(_ number: Int) -> [UInt8] {
    var (rest, bytes) = (number, [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  private var bytes: [UInt8] {
    var names: [UInt8] = [0]
    var nameOffsets: [String: Int] = [:]
    for name in sections.map(\.name) + [".shstrtab"] where nameOffsets[name] == nil {
      nameOffsets[name] = names.count
      names += Array(name.utf8) + [0]
    }
    let all = sections + [Section(name: ".shstrtab", type: 3, bytes: names)]
    var body: [UInt8] = []
    let start = 64 + 56 * segments.count
    var headers = [UInt8](repeating: 0, count: 64)
    for section in all {
      headers += Self.little(UInt32(nameOffsets[section.name] ?? 0)) + Self.little(section.type)
      headers += Self.little(section.flags) + Self.little(section.address)
      headers += Self.little(UInt64(start + body.count)) + Self.little(UInt64(section.bytes.count))
      headers += Self.little(section.link) + Self.little(section.info) + Self.little(UInt64(1))
      headers += Self.little(section.entryByteCount)
      body += section.bytes
    }
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    file += Self.little(type) + Self.little(UInt16(183)) + Self.little(UInt32(1))
    file += Self.little(UInt64(0x1000)) + Self.little(UInt64(64))
    file += Self.little(UInt64(start + body.count)) + Self.little(UInt32(0))
    file += Self.little(UInt16(64)) + Self.little(UInt16(56))
    file += Self.little(UInt16(segments.count)) + Self.little(UInt16(64))
    file += Self.little(UInt16(all.count + 1)) + Self.little(UInt16(all.count))
    for segment in segments {
      file += Self.little(UInt32(1)) + Self.little(UInt32(5)) + Self.little(segment.offset)
      file += Self.little(segment.address) + Self.little(segment.address)
      file += Self.little(segment.byteCount) + Self.little(segment.byteCount)
      file += Self.little(UInt64(4))
    }
    return file + body + headers
  }

  /// Calls `body` with the path of the file, which is removed afterwards.
  func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "vcpu-shell-hostile-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }
}
