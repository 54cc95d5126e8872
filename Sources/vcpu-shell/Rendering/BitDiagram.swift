internal import ArmVCpu

/// A register drawn as in the manual: 32 bits in a row of boxes, with the bits' numbers above and their values below
/// the names. Every bit is three columns wide, a row 97.
struct BitDiagram {
  let decoded: DecodedValue

  /// Adjacent bits of one half, and the name in their box.
  private struct Box {
    let high: Int
    let low: Int
    let name: String

    var bitCount: Int { high - low + 1 }
    /// The columns between the lines.
    var width: Int { bitCount * 3 - 1 }

    /// The name in lines of the box's width; a single bit's name is written vertically.
    var lines: [String] {
      let size = bitCount == 1 && name.count > width ? 1 : width
      var rest = name[...]
      var lines: [String] = []
      while !rest.isEmpty {
        lines.append(String(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      return lines
    }
  }

  var lines: [String] { half(63) + half(31) }

  private func half(_ top: Int) -> [String] {
    let boxes = boxes(top)
    let border = "+" + boxes.map { String(repeating: "-", count: $0.width) + "+" }.joined()
    let height = boxes.map(\.lines.count).max() ?? 0
    let names = (0..<height).map { line in
      "|"
        + boxes.map { centered(line < $0.lines.count ? $0.lines[line] : "", $0.width) + "|" }
        .joined()
    }
    let values =
      "|"
      + boxes.map { box in
        (0..<box.bitCount).map { " \(decoded.value >> UInt64(box.high - $0) & 1)" }
          .joined(separator: " ") + "|"
      }.joined()
    return [numbers(boxes), border] + names + [values, border]
  }

  /// The numbers of the highest and lowest bit above each box.
  private func numbers(_ boxes: [Box]) -> String {
    let line = boxes.map { box in
      let blank = String(repeating: " ", count: max(0, box.width - 4))
      return " " + number(box.high) + (box.bitCount == 1 ? "" : blank + number(box.low))
    }.joined()
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  private func number(_ bit: Int) -> String { bit < 10 ? " \(bit)" : "\(bit)" }

  /// The boxes of bits `top` to `top - 31`: the fields, and the gaps between them.
  private func boxes(_ top: Int) -> [Box] {
    var boxes: [Box] = []
    var next = top
    for field in decoded.boxes {
      let (high, low) = (min(Int(field.highBit), top), max(Int(field.lowBit), top - 31))
      guard high >= low else { continue }
      if next > high { boxes.append(Box(high: next, low: high + 1, name: "")) }
      boxes.append(Box(high: high, low: low, name: field.name.description))
      next = low - 1
    }
    if next >= top - 31 { boxes.append(Box(high: next, low: top - 31, name: "")) }
    return boxes
  }

  private func centered(_ text: String, _ width: Int) -> String {
    let left = (width - text.count) / 2
    return String(repeating: " ", count: left) + text.padded(to: width - left)
  }
}
