/// Writes contiguous memory in a format, piece by piece.
public struct MemoryFileWriter {
  private let format: MemoryFileFormat
  private let range: MemoryRange
  private var next: UInt64
  /// The upper half of the addresses of Intel's records.
  private var upper: UInt64 = 0

  /// The bytes of a record, as binutils writes them.
  private static let recordByteCount = 16

  /// - Parameter range: the addresses of the memory; none may be greater than the format's last one.
  public init(_ format: MemoryFileFormat, of range: MemoryRange) {
    precondition(range.last <= format.lastAddress, "the format has no such addresses")
    self.format = format
    self.range = range
    next = range.start
  }

  /// What the file begins with.
  public var head: [UInt8] {
    switch format {
    case .binary, .intelHex: []
    case .sRecord: Self.line(Self.sRecord("0", [0, 0]))
    case .verilog:
      Self.line("@" + Self.digits(Self.bytes(of: range.start, range.last >> 32 == 0 ? 4 : 8)))
    }
  }

  /// The text of the next bytes.
  public mutating func text(of bytes: [UInt8]) -> [UInt8] {
    guard format != .binary else { return bytes }
    var text: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      // A record ends at a multiple of its size, so that none leaves the 64 KiB of an upper half.
      let count = Self.recordByteCount - Int(next % UInt64(Self.recordByteCount))
      text += record(rest.prefix(count))
      next &+= UInt64(min(count, rest.count))
      rest = rest.dropFirst(count)
    }
    return text
  }

  /// What the file ends with.
  public var tail: [UInt8] {
    switch format {
    case .binary, .verilog: []
    case .intelHex: Self.line(":00000001FF")
    case .sRecord:
      Self.line(
        Self.sRecord(["9", "8", "7"][addressByteCount - 2], Self.bytes(of: 0, addressByteCount)))
    }
  }

  private mutating func record(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    switch format {
    case .binary: return Array(bytes)
    case .verilog: return Self.line(bytes.map { Self.digits([$0]) }.joined(separator: " "))
    case .sRecord:
      let kind = ["1", "2", "3"][addressByteCount - 2]
      return Self.line(Self.sRecord(kind, Self.bytes(of: next, addressByteCount) + bytes))
    case .intelHex:
      var text: [UInt8] = []
      if next >> 16 != upper {
        upper = next >> 16
        text += Self.line(Self.intelRecord(4, at: 0, Self.bytes(of: upper, 2)))
      }
      return text + Self.line(Self.intelRecord(0, at: next & 0xffff, Array(bytes)))
    }
  }

  /// The fewest bytes of an S-record's address that all addresses fit.
  private var addressByteCount: Int {
    range.last >> 16 == 0 ? 2 : range.last >> 24 == 0 ? 3 : 4
  }

  private static func intelRecord(_ kind: UInt8, at address: UInt64, _ data: [UInt8]) -> String {
    let bytes = [UInt8(data.count)] + bytes(of: address, 2) + [kind] + data
    return ":" + digits(bytes + [0 &- bytes.reduce(0, &+)])
  }

  private static func sRecord(_ kind: String, _ data: [UInt8]) -> String {
    let bytes = [UInt8(data.count + 1)] + data
    return "S" + kind + digits(bytes + [~bytes.reduce(0, &+)])
  }

  private static func bytes(of value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
  }

  private static func digits(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Binutils ends lines in this way on every system.
  private static func line(_ text: String) -> [UInt8] { Array((text + "\r\n").utf8) }
}
