internal import ArmVCpu

extension SessionWalks {
  /// The virtual addresses that lead to memory by the tables of the selected CPU: its guest's, and for a physical
  /// address EL2's as well.
  ///
  /// - Throws: as `mappings(of:)` does.
  func places(
    leadingTo address: UInt64, byteCount: Int, in space: AddressSpace
  ) throws -> [Watchpoint.Place] {
    let input = Input(first: address, last: address &+ UInt64(byteCount - 1), output: address)
    switch space.kind {
    case .intermediatePhysical: return try guestPlaces([input], of: space.owner)
    case .physical:
      var places = try inputs(to: [input], by: .hypervisor).map { Self.place(.hypervisor, $0) }
      do {
        let intermediate = try inputs(to: [input], by: .stage2)
        if !intermediate.isEmpty { places += try guestPlaces(intermediate, of: nil) }
      } catch DebugError.cannotWalk {
        // No guest is on the CPU.
      }
      return places
    case .hypervisor, .guest, .program, .plain: return []
    }
  }

  /// Addresses that lead to memory, and where in the memory the first one leads.
  private struct Input {
    var first: UInt64
    var last: UInt64
    var output: UInt64
  }

  private func guestPlaces(
    _ inputs: [Input], of owner: AddressSpace.Owner?
  ) throws -> [Watchpoint.Place] {
    let space = AddressSpace(.guest, of: owner)
    return try self.inputs(to: inputs, by: .stage1).map { Self.place(space, $0) }
  }

  private static func place(_ space: AddressSpace, _ input: Input) -> Watchpoint.Place {
    Watchpoint.Place(
      space: space, address: input.first, byteCount: Int(input.last - input.first) + 1,
      output: input.output)
  }

  /// The addresses that a stage leads to ranges of its output.
  private func inputs(to ranges: [Input], by stage: MappedStage) throws -> [Input] {
    var inputs: [Input] = []
    var isOff = false
    for mappings in try mappings(of: stage) {
      if mappings.listing.obstacle == .off { isOff = true }
      for mapping in mappings.mappings {
        let last = mapping.output &+ (mapping.byteCount - 1)
        for range in ranges where mapping.output <= range.last && range.first <= last {
          let first = max(mapping.output, range.first)
          let start = mapping.start &+ (first - mapping.output)
          inputs.append(
            Input(
              first: start, last: start &+ (min(last, range.last) - first),
              output: range.output &+ (first - range.first)))
        }
      }
    }
    // Without tables an address leads to the same address.
    return isOff && inputs.isEmpty ? ranges : inputs
  }
}
