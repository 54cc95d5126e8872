internal import Foundation

/// The header of an arm64 Linux kernel `Image` (Documentation/arm64/booting.rst, "Call the kernel image").
public struct KernelImage: Equatable, Sendable {
  /// Where the image begins, in bytes from a 2 MiB boundary.
  public let textOffset: UInt64
  /// The memory that it needs from its beginning: more than the file has, because of zeros.
  public let memoryByteCount: UInt64

  /// The length of the header.
  public static let headerByteCount = 64
  /// Images from before Linux 3.17 don't give their offset.
  private static let oldTextOffset: UInt64 = 0x8_0000

  /// Whether a file that begins with `bytes` is meant to be a kernel: an `Image`, whole or not, or one of the
  /// forms that the boot loader unpacks.
  public static func isKernel(_ bytes: some Sequence<UInt8>) -> Bool {
    let bytes = Array(bytes.prefix(headerByteCount))
    return bytes.hasImageMagic || bytes.isCompressed
  }

  /// Whether the file at `path` is meant to be a kernel. A file that can't be read isn't.
  public static func isKernel(at path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    return isKernel((try? file.read(upToCount: headerByteCount)) ?? Data())
  }

  /// Reads the header of a file.
  ///
  /// - Parameter path: its name in errors.
  public init(_ bytes: some Sequence<UInt8>, fileByteCount: Int, path: String) throws(LaunchError) {
    let bytes = Array(bytes.prefix(Self.headerByteCount))
    if bytes.isCompressed { throw .unusableKernel(path, reason: .compressed) }
    guard bytes.hasImageMagic else { throw .unusableKernel(path, reason: .noImage) }
    guard bytes.count == Self.headerByteCount else {
      throw .unusableKernel(path, reason: .truncated(byteCount: bytes.count))
    }
    let imageByteCount = bytes.number(at: 16)
    // Bit 0 of the flags; the others are the page size, which the CPU supports or not, and the placement.
    if bytes.number(at: 24) & 1 != 0 { throw .unusableKernel(path, reason: .bigEndian) }
    textOffset = imageByteCount == 0 ? Self.oldTextOffset : bytes.number(at: 8)
    memoryByteCount = max(imageByteCount, UInt64(fileByteCount))
    guard textOffset < 2 << 20, memoryByteCount <= 1 << 40 else {
      throw .unusableKernel(path, reason: .implausible)
    }
  }
}

/// Why a file can't be booted as a kernel.
public enum KernelProblem: Equatable, Sendable {
  /// It is not an arm64 `Image`.
  case noImage
  /// It ends within the header.
  case truncated(byteCount: Int)
  /// It is compressed.
  case compressed
  /// Its byte order isn't the machine's byte order at reset.
  case bigEndian
  /// Its header has numbers that no kernel has.
  case implausible

  /// A sentence without a full stop, about "it".
  var description: String {
    switch self {
    case .noImage: "it is not an arm64 Linux Image: there is no 'ARM\\x64' at byte 56"
    case .truncated(let byteCount):
      "it ends after \(byteCount) bytes, within the header of an arm64 Image"
    case .compressed: "it is compressed: unpack it into an arm64 Image first, such as with gunzip"
    case .bigEndian: "it is a big-endian kernel, but the vCPUs start little-endian"
    case .implausible: "the header of its arm64 Image is damaged"
    }
  }
}

extension [UInt8] {
  fileprivate var hasImageMagic: Bool {
    count >= 60 && self[56..<60].elementsEqual("ARM\u{64}".utf8)
  }

  /// gzip, or the EFI "zboot" wrapper.
  fileprivate var isCompressed: Bool {
    starts(with: [0x1f, 0x8b]) || starts(with: Array("MZ\0\0zimg".utf8))
  }

  fileprivate func number(at offset: Int) -> UInt64 {
    self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
