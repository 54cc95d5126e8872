/// The lines of a recording.
enum RecordingLine {
  private static let title = "# vcpu-shell rsp-log "

  /// The first line.
  static let header = Array("\(title)\(Recording.version)\n".utf8)

  /// The line for what was sent or received, with its end.
  static func text(_ time: Duration, _ direction: LogDirection, _ bytes: [UInt8]) -> [UInt8] {
    let (seconds, attoseconds) = max(time, .zero).components
    let fraction = String(attoseconds / 1_000_000_000_000 + 1_000_000).dropFirst()
    var line = Array("\(seconds).\(fraction) \(direction == .sent ? "->" : "<-") ".utf8)
    line.reserveCapacity(line.count + bytes.count + 1)
    for byte in bytes {
      if isPlain(byte) {
        line.append(byte)
      } else {
        line += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
        Hex.append(byte: byte, to: &line)
      }
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  /// The version in a first line, or nil if the line is another comment.
  static func version(in text: ArraySlice<UInt8>) -> Int? {
    guard text.starts(with: title.utf8) else { return nil }
    return Int(String(decoding: text.dropFirst(title.utf8.count), as: UTF8.self))
  }

  /// Reads a line, without its end.
  static func entry(
    in text: ArraySlice<UInt8>, _ line: Int
  ) throws(RecordingError) -> Recording.Entry {
    let fields = text.split(
      separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, let time = time(fields[0]) else {
      throw RecordingError(line: line, "does not begin with a time and a direction")
    }
    let direction: LogDirection
    switch String(decoding: fields[1], as: UTF8.self) {
    case "->": direction = .sent
    case "<-": direction = .received
    default: throw RecordingError(line: line, "has no direction (-> or <-) after its time")
    }
    guard let bytes = bytes(fields[2]) else {
      throw RecordingError(line: line, "has a character that is not written as \\xNN")
    }
    return Recording.Entry(time: time, direction: direction, bytes: bytes, line: line)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "\\")
  }

  /// Seconds, a point, and six digits.
  private static func time(_ text: ArraySlice<UInt8>) -> Duration? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count <= 10, parts[1].count == 6,
      let seconds = decimal(parts[0]), let microseconds = decimal(parts[1])
    else { return nil }
    return .seconds(seconds) + .microseconds(microseconds)
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      if isPlain(byte) {
        bytes.append(byte)
        continue
      }
      guard byte == UInt8(ascii: "\\"), text.endIndex - index >= 3,
        text[index] == UInt8(ascii: "x"), let high = Hex.value(of: text[index + 1]),
        let low = Hex.value(of: text[index + 2])
      else { return nil }
      bytes.append(high << 4 | low)
      index += 3
    }
    return bytes
  }
}
