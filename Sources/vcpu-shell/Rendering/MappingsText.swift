/// Each register with the ranges that its tables map, then what was found.
extension MappingsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    tables.flatMap(lines) + (check.map(lines) ?? [])
  }

  private func lines(of tables: Tables) -> [Line] {
    let stage = stage == .s2 ? 2 : 1
    var head = "stage \(stage)" + (owner.map { " of \($0)" } ?? "") + ": \(tables.register)"
    if let vmid = tables.vmid { head += ", VMID \(vmid)" }
    if let asid = tables.asid { head += ", ASID \(asid)" }
    if let obstacle = tables.obstacle { return [Line("\(head): \(obstacle)")] }
    if let pageByteCount = tables.pageByteCount { head += ", \(pageByteCount >> 10) KiB pages" }
    if let inputBitWidth = tables.inputBitWidth { head += ", \(inputBitWidth) bits" }
    if let root = tables.root { head += ", tables at \(outputSpace):\(root)" }
    return [Line(head)] + rows(of: tables) + (unreached.map { [line($0, of: tables)] } ?? [])
      + [summary(of: tables)] + faults(of: tables)
  }

  private func rows(of tables: Tables) -> [Line] {
    guard !tables.ranges.isEmpty else { return [] }
    let digits = max(10, tables.ranges.map { Self.digits($0.last) }.max() ?? 0)
    let outputs = max(8, tables.ranges.map { Self.digits($0.output) }.max() ?? 0)
    let sizes = tables.ranges.map { byteSize($0.byteCount.value) }
    let sizeWidth = sizes.map(\.utf8.count).max() ?? 0
    let types = tables.ranges.map(\.memory.shortWords)
    let typeWidth = types.map(\.utf8.count).max() ?? 0
    return zip(tables.ranges, zip(sizes, types)).map { range, words in
      let place =
        hexadecimal(range.first.value, digits: digits) + "-"
        + hexadecimal(range.last.value, digits: digits)
      let margin = String(repeating: " ", count: sizeWidth - words.0.utf8.count)
      let output = "\(outputSpace):" + hexadecimal(range.output.value, digits: outputs)
      let flags = range.flags(hasASIDs: tables.asid != nil)
      let row = Line("  ") + Line(place, .address) + Line("  \(margin)\(words.0)  ")
      let rest = "  \(range.permissions.words(in: space))  "
      return row + Line(output, .address)
        + Line(rest + (flags.isEmpty ? words.1 : words.1.padded(to: typeWidth) + "  " + flags))
    }
  }

  private static func digits(_ number: Hex) -> Int {
    max(1, (67 - number.value.leadingZeroBitCount) / 4)
  }

  private static func count(_ number: Int, _ noun: String, _ nouns: String? = nil) -> String {
    "\(number) " + (number == 1 ? noun : nouns ?? noun + "s")
  }

  private func summary(of tables: Tables) -> Line {
    let all = Self.count(tables.rangeCount, "range")
    let shown =
      tables.ranges.count == tables.rangeCount || unreached != nil
      ? all : "\(tables.ranges.count) of \(all)"
    return Line(
      "  \(shown): \(Self.count(tables.entryCount, "entry", "entries")) in "
        + Self.count(tables.tableCount, "table"))
  }

  /// What stage 1 doesn't lead to.
  private func line(_ unreached: Unreached, of tables: Tables) -> Line {
    if unreached.isStage1Off { return "  stage 1 is off now: the guest reaches all of it" }
    let registers = unreached.registers.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    if let obstacle = unreached.obstacle {
      return Line("  not known", .error)
        + ": what the present tables of stage 1 reach (\(registers)): \(obstacle)"
    }
    guard unreached.byteCount.value > 0 else {
      return Line("  the present tables of stage 1 (\(registers)) reach all of it")
    }
    let size = byteSize(unreached.byteCount.value)
    return Line("  \(size) not reached by the present tables of stage 1 (\(registers))")
  }

  private func faults(of tables: Tables) -> [Line] {
    var lines: [Line] = []
    if let stoppedAt = tables.stoppedAt {
      lines.append(
        Line("  stopped", .error)
          + " after \(tables.tableCount) tables: nothing is known from \(space):\(stoppedAt) on")
    }
    // The check says where.
    guard check == nil else { return lines }
    if tables.tooWideCount > 0 {
      let entries = Self.count(tables.tooWideCount, "address", "addresses")
      lines.append("  \(entries) in entries too wide: '--check' lists them")
    }
    if tables.unreadableCount > 0 {
      let places = Self.count(tables.unreadableCount, "place")
      lines.append("  tables cannot be read in \(places): '--check' lists them")
    }
    return lines
  }

  private func lines(of check: Check) -> [Line] {
    var lines = check.findings.map { Line($0.kind.title, .error) + ": \($0.text)" }
    let omitted = check.findingCount - check.findings.count
    if omitted > 0 { lines.append("and \(omitted) more") }
    let done = check.checks.filter { $0.obstacle == nil && $0.findingCount == 0 }
    if !done.isEmpty {
      lines.append(Line("nothing found of: " + done.map(\.kind.title).joined(separator: ", ")))
    }
    return lines
      + check.checks.compactMap { item in
        item.obstacle.map { Line("not checked", .error) + ": \(item.kind.title): \($0)" }
      }
  }
}

extension MappingsAnswer.Range {
  /// What is out of the ordinary.
  fileprivate func flags(hasASIDs: Bool) -> String {
    var words: [String] = []
    if isContiguous { words.append("contiguous") }
    if !isAccessed { words.append("not accessed") }
    if hasASIDs, !isGlobal { words.append("nG") }
    return words.joined(separator: ", ")
  }
}

extension MappingsAnswer.Kind {
  fileprivate var title: String {
    switch self {
    case .hypervisorImage: "hypervisor's memory"
    case .hypervisorTables: "EL2's tables"
    case .stage2Tables: "stage 2's own tables"
    case .sharedMemory: "memory of two VMs"
    case .writableExecutable: "writable and executable"
    case .cachedDevice: "cached device"
    case .deviceRAM: "RAM as a device"
    case .tooWide: "address too wide"
    case .unreadable: "unreadable table"
    }
  }
}

extension WalkAnswer.Memory {
  /// `normal wb ish`: the cacheability of the inner and, if it is another, of the outer caches; the shareability.
  var shortWords: String {
    guard let inner, let outer else { return type }
    func short(_ cacheability: String) -> String {
      switch cacheability {
      case "write-back": "wb"
      case "write-through": "wt"
      default: "nc"
      }
    }
    let caches = inner == outer ? short(inner) : "\(short(inner))/\(short(outer))"
    let share =
      switch shareability {
      case "inner shareable": "ish"
      case "outer shareable": "osh"
      default: "nsh"
      }
    return "\(type) \(caches) \(share)"
  }
}
