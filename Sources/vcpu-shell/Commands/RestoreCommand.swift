internal import VCpuDebug

/// `restore`: writes a file's contents to memory.
enum RestoreCommand: ShellCommand {
  static let name = "restore"
  static let actsOnTarget = true
  private static let file = Parameter<String>("FILE", .word, complete: { _ in .fileNames }) {
    guard let path = $0.takePath() else {
      throw ShellError("'restore' needs the path of a file")
    }
    return path
  }
  private static let isBinary = Parameter<Bool>(
    "[binary]", .word, complete: { _ in .words(["binary"]) }
  ) { $0.take(oneOf: ["binary"]) != nil }
  private static let words = Parameter<String?>.optionalExpression("[OFFSET [START [END]]]")
  static let parameters: [any AnyParameter] = [file, isBinary, words]
  static let summary = "Write the contents of a file to memory."
  static let manual = """
    A file with addresses, 'ihex' or 'srec' of 'dump', goes where they say, plus OFFSET. A 'binary' file has
    none: OFFSET is the address of its first byte. OFFSET says the address space, as in 'x'. Of the file only
    what is from START up to END, which is not included, is written: addresses of the file before OFFSET is
    added, and places in a binary file. Parts with blanks need brackets or, for the file's name, quotes.

    Shows how many bytes went where, down to physical memory where the addresses are translated. If the target
    refuses a part, or at Ctrl-C, what was written before stays, and how much that is is shown. Some bytes of
    each page are read back, so that a write without an effect is an error.

      restore ram.bin binary guest:0x40200000
      restore page.hex ipa:0
      restore ram.bin binary pa:0x41200000 0x1000 0x2000
    """

  static let transcript = """
    (vcpu) restore ram.bin binary guest:0x40300000
    restored 14 bytes of ram.bin to guest:0x40300000 -> ipa:0x40300000 -> pa:0x41300000
    (vcpu) x/s guest:0x40300000
    0x40300000:	"a guest's text"
    """

  /// How many bytes are written at once.
  private static let pieceByteCount = 1 << 20
  private static let pageByteCount = 4096

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let memory = try MemoryWords(shell)
    let path = arguments[file]
    let parts = ArgumentParts.split(arguments[words] ?? "", at: .blank)
    guard parts.count <= 3 else {
      throw ShellError("'restore' takes \(usage): parts with blanks need brackets")
    }
    guard !arguments[isBinary] || !parts.isEmpty else {
      throw ShellError("a binary file has no address: 'restore FILE binary ADDRESS'")
    }
    let (space, offset) = try memory.address(parts.first ?? "0")
    let start = try parts.dropFirst().first.map { try memory.number($0).bits }
    let end = try parts.dropFirst(2).first.map { try memory.number($0).bits }
    let contents = try contents(of: path, isBinary: arguments[isBinary])
    let segments = contents.segments(from: start ?? 0, upTo: end)
    guard !segments.isEmpty else { throw ShellError("\(path) has nothing to restore there") }
    var written = [Written](repeating: Written(), count: segments.count)
    func answer() -> RestoreAnswer {
      // Those that were not begun are left out, but for the first.
      let begun = (written.lastIndex { $0.byteCount > 0 } ?? 0) + 1
      let parts = zip(segments, written).prefix(begun).map { segment, written in
        RestoreAnswer.Part(
          address: Hex(segment.address &+ offset), byteCount: segment.bytes.count,
          writtenByteCount: written.byteCount,
          landed: written.parts.isEmpty ? nil : written.parts.map(Landing.init),
          landedCount: written.parts.isEmpty ? nil : written.partCount)
      }
      return RestoreAnswer(
        path: path, format: .init(contents.format), space: space.prefix, parts: parts)
    }
    do {
      try write(segments, to: space, plus: offset, &written, shell, memory.session)
    } catch {
      return .partial(answer(), error)
    }
    return .answer(answer())
  }

  /// What of a segment was written.
  private struct Written {
    private(set) var byteCount = 0
    /// Where it went, the first of these places.
    private(set) var parts: [MemoryPart] = []
    private(set) var partCount = 0
    private var last: MemoryPart?

    /// How many places are shown.
    private static let limit = 16

    mutating func add(_ next: [MemoryPart], byteCount: Int) {
      self.byteCount += byteCount
      for part in next {
        if last?.join(part) == true {
          if partCount <= Self.limit { parts.removeLast() }
        } else {
          last = part
          partCount += 1
        }
        if partCount <= Self.limit, let last { parts.append(last) }
      }
    }
  }

  private static func contents(of path: String, isBinary: Bool) throws -> MemoryFileContents {
    do throws(MemoryFileContents.Failure) {
      return try MemoryFileContents(path: path, isBinary: isBinary)
    } catch {
      throw ShellError("cannot restore \(path): \(error)")
    }
  }

  /// Writes the segments, and counts the bytes of each that are written.
  private static func write(
    _ segments: [MemoryFileContents.Segment], to space: AddressSpace, plus offset: UInt64,
    _ written: inout [Written], _ shell: Shell, _ session: HypervisorSession
  ) throws {
    let total = segments.reduce(0) { $0 + UInt64($1.bytes.count) }
    var progress = Progress("restoring", total: total, to: shell.output)
    defer { progress.end() }
    var before: UInt64 = 0
    for (index, segment) in segments.enumerated() {
      let address = segment.address &+ offset
      guard UInt64(segment.bytes.count - 1) <= UInt64.max - address else {
        throw ShellError("\(segment.bytes.count) bytes at \(Hex(address)) leave the address space")
      }
      var size = pieceByteCount
      while written[index].byteCount < segment.bytes.count {
        let done = written[index].byteCount
        let place = address + UInt64(done)
        let piece = segment.bytes[done...].prefix(size - Int(place % UInt64(size)))
        do {
          let parts = try session.memory.write(space, place, Array(piece), isLocated: true)
          written[index].add(parts, byteCount: piece.count)
        } catch {
          // Of a piece that is refused, all up to the page that is refused is written.
          guard case DebugError.unmapped = error, size > pageByteCount else { throw error }
          size = pageByteCount
          continue
        }
        progress.note(before + UInt64(written[index].byteCount))
        try shell.checkInterrupt()
      }
      before += UInt64(segment.bytes.count)
    }
  }
}
