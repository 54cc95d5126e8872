internal import GDBRemote
internal import VCpuDebug

/// Reads the addresses, ranges and values in the arguments of commands for memory.
struct MemoryWords {
  let session: HypervisorSession
  let shell: Shell

  /// - Throws: `DebugError` unless there is a stopped target.
  init(_ shell: Shell) throws {
    session = try shell.requireSession()
    try session.requireStopped()
    self.shell = shell
  }

  /// The address that an expression gives, and its space: its own, or that of the selected registers.
  func address(_ text: String) throws -> (space: AddressSpace, address: UInt64) {
    let value = try shell.evaluating(text) { try session.value(of: $0) }
    return (try session.expressions.space(of: value), value.bits)
  }

  /// The range from an expression to another, or to `+` and a length.
  ///
  /// - Parameter isThrough: whether the range includes its end.
  func range(from start: String, to end: String, isThrough: Bool) throws -> MemoryRange {
    let (space, first) = try address(start)
    if end.first == "+" {
      let length = try number(end.dropFirst().trimmed)
      guard length.bits > 0, !length.isNegative else {
        throw ShellError("a length of \(length.decimal) makes no range")
      }
      guard let range = MemoryRange(space, first, byteCount: length.bits) else {
        throw ShellError(
          "the range leaves the address space: \(length.decimal) bytes from \(Hex(first))")
      }
      return range
    }
    let last = try self.end(end, in: space)
    let range =
      isThrough
      ? MemoryRange(space, first, through: last)
      : last > first ? MemoryRange(space, first, through: last - 1) : nil
    guard let range else {
      let mistake = first == last ? "is empty" : "ends before it begins"
      throw ShellError("the range from \(Hex(first)) to \(Hex(last)) \(mistake)")
    }
    return range
  }

  /// The end is an address in the space of the start: a symbol is looked up there, and an address of another space is
  /// translated or is an error.
  private func end(_ text: String, in space: AddressSpace) throws -> UInt64 {
    try shell.evaluating(text) {
      let expression = try session.expressions.parse($0)
      guard session.hasHypervisor else { return try session.expressions.value(of: expression).bits }
      return try session.expressions.value(of: .inSpace(space, expression, column: 1)).bits
    }
  }

  func number(_ text: String) throws -> Value {
    try shell.evaluating(text) { try session.value(of: $0) }
  }

  /// The bytes of a text in quotes, without a terminator, or of a number as it is in memory.
  ///
  /// - Parameter size: how many bytes a number has; nil for those of its type.
  func bytes(of text: String, _ size: UnitSize?, in space: AddressSpace) throws -> [UInt8] {
    if text.first == "\"" {
      guard let quoted = DelimitedText(atStartOf: text, delimiter: "\""), quoted.rest.isEmpty else {
        throw ShellError("a text ends with its second quote: \(text)")
      }
      let bytes = EscapedText.bytes(of: String(quoted.inner))
      guard !bytes.isEmpty else { throw ShellError("a text needs at least one character") }
      return bytes
    }
    let (value, byteCount) = try shell.evaluating(text) {
      let expression = try session.expressions.parse($0)
      let value = try session.expressions.value(of: expression)
      return (value, size?.byteCount ?? self.byteCount(of: value, expression))
    }
    guard value.fits(bitWidth: byteCount * 8) else {
      throw DebugError.valueTooWide(value.bits, byteCount: byteCount)
    }
    return session.memory.byteOrder(of: space).bytes(of: value.bits, byteCount: byteCount)
  }

  /// As many as in GDB: those of the type, and a plain number is an `int` if it fits.
  private func byteCount(of value: Value, _ expression: Expression) -> Int {
    if value.displayType == .character { return 1 }
    if value.addressSpace != nil { return session.architecture.addressByteCount }
    if case .cast = expression { return value.type.byteCount }
    guard value.type == .int64 else { return value.type.byteCount }
    return value.fits(bitWidth: 32) ? 4 : 8
  }
}
