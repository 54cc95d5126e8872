internal import ArmVCpu

extension SessionWalks {
  /// The virtual addresses that lead to memory by the tables of the selected CPU: its guest's, and for a physical
  /// address EL2's as well.
  ///
  /// - Throws: as `mappings(of:)` does.
  func places(
    leadingTo address: UInt64, byteCount: Int, in space: AddressSpace
  ) throws -> [Watchpoint.Place] {
    let range = address...(address &+ UInt64(byteCount - 1))
    switch space.kind {
    case .intermediatePhysical: return try guestPlaces([range])
    case .physical:
      var places = try inputs(to: [range], by: .hypervisor).map { Self.place(.hypervisor, $0) }
      let intermediate = try inputs(to: [range], by: .stage2)
      if !intermediate.isEmpty { places += try guestPlaces(intermediate) }
      return places
    case .hypervisor, .guest, .program, .plain: return []
    }
  }

  private func guestPlaces(_ ranges: [ClosedRange<UInt64>]) throws -> [Watchpoint.Place] {
    try inputs(to: ranges, by: .stage1).map { Self.place(.guest, $0) }
  }

  private static func place(
    _ space: AddressSpace, _ range: ClosedRange<UInt64>
  ) -> Watchpoint.Place {
    Watchpoint.Place(
      space: space, address: range.lowerBound,
      byteCount: Int(range.upperBound - range.lowerBound) + 1)
  }

  /// The addresses that a stage leads to ranges of its output.
  private func inputs(
    to ranges: [ClosedRange<UInt64>], by stage: MappedStage
  ) throws -> [ClosedRange<UInt64>] {
    var inputs: [ClosedRange<UInt64>] = []
    var isOff = false
    for mappings in try mappings(of: stage) {
      if mappings.listing.obstacle == .off { isOff = true }
      for mapping in mappings.mappings {
        let last = mapping.output &+ (mapping.byteCount - 1)
        for range in ranges where mapping.output <= range.upperBound && range.lowerBound <= last {
          let first = max(mapping.output, range.lowerBound)
          let start = mapping.start &+ (first - mapping.output)
          inputs.append(start...(start &+ (min(last, range.upperBound) - first)))
        }
      }
    }
    // Without tables an address leads to the same address.
    return isOff && inputs.isEmpty ? ranges : inputs
  }
}
