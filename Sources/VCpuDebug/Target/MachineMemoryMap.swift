/// Where a machine has memory and devices, according to its emulator: QEMU's `info mtree -f`.
public struct MachineMemoryMap: Equatable, Sendable {
  /// What is at each physical address, as QEMU lists it.
  let regions: [MachineRegion]
  /// Memory: RAM, ROM and flash. In address order, without overlaps.
  public let memory: [Range<UInt64>]
  /// Where the registers of devices are, and windows to them. In address order, without overlaps.
  public let devices: [Range<UInt64>]

  private let ram: [Range<UInt64>]
  private let whole: [Range<UInt64>]

  /// The map in the answer to `info mtree -f`; nil if that doesn't list memory.
  public init?(flatMemory text: String) {
    guard let regions = MachineRegion.regions(ofFlatMemory: text) else { return nil }
    self.regions = regions
    memory = Self.merged(regions.filter(\.isMemory).map(\.range))
    devices = Self.merged(regions.filter { !$0.isMemory }.map(\.range))
    ram = Self.merged(regions.filter(\.isRAM).map(\.range))
    whole = Self.merged(regions.map(\.range))
    guard !memory.isEmpty else { return nil }
  }

  private static func merged(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
    var merged: [Range<UInt64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  /// Whether all of a range is memory, not a device's.
  func isMemory(_ address: UInt64, byteCount: Int) -> Bool {
    Self.contains(address, byteCount, memory)
  }

  /// Whether all of a range is RAM.
  func isWritable(_ address: UInt64, byteCount: Int) -> Bool {
    Self.contains(address, byteCount, ram)
  }

  /// How far the first byte without memory or a device is from the start of a range; nil if there is none.
  func firstEmptyOffset(_ address: UInt64, byteCount: Int) -> Int? {
    var offset = 0
    while offset < byteCount {
      let (next, overflow) = address.addingReportingOverflow(UInt64(offset))
      guard !overflow, let range = whole.first(where: { $0.contains(next) }) else { return offset }
      offset += Int(clamping: range.upperBound - next)
    }
    return nil
  }

  /// Whether there is neither memory nor a device at an address.
  func isEmpty(at address: UInt64) -> Bool {
    !Self.contains(address, 1, memory) && !Self.contains(address, 1, devices)
  }

  private static func contains(_ address: UInt64, _ byteCount: Int, _ ranges: [Range<UInt64>])
    -> Bool
  {
    let (end, overflow) = address.addingReportingOverflow(UInt64(max(byteCount, 1)))
    return !overflow && ranges.contains { $0.lowerBound <= address && end <= $0.upperBound }
  }
}
