/// Memory with stacks, read a page at a time and kept: most frames are on the same pages.
final class StackMemory {
  private let readBytes: (UInt64, Int) throws -> [UInt8]
  private var pages: [UInt64: [UInt8]?] = [:]

  private static let pageByteCount: UInt64 = 4096
  /// More pages than a sane stack is read from: a broken one may lead anywhere.
  private static let pageLimit = 1024

  /// - Parameter read: reads exactly so many bytes, or throws.
  init(read: @escaping (UInt64, Int) throws -> [UInt8]) { readBytes = read }

  /// Reads bytes.
  ///
  /// - Throws: `StackUnreadable` with the first address that can't be read, and errors of the target other than that
  ///   there is no memory.
  func bytes(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    guard byteCount > 0, byteCount <= 4096, address <= .max - UInt64(byteCount) else {
      throw StackUnreadable(address: address)
    }
    var found: [UInt8] = []
    var next = address
    while found.count < byteCount {
      let base = next & ~(Self.pageByteCount - 1)
      let offset = Int(next - base)
      let count = min(byteCount - found.count, Int(Self.pageByteCount) - offset)
      if let page = page(at: base) {
        found += page[offset..<offset + count]
      } else {
        // A part of a page may be memory.
        guard let bytes = try? readBytes(next, count), bytes.count == count else {
          throw StackUnreadable(address: next)
        }
        found += bytes
      }
      next += UInt64(count)
    }
    return found
  }

  private func page(at base: UInt64) -> [UInt8]? {
    if let known = pages[base] { return known }
    guard pages.count < Self.pageLimit else { return nil }
    let count = Int(Self.pageByteCount)
    let bytes = try? readBytes(base, count)
    let page = bytes?.count == count ? bytes : nil
    pages.updateValue(page, forKey: base)
    return page
  }
}

/// There is no memory at an address that a stack leads to.
struct StackUnreadable: Error, Equatable {
  let address: UInt64
}
