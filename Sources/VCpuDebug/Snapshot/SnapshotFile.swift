internal import CZlib

/// The container of a snapshot: a description and the memory, each compressed. `docs/snapshot-format.md` has its bytes.
///
/// It may come from an untrusted source. Each length is checked against the available data before anything is
/// allocated, and a file with a wrong checksum isn't parsed.
struct SnapshotFile: Equatable {
  /// The JSON of `SnapshotContents`.
  var description: [UInt8]
  /// The bytes of its ranges of memory, in order.
  var memory: [UInt8]

  /// The version of the format.
  static let version: UInt32 = 1
  /// How large a description may be.
  static let descriptionLimit = 16 << 20
  /// How much memory a snapshot may hold.
  static let memoryLimit = 256 << 20

  private static let magic = Array("vcpusnap".utf8)
  private static let headByteCount = 48
  private static let checksumByteCount = 4
  /// The most bytes that one byte of deflate's output can stand for: 258 for two bits. (RFC 1951,
  /// 3.2.5.)
  private static let greatestRatio = 1032

  init(description: [UInt8], memory: [UInt8]) {
    self.description = description
    self.memory = memory
  }

  /// The file with this content.
  func bytes() throws(SnapshotError) -> [UInt8] {
    try Self.require(description.count, Self.descriptionLimit, "the description")
    try Self.require(memory.count, Self.memoryLimit, "the memory")
    let parts = [try Self.compressed(description), try Self.compressed(memory)]
    let lengths = [parts[0].count, description.count, parts[1].count, memory.count]
    var bytes =
      Self.magic + Self.littleEndian(UInt64(Self.version), byteCount: 4)
      + Self.littleEndian(UInt64(Self.headByteCount), byteCount: 4)
    for length in lengths { bytes += Self.littleEndian(UInt64(length), byteCount: 8) }
    for part in parts { bytes += part }
    return bytes
      + Self.littleEndian(UInt64(Self.checksum(bytes[...])), byteCount: Self.checksumByteCount)
  }

  /// The content of a file.
  init(_ bytes: [UInt8]) throws(SnapshotError) {
    guard bytes.starts(with: Self.magic) else { throw .notSnapshot }
    guard bytes.count >= Self.headByteCount else { throw .damaged("its header is cut off") }
    func number(_ offset: Int, _ byteCount: Int) -> UInt64 {
      bytes[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    let version = UInt32(truncatingIfNeeded: number(8, 4))
    guard version == Self.version else { throw .unknownVersion(version) }
    guard number(12, 4) == Self.headByteCount else {
      throw .damaged("its header has the wrong size")
    }
    let lengths = stride(from: 16, to: Self.headByteCount, by: 8).map { number($0, 8) }
    var lengthLeft = UInt64(bytes.count - Self.headByteCount)
    for length in [lengths[0], lengths[2], UInt64(Self.checksumByteCount)] {
      guard length <= lengthLeft else { throw .damaged("its content is cut off") }
      lengthLeft -= length
    }
    guard lengthLeft == 0 else { throw .damaged("there is data after its end") }
    let end = bytes.count - Self.checksumByteCount
    guard number(end, Self.checksumByteCount) == UInt64(Self.checksum(bytes[..<end])) else {
      throw .damaged("its checksum is wrong")
    }
    // The lengths fit the file, so they fit an Int.
    let middle = Self.headByteCount + Int(lengths[0])
    description = try Self.content(
      bytes[Self.headByteCount..<middle], lengths[1], limit: Self.descriptionLimit,
      "the description")
    memory = try Self.content(
      bytes[middle..<end], lengths[3], limit: Self.memoryLimit, "the memory")
  }

  // MARK: Compression

  private static func require(
    _ byteCount: Int, _ limit: Int, _ what: String
  ) throws(SnapshotError) {
    guard byteCount <= limit else { throw .tooLarge(what, limit: limit) }
  }

  private static func compressed(_ bytes: [UInt8]) throws(SnapshotError) -> [UInt8] {
    let bound = Int(compressBound(UInt(bytes.count)))
    var status = Z_OK
    let result = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      var byteCount = UInt(bound)
      // The buffer has the size that zlib requires.
      status = unsafe bytes.withUnsafeBufferPointer { input in
        unsafe compress2(
          buffer.baseAddress, &byteCount, input.baseAddress, UInt(input.count),
          Z_DEFAULT_COMPRESSION)
      }
      count = status == Z_OK ? Int(byteCount) : 0
    }
    guard status == Z_OK else { throw .damaged("zlib's error \(status)") }
    return result
  }

  /// The contents of a compressed part, which must have the given length.
  private static func content(
    _ part: ArraySlice<UInt8>, _ stated: UInt64, limit: Int, _ what: String
  ) throws(SnapshotError) -> [UInt8] {
    guard let byteCount = Int(exactly: stated), byteCount <= limit else {
      throw .tooLarge(what, limit: limit)
    }
    // Memory is allocated only for a length that is possible.
    guard byteCount <= part.count * greatestRatio else {
      throw .damaged("\(what) cannot be as long as its header says")
    }
    var status = Z_OK
    var isWhole = false
    // zlib needs room even for an empty result.
    let room = max(byteCount, 1)
    let result = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      var produced = UInt(byteCount)
      var consumed = UInt(part.count)
      // zlib doesn't write more than the given room.
      status = unsafe part.withUnsafeBufferPointer { input in
        unsafe uncompress2(buffer.baseAddress, &produced, input.baseAddress, &consumed)
      }
      isWhole = status == Z_OK && produced == byteCount && consumed == part.count
      count = isWhole ? byteCount : 0
    }
    guard isWhole else { throw .damaged("\(what) cannot be decompressed") }
    return result
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: unsafe crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }

  private static func littleEndian(_ value: UInt64, byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
