internal import ArmVCpu

/// Writes the results of a run of `vcpu-shell decode` in its format. A run may have as many values as its input has
/// lines, so they are written as they come, in batches.
struct DecodeOutput {
  let output: Output
  let format: DecodeCommand.Format

  /// Whether nothing has been shown yet.
  private(set) var isEmpty = true
  /// Output that hasn't been written yet.
  private var bytes: [UInt8] = []
  /// The fields of the last value, whose memory is reused.
  private var fields = FieldList()

  /// How many bytes are written at a time.
  private static let pieceByteCount = 1 << 16

  init(_ output: Output, _ format: DecodeCommand.Format) {
    self.output = output
    self.format = format
  }

  /// A value of a register, as `DecodedAnswer` has it.
  mutating func show(_ register: DecodableRegister, _ value: UInt64) {
    fields.removeAll()
    register.describe(value, into: &fields)
    begin(isApart: true)
    if format == .text {
      DecodedBytes.appendText(register, value, fields.fields, to: &bytes)
    } else {
      DecodedBytes.appendJSON(register, value, fields.fields, to: &bytes)
    }
    end()
  }

  /// The bits of a register, drawn.
  mutating func draw(_ register: DecodableRegister, _ value: UInt64) {
    let decoded = DecodedValue(register, value)
    begin(isApart: true)
    append(DecodedAnswer(decoded).head)
    for line in BitDiagram(decoded: decoded).lines { append(Line(line)) }
    end()
  }

  /// Any answer.
  ///
  /// - Parameter isApart: whether a blank line separates this answer from others.
  mutating func show(_ answer: some RenderedAnswer, isApart: Bool) {
    begin(isApart: isApart)
    if format == .text {
      answer.lines(.full).forEach { append($0) }
    } else {
      bytes += JSONLineEncoder.line(of: answer).dropLast()
    }
    end()
  }

  /// A row of a list, which isn't a command's answer.
  mutating func show(_ row: some Encodable, text: String) {
    begin(isApart: false)
    if format == .text {
      append(Line(text))
    } else {
      bytes += JSONLineEncoder.line(of: row).dropLast()
    }
    end()
  }

  /// Ends an array, and writes what is left.
  mutating func finish() {
    if format == .json { bytes += (isEmpty ? "[]\n" : "\n]\n").utf8 }
    flush()
  }

  /// Writes pending output: before an error is printed, and before waiting for more input.
  mutating func flush() {
    guard !bytes.isEmpty else { return }
    output.raw(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// What comes before a value: a blank line, or the separator from the last one.
  private mutating func begin(isApart: Bool) {
    switch format {
    case .text: if isApart, !isEmpty { bytes.append(UInt8(ascii: "\n")) }
    case .json: bytes += (isEmpty ? "[\n" : ",\n").utf8
    case .jsonl: break
    }
    isEmpty = false
  }

  private mutating func end() {
    if format == .jsonl { bytes.append(UInt8(ascii: "\n")) }
    if bytes.count >= Self.pieceByteCount { flush() }
  }

  private mutating func append(_ line: Line) {
    bytes += line.plain.utf8
    bytes.append(UInt8(ascii: "\n"))
  }
}
