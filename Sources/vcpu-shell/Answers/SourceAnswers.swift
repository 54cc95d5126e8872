internal import VCpuDebug

/// Lines of a source file.
struct SourceLinesAnswer: Answer {
  static let kind = "sourceLines"
  /// The path as the compiler recorded it.
  let file: String
  /// The lines, in order.
  let lines: [SourceLine]

  /// A line of a source file.
  struct SourceLine: Codable, Equatable, Sendable {
    /// Its number, from 1.
    let line: Int
    /// Its text.
    let text: String
    /// Whether the frame is at it.
    let isCurrent: Bool
  }

  init(_ source: SourceLines, in session: HypervisorSession) {
    file = source.file
    let current = (try? session.source.current()) ?? nil
    lines = source.lines.enumerated().map { index, text in
      let number = source.first + index
      return SourceLine(
        line: number, text: text,
        isCurrent: current?.file == source.file && current?.line == number)
    }
  }
}

/// A source file.
struct SourceFileAnswer: Answer {
  static let kind = "sourceFile"
  /// The path as the compiler recorded it.
  let file: String
  /// The frame's line.
  let line: Int
  /// Where the file was found; omitted if it wasn't.
  let found: String?
  /// How many lines it has; omitted if it wasn't found.
  let lineCount: Int?

  init(_ location: SourceLocation, in session: HypervisorSession) {
    file = location.file
    line = location.line
    let text = session.source.files.text(of: location.file)
    found = text?.path
    lineCount = text?.lines.count
  }
}

/// Where the code of a source line is.
struct LineAnswer: Answer {
  static let kind = "line"
  /// The places, in the order of their addresses for a line.
  let places: [Place]

  /// A place with code of a line.
  struct Place: Codable, Equatable, Sendable {
    /// The source line; omitted if it isn't known.
    let source: SourceAnswer?
    /// The prefix of the addresses, without the colon; empty for a target without guests.
    let space: String
    /// The address that was asked for, or where the line's code begins.
    let address: Hex
    /// Where the line's code around the address begins; omitted if the line isn't known.
    let start: Hex?
    /// The first address after it; omitted if the line isn't known.
    let end: Hex?
    /// The symbol that the code belongs to.
    let symbol: String?
    /// The symbol at the end of the line's code.
    let endSymbol: String?
  }

  init(_ places: [(UInt64, AddressSpace)], in session: HypervisorSession) {
    self.places = places.map { address, space in
      let modules = session.modules.of(space)
      let range = modules?.lineRange(at: address)
      return Place(
        source: modules?.sourceLocation(at: address).map { SourceAnswer($0) }, space: space.prefix,
        address: Hex(address), start: range.map { Hex($0.lowerBound) },
        end: range.map { Hex($0.upperBound) },
        symbol: modules?.symbol(at: range?.lowerBound ?? address)?.description,
        endSymbol: range.flatMap { modules?.symbol(at: $0.upperBound)?.description })
    }
  }
}
