/// What a file has for memory.
public struct MemoryFileContents: Equatable, Sendable {
  /// Contiguous bytes, and the address of the first.
  public struct Segment: Equatable, Sendable {
    /// The address that the file gives; 0 in a binary file.
    public var address: UInt64
    /// At least one.
    public var bytes: [UInt8]
  }

  /// What is wrong with a file.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The number of the line, from 1; nil for the whole file.
    public let line: Int?
    /// What is wrong, as a sentence without a full stop.
    public let reason: String

    /// The line and the reason.
    public var description: String { (line.map { "line \($0): " } ?? "") + reason }
  }

  /// The format of the file.
  public let format: MemoryFileFormat
  /// In the order of the file.
  public private(set) var segments: [Segment] = []

  /// Reads a file.
  ///
  /// - Parameter isBinary: whether its bytes are the memory; otherwise it has records.
  /// - Throws: `Failure` if it can't be read, and for records that are damaged.
  public init(path: String, isBinary: Bool) throws(Failure) {
    let bytes = try FileBytes.read(path) { Failure(line: nil, reason: $0) }
    if isBinary { self.init(binary: bytes) } else { try self.init(records: bytes) }
  }

  /// A binary file.
  public init(binary bytes: [UInt8]) {
    format = .binary
    if !bytes.isEmpty { segments = [Segment(address: 0, bytes: bytes)] }
  }

  /// A file of records, of Intel's or of Motorola's, which its first character tells.
  ///
  /// - Throws: `Failure` for another file, and for one that is damaged.
  public init(records bytes: [UInt8]) throws(Failure) {
    switch bytes.first {
    case UInt8(ascii: ":"): format = .intelHex
    case UInt8(ascii: "S"): format = .sRecord
    default:
      throw Failure(
        line: nil,
        reason:
          "it has neither Intel's records nor S-records: if its bytes are the memory, it is 'binary'"
      )
    }
    var base: UInt64 = 0
    var hasEnded = false
    var number = 0
    for row in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let row = row.last == UInt8(ascii: "\r") ? row.dropLast() : row
      guard !row.isEmpty, !hasEnded else { continue }
      do throws(Reason) {
        hasEnded =
          format == .intelHex ? try addIntel(row, &base) : try addMotorola(row)
      } catch {
        throw Failure(line: number, reason: error.text)
      }
    }
    guard hasEnded else { throw Failure(line: nil, reason: "its last record is missing") }
  }

  private struct Reason: Error {
    let text: String

    static let badLength = Reason(text: "its length is wrong")
    static let badChecksum = Reason(text: "its checksum is wrong")
  }

  // MARK: Records

  /// Adds an Intel record; returns whether it is the last one.
  private mutating func addIntel(
    _ row: ArraySlice<UInt8>, _ base: inout UInt64
  ) throws(Reason) -> Bool {
    let bytes = try Self.bytes(of: row, after: UInt8(ascii: ":"))
    guard bytes.count >= 5, bytes.count == Int(bytes[0]) + 5 else { throw .badLength }
    guard bytes.reduce(0, &+) == 0 else { throw .badChecksum }
    let address = Self.number(bytes[1...2])
    let data = bytes[4..<bytes.count - 1]
    switch bytes[3] {
    case 0: add(data, at: base + address)
    case 1: return true
    case 2 where data.count == 2: base = Self.number(data) << 4
    case 4 where data.count == 2: base = Self.number(data) << 16
    // Where execution begins.
    case 3, 5: break
    default: throw Reason(text: "a record of type \(bytes[3]) can't have \(data.count) bytes")
    }
    return false
  }

  /// Adds an S-record; returns whether it is the last one.
  private mutating func addMotorola(_ row: ArraySlice<UInt8>) throws(Reason) -> Bool {
    guard let kind = row.dropFirst().first else { throw .badLength }
    let bytes = try Self.bytes(of: row.dropFirst(), after: kind)
    guard let first = bytes.first, bytes.count == Int(first) + 1 else { throw .badLength }
    guard bytes.reduce(0, &+) == 0xff else { throw .badChecksum }
    switch kind {
    case UInt8(ascii: "1")...UInt8(ascii: "3"):
      let width = Int(kind - UInt8(ascii: "0")) + 1
      guard bytes.count >= width + 2 else { throw .badLength }
      add(bytes[(width + 1)..<bytes.count - 1], at: Self.number(bytes[1...width]))
    case UInt8(ascii: "7")...UInt8(ascii: "9"): return true
    // The header, and how many records there are.
    case UInt8(ascii: "0"), UInt8(ascii: "5"), UInt8(ascii: "6"): break
    default: throw Reason(text: "this kind of S-record isn't known")
    }
    return false
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>, at address: UInt64) {
    guard !bytes.isEmpty else { return }
    if let last = segments.last, last.address + UInt64(last.bytes.count) == address {
      segments[segments.count - 1].bytes += bytes
    } else {
      segments.append(Segment(address: address, bytes: Array(bytes)))
    }
  }

  private static func bytes(
    of row: ArraySlice<UInt8>, after mark: UInt8
  ) throws(Reason) -> [UInt8] {
    guard row.first == mark else { throw Reason(text: "it is not a record") }
    let digits = row.dropFirst()
    guard digits.count % 2 == 0 else { throw .badLength }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
      guard let value = value(ofDigit: digit) else {
        throw Reason(text: "it has something else than hexadecimal digits")
      }
      if let half = high {
        bytes.append(half << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: Parts

  /// The parts of the segments from an address of the file up to, not including, another.
  public func segments(from start: UInt64, upTo end: UInt64?) -> [Segment] {
    segments.compactMap { segment in
      let skipped = start > segment.address ? start - segment.address : 0
      guard skipped < UInt64(segment.bytes.count) else { return nil }
      let kept = end.map { $0 > segment.address ? $0 - segment.address : 0 } ?? .max
      let bytes = segment.bytes.prefix(Int(clamping: kept)).dropFirst(Int(skipped))
      return bytes.isEmpty
        ? nil : Segment(address: segment.address + skipped, bytes: Array(bytes))
    }
  }
}
