extension CatchWayAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let head: Line =
      way.map { "exits are found by '\($0)': \(reason ?? "")" } ?? "exits cannot be found"
    return [head] + notes.map { Line("  " + $0) }
  }
}

extension HypervisorAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    catchWay.lines(detail) + ["EL2: \(name)"] + reasons.map { Line("  " + $0) }
      + registers.map(line) + vectors.map(line) + searchLines
  }

  private func line(_ register: Register) -> Line {
    let remark = register.remark.isEmpty ? "" : "  " + register.remark
    return register.name.padded(to: 12)
      + Line(hexadecimal(register.value.value, digits: 16)) + remark
  }

  private func line(_ vectors: Vectors) -> Line {
    "vectors     " + Line(hexadecimal(vectors.base.value, digits: 16), .address)
      + "  \(vectors.use)"
  }

  private var searchLines: [Line] {
    var lines: [Line] = []
    if search.writerCount > 0 {
      lines.append(
        "\(count(search.writerCount, "instruction")) that may set the vectors or turn the MMU on: watched"
      )
    }
    if search.retiredCount > 0 {
      lines.append(
        "\(count(search.retiredCount, "instruction")) that repeatedly set known vectors: not watched"
      )
    }
    if search.entryCount > 0 {
      lines.append("\(count(search.entryCount, "exception return")) that may enter a guest")
    }
    if search.isCutOff {
      lines.append("EL2 has more executable memory than was searched: vectors may be set unnoticed")
    }
    return lines
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)" + (number == 1 ? "" : "s")
  }
}
