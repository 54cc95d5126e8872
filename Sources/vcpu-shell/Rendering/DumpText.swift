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
    parts.map { part in
      let count =
        part.writtenByteCount == part.byteCount
        ? "\(part.byteCount)" : "\(part.writtenByteCount) of \(part.byteCount)"
      return Line("restored \(count) \(part.byteCount == 1 ? "byte" : "bytes") of \(path) to ")
        + Line.spaced(part.address, space)
    }
  }
}
