/// Where a machine has its interrupt controller, according to its emulator: `info mtree` in QEMU's monitor lists each
/// memory region with its device.
struct ControllerMap: Equatable, Sendable {
  /// The address of the distributor, and the version of its controller.
  enum Distributor: Equatable, Sendable {
    case v2(UInt64)
    case v3(UInt64)
  }

  /// The distributor.
  var distributor: Distributor
  /// GICv3's regions of redistributors, in their order; GICv2's CPU interface.
  var regions: [Range<UInt64>]
  /// Where GICv2 has the hypervisor's side of the guest's interface; nil if it has none.
  var virtualInterface: UInt64?

  /// The controller in the answer to `info mtree`; nil if that doesn't list one.
  ///
  ///     0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
  ///     00000000080a0000-00000000080dffff (prio 0, i/o): gicv3_redist_region[0]
  init?(memoryTree text: String) {
    var found: Distributor?
    var regions: [(name: String, range: Range<UInt64>)] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let region = MachineRegion(treeLine: line) else { continue }
      let (range, name) = (region.range, region.name)
      switch name {
      // The same region is listed in each address space that has it.
      case "gicv3_dist": found = found ?? .v3(range.lowerBound)
      case "gic_dist": found = found ?? .v2(range.lowerBound)
      case "gic_viface": virtualInterface = range.lowerBound
      case _ where name == "gic_cpu" || name.hasPrefix("gicv3_redist_region["):
        if !regions.contains(where: { $0.name == name }) { regions.append((name, range)) }
      default: break
      }
    }
    guard let found, !regions.isEmpty else { return nil }
    distributor = found
    self.regions = regions.sorted { $0.range.lowerBound < $1.range.lowerBound }.map(\.range)
  }
}
