/// Where a machine has memory and devices, according to its emulator: `info mtree` in QEMU's monitor lists each memory
/// region with its kind.
public struct MachineMemoryMap: Equatable, Sendable {
  /// Memory: RAM, ROM and flash. In address order, without overlaps.
  public let memory: [Range<UInt64>]
  /// Where the registers of devices are, and windows to them. In address order, without overlaps.
  public let devices: [Range<UInt64>]

  /// The map in the answer to `info mtree`; nil if that doesn't list memory.
  ///
  ///     address-space: memory
  ///       0000000000000000-ffffffffffffffff (prio 0, i/o): system
  ///         0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
  ///         0000000040000000-000000004fffffff (prio 0, ram): mach-virt.ram
  public init?(memoryTree text: String) {
    var memory: [Range<UInt64>] = []
    var devices: [Range<UInt64>] = []
    var isInMemory = false
    for line in text.split(whereSeparator: \.isNewline) {
      if !line.hasPrefix(" ") {
        isInMemory = line.hasPrefix("address-space: memory")
        continue
      }
      // The space's own region, which has two blanks before it, is where the others are.
      guard isInMemory, line.hasPrefix("   "), let (range, kind) = Self.region(line) else {
        continue
      }
      switch kind {
      case "ram", "rom", "romd", "nv-ram": memory.append(range)
      default: devices.append(range)
      }
    }
    guard !memory.isEmpty else { return nil }
    self.memory = Self.merged(memory)
    self.devices = Self.merged(devices)
  }

  private static func region(_ line: Substring) -> (Range<UInt64>, Substring)? {
    guard !line.hasSuffix("[disabled]"), let mark = line.firstRange(of: " (prio "),
      let close = line[mark.upperBound...].firstRange(of: "): "),
      let kind = line[mark.upperBound..<close.lowerBound].split(separator: " ").last
    else { return nil }
    let ends = line[..<mark.lowerBound].split(separator: "-").map {
      UInt64($0.drop { $0 == " " }, radix: 16)
    }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < .max
    else { return nil }
    return (first..<last + 1, kind)
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
