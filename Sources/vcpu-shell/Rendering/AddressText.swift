extension Line {
  /// `0x40200344 <store32+4>`, `pa:0x41200344`: a virtual address is shown without its space.
  static func address(_ address: Hex, _ symbol: String?, in space: String) -> Line {
    let prefix = ["ipa", "pa"].contains(space) ? "\(space):" : ""
    return Line("\(prefix)\(address)", .address)
      + (symbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }

  /// `guest:0x40200344`: with its space in any case.
  static func spaced(_ address: Hex, _ space: String) -> Line {
    Line("\(space.isEmpty ? "" : "\(space):")\(address)", .address)
  }
}
