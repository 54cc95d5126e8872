/// A line of text with styles, without its newline.
///
/// Nothing in it can control a terminal: control characters in its text are made visible (`VisibleText`), even
/// newlines. Colours are added when it is written.
///
/// `"\(address, .address) \(name)"` is a line, and so is a literal.
struct Line: Equatable, Sendable {
  /// A part of one style.
  struct Span: Equatable, Sendable {
    var text: String
    let style: Style?
  }

  /// Its parts; none is empty, and neighbours differ in style.
  private(set) var spans: [Span] = []

  init() {}

  init(_ text: String, _ style: Style? = nil) { append(VisibleText.text(text), style) }

  /// A line from another program's bytes.
  init(bytes: some Collection<UInt8>) { append(VisibleText.text(bytes), nil) }

  /// The lines of another program's text. The last one may have no newline.
  static func lines(of text: String) -> [Line] {
    lines(of: Array(text.utf8))
  }

  /// The lines of another program's bytes. The last one may have no newline.
  static func lines(of bytes: [UInt8]) -> [Line] {
    var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if rows.last?.isEmpty == true { rows.removeLast() }
    return rows.map { Line(row: $0) }
  }

  /// A line that a serial console or a stub may have ended with "\r\n", or with "\n\r".
  init(row: some BidirectionalCollection<UInt8>) {
    let carriageReturn = UInt8(ascii: "\r")
    var row = row[...]
    if row.first == carriageReturn { row = row.dropFirst() }
    while row.last == carriageReturn { row = row.dropLast() }
    self.init(bytes: row)
  }

  /// The text without styles.
  var plain: String { spans.count == 1 ? spans[0].text : spans.map(\.text).joined() }
  /// The number of its characters. A tab counts as one.
  var count: Int { spans.reduce(0) { $0 + $1.text.count } }
  var isEmpty: Bool { spans.isEmpty }

  /// The line padded with blanks to a width.
  func padded(to width: Int) -> Line {
    self + Line(String(repeating: " ", count: max(0, width - count)))
  }

  static func + (left: Line, right: Line) -> Line {
    var line = left
    line += right
    return line
  }

  static func + (left: Line, right: String) -> Line { left + Line(right) }
  static func + (left: String, right: Line) -> Line { Line(left) + right }
  static func += (line: inout Line, other: Line) {
    for span in other.spans { line.append(span.text, span.style) }
  }
  static func += (line: inout Line, text: String) { line += Line(text) }

  private mutating func append(_ visible: String, _ style: Style?) {
    guard !visible.isEmpty else { return }
    if let last = spans.last, last.style == style {
      spans[spans.count - 1].text += visible
    } else {
      spans.append(Span(text: visible, style: style))
    }
  }
}

extension Line: CustomStringConvertible {
  var description: String { plain }
}

extension Line: ExpressibleByStringInterpolation {
  init(stringLiteral text: String) { self.init(text) }
  init(stringInterpolation: StringInterpolation) { self = stringInterpolation.line }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var line = Line()

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ text: String) { line += text }
    /// A line, which keeps its styles.
    mutating func appendInterpolation(_ part: Line) { line += part }
    /// A value as it describes itself.
    mutating func appendInterpolation(_ value: some Any, _ style: Style? = nil) {
      line += Line("\(value)", style)
    }
  }
}

extension [Line] {
  /// Joins lines with a separator.
  func joined(separator: Line) -> Line {
    var line = Line()
    for (index, part) in enumerated() {
      if index > 0 { line += separator }
      line += part
    }
    return line
  }

  /// The texts of the lines without styles, each with its newline.
  var plain: String { map { $0.plain + "\n" }.joined() }
}

extension Line {
  /// The bytes of the line and its newline, with colours or without.
  func bytes(isStyled: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for span in spans {
      if isStyled, let style = span.style {
        bytes += "\u{1b}[\(style.parameters)m\(span.text)\u{1b}[0m".utf8
      } else {
        bytes += span.text.utf8
      }
    }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}
