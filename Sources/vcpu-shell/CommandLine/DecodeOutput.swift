internal import ArmVCpu

/// What a run of `vcpu-shell decode` has to tell, in its format. A run may have as many values as its input has
/// lines, so they are written as they come, some at a time.
struct DecodeOutput {
  let output: Output
  let format: DecodeCommand.Format

  /// Whether nothing was shown yet.
  private(set) var isEmpty = true
  /// What is ready and not written.
  private var bytes: [UInt8] = []
  /// The fields of the last value, whose memory is used again.
  private var fields = FieldList()

  /// What is written at a time.
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
  /// - Parameter isApart: whether a blank line is between this and others.
  mutating func show(_ answer: some RenderedAnswer, isApart: Bool) {
    begin(isApart: isApart)
    if format == .text {
      answer.lines(.full).forEach { append($0) }
    } else {
      bytes += JSONLineEncoder.line(of: answer).dropLast()
    }
    end()
  }

  /// A row of a list, which is no answer of a command.
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

  /// Writes what is ready: before an error is told, and before more of the input is awaited.
  mutating func flush() {
    guard !bytes.isEmpty else { return }
    output.raw(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// What is in front of a value: a blank line, or what parts it from the last one.
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
