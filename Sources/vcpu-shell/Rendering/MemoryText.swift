internal import GDBRemote
internal import VCpuDebug

/// Memory as text, in GDB's arrangement.
struct MemoryText {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// Called for each line; throws when the person wants no more of them.
  var checkInterrupt: () throws -> Void = {}

  private static let maximumStringByteCount = 4096
  /// How much is read at once.
  private static let chunkByteCount = 2048

  /// Shows `count` units from `address`, and returns the address behind them. What can be read is shown
  /// before an error is thrown.
  func show(
    _ examination: Examination, count: Int, at address: UInt64, in space: AddressSpace,
    on output: Output
  ) throws -> UInt64 {
    switch examination.letter {
    case .instruction: return try instructions(count, address, space, output)
    case .string: return try strings(count, address, space, output)
    case .floatingPoint:
      throw ShellError("'x' shows no floating-point numbers; use x d u o t a c s i z")
    default: return try units(examination, count, address, space, output)
    }
  }

  private func units(
    _ examination: Examination, _ count: Int, _ address: UInt64, _ space: AddressSpace,
    _ output: Output
  ) throws -> UInt64 {
    let size = examination.size.byteCount
    let order = session.memory.byteOrder(of: space)
    let perLine = examination.letter == .address ? 2 : max(2, min(8, 16 / size))
    var done = 0
    var chunk: ArraySlice<UInt8> = []
    while done < count {
      try checkInterrupt()
      let units = min(perLine, count - done)
      let start = address &+ UInt64(done * size)
      if chunk.count < units * size {
        chunk = try self.chunk(
          space, start, wanted: (count - done) * size, atLeast: units * size)
      }
      let texts = (0..<units).map { _ in
        let value = order.integer(chunk.prefix(size)) ?? 0
        chunk = chunk.dropFirst(size)
        return text(value, examination.letter, size, space)
      }
      output.line(label(start, space) + ":\t" + texts.joined(separator: "\t"))
      done += units
    }
    return address &+ UInt64(count * size)
  }

  /// Many lines at once; the next one alone where the memory ends before.
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
    return letter == .address ? text + addresses.symbol(value, in: space) : text
  }

  private func instructions(
    _ count: Int, _ address: UInt64, _ space: AddressSpace, _ output: Output
  ) throws -> UInt64 {
    let set = session.instructionSet(in: space)
    let longest = set?.maximumByteCount ?? session.architecture.maximumInstructionByteCount
    var next = address
    var bytes: ArraySlice<UInt8> = []
    for done in 0..<count {
      if bytes.count < longest {
        // Up to the end of a page at once, so that memory that ends is shown to its end.
        let start = next &+ UInt64(bytes.count)
        let wanted = (count - done) * longest - bytes.count
        let byteCount = min(wanted, 4096 - Int(start & 0xfff))
        do {
          bytes += try session.memory.read(space, start, byteCount: byteCount)
        } catch {
          // What is there may be a whole instruction.
          if bytes.isEmpty { throw error }
        }
      }
      try checkInterrupt()
      guard let instruction = session.instruction(bytes, at: next, in: space, by: disassembler)
      else {
        _ = try session.memory.read(space, next, byteCount: longest)
        throw DebugError.unmapped(space, next, "no whole instruction is there")
      }
      let marker = isPC(instruction.address, space) ? "=> " : "   "
      output.line(marker + label(instruction.address, space) + ":\t" + instruction.text)
      next &+= UInt64(instruction.bytes.count)
      bytes = bytes.dropFirst(instruction.bytes.count)
    }
    return next
  }

  private func isPC(_ address: UInt64, _ space: AddressSpace) -> Bool {
    if !session.hasHypervisor { return space == .plain && session.state?.pc == address }
    guard let pc = (try? session.registers.value(of: ["pc"])) ?? nil else { return false }
    return pc.bits == address && pc.addressSpace == space
  }

  private func strings(
    _ count: Int, _ address: UInt64, _ space: AddressSpace, _ output: Output
  ) throws -> UInt64 {
    var next = address
    for _ in 0..<count {
      try checkInterrupt()
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
      output.line(
        label(next, space) + ":\t\"" + Self.escaped(text) + "\"" + (isTerminated ? "" : "…"))
      next &+= UInt64(text.count) &+ (isTerminated ? 1 : 0)
    }
    return next
  }

  /// What is no printable character of ASCII is written as an octal escape, as in GDB.
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

  private func label(_ address: UInt64, _ space: AddressSpace) -> String {
    (space.isVirtual ? "" : space.label) + hexadecimal(address)
      + addresses.symbol(address, in: space)
  }

  private var addresses: AddressText {
    AddressText(session: session, disassembler: disassembler)
  }
}
