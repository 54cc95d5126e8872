internal import ArmVCpu

/// A kernel at a stop: its addresses, and its names.
struct KernelView {
  let kernel: LinuxKernel
  /// The modules with its names.
  let names: [Module]
  /// Where the page with `vectors` is, in the kernel's addresses and in its bytes.
  let anchor: (address: UInt64, offset: Int)
  /// Reads memory at addresses of the kernel; nil where there is none.
  let read: KernelLog.Read

  /// The address of a name.
  func address(of name: String) -> UInt64? {
    for module in names {
      if let address = module.address(of: name) { return address }
    }
    return nil
  }

  /// Where an address is in the kernel's bytes.
  func offset(of address: UInt64) -> Int {
    anchor.offset &+ Int(truncatingIfNeeded: address &- anchor.address)
  }

  /// The address of a byte of the kernel.
  func address(at offset: Int) -> UInt64 {
    anchor.address &+ UInt64(bitPattern: Int64(offset &- anchor.offset))
  }

  /// The code of a function, up to some limit.
  func code(of name: String) throws -> KernelCode? {
    for module in names {
      guard let address = module.address(of: name), address % 4 == 0,
        let end = module.extent(around: address)?.end, end > address
      else { continue }
      let byteCount = Int(min(end - address, Self.codeByteLimit))
      return try read(address, byteCount).map { KernelCode($0, at: address) }
    }
    return nil
  }

  private static let codeByteLimit: UInt64 = 4096
}

extension LinuxKernels {
  /// What was found out about a kernel besides its names.
  struct Details {
    /// Where its kallsyms' tokens are in its bytes.
    var tables: Int?
    /// Its types; a kernel without any is noted, too.
    var types: BTF??
    /// Where its log is.
    var log: LogPlace?

    /// A log's structure, or a pointer to it.
    struct LogPlace {
      var address: UInt64
      var isPointer: Bool
    }
  }

  /// The kernel whose addresses a space has, as it can be read now.
  ///
  /// - Throws: `Failure`, and what reading the target throws.
  func view(
    of space: AddressSpace, check: () throws -> Void
  ) throws -> (key: Key, view: KernelView) {
    let (key, kernel) = try find(in: space, isRequested: true)
    var names = (modules.of(space)?.modules ?? []).filter {
      $0.file != nil && $0.address(of: "vectors") != nil
    }
    if names.isEmpty { names = [try module(in: space, check: check)] }
    guard let vectors = names[0].address(of: "vectors") else { throw Failure.noTable }
    let page = vectors & ~0xfff
    for (translation, read) in try readers(space) {
      // The current EL with SP_ELx, synchronous. (Arm ARM DDI 0487, D1.3.1.)
      guard let code = try read(vectors &+ 0x200, 12), LinuxKernel.isLinuxVector(code),
        let place = try? place(of: page, in: space, by: translation).address
      else { continue }
      let offset = Int(truncatingIfNeeded: place &- kernel.start)
      return (
        key,
        KernelView(kernel: kernel, names: names, anchor: (page, offset), read: Self.cached(read))
      )
    }
    throw Failure.notFound(
      "the kernel's memory can't be read now: 'vectors' is at none of the addresses that are mapped"
    )
  }

  /// Ways to read a kernel's addresses. While a program runs that the kernel hides from (KPTI), TTBR1_EL1 has tables
  /// with no more than an entry to it, and the kernel's own are one to three pages further on, depending on its version
  /// (`TRAMP_SWAPPER_OFFSET` in arch/arm64/kernel/entry.S).
  private func readers(
    _ space: AddressSpace
  ) throws -> [(translation: AddressTranslation?, read: KernelLog.Read)] {
    var readers: [(translation: AddressTranslation?, read: KernelLog.Read)] = [
      (nil, { [self] in try read(space, $0, byteCount: $1) })
    ]
    guard space.kind == .guest else { return readers }
    let own = try memory.translations.translation(of: space)
    for distance: UInt64 in [1, 2, 3, 4, 8, 12, 16, 32, 48] {
      var translation = own
      translation.stage1?.ttbr1 &+= distance << 12
      let read: KernelLog.Read = { [memory, translation] address, byteCount in
        let pieces = MemoryPiece.pieces(of: address, byteCount: byteCount)
        let walks = try memory.walks(of: pieces.map(\.address), by: translation)
        let outputs = walks.compactMap(\.output)
        guard outputs.count == pieces.count else { return nil }
        let bytes = try memory.readPhysical(
          zip(outputs, pieces).map { ($0, $1.byteCount) }
        ).compactMap { $0 }
        return bytes.count == pieces.count ? bytes.flatMap { $0 } : nil
      }
      readers.append((translation, read))
    }
    return readers
  }

  /// Reads small structures by the page, each once.
  private static func cached(_ read: @escaping KernelLog.Read) -> KernelLog.Read {
    var pages: [UInt64: [UInt8]?] = [:]
    return { address, byteCount in
      let page = address & ~0xfff
      let start = Int(address - page)
      guard byteCount > 0, start + byteCount <= 4096, pages.count < 1024 else {
        return try read(address, byteCount)
      }
      let bytes: [UInt8]?
      if let known = pages[page] {
        bytes = known
      } else {
        bytes = try read(page, 4096)
        pages[page] = .some(bytes)
      }
      return bytes.map { Array($0[start..<start + byteCount]) }
    }
  }
}

/// A part of a range within one page.
private struct MemoryPiece {
  var address: UInt64
  var byteCount: Int

  static func pieces(of address: UInt64, byteCount: Int) -> [MemoryPiece] {
    var pieces: [MemoryPiece] = []
    var done = 0
    while done < byteCount {
      let place = address &+ UInt64(done)
      let count = min(byteCount - done, 4096 - Int(place & 0xfff))
      pieces.append(MemoryPiece(address: place, byteCount: count))
      done += count
    }
    return pieces
  }
}
