@testable import VCpuDebug

/// Physical memory for translation tables, and a builder of them that is written apart from the walker: by the
/// pictures of the manual, from a virtual address down.
final class TableMemoryFixture {
  /// Bytes by their page of 4 KiB; elsewhere there is no memory.
  private var pages: [UInt64: [UInt8]] = [:]
  /// The next free table, aligned to 64 KiB.
  private var nextTable: UInt64
  /// What was asked for: addresses of one call together.
  private(set) var calls: [[UInt64]] = []
  let isBigEndian: Bool

  init(tablesAt address: UInt64 = 0x4100_0000, isBigEndian: Bool = false) {
    nextTable = address
    self.isBigEndian = isBigEndian
  }

  /// A zeroed table.
  func makeTable(byteCount: UInt64 = 0x10000) -> UInt64 {
    let table = nextTable
    for page in stride(from: table, to: table + byteCount, by: 4096) {
      pages[page] = [UInt8](repeating: 0, count: 4096)
    }
    nextTable += max(byteCount, 0x10000)
    return table
  }

  subscript(address: UInt64) -> UInt64 {
    get {
      let bytes = bytes(at: address, count: 8)!
      let shown = isBigEndian ? Array(bytes) : bytes.reversed()
      return shown.reduce(0) { $0 << 8 | UInt64($1) }
    }
    set {
      for index in 0..<8 {
        let shift = 8 * UInt64(isBigEndian ? 7 - index : index)
        let byte = address + UInt64(index)
        pages[byte & ~4095, default: [UInt8](repeating: 0, count: 4096)][Int(byte & 4095)] = UInt8(
          truncatingIfNeeded: newValue >> shift)
      }
    }
  }

  func bytes(at address: UInt64, count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var next = address
    while bytes.count < count {
      guard let page = pages[next & ~4095] else { return nil }
      let offset = Int(next & 4095)
      let part = min(count - bytes.count, 4096 - offset)
      bytes += page[offset..<offset + part]
      next = (next & ~4095) &+ 4096
    }
    return bytes
  }

  var read: BatchRead {
    { wanted in
      self.calls.append(wanted.map(\.address))
      return wanted.map { self.bytes(at: $0.address, count: $0.byteCount) }
    }
  }

  /// How a table of the tree is indexed: the low bit and the number of bits for each level, from the first to
  /// the last.
  typealias Levels = [(low: Int, count: Int)]

  /// Maps one block or page: `levels` are those down to it, `leaf` its whole descriptor.
  func map(
    _ virtual: UInt64, root: UInt64, levels: Levels, leaf: UInt64, tableAttributes: UInt64 = 0,
    table makeDescriptor: (UInt64) -> UInt64 = { $0 | 3 }
  ) {
    var table = root
    for (depth, level) in levels.enumerated() {
      let index = virtual >> UInt64(level.low) & (1 << UInt64(level.count) - 1)
      let entry = table + index * 8
      if depth == levels.count - 1 {
        self[entry] = leaf
      } else {
        if self[entry] == 0 { self[entry] = makeDescriptor(makeTable()) | tableAttributes }
        let next = self[entry]
        table = next & 0x0000_ffff_ffff_0000
      }
    }
  }
}
