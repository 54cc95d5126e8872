extension Line {
  /// `0x40200344 <store32+4>`, `pa:0x41200344`, `guest[vcpu 1]:0x40200344`: the virtual addresses of the guest and of
  /// EL2 are shown without their space.
  static func address(_ address: Hex, _ symbol: String?, in space: String) -> Line {
    let prefix = ["hv", "guest", ""].contains(space) ? "" : "\(space):"
    return Line("\(prefix)\(address)", .address)
      + (symbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }

  /// `guest:0x40200344`: with its space in any case.
  static func spaced(_ address: Hex, _ space: String) -> Line {
    Line("\(space.isEmpty ? "" : "\(space):")\(address)", .address)
  }
}
