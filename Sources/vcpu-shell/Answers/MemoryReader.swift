internal import GDBRemote
internal import VCpuDebug

/// Reads memory for an answer, laid out as in GDB.
struct MemoryReader {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// Called for each row; throws if the user doesn't want any more.
  let check: () throws -> Void

  private static let maximumStringByteCount = 4096
  /// How many bytes are read at a time.
  private static let chunkByteCount = 2048

  /// Reads `count` units from `address`.
  ///
  /// - Parameter take: gets each row as soon as it is read, so that the rows before an error are not lost.
  /// - Returns: the address after the units.
  func read(
    _ examination: Examination, count: Int, at address: UInt64, in space: AddressSpace,
    _ take: (MemoryAnswer.Row) -> Void
  ) throws -> UInt64 {
    switch examination.letter {
    case .instruction: return try instructions(count, address, space, take)
    case .string: return try strings(count, address, space, take)
    case .floatingPoint:
      throw ShellError("'x' does not show floating-point numbers; use x d u o t a c s i z")
    default: return try units(examination, count, address, space, take)
    }
  }

  private func units(
    _ examination: Examination, _ count: Int, _ address: UInt64, _ space: AddressSpace,
    _ take: (MemoryAnswer.Row) -> Void
  ) throws -> UInt64 {
    let size = examination.size.byteCount
    let order = session.memory.byteOrder(of: space)
    let perLine = examination.letter == .address ? 2 : max(2, min(8, 16 / size))
    var done = 0
    var chunk: ArraySlice<UInt8> = []
    while done < count {
      try check()
      let units = min(perLine, count - done)
      let start = address &+ UInt64(done * size)
      if chunk.count < units * size {
        chunk = try self.chunk(
          space, start, wanted: (count - done) * size, atLeast: units * size)
      }
      let bytes = chunk.prefix(units * size)
      let texts = (0..<units).map { _ in
        let value = order.integer(chunk.prefix(size)) ?? 0
        chunk = chunk.dropFirst(size)
        return text(value, examination.letter, size, space)
      }
      take(row(start, space, values: texts, bytes: bytes))
      done += units
    }
    return address &+ UInt64(count * size)
  }

  /// Reads many lines at once, or only the next one if the memory ends before.
  private func chunk(
    _ space: AddressSpace, _ address: UInt64, wanted: Int, atLeast minimum: Int
  ) throws -> ArraySlice<UInt8> {
    let whole = min(wanted, Self.chunkByteCount - Self.chunkByteCount % minimum)
    if whole > minimum, let bytes = try? session.memory.read(space, address, byteCount: whole) {
      return bytes[...]
    }
    return try session.memory.read(space, address, byteCount: minimum)[...]
  }

  private func text(
    _ value: UInt64, _ letter: FormatLetter, _ size: Int, _ space: AddressSpace
  ) -> String {
    let text =
      IntegerFormatter.text(value, as: letter, bitWidth: size * 8, isPadded: true)
      ?? hexadecimal(value)
    return letter == .address ? text + (symbol(value, space).map { " <\($0)>" } ?? "") : text
  }

  /// Reads the instructions that begin in a range.
  ///
  /// - Returns: the address after them.
  func instructions(
    in range: MemoryRange, _ take: (MemoryAnswer.Row) -> Void
  ) throws -> UInt64 {
    try instructions(.max, range.start, range.space, through: range.last, take)
  }

  private func instructions(
    _ count: Int, _ address: UInt64, _ space: AddressSpace, through last: UInt64 = .max,
    _ take: (MemoryAnswer.Row) -> Void
  ) throws -> UInt64 {
    let set = session.instructionSet(in: space)
    let longest = set?.maximumByteCount ?? session.architecture.maximumInstructionByteCount
    var next = address
    var bytes: ArraySlice<UInt8> = []
    var references = ReferenceFinder(session, in: space)
    for done in 0..<count {
      if bytes.count < longest {
        // No further than the end of a page at a time, so that all mapped memory is shown.
        let start = next &+ UInt64(bytes.count)
        let left = min(count - done, Int(min((last - next) / UInt64(longest), 4096)) + 1)
        let byteCount = min(left * longest - bytes.count, 4096 - Int(start & 0xfff))
        do {
          bytes += try session.memory.read(space, start, byteCount: byteCount)
        } catch {
          // The bytes that are there may be a whole instruction.
          if bytes.isEmpty { throw error }
        }
      }
      try check()
      guard let instruction = session.instruction(bytes, at: next, in: space, by: disassembler)
      else {
        _ = try session.memory.read(space, next, byteCount: longest)
        throw DebugError.unmapped(space, next, "no whole instruction is there")
      }
      let isPC = isPC(instruction.address, space)
      take(
        row(
          instruction.address, space, instruction: instruction,
          reference: references.reference(of: instruction), isPC: isPC,
          bytes: instruction.bytes[...]))
      let length = UInt64(instruction.bytes.count)
      bytes = bytes.dropFirst(instruction.bytes.count)
      guard last - next >= length else { return next &+ length }
      next += length
    }
    return next
  }

  private func isPC(_ address: UInt64, _ space: AddressSpace) -> Bool {
    if !session.hasHypervisor { return space == .plain && session.state?.pc == address }
    guard let pc = (try? session.registers.value(of: ["pc"])) ?? nil else { return false }
    return pc.bits == address && pc.addressSpace == space
  }

  private func strings(
    _ count: Int, _ address: UInt64, _ space: AddressSpace,
    _ take: (MemoryAnswer.Row) -> Void
  ) throws -> UInt64 {
    var next = address
    for _ in 0..<count {
      try check()
      var text: [UInt8] = []
      var isTerminated = false
      while !isTerminated, text.count < Self.maximumStringByteCount {
        let start = next &+ UInt64(text.count)
        let bytes = try session.memory.read(
          space, start, byteCount: min(64, 4096 - Int(start & 0xfff)))
        let part = bytes.prefix { $0 != 0 }
        text += part
        isTerminated = part.count < bytes.count
      }
      take(
        row(
          next, space, string: Self.escaped(text), isCutOff: !isTerminated, bytes: text[...]))
      next &+= UInt64(text.count) &+ (isTerminated ? 1 : 0)
    }
    return next
  }

  /// Bytes that aren't printable ASCII characters are written as octal escapes, as in GDB.
  private static func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      switch byte {
      case UInt8(ascii: "\n"): return "\\n"
      case UInt8(ascii: "\r"): return "\\r"
      case UInt8(ascii: "\t"): return "\\t"
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): return "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7f: return String(UnicodeScalar(byte))
      default:
        let octal = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
      }
    }.joined()
  }

  private func row(
    _ address: UInt64, _ space: AddressSpace, values: [String] = [],
    instruction: Instruction? = nil, reference: ReferenceAnswer? = nil, isPC: Bool? = nil,
    string: String? = nil, isCutOff: Bool? = nil, bytes: ArraySlice<UInt8>
  ) -> MemoryAnswer.Row {
    MemoryAnswer.Row(
      address: Hex(address), symbol: symbol(address, space), values: values,
      instruction: instruction?.text, reference: reference, source: nil,
      bytes: bytes.map { hexadecimal($0, digits: 2).dropFirst(2) }.joined(),
      isPC: isPC, string: string, isCutOff: isCutOff)
  }

  private func symbol(_ address: UInt64, _ space: AddressSpace) -> String? {
    session.symbolName(at: address, in: space)
  }
}
