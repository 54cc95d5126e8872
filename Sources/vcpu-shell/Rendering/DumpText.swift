extension DumpAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let verb = isAppended ? "appended" : "dumped"
    let what = Line("\(verb) \(byteCount.value == 1 ? "1 byte" : "\(byteCount.value) bytes")")
    let place = start.map { Line(" of ") + Line.spaced($0, space ?? "") } ?? ""
    return [what + place + " to \(path)"]
  }
}

/// What went where.
extension RestoreAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    parts.flatMap { part in
      let count =
        part.writtenByteCount == part.byteCount
        ? "\(part.byteCount)" : "\(part.writtenByteCount) of \(part.byteCount)"
      let what = Line("restored \(count) \(part.byteCount == 1 ? "byte" : "bytes") of \(path) to ")
      guard let landed = part.landed, landed.count > 1 else {
        return [
          what + (part.landed?.first?.line(in: space) ?? Line.spaced(part.address, space))
        ]
      }
      let omitted = (part.landedCount ?? 0) - landed.count
      return [what + Line.spaced(part.address, space) + ":"]
        + landed.map { Line("  ") + $0.line(in: space, hasCount: true) }
        + (omitted > 0 ? [Line("  and \(omitted) more places")] : [])
    }
  }
}

extension Landing {
  /// `guest:0x40300000 -> ipa:0x40300000 -> pa:0x41300000, 4 bytes`.
  func line(in space: String, hasCount: Bool = false) -> Line {
    let owner = space.drop { $0 != "[" }
    let step = intermediate.map { Line("ipa\(owner):\($0)", .address) + " -> " } ?? Line("")
    let count = hasCount ? ", \(byteCount) \(byteCount == 1 ? "byte" : "bytes")" : ""
    return Line.spaced(address, space) + " -> " + step + Line("pa:\(physical)", .address)
      + Line(count)
  }
}
