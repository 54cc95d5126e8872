/// The code of a source line.
struct LineCode: Equatable, Sendable {
  /// The line that has code, which may be after the one that was asked for.
  let location: SourceLocation
  /// Where breakpoints for it belong, sorted: one for each function, and each inlined copy, that has code of it.
  let addresses: [UInt64]
}

extension DebugInformation {
  /// The functions with code that a name means, and inlined copies of them, by their address. All units are read first.
  ///
  /// - Parameter name: the name of its symbol, its whole name, or the end of that (`ns::Type::f`, `Type.f`, `f`).
  func functions(named name: String) -> [DebugFunction] {
    functionIndex.finish(onReading)
    var offsets = functionIndex.functions(named: name)
    if let last = DebugFunction.components(of: name).last, last != name {
      offsets += functionIndex.functions(named: last)
    }
    let functions = Set(offsets).compactMap { function(atOffset: $0) }
    return functions.filter { $0.isNamed(name) }.sorted {
      ($0.entry, $0.offset) < ($1.entry, $1.offset)
    }
  }

  /// The paths of files that a person's path means: a whole path, or the last parts of one. All units are read first.
  func files(matching path: String) -> [String] {
    fileIndex.finish(onReading)
    return fileIndex.files(matching: path).map(\.path)
  }

  /// The units, by their offsets, with lines of the files that a person's path means. All units are read first.
  func units(ofFile path: String) -> [UInt64] {
    fileIndex.finish(onReading)
    let numbers = Set(fileIndex.files(matching: path).flatMap(\.units))
    return numbers.sorted().map { units[$0].offset }
  }

  /// The code of a line in the files that a path means: of that line, or, if none has code, of the next line that does.
  /// Empty if no later line has code. All units are read first.
  ///
  /// An address in a function's prologue is moved to its end, as GDB does.
  func code(ofLine line: Int, inFile path: String) -> [LineCode] {
    fileIndex.finish(onReading)
    let files = fileIndex.files(matching: path)
    var best = Int32.max
    var found: [String: [(address: UInt64, line: Int32)]] = [:]
    for file in files {
      for unit in Set(file.units).sorted() {
        guard let lines = lines(of: units[unit]) else { continue }
        for row in lines.rows
        where row.line >= line && row.line <= best && row.flags.contains(.isStatement)
          && !row.flags.contains(.isEnd) && lines.files[Int(row.file)] == file.path
        {
          if row.line < best {
            best = row.line
            found = [:]
          }
          found[file.path, default: []].append((row.address, row.line))
        }
      }
    }
    return found.sorted { $0.key < $1.key }.map { path, rows in
      LineCode(
        location: SourceLocation(file: path, line: Int(best)),
        addresses: breakpointAddresses(of: rows.map(\.address)))
    }
  }

  /// The lowest address in each function and inlined copy, after the prologue.
  private func breakpointAddresses(of addresses: [UInt64]) -> [UInt64] {
    var known: Set<UInt64> = []
    var found: Set<UInt64> = []
    for address in Set(addresses).sorted() {
      let chain = functions(at: address)
      guard let innermost = chain.first, let outermost = chain.last else {
        found.insert(address)
        continue
      }
      guard known.insert(innermost.offset).inserted else { continue }
      let start = breakpointAddress(of: outermost)
      let isInPrologue = address >= outermost.entry && address < start
      found.insert(isInPrologue ? start : address)
    }
    return found.sorted()
  }
}
