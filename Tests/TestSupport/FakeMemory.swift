import ArmVCpu

/// Memory in three views: physical, from EL2 (RAM at its own addresses), and from a guest whose stage 1 is off.
package struct FakeMemory: TableMemory, Equatable {
  /// The view.
  package enum Regime {
    case physical, hypervisor, guest
  }

  /// Where there is RAM.
  package static let ram: Range<UInt64> = 0x4000_0000..<0x4500_0000
  /// The root of the guest's stage 2 tables, for VTTBR_EL2.
  package static let stage2Root: UInt64 = 0x4400_0000

  private var pages: [UInt64: [UInt8]] = [:]
  private var nextTable = stage2Root + 4096
  /// The guest's pages and their addresses, kept separately from the tables in memory.
  private var guestPages: [UInt64: UInt64] = [:]

  package init() {}

  /// Maps guest memory, in the tables and for the guest's own accesses.
  package mutating func mapGuest(_ input: UInt64, to output: UInt64, byteCount: UInt64) {
    do {
      try Stage2.map(
        IntermediatePhysicalAddress(input), to: PhysicalAddress(output), byteCount: byteCount,
        as: .normal, root: PhysicalAddress(Self.stage2Root), in: &self)
    } catch {
      preconditionFailure("a wrong mapping in a test: \(error)")
    }
    for offset in stride(from: 0, to: byteCount, by: 4096) {
      guestPages[input + offset] = output + offset
    }
  }

  /// The bytes at an address; nil if some are unmapped. Physical addresses without memory read zero (quirk 23).
  package func read(_ address: UInt64, byteCount: Int, _ regime: Regime) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    while bytes.count < byteCount {
      let start = address &+ UInt64(bytes.count)
      guard let place = physical(start, regime) else { return nil }
      let offset = Int(place & 0xfff)
      let count = min(byteCount - bytes.count, 4096 - offset)
      if let page = pages[place & ~0xfff] {
        bytes += page[offset..<offset + count]
      } else {
        bytes += repeatElement(0, count: count)
      }
    }
    return bytes
  }

  /// Writes bytes, all or none, and returns whether it did.
  package mutating func write(_ bytes: [UInt8], at address: UInt64, _ regime: Regime) -> Bool {
    var parts: [(place: UInt64, range: Range<Int>)] = []
    var done = 0
    while done < bytes.count {
      guard let place = physical(address &+ UInt64(done), regime) else { return false }
      let count = min(bytes.count - done, 4096 - Int(place & 0xfff))
      parts.append((place, done..<done + count))
      done += count
    }
    for (place, range) in parts where Self.ram.contains(place) {
      let offset = Int(place & 0xfff)
      pages[place & ~0xfff, default: [UInt8](repeating: 0, count: 4096)]
        .replaceSubrange(offset..<offset + range.count, with: bytes[range])
    }
    return true
  }

  /// Puts a word where there is no RAM, like a device's register: it can be read physically, but not written.
  package mutating func setDeviceWord(_ value: UInt32, at address: UInt64) {
    let bytes = littleEndian(UInt64(value)).prefix(4)
    let start = Int(address & 0xfff)
    pages[address & ~0xfff, default: [UInt8](repeating: 0, count: 4096)]
      .replaceSubrange(start..<start + 4, with: bytes)
  }

  private func physical(_ address: UInt64, _ regime: Regime) -> UInt64? {
    switch regime {
    case .physical: address
    case .hypervisor: Self.ram.contains(address) ? address : nil
    case .guest: guestPages[address & ~0xfff].map { $0 | address & 0xfff }
    }
  }

  // MARK: Tables

  package func descriptor(at address: PhysicalAddress) -> UInt64? {
    read(address.rawValue, byteCount: 8, .physical)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  package mutating func setDescriptor(_ value: UInt64, at address: PhysicalAddress) {
    _ = write(littleEndian(value), at: address.rawValue, .physical)
  }

  package mutating func allocateTable() -> PhysicalAddress? {
    defer { nextTable += 4096 }
    return PhysicalAddress(nextTable)
  }
}

/// The eight bytes of a doubleword.
package func littleEndian(_ value: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
